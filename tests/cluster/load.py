"""A steady load beside whatever a test breaks: producers of librdkafka and of Kafka's Java client, idempotent with acks=all, and a
group with a member of each that reads and commits. What was acknowledged, and when, is kept, and in the end held against what is there.
"""
import collections
import contextlib
import itertools
import subprocess
import threading
import time

from stage import until  # knows where the next ones are
import claims
import group
import kill_groups_test
import nodes

Ack = collections.namedtuple("Ack", "number topic partition offset sent acked")  # times in microseconds of the monotonic clock
GROUP = "readers"
STOP_SECONDS = 150
LOOK_BACK_US = 150_000_000  # no record waits longer
SHOWN = 5


def now():
    return time.monotonic_ns() // 1000


class Client:
    """A process that says what it does, a line each, until its stdin ends."""

    def __init__(self, name, command, folder):
        self.name = name
        self.errors = folder / f"{name}.err"
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True)
        self.failures, self.notes = [], []
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                return  # cut off by a kill
            word, _, rest = line[:-1].partition(" ")
            if word in ("failed", "fatal"):
                self.failures.append(f"{word} {rest}")
            elif word == "note":
                self.notes.append(rest)
            else:
                self.heard(word, rest.split(" "))

    def heard(self, word, rest):
        """A line of the client's own."""

    def let_end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def wait(self, seconds=STOP_SECONDS):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.failures.append(f"does not end within {seconds} s")
            self.process.kill()
            code = self.process.wait()
        self.thread.join(10)
        if code and not self.failures:
            self.failures.append(f"ended with {code}: {self.errors.read_text()[-500:]}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Producer(Client):
    def __init__(self, name, command, folder):
        self.acks = []
        super().__init__(name, command, folder)

    def heard(self, word, rest):
        if word == "ack":
            number, topic, partition, offset, sent, acked = rest
            self.acks.append(Ack(int(number), topic, int(partition), int(offset), int(sent), int(acked)))


class JavaMember(Client):
    def __init__(self, name, command, folder):
        self.read, self.committed = set(), {}
        super().__init__(name, command, folder)

    def heard(self, word, rest):
        if word == "got":
            self.read.add(((rest[0], int(rest[1]), int(rest[2])), (rest[3], int(rest[4]))))
        elif word == "committed":
            where = (rest[0], int(rest[1]))
            self.committed[where] = max(int(rest[2]), self.committed.get(where, 0))


class Contents(Client):
    """All records of some topics, as they are in the end: (topic, partition, offset) to key, producer and number."""

    def __init__(self, name, command, folder):
        self.records, self.end = {}, None
        super().__init__(name, command, folder)

    def heard(self, word, rest):
        if word == "rec":
            self.records[(rest[0], int(rest[1]), int(rest[2]))] = (rest[3], rest[4], int(rest[5]))
        elif word == "end":
            self.end = int(rest[0])


def contents(cluster, topics, name="contents", at=None):
    command = cluster.world.programs.java("all", at or cluster.bootstrap, cluster.client_properties, ",".join(topics))
    client = Contents(name, command, cluster.folder)
    client.wait()
    if client.failures or client.end != len(client.records):
        raise RuntimeError(f"{len(client.records)} records read of {client.end}: {client.failures}")
    return client.records


def committed(cluster, topics):
    """The group's offsets as its coordinator has them, by topic and partition; None while there is none that answers."""
    with contextlib.suppress(nodes.Unreachable):
        found = cluster.ask("FindCoordinator", 4, key_type=0, coordinator_keys=[GROUP])["coordinators"][0]
        if found["error_code"] == 0:
            asked = [{"name": topic, "partition_indexes": list(range(count))} for topic, count in topics.items()]
            answer = cluster.ask("OffsetFetch", 8, found["node_id"], require_stable=True,
                                 groups=[{"group_id": GROUP, "topics": asked}])["groups"][0]
            parts = [(topic["name"], part) for topic in answer["topics"] for part in topic["partitions"]]
            if answer["error_code"] == 0 and all(part["error_code"] == 0 for _, part in parts):
                return {(topic, part["partition_index"]): part["committed_offset"] for topic, part in parts
                        if part["committed_offset"] >= 0}
    return None


class Load:
    """`topics` is names to numbers of partitions. `clients` are those that produce. A client gives up a request that is not answered
    within `request_ms`; by default, that is half a minute for Java's and a whole one for librdkafka."""

    def __init__(self, cluster, topics, per_second=200, clients=("librdkafka", "java"), with_group=True, request_ms=None):
        self.cluster, self.topics = cluster, topics
        self.producers, self.members, self.java_members, self.skipped = [], [], [], ""
        self.over = threading.Event()
        self.committing = threading.Thread(target=self.commit_again_and_again, daemon=True)
        programs, secure = cluster.world.programs, cluster.secure
        if "kafka" in cluster.kinds and secure.librdkafka_is_refused:
            self.skipped = secure.librdkafka_is_refused
        elif programs.producer is None:
            self.skipped = programs.reason
        names = ",".join(topics)
        options, java = {**secure.librdkafka()}, {**secure.java()}
        if request_ms:
            options["socket.timeout.ms"] = java["request.timeout.ms"] = request_ms
        properties = claims.write_properties(cluster.folder / "load.properties", java)
        if "librdkafka" in clients and not self.skipped:
            words = [part for key in options for part in ("-X", f"{key}={options[key]}")]
            if request_ms:
                words += ["-X", f"request.timeout.ms={request_ms - 1000}"]  # what the broker is told to wait for the others
            self.producers.append(Producer("librdkafka", [programs.producer, cluster.bootstrap, names, per_second, "librdkafka", *words],
                                           cluster.folder))
        if "java" in clients:
            self.producers.append(Producer("java", programs.java("produce", cluster.bootstrap, properties, names, per_second, "java"),
                                           cluster.folder))
        if with_group:
            self.join(programs, names, options, properties)

    def join(self, programs, names, options, properties):
        if not self.skipped:
            self.members.append(group.Member(programs.member, self.cluster.bootstrap, GROUP, names, **options, **{
                "partition.assignment.strategy": "roundrobin", "session.timeout.ms": 10_000, "heartbeat.interval.ms": 1000,
                "topic.metadata.refresh.interval.ms": 5000}))
        self.java_members.append(JavaMember("java-member", programs.java("member", self.cluster.bootstrap, properties, names, GROUP),
                                            self.cluster.folder))
        self.committing.start()

    def commit_again_and_again(self):
        while not self.over.wait(0.5):
            for member in self.members:
                member.tell("commit-later")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for client in [*self.producers, *self.java_members]:
            client.kill()
        for member in self.members:
            if member.process.poll() is None:
                member.kill()

    # --- while it runs

    def flows_since(self, when, producer):
        """Whether each topic has had a record acknowledged that was sent after `when`."""
        lately = itertools.takewhile(lambda ack: ack.acked > when, reversed(producer.acks))
        return {ack.topic for ack in lately if ack.sent > when} == set(self.topics)

    def wait_flowing(self, seconds=60):
        """Until every producer has written to each topic what it sent from now on; when that was."""
        when = now()
        until(lambda: f"acknowledgements go on: {[(each.name, len(each.acks), each.failures[:2]) for each in self.producers]}",
              lambda: all(self.flows_since(when, each) for each in self.producers), seconds, pause=0.05)
        return now()

    def gaps(self, began, ended, topics=None):
        """By producer, the longest time in ms between two acknowledgements of one partition, of those that end between two times."""
        found = {}
        for producer in self.producers:
            times = collections.defaultdict(list)
            for ack in itertools.takewhile(lambda ack: ack.acked > began - LOOK_BACK_US, reversed(producer.acks)):
                if topics is None or ack.topic in topics:
                    times[(ack.topic, ack.partition)].append(ack.acked)
            found[producer.name] = max((after - before for all_of in times.values() for before, after in itertools.pairwise(sorted(all_of))
                                        if began <= after and before <= ended), default=0) / 1000
        return found

    def latencies(self, began=0, ended=1 << 62):
        """By producer, the sorted times in ms from a record's sending to its acknowledgement."""
        return {producer.name: sorted((ack.acked - ack.sent) / 1000 for ack in producer.acks if began <= ack.sent <= ended)
                for producer in self.producers}

    def failures(self):
        found = [f"{client.name}: {failure}" for client in [*self.producers, *self.java_members] for failure in client.failures]
        return found + [f"librdkafka-member: {event}" for member in self.members for event in member.said("error") if event["fatal"]]

    # --- in the end

    def judge(self, found, name):
        """Ends the load; the claims of the contract, with everything that is there."""
        for producer in self.producers:
            producer.let_end()
        for producer in self.producers:
            producer.wait()
        there = contents(self.cluster, self.topics)
        failures, acks = self.failures(), [(producer.name, ack) for producer in self.producers for ack in producer.acks]
        found.claim(not failures, f"{name}: no client has failed", "\n".join(failures[:SHOWN]))
        claim_complaints(found, f"{name}: of {len(acks)} acknowledged records none is lost", lost(acks, there))
        claim_complaints(found, f"{name}: nothing is there twice, and nothing that nobody sent", twice(there, self.producers))
        claim_complaints(found, f"{name}: each key's records are in order", disordered(there))
        if self.java_members:
            self.judge_group(found, name, there)

    def promised(self):
        found = kill_groups_test.promised(self.members)
        for member in self.java_members:
            for where, offset in member.committed.items():
                found[where] = max(offset, found.get(where, 0))
        return found

    def judge_group(self, found, name, there):
        ends = {}
        for topic, partition, offset in there:
            ends[(topic, partition)] = max(offset + 1, ends.get((topic, partition), 0))
        kept = {}

        def is_all_committed():
            kept.update(committed(self.cluster, self.topics) or {})
            return kept == ends
        with contextlib.suppress(AssertionError):
            until("all is committed", is_all_committed, 60, pause=0.5)
        self.over.set()
        for member in self.java_members:
            member.let_end()
            member.wait(60)
        for member in self.members:
            # What was committed may still be on its way from there to here, as read.
            with contextlib.suppress(subprocess.TimeoutExpired):
                member.close()
        found.claim(kept == ends, f"{name}: the group has committed all that there is", f"ends {ends}, committed {kept}")
        behind = {where: (offset, kept.get(where)) for where, offset in self.promised().items() if kept.get(where, -1) < offset}
        found.claim(not behind, f"{name}: no acknowledged commit is lost", f"acknowledged, and what is left: {behind}")
        claim_complaints(found, f"{name}: the group has read every record as it is", unlike(self.read_by_group(), there))

    def read_by_group(self):
        """Pairs of a place and what was read there, by whichever member and however often."""
        found = {((topic, partition, offset), (value.split(" ")[0], int(value.split(" ")[1])))
                 for member in self.members for topic, partition, offset, value in member.messages()}
        return found.union(*(member.read for member in self.java_members))


def claim_complaints(found, what, complaints):
    found.claim(not complaints, what, f"{len(complaints)} times; " + "; ".join(complaints[:SHOWN]))


def lost(acks, there):
    return [f"{name} {ack.number} was acknowledged at {ack.topic}-{ack.partition} {ack.offset}, where {there.get(ack[1:4], 'nothing')} is"
            for name, ack in acks if there.get(ack[1:4], ("", "", -1))[1:] != (name, ack.number)]


def twice(there, producers):
    places = collections.defaultdict(list)
    for where, (_, name, number) in there.items():
        places[(name, number)].append(where)
    known = {producer.name for producer in producers}
    return ([f"{who} is at {where}" for who, where in places.items() if len(where) > 1]
            + [f"{who} was not sent" for who in places if who[0] not in known])


def disordered(there):
    last, found = {}, []
    for where in sorted(there):
        key, name, number = there[where]
        of = (where[0], where[1], key, name)
        if number <= last.get(of, -1):
            found.append(f"{name} {number} at {where} is behind {last[of]}, key {key}")
        last[of] = max(number, last.get(of, -1))
    return found


def unlike(read, there):
    places = {where for where, _ in read}
    return ([f"{where} was never read" for where in there if where not in places]
            + [f"{where} was read as {value}, and is {there.get(where)}" for where, value in read
               if there.get(where, ("", "", -1))[1:] != value])
