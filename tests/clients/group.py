"""Groups for the scripts beside this: members played by klamm_group_member, and a look at a group from outside."""
import collections
import contextlib
import json
import signal
import subprocess
import threading
import time

import wire

# Small and quick: few partitions of offsets, short sessions allowed, a rebalance at once. A session is longer than a machine
# stands still, unless its end is what a test waits for: a member that is dropped in between reads again what it did not commit.
SETTINGS = {"offsets.topic.num.partitions": 4, "group.min.session.timeout.ms": 500, "group.initial.rebalance.delay.ms": 0,
            "num.partitions": 4, "offsets.retention.minutes": 600}
SESSION = {"session.timeout.ms": 30_000}
SHORT_SESSION = {"session.timeout.ms": 1500}
COORDINATOR_AWAY = (14, 15, 16)
PATIENCE = 60


def until(what, true, seconds=PATIENCE):
    """Waits for `true()` to be so; its value."""
    end = time.monotonic() + seconds
    while not (value := true()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)
    return value


class Member:
    """A process; what it said so far."""

    def __init__(self, program, address, group, topics="-", **settings):
        chosen = {**SESSION, **{key.replace("_", "."): value for key, value in settings.items()}}
        options = [part for key, value in chosen.items() for part in ("-X", f"{key}={value}")]
        self.process = subprocess.Popen([program, address, group, topics, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, encoding="utf-8")
        self.events, self.changed = [], threading.Condition()
        self.assigned = set()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self):
        for line in self.process.stdout:
            event = json.loads(line)
            partitions = {tuple(each) for each in event.get("partitions", [])}
            with self.changed:
                if event["event"] == "assigned":
                    self.assigned = self.assigned | partitions
                elif event["event"] in ("revoked", "lost"):
                    self.assigned = self.assigned - partitions
                self.events.append(event)
                self.changed.notify_all()

    def tell(self, command):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()

    def said(self, kind, since=0):
        return [event for event in self.events[since:] if event["event"] == kind]

    def wait(self, kind, since=0, seconds=PATIENCE, where=lambda event: True):
        """The first event of a kind from the `since`th on."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                found = [event for event in self.said(kind, since) if where(event)]
                if found:
                    return found[0]
                if not self.changed.wait(end - time.monotonic()):
                    raise AssertionError(f"no {kind!r} within {seconds} s, but {self.events[-8:]}")

    def ask(self, command, answer):
        since = len(self.events)
        self.tell(command)
        return self.wait(answer, since)

    def commit(self):
        """Commits the positions; what is committed then, topic and partition to offset."""
        answer = self.ask("commit", "done")
        return {(topic, partition): offset for topic, partition, offset, _, error in answer["offsets"]
                if offset >= 0 and error == "NO_ERROR"}

    def messages(self):
        return [(event["topic"], event["partition"], event["offset"], event["value"]) for event in self.said("message")]

    def close(self):
        """When it returns, all that the member has said is among its events."""
        if self.process.poll() is None:
            self.tell("close")
        self.process.wait(timeout=PATIENCE)
        self.listener.join(PATIENCE)

    def kill(self):
        """What it said before is heard."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.listener.join(PATIENCE)
        self.assigned = set()


class Cast:
    """The members of a test, all gone at its end."""

    def __init__(self, binary, running):
        self.programs, self.running, self.members = binary.parent / "tests", running, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            if member.process.poll() is None:
                member.kill()

    def member(self, group, topics="-", **settings):
        self.members.append(Member(self.programs / "klamm_group_member", self.running.address, group, topics, **settings))
        return self.members[-1]

    def producer(self, topic, count, partitions=4, first=0):
        """Records whose values are numbers, spread over the partitions."""
        for partition in range(partitions):
            lines = "".join(f"{number}\n" for number in range(first, first + count) if number % partitions == partition)
            subprocess.run(["kcat", "-m", "60", "-b", self.running.address, "-P", "-t", topic, "-p", str(partition),
                            "-X", "topic.metadata.refresh.interval.ms=200"],
                           input=lines, text=True, check=True, capture_output=True, timeout=120)


def shared_out(members, topic, partitions=4):
    """Whether each partition is with exactly one of the members, and each member has some while there are enough."""
    held = collections.Counter(each for member in members for each in member.assigned if each[0] == topic)
    return held == collections.Counter({(topic, number): 1 for number in range(partitions)}) and (
        len(members) > partitions or all(member.assigned for member in members))


def wait_shared(members, topic, partitions=4, seconds=PATIENCE):
    until(lambda: f"{topic} shared out: {[sorted(member.assigned) for member in members]}",
          lambda: shared_out(members, topic, partitions), seconds)


def create_topic(port, topic, partitions=4):
    with wire.Wire(port) as client:
        answer = client.call("CreateTopics", 5, timeout_ms=60_000, topics=[
            {"name": topic, "num_partitions": partitions, "replication_factor": 1}])
        code = answer["topics"][0]["error_code"]
        assert code in (0, 36), f"CreateTopics of {topic}: {code}"


def committed(port, group, topic, partitions=4, seconds=PATIENCE):
    """The group's offsets as a stranger reads them, once the coordinator has loaded them."""
    def read():
        with contextlib.suppress(OSError, EOFError), wire.Wire(port, seconds=30) as client:
            answer = client.call("OffsetFetch", 8, require_stable=True, groups=[
                {"group_id": group, "topics": [{"name": topic, "partition_indexes": list(range(partitions))}]}])["groups"][0]
            codes = {answer["error_code"]} | {part["error_code"] for each in answer["topics"] for part in each["partitions"]}
            if not codes & set(COORDINATOR_AWAY):
                assert codes == {0}, f"OffsetFetch of {group}: {codes}"
                return [answer]
        return None
    answer = until(f"OffsetFetch of {group}", read, seconds)[0]
    return {(topic, part["partition_index"]): part["committed_offset"] for each in answer["topics"]
            for part in each["partitions"] if part["committed_offset"] >= 0}


def described(port, group):
    with wire.Wire(port) as client:
        return client.call("DescribeGroups", 5, groups=[group])["groups"][0]
