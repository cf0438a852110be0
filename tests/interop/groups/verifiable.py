"""VerifiableConsumer, unmodified: several members, one killed and started again, one ended and started again, while records come.

Its own events tell what must hold: a session reads without gaps, begins where nothing was left out and nothing that was committed
is read again, and in the end everything was read and is committed.
"""
import json
import signal
import subprocess
import threading
import time

import group
from scene import Scene

# The second lot comes when all rebalances are over: a cooperative member that was refused a commit during one has
# nothing more to commit until it reads again.
LOTS, PER_SECOND, PARTITIONS = (4_000, 400), 400, 4
RECORDS = sum(LOTS)
COMMITS = "heartbeat.interval.ms=300\nreconnect.backoff.max.ms=200\nmetadata.max.age.ms=2000\n"
SESSION_MS = 6_000


class Consumer:
    """One process; its events as they come."""

    def __init__(self, side, topic, group_id, number, static, assignor):
        (side.folder / "member.properties").write_text(COMMITS)
        options = ["--group-instance-id", f"v{number}"] if static else []
        self.process = subprocess.Popen(
            side.tools.command("kafka-verifiable-consumer", "--bootstrap-server", side.node.address, "--topic", topic, "--group-id",
                               group_id, "--session-timeout", SESSION_MS, "--assignment-strategy",
                               f"org.apache.kafka.clients.consumer.{assignor}", "--command-config",
                               side.folder / "member.properties", *options),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.events, self.assigned, self.killed = [], set(), False
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        for line in self.process.stdout:
            if not line.startswith("{") or not line.endswith("}\n"):
                continue  # what a kill cut off
            event = json.loads(line)
            partitions = {each["partition"] for each in event.get("partitions", [])}
            if event["name"] == "partitions_assigned":
                self.assigned = self.assigned | partitions
            elif event["name"] == "partitions_revoked":
                self.assigned = self.assigned - partitions
            self.events.append(event)

    def named(self, name):
        return [event for event in self.events if event["name"] == name]

    def end(self, how):
        self.killed = how == signal.SIGKILL
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=60)
        self.thread.join()
        if self.killed:
            self.assigned = set()


def produce(side, topic, lot):
    return subprocess.Popen([side.programs / "tests" / "klamm_acked_producer", side.node.address, topic, str(LOTS[lot]),
                             str(PER_SECOND), str(PARTITIONS), str(sum(LOTS[:lot]))], stdout=subprocess.DEVNULL)


def shared_out(consumers):
    held = [partition for consumer in consumers for partition in consumer.assigned]
    return sorted(held) == list(range(PARTITIONS)) and all(consumer.assigned for consumer in consumers)


def complaints(everyone):
    """What the events of all members, in the order of their times, say that must not be."""
    found = []
    read_to, committed = {number: 0 for number in range(PARTITIONS)}, {number: 0 for number in range(PARTITIONS)}
    position = {}  # of each member and partition, in its present session
    times = sorted(((event["timestamp"], number, event) for number, consumer in enumerate(everyone) for event in consumer.events),
                   key=lambda each: each[:2])
    for _, number, event in times:
        if event["name"] in ("partitions_assigned", "partitions_revoked"):
            for each in event["partitions"]:
                position.pop((number, each["partition"]), None)
        elif event["name"] == "records_consumed":
            for each in event["partitions"]:
                partition, first, after = each["partition"], each["minOffset"], each["maxOffset"] + 1
                begun = position.get((number, partition))
                if each["count"] != after - first:
                    found.append(f"{each['count']} records from {first} to {after}")
                if begun is not None and first != begun:
                    found.append(f"member {number} jumps in partition {partition} from {begun} to {first}")
                if begun is None and not committed[partition] <= first <= read_to[partition]:
                    found.append(f"member {number} begins partition {partition} at {first}; committed {committed[partition]}, read "
                                 f"{read_to[partition]}")
                position[(number, partition)] = after
                read_to[partition] = max(read_to[partition], after)
        elif event["name"] == "offsets_committed" and event["success"]:
            for each in event["offsets"]:
                committed[each["partition"]] = max(committed[each["partition"]], each["offset"])
    ends = {number: RECORDS // PARTITIONS for number in range(PARTITIONS)}
    return found + ([f"read to {read_to}"] if read_to != ends else []) + ([f"committed {committed}"] if committed != ends else [])


def drama(side, name, static, assignor):
    topic = group_id = f"verified-{name}"
    group.create_topic(side.port, topic, PARTITIONS)

    def start(number):
        everyone.append(Consumer(side, topic, group_id, number, static, assignor))
        return everyone[-1]
    everyone = []
    members = [start(number) for number in range(3)]
    try:
        group.until("shared out", lambda: shared_out(members), 60)
        producer = produce(side, topic, 0)
        time.sleep(1)
        before = sum(len(member.named("partitions_assigned")) for member in members[:2])
        for how in (signal.SIGKILL, signal.SIGTERM):
            members[2].end(how)
            time.sleep(0.5)
            members[2] = start(2)
            group.until(lambda: f"shared out again: {[(sorted(member.assigned), member.events[-2:]) for member in members]}",
                        lambda: shared_out(members), 60)
            time.sleep(1)
        assert producer.wait(60) == 0, "records are not acknowledged"
        assert produce(side, topic, 1).wait(60) == 0, "records are not acknowledged"
        disturbed = sum(len(member.named("partitions_assigned")) for member in members[:2]) - before
        ends = {(topic, number): RECORDS // PARTITIONS for number in range(PARTITIONS)}
        group.until("all is committed", lambda: group.committed(side.port, group_id, topic) == ends, 60)
        for member in members:
            member.end(signal.SIGTERM)
        closed = sum(bool(member.named("shutdown_complete")) for member in everyone)
        # A member that is killed takes with it what it would have said.
        return "\n".join([f"{RECORDS} records read and committed", f"{closed} of {len(everyone)} members ended by themselves",
                          f"the others were {'disturbed' if disturbed else 'left alone'}", *complaints(everyone)])
    finally:
        for member in everyone:
            if member.process.poll() is None:
                member.end(signal.SIGKILL)


STEPS = [
    Scene("kafka-verifiable-consumer", "members that are killed and ended", lambda side: drama(side, "range", False, "RangeAssignor")),
    Scene("kafka-verifiable-consumer", "static members that are killed and ended",
          lambda side: drama(side, "static", True, "RangeAssignor")),
    Scene("kafka-verifiable-consumer", "cooperative members that are killed and ended",
          lambda side: drama(side, "coop", False, "CooperativeStickyAssignor")),
]
