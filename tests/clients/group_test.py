#!/usr/bin/env python3
"""Consumer groups with librdkafka: who has which partitions, what is read, and what stays committed."""
import collections
import contextlib
import re
import shutil
import signal
import subprocess
import time

import group
import node

COOPERATIVE = {"partition.assignment.strategy": "cooperative-sticky"}
ROUND_ROBIN = {"partition.assignment.strategy": "roundrobin"}


@contextlib.contextmanager
def stage(binary, *topics, **settings):
    """A node with topics of four partitions, and its cast."""
    with node.running(binary, {**group.SETTINGS, **settings}) as running, group.Cast(binary, running) as cast:
        for topic in topics:
            group.create_topic(running.port, topic)
        yield cast


def all_of(topic):
    return {(topic, number) for number in range(4)}


def everything_read(members, count):
    """Waits until so many records were read; how often each value was."""
    group.until(lambda: f"{count} records read: {[len(member.messages()) for member in members]}",
                lambda: sum(len(member.messages()) for member in members) >= count)
    return collections.Counter(value for member in members for _, _, _, value in member.messages())


def once_each(count):
    return collections.Counter(str(number) for number in range(count))


def members_share_the_partitions_as_they_come_and_go(binary):
    with stage(binary, "t") as cast:
        one = cast.member("g", "t")
        group.wait_shared([one], "t")
        two, three = cast.member("g", "t"), cast.member("g", "t")
        group.wait_shared([one, two, three], "t")
        two.close()
        group.wait_shared([one, three], "t")
        one.tell("unsubscribe")
        group.wait_shared([three], "t")
        one.tell("subscribe t")
        group.wait_shared([one, three], "t")
        assert not any(member.said("error") for member in (one, two, three))


def more_members_than_partitions_and_one_steps_in(binary):
    with stage(binary, "t") as cast:
        members = [cast.member("g", "t") for _ in range(5)]
        group.wait_shared(members, "t")
        leaver = next(member for member in members if member.assigned)
        leaver.close()
        members.remove(leaver)
        group.wait_shared(members, "t")


def members_that_come_within_the_initial_delay_share_one_generation(binary):
    with stage(binary, "t", **{"group.initial.rebalance.delay.ms": 6000}) as cast:
        members = [cast.member("g", "t") for _ in range(4)]
        group.wait_shared(members, "t")
        assert [len(member.said("assigned")) for member in members] == [1] * 4
        assert not any(member.said("revoked") for member in members)


def round_robin_spreads_two_topics(binary):
    with stage(binary, "t", "u") as cast:
        members = [cast.member("g", "t,u", **ROUND_ROBIN) for _ in range(2)]
        group.until("four partitions each", lambda: [len(member.assigned) for member in members] == [4, 4])
        assert members[0].assigned | members[1].assigned == all_of("t") | all_of("u")


def a_killed_member_is_dropped_when_its_session_is_over_and_not_before(binary):
    with stage(binary, "t") as cast:
        stays, dies = cast.member("g", "t"), cast.member("g", "t", session_timeout_ms=10_000)
        group.wait_shared([stays, dies], "t")
        dies.tell("die")
        dies.process.wait()
        killed = time.monotonic()
        group.wait_shared([stays], "t")
        # The session counts from the last heartbeat, and one comes every 200 ms unless the machine stands still.
        assert 5 < time.monotonic() - killed < 40, f"{time.monotonic() - killed} s"


def cooperative_members_give_up_only_what_moves(binary):
    with stage(binary, "t") as cast:
        first = cast.member("g", "t", **COOPERATIVE)
        group.wait_shared([first], "t")
        second = cast.member("g", "t", **COOPERATIVE)
        group.wait_shared([first, second], "t")
        given_up = [event["partitions"] for event in first.said("revoked")]
        assert len(given_up) == 1 and len(given_up[0]) == 2, given_up
        assert all(event["cooperative"] for event in first.said("assigned"))
        second.close()
        group.wait_shared([first], "t")
        assert len(first.said("revoked")) == 1, first.events


def a_static_member_that_restarts_within_its_session_disturbs_nobody(binary):
    with stage(binary, "t") as cast:
        other = cast.member("g", "t", group_instance_id="a")
        restarts = cast.member("g", "t", group_instance_id="b")
        group.wait_shared([other, restarts], "t")
        had, before = set(restarts.assigned), len(other.events)
        for end in (restarts.close, restarts.kill):
            end()
            restarts = cast.member("g", "t", group_instance_id="b")
            group.until("the same partitions", lambda restarted=restarts: restarted.assigned == had)
        time.sleep(0.5)
        assert not other.said("assigned", before) and not other.said("revoked", before), other.events[before:]
        ids = {member["group_instance_id"] for member in group.described(cast.running.port, "g")["members"]}
        assert ids == {"a", "b"}, ids


def a_static_member_that_stays_away_loses_its_place(binary):
    with stage(binary, "t") as cast:
        other = cast.member("g", "t", group_instance_id="a")
        leaves = cast.member("g", "t", group_instance_id="b", **group.SHORT_SESSION)
        group.wait_shared([other, leaves], "t")
        leaves.close()
        group.wait_shared([other], "t")


def who_takes_a_static_members_name_fences_the_first(binary):
    with stage(binary, "t") as cast:
        first = cast.member("g", "t", group_instance_id="a")
        group.wait_shared([first], "t")
        second = cast.member("g", "t", group_instance_id="a")
        assert first.wait("error")["name"] == "_FATAL" or first.said("error")[0]["name"] == "FENCED_INSTANCE_ID"
        assert "fenced" in first.said("error")[0]["reason"].lower(), first.said("error")
        group.until("the second has all", lambda: second.assigned == all_of("t"))


def the_assignor_that_all_members_have_is_taken(binary):
    with stage(binary, "t") as cast:
        both = cast.member("g", "t", **{"partition.assignment.strategy": "range,roundrobin"})
        group.wait_shared([both], "t")
        assert group.described(cast.running.port, "g")["protocol_data"] == "range"
        one = cast.member("g", "t", **ROUND_ROBIN)
        group.wait_shared([both, one], "t")
        assert group.described(cast.running.port, "g")["protocol_data"] == "roundrobin"


def a_member_without_a_common_assignor_is_refused(binary):
    with stage(binary, "t") as cast:
        eager = cast.member("g", "t")
        group.wait_shared([eager], "t")
        other = cast.member("g", "t", **COOPERATIVE)
        assert other.wait("error")["name"] == "INCONSISTENT_GROUP_PROTOCOL", other.events
        assert eager.assigned == all_of("t")


def two_groups_know_nothing_of_each_other(binary):
    with stage(binary, "t") as cast:
        cast.producer("t", 40)
        one, two = cast.member("g", "t"), cast.member("h", "t")
        for member in (one, two):
            assert everything_read([member], 40) == once_each(40)
        one.commit()
        port = cast.running.port
        assert group.committed(port, "g", "t") == {(topic, number): 10 for topic, number in all_of("t")}
        assert group.committed(port, "h", "t") == {}


def each_record_is_read_once_while_members_come_and_go(binary, settings=None):
    with stage(binary, "t") as cast:
        cast.producer("t", 2000)
        members = [cast.member("g", "t", **settings or {})]
        everything_read(members, 100)
        members.append(cast.member("g", "t", **settings or {}))
        group.wait_shared(members, "t")
        cast.producer("t", 2000, first=2000)
        members[0].close()
        everything_read(members, 4000)
        cast.producer("t", 1000, first=4000)
        members.append(cast.member("g", "t", **settings or {}))
        assert everything_read(members, 5000) == once_each(5000)
        for member in members[1:]:
            member.close()
        ends = group.committed(cast.running.port, "g", "t")
        assert ends == {(topic, number): 1250 for topic, number in all_of("t")}, ends


def each_record_is_read_once_while_cooperative_members_come_and_go(binary):
    each_record_is_read_once_while_members_come_and_go(binary, COOPERATIVE)


def a_paused_member_keeps_its_place(binary):
    with stage(binary, "t") as cast:
        member = cast.member("g", "t", session_timeout_ms=5000)
        group.wait_shared([member], "t")
        member.ask("pause", "paused")
        cast.producer("t", 40)
        time.sleep(10)  # twice the session
        assert member.assigned == all_of("t") and len(member.said("assigned")) == 1
        paused_at = len(member.messages())
        member.tell("resume")
        assert everything_read([member], 40) == once_each(40) and paused_at == 0


def a_commit_can_be_read_as_soon_as_it_is_answered(binary):
    with stage(binary, "t") as cast:
        simple = cast.member("simple")
        for offset in range(1, 200):
            answer = simple.ask(f"commit t {offset % 4} {offset}", "done")
            assert answer["error"] == "NO_ERROR", answer
            kept = group.committed(cast.running.port, "simple", "t")
            assert kept[("t", offset % 4)] == offset, f"{kept} after {offset}"


def a_consumer_without_a_group_commits_and_goes_on_there(binary):
    with stage(binary, "t") as cast:
        cast.producer("t", 40)
        simple = cast.member("simple")
        simple.tell("assign t 1 0")
        everything_read([simple], 10)
        assert simple.commit() == {("t", 1): 10}
        simple.close()
        again = cast.member("simple")
        kept = again.ask("committed t 1", "committed")["offsets"][0]
        assert kept == ["t", 1, 10, "", "NO_ERROR"], kept


def metadata_of_a_commit_comes_back(binary):
    with stage(binary, "t") as cast:
        simple = cast.member("simple")
        for text in ("plain", "{\"where\": 7}", "gr\u00fc\u00df \u4f60\u597d \U0001f980", "m" * 4096):
            assert simple.ask(f"commit t 0 5 {text}", "done")["error"] == "NO_ERROR"
            kept = simple.ask("committed t 0", "committed")["offsets"][0]
            assert kept == ["t", 0, 5, text, "NO_ERROR"], kept
        refused = simple.ask(f"commit t 0 6 {'m' * 4097}", "done")
        assert refused["error"] == "OFFSET_METADATA_TOO_LARGE", refused["error"]
        assert simple.ask("committed t 0", "committed")["offsets"][0][2] == 5


def a_group_goes_on_after(binary, how):
    with stage(binary, "t") as cast:
        cast.producer("t", 400)
        members = [cast.member("g", "t") for _ in range(2)]
        group.wait_shared(members, "t")
        everything_read(members, 400)
        promised = {**members[0].commit(), **members[1].commit()}
        assert set(promised.values()) == {100} and len(promised) == 4, promised
        cast.running.stop(how)
        cast.running.start()
        assert group.committed(cast.running.port, "g", "t") == promised
        group.wait_shared(members, "t")
        cast.producer("t", 400, first=400)
        assert everything_read(members, 800) == once_each(800)
        group.until("commits after the restart", lambda: {**members[0].commit(), **members[1].commit()} == {
            each: 200 for each in all_of("t")})
        assert not any(event["fatal"] for member in members for event in member.said("error"))


def a_group_goes_on_after_a_restart(binary):
    a_group_goes_on_after(binary, signal.SIGTERM)


def a_group_goes_on_after_kill_9(binary):
    a_group_goes_on_after(binary, signal.SIGKILL)


def balanced_consumers_of_kcat_read_everything(binary):
    def consumer():
        return subprocess.Popen(["kcat", "-b", cast.running.address, "-G", "g", "-u", "-f", "%p %o %s\n", "-X",
                                 "auto.offset.reset=earliest", "-X", "session.timeout.ms=30000", "-X",
                                 "heartbeat.interval.ms=200", "t"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if shutil.which("kcat") is None:
        return "kcat is not installed"
    with stage(binary, "t") as cast:
        cast.producer("t", 400)
        both = [consumer(), consumer()]
        port = cast.running.port
        group.until("two members", lambda: (lambda seen: seen["group_state"] == "Stable" and len(seen["members"]) == 2)(
            group.described(port, "g")))
        cast.producer("t", 400, first=400)
        group.until("everything is committed", lambda: group.committed(port, "g", "t") == {each: 200 for each in all_of("t")})
        for each in both:
            each.send_signal(signal.SIGINT)
        said = [each.communicate(timeout=group.PATIENCE) for each in both]
        values = {line.split()[2] for output, _ in said for line in output.splitlines()}
        assert values == {str(number) for number in range(800)}, f"{len(values)} values"
        assert all(re.search("rebalanced", errors) for _, errors in said), said
        return None


TESTS = [
    members_share_the_partitions_as_they_come_and_go,
    members_that_come_within_the_initial_delay_share_one_generation, more_members_than_partitions_and_one_steps_in,
    round_robin_spreads_two_topics, a_killed_member_is_dropped_when_its_session_is_over_and_not_before,
    cooperative_members_give_up_only_what_moves, a_static_member_that_restarts_within_its_session_disturbs_nobody,
    a_static_member_that_stays_away_loses_its_place, who_takes_a_static_members_name_fences_the_first,
    the_assignor_that_all_members_have_is_taken, a_member_without_a_common_assignor_is_refused,
    two_groups_know_nothing_of_each_other, each_record_is_read_once_while_members_come_and_go,
    each_record_is_read_once_while_cooperative_members_come_and_go, a_paused_member_keeps_its_place,
    a_commit_can_be_read_as_soon_as_it_is_answered, a_consumer_without_a_group_commits_and_goes_on_there,
    metadata_of_a_commit_comes_back, a_group_goes_on_after_a_restart, a_group_goes_on_after_kill_9,
    balanced_consumers_of_kcat_read_everything,
]

if __name__ == "__main__":
    node.claims(TESTS)
