"""Groups of several members by hand, in each version of JoinGroup: who is answered when, and what with."""
import struct
import time

import group
import scene
import wire
from frames import SESSION, said, versions

LAST = {"JoinGroup": 9, "SyncGroup": 5, "Heartbeat": 4, "LeaveGroup": 5, "OffsetCommit": 9}
ID_NEEDED = 79


def subscription(text):
    """What consumers send as metadata: version 0, one topic, and data of their own. On bytes that are none, Kafka's coordinator
    may fail with UNKNOWN_SERVER_ERROR."""
    return struct.pack(">hih1si", 0, 1, 1, b"t", len(text)) + text.encode()


class Player:
    """A member: its connection, and what it was told."""

    def __init__(self, side, name, version, group_id, instance=None, protocols=("range",), **timeouts):
        self.side, self.name, self.version, self.group_id, self.instance = side, name, version, group_id, instance
        self.client = side.wire(name, 15)
        self.protocols = [{"name": protocol, "metadata": subscription(name)} for protocol in protocols]
        self.timeouts = {**SESSION, **timeouts}
        self.member_id, self.generation = "", -1

    def version_of(self, api):
        return max(min(self.version, LAST[api]), wire.messages()[api + "Request"].versions.low)

    def fields(self, api, values):
        known = {field.name for field in wire.messages()[api + "Request"].fields if self.version_of(api) in field.versions}
        return {key: value for key, value in values.items() if key in known}

    def post(self, api, **values):
        values = {"group_id": self.group_id, "member_id": self.member_id, "group_instance_id": self.instance, **values}
        self.client.post(api, self.version_of(api), **self.fields(api, values))

    def take(self, api):
        answer = self.client.take(api, self.version_of(api))
        for field in ("members", "groups"):
            answer.get(field, []).sort(key=str)
        return answer

    def text(self, what, answer):
        return f"{self.name} {what}: {said(self.side, answer)}"

    def post_join(self, **values):
        """A new dynamic member asks for its id first, where that is the rule."""
        if not self.member_id and not self.instance and self.version >= 4:
            self.post("JoinGroup", **self.join_values(values))
            answer = self.take("JoinGroup")
            assert answer["error_code"] == ID_NEEDED, answer
            self.member_id = answer["member_id"]
        self.post("JoinGroup", **self.join_values(values))

    def must_wait(self, **values):
        """Joins, and others have to join too before there is an answer."""
        self.post_join(**values)
        return self.is_silent()

    def join_values(self, values):
        return {**self.timeouts, "protocol_type": "consumer", "protocols": self.protocols, **values}

    def take_join(self):
        answer = self.take("JoinGroup")
        if answer["error_code"] == 0:
            self.member_id, self.generation = answer["member_id"], answer["generation_id"]
        return self.text("joins", answer)

    def join(self, **values):
        self.post_join(**values)
        return self.take_join()

    def post_sync(self, *others):
        """With assignments for itself and others, it speaks as the leader."""
        self.post("SyncGroup", generation_id=self.generation, protocol_type="consumer", protocol_name=self.protocols[0]["name"],
                  assignments=[{"member_id": each.member_id, "assignment": b"for " + each.name.encode()} for each in others])

    def take_sync(self):
        return self.text("syncs", self.take("SyncGroup"))

    def sync(self, *others):
        self.post_sync(*others)
        return self.take_sync()

    def heartbeat(self):
        self.post("Heartbeat", generation_id=self.generation)
        return self.text("beats", self.take("Heartbeat"))

    def commit(self, offset=1):
        self.post("OffsetCommit", generation_id_or_member_epoch=self.generation, topics=[
            {"name": "t", "partitions": [{"partition_index": 0, "committed_offset": offset, "committed_metadata": self.name}]}])
        return self.text("commits", self.take("OffsetCommit"))

    def leave(self):
        self.post("LeaveGroup", members=[{"member_id": self.member_id, "group_instance_id": self.instance}])
        return self.text("leaves", self.take("LeaveGroup"))

    def described(self):
        group = self.client.call("DescribeGroups", 5, groups=[self.group_id])["groups"][0]
        group["members"].sort(key=str)
        return f"the group: {said(self.side, group)}"

    def is_silent(self, seconds=0.3):
        """Nothing is answered for so long."""
        self.client.socket.settimeout(seconds)
        try:
            return f"{self.name} is answered with {len(self.client.socket.recv(1))} bytes"
        except TimeoutError:
            return f"{self.name} waits"
        finally:
            self.client.socket.settimeout(self.client.seconds)


def four_members_and_one_too_many(side, version, group_id):
    one, two, three, four, five = (Player(side, name, version, group_id, rebalance_timeout_ms=2_500)
                                   for name in ("one", "two", "three", "four", "five"))
    yield one.join()
    yield one.heartbeat()
    yield one.commit()
    yield one.sync(one)
    yield two.must_wait()
    yield from (one.heartbeat(), one.sync(), one.commit(2), one.described())
    one.post_join()
    yield from (one.take_join(), two.take_join())
    two.post_sync()
    yield two.is_silent()
    yield from (one.heartbeat(), one.commit(3), one.described())
    yield one.sync(one, two)
    yield two.take_sync()
    yield from (two.heartbeat(), two.commit(4), two.sync(), two.described())
    yield from (three.must_wait(), one.must_wait())
    two.post_join()
    yield from (one.take_join(), two.take_join(), three.take_join())
    yield one.sync(one, two, three)
    yield from (two.sync(), three.sync())
    # What counts in a rebalance is who has joined so far: the fifth is let in, the third is thrown out, and the others
    # wait until the time to rejoin is over.
    yield from (four.must_wait(), five.must_wait(), one.must_wait(), two.must_wait())
    yield from (three.join(), three.heartbeat(), three.leave())
    yield from (one.take_join(), two.take_join(), four.take_join(), five.take_join())
    yield one.sync(one, two, four, five)
    yield from (two.sync(), four.sync(), five.sync())
    three.member_id = ""
    three.post("JoinGroup", **three.join_values({}))
    yield three.take_join()
    yield from (four.leave(), two.heartbeat(), one.leave(), five.leave(), two.heartbeat())
    yield from (two.join(), two.leave(), two.heartbeat(), two.described())


def a_static_member_that_restarts_in_a_full_group(side, version, group_id):
    """Without its id it counts as one too many."""
    players = [Player(side, name, version, group_id, instance=name) for name in ("one", "two", "three", "four")]
    yield from (players[0].join(), players[0].sync(players[0]))
    for player in players[1:]:
        yield player.must_wait()
    players[0].post_join()
    yield from (player.take_join() for player in players)
    yield players[0].sync(*players)
    yield from (player.sync() for player in players[1:])
    again = Player(side, "two", version, group_id, instance="two")
    yield from (again.join(), players[1].heartbeat(), again.described())


def a_member_whose_session_ends(side, version, group_id):
    one = Player(side, "one", version, group_id, session_timeout_ms=600)
    yield from (one.join(), one.sync(one), one.heartbeat())
    time.sleep(2)
    yield from (one.heartbeat(), one.commit(), one.described())
    yield one.join()
    one.member_id = ""
    yield one.join()


def a_member_that_does_not_come_back(side, version, group_id):
    """The rebalance goes on without it when its time to rejoin is over."""
    one = Player(side, "one", version, group_id, rebalance_timeout_ms=900, session_timeout_ms=5_000 if version else 900)
    two = Player(side, "two", version, group_id, rebalance_timeout_ms=900)
    yield from (one.join(), one.sync(one))
    two.post_join()
    yield two.take_join()
    yield from (two.described(), one.heartbeat(), two.sync(two))


def a_static_member_that_does_not_come_back(side, version, group_id):
    one = Player(side, "one", version, group_id, instance="i1", rebalance_timeout_ms=900, session_timeout_ms=2_500)
    two = Player(side, "two", version, group_id, rebalance_timeout_ms=900)
    yield from (one.join(), one.sync(one))
    two.post_join()
    yield two.take_join()
    yield two.described()


def a_leader_that_does_not_sync(side, version, group_id):
    one = Player(side, "one", version, group_id, rebalance_timeout_ms=900, session_timeout_ms=900 if version == 0 else 600_000)
    yield one.join()
    time.sleep(2)
    yield from (one.heartbeat(), one.described())


def static_members_that_restart(side, version, group_id):
    both = ("range", "more")
    one = Player(side, "one", version, group_id, instance="i1", protocols=both)
    two = Player(side, "two", version, group_id, instance="i2", protocols=both)
    yield from (one.join(), one.sync(one))
    yield two.must_wait()
    one.post_join()
    yield from (one.take_join(), two.take_join())
    yield one.sync(one, two)
    yield two.sync()
    # The same metadata, and the same name of the client, so that nothing has changed but the process.
    follower = Player(side, "two", version, group_id, instance="i2", protocols=both)
    leader = Player(side, "one", version, group_id, instance="i1", protocols=both)
    yield follower.join()
    yield from (follower.sync(), two.heartbeat(), two.commit(), two.sync(), two.leave(), follower.heartbeat(), one.heartbeat())
    yield leader.join()
    yield from (leader.sync(), one.heartbeat(), leader.heartbeat(), follower.heartbeat(), leader.described())
    # Other metadata is no reason to rebalance, another choice of the protocol is.
    same = Player(side, "two", version, group_id, instance="i2", protocols=both)
    yield same.join(protocols=[{"name": "range", "metadata": subscription("news")}, {"name": "more", "metadata": subscription("")}])
    yield same.described()
    changed = Player(side, "two", version, group_id, instance="i2", protocols=("more",))
    yield changed.must_wait()
    yield leader.heartbeat()
    leader.post_join()
    yield from (leader.take_join(), changed.take_join(), leader.described())


def members_that_join_again(side, version, group_id):
    """A leader starts a rebalance, a follower with nothing new does not."""
    one, two = Player(side, "one", version, group_id), Player(side, "two", version, group_id)
    yield from (one.join(), one.sync(one))
    yield two.must_wait()
    one.post_join()
    yield from (one.take_join(), two.take_join())
    yield one.sync(one, two)
    yield two.sync()
    yield two.join()
    yield one.heartbeat()
    yield one.must_wait()
    yield two.heartbeat()
    two.post_join(protocols=[{"name": "range", "metadata": subscription("news")}])
    yield from (one.take_join(), two.take_join())
    yield two.must_wait(protocols=[{"name": "range", "metadata": subscription("more news")}])
    yield one.sync(one, two)
    one.post_join()
    yield one.take_join()
    yield two.take_join()
    yield one.described()


def members_that_vote(side, version, group_id):
    one = Player(side, "one", version, group_id, protocols=("a", "b", "c"))
    two = Player(side, "two", version, group_id, protocols=("d", "c", "b"))
    three = Player(side, "three", version, group_id, protocols=("c", "b", "e"))
    four = Player(side, "four", version, group_id, protocols=("e",))
    yield one.join()
    yield two.must_wait()
    one.post_join()
    yield from (one.take_join(), two.take_join())
    yield three.must_wait()
    four.post("JoinGroup", **four.join_values({}))
    yield four.take_join()
    yield one.must_wait()
    two.post_join()
    yield from (one.take_join(), two.take_join(), three.take_join())


def a_member_that_leaves_while_others_wait(side, version, group_id):
    one, two, three = (Player(side, name, version, group_id) for name in ("one", "two", "three"))
    yield from (one.join(), one.sync(one))
    yield two.must_wait()
    yield one.leave()
    yield two.take_join()
    yield three.must_wait()
    two.post_join()
    yield from (two.take_join(), three.take_join())
    three.post_sync()
    yield three.is_silent()
    yield two.leave()
    yield three.take_sync()
    yield from (three.heartbeat(), three.join())


def a_member_that_only_has_an_id(side, version, group_id):
    one, two = Player(side, "one", version, group_id), Player(side, "two", version, group_id)
    one.post("JoinGroup", **one.join_values({}))
    answer = one.take("JoinGroup")
    one.member_id = answer["member_id"]
    yield one.text("asks", answer)
    yield from (one.heartbeat(), one.sync(), one.commit(), one.described(), one.leave(), one.leave(), one.described())
    yield two.join()
    yield from (two.sync(two), two.described())


PLAYS = [(four_members_and_one_too_many, 1), (a_member_whose_session_ends, 0), (a_member_that_does_not_come_back, 0),
         (a_static_member_that_does_not_come_back, 5), (a_leader_that_does_not_sync, 0), (static_members_that_restart, 5),
         (a_static_member_that_restarts_in_a_full_group, 5),
         (members_that_join_again, 0), (members_that_vote, 0), (a_member_that_leaves_while_others_wait, 0),
         (a_member_that_only_has_an_id, 4)]


def in_each_version(number, play, first):
    def run(side):
        lines = []
        for version in versions("JoinGroup"):
            if version < first:
                continue
            lines.append(f"version {version}")
            try:
                lines += play(side, version, f"p-{number}-{version}")
            except Exception as problem:
                raise RuntimeError("\n".join([*lines, f"{type(problem).__name__}: {problem}"])) from problem
        return "\n".join(lines)
    return scene.Scene("plays", play.__name__.replace("_", " "), run)


STEPS = [scene.Scene("plays", "a topic", lambda side: group.create_topic(side.port, "t")),
         *(in_each_version(number, play, first) for number, (play, first) in enumerate(PLAYS))]
