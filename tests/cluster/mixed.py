#!/usr/bin/env python3
"""Klamm beside Apache Kafka 4.3.1 in one quorum of static voters: two nodes of Kafka and one of Klamm, then one and two.

  mixed.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides klamm] [--only PART] [--quick]

PASS or FAIL for each of: they form a quorum; each kind is the active controller; topics are created, altered and deleted through
either, under a controller of either kind; records are replicated both ways; leaders fail over both ways; snapshots of the metadata
are fetched both ways; the logs are equal up to the high watermark. `--sides kafka` plays the same with one node of Kafka in the
part of Klamm, which proves the play. Parts for --only: controllers, records, snapshots, logs. --json keeps layout by layout. Closes
with `N passed, N failed, N skipped`.
"""
import sys
import time

import stage
import load
import logs
import nodes
import tools

# A snapshot after a few records, and none but the last kept, so that who comes late has to fetch one.
SETTINGS = {"metadata.log.max.record.bytes.between.snapshots": 2000, "metadata.max.retention.bytes": 1}
# Whoever stops while it leads names its successors, those alike by their numbers: only nodes 1 and 2 ever lead by turns.
LAYOUTS = {"klamm": (("kafka", "klamm", "kafka"), ("kafka", "klamm", "klamm")), "kafka": (("kafka", "kafka", "kafka"),)}
TOPIC, CONFIG_SET = 2, 0  # a kind of resource; what is done to a key
TRIES, TRIES_IN_ORDER = 12, 6
CLEAN_SECONDS = 75  # the metadata log is cleaned once a minute
FETCHES = 3  # of a snapshot, until no election has come in between


class Mixture:
    """A cluster, and its nodes by what they are; where all are alike, the second of them stands for the others."""

    def __init__(self, world, cluster, kinds, name):
        self.world, self.cluster, self.name, self.made = world, cluster, name, 0
        self.halves = {}
        for number, kind in enumerate(kinds, 1):
            alike = len(set(kinds)) == 1 and number == 2
            self.halves.setdefault("the other " + kind if alike else kind, []).append(number)

    def claim(self, holds, what, why=""):
        return self.world.found.claim(holds, f"{self.name}: {what}", str(why))

    def pairs(self):
        """Both ways: a kind and one of its nodes, the other kind and one of its."""
        (one, ones), (other, others) = self.halves.items()
        return [(one, ones[0], other, others[0]), (other, others[0], one, ones[0])]


def make_controller(mixture, numbers):
    """Ends whoever else is the active controller until one of these is; whether it came so. Who is told to end names its successors,
    which may be the same ones each time; whom chance makes the next one, who is killed does not say."""
    cluster = mixture.cluster
    for turn in range(TRIES):
        active = cluster.controller()
        if active in numbers:
            return True
        if turn < TRIES_IN_ORDER:
            cluster.nodes[active].stop()
        else:
            cluster.kill(active)
        stage.until("another leads the quorum", lambda: cluster.controller() != active, 60)
        cluster.start()
    return cluster.controller() in numbers


def is_seen(cluster, topic, count):
    """Whether each node has so many partitions of the topic; none where it is not there."""
    wanted = {(topic, index) for index in range(count + 1)}
    return nodes.if_reachable(lambda: all(len(cluster.topics(None, number).keys() & wanted) == count for number in cluster.nodes))


def value_of(cluster, number, topic, key):
    answer = cluster.ask("DescribeConfigs", 4, number, resources=[{"resource_type": TOPIC, "resource_name": topic,
                                                                   "configuration_keys": [key]}])
    return {each["name"]: each["value"] for each in answer["results"][0]["configs"]}.get(key)


def life_of_a_topic(mixture, number):
    """Creates, alters, extends and deletes a topic through node `number`; complaints."""
    cluster = mixture.cluster
    mixture.made += 1
    name = f"life-{mixture.made}"

    def done(what, answer, seen):
        if answer["error_code"]:
            return [f"{what}: error {answer['error_code']} {answer.get('error_message')}"]
        try:
            stage.until(f"{what} is seen by all", seen, 20)
        except AssertionError as problem:
            return [str(problem)]
        return []
    answer = cluster.ask("CreateTopics", 7, number, 15, timeout_ms=10_000, topics=[
        {"name": name, "num_partitions": 3, "replication_factor": 3, "assignments": [], "configs": []}])["topics"][0]
    found = done("create", answer, lambda: is_seen(cluster, name, 3))
    answer = cluster.ask("IncrementalAlterConfigs", 1, number, 15, resources=[
        {"resource_type": TOPIC, "resource_name": name, "configs": [{"name": "retention.ms", "config_operation": CONFIG_SET,
                                                                     "value": "123456"}]}])["responses"][0]
    found += done("alter", answer, lambda: nodes.if_reachable(
        lambda: all(value_of(cluster, each, name, "retention.ms") == "123456" for each in cluster.nodes)))
    answer = cluster.ask("CreatePartitions", 3, number, 15, timeout_ms=10_000, topics=[{"name": name, "count": 5, "assignments": None}])
    found += done("extend", answer["results"][0], lambda: is_seen(cluster, name, 5))
    answer = cluster.ask("DeleteTopics", 6, number, 15, timeout_ms=10_000, topics=[{"name": name}])["responses"][0]
    return found + done("delete", answer, lambda: is_seen(cluster, name, 0))


def controllers(mixture):
    for kind, numbers in mixture.halves.items():
        if not mixture.claim(make_controller(mixture, numbers), f"{kind} is the active controller", f"not within {TRIES} elections"):
            continue
        for through, (first, *_) in mixture.halves.items():
            complaints = life_of_a_topic(mixture, first)
            mixture.claim(not complaints, f"a topic's life through {through} while {kind} is the active controller", complaints)


def records(mixture):
    """Replication both ways, and a leader of each kind killed while the other kind follows, under load."""
    cluster, topics = mixture.cluster, {}
    for number, (one, leader, other, follower) in enumerate(mixture.pairs()):
        topics[f"way-{number}"] = 1
        cluster.create(f"way-{number}", [[leader, follower]], min_insync_replicas=1)
    cluster.wait_in_sync()
    with load.Load(cluster, topics, per_second=100) as loading:
        loading.wait_flowing()
        time.sleep(2)
        for number, (one, leader, other, follower) in enumerate(mixture.pairs()):
            in_sync = not {f"way-{number}"} & {topic for topic, _ in cluster.out_of_place(led=False)}
            mixture.claim(in_sync, f"{other} follows {one}", cluster.out_of_place())
            cluster.kill(leader)
            loading.wait_flowing(90)
            leads = cluster.topics([f"way-{number}"])[(f"way-{number}", 0)]["leader_id"]
            mixture.claim(leads == follower, f"{other} leads when {one} is killed", f"node {leads} leads")
            cluster.start()
            cluster.settle()
            leads = cluster.topics([f"way-{number}"])[(f"way-{number}", 0)]["leader_id"]
            mixture.claim(leads == leader, f"{one} is back, follows {other} and leads again", f"node {leads} leads")
            loading.wait_flowing(90)
        loading.judge(mixture.world.found, mixture.name)


def snapshot(mixture, kind, numbers, late_kind, late):
    """Node `late` begins with an empty disk while one of `numbers` leads a quorum whose log no longer begins at 0."""
    cluster = mixture.cluster
    if not make_controller(mixture, numbers):
        mixture.claim(False, f"{late_kind} fetches a snapshot from {kind}", f"{kind} does not become the active controller")
        return
    cluster.nodes[late].stop()
    for number in range(12):
        # On the one that never comes late, and so keeps its disk: they have no other replica.
        cluster.create(f"for-snapshots-{late}-{number}", [[max(set(cluster.nodes) - {late})]], min_insync_replicas=1)
    active = cluster.nodes[cluster.controller()]
    stage.until(lambda: f"a snapshot is there: {logs.snapshots(active)}", lambda: logs.snapshots(active)[-1:] > [0], 60)
    time.sleep(CLEAN_SECONDS)
    for _ in range(FETCHES):
        cluster.nodes[late].stop()
        cluster.wipe(late)
        led = the_quorum(cluster)
        cluster.start()
        cluster.wait_in_sync()
        leads = the_quorum(cluster)
        # Who leads in the same epoch before and after has led in between: it is whom the snapshot came from.
        is_from = led["leader_epoch"] == leads["leader_epoch"] and leads["leader_id"] in numbers
        if is_from or not make_controller(mixture, numbers):
            break
    first = [path.name for path in logs.segments(cluster.nodes[late], logs.METADATA)][0]
    mixture.claim(int(first.split(".")[0]) > 0 and is_from, f"{late_kind} fetches a snapshot from {kind}",
                  f"node {late} has {first}, snapshots {logs.snapshots(cluster.nodes[late])}; node {led['leader_id']} led in epoch "
                  f"{led['leader_epoch']}, {leads['leader_id']} leads in {leads['leader_epoch']}")


def the_quorum(cluster):
    return stage.until("the quorum has a leader", lambda: nodes.if_reachable(cluster.quorum), 30)


def play_layout(world, kinds):
    name = " + ".join(kinds)
    with nodes.Cluster(world, nodes.combined(*kinds), more=SETTINGS) as cluster:
        mixture = Mixture(world, cluster, kinds, name)
        mixture.claim(True, f"form a quorum, in {cluster.formed_seconds:.1f} s")
        if world.wants("controllers"):
            with world.scene(f"{name}: controllers of either kind"):
                controllers(mixture)
        if world.wants("records"):
            with world.scene(f"{name}: replication and failover"):
                records(mixture)
        if world.wants("snapshots"):
            for one, _, other, late in mixture.pairs():
                with world.scene(f"{name}: {other} fetches a snapshot from {one}"):
                    snapshot(mixture, one, mixture.halves[one], other, late)
        if world.wants("logs"):
            with world.scene(f"{name}: logs"):
                cluster.wait_in_sync()
                promised = cluster.promised()
                cluster.stop()
                tools.claim_equal(world, cluster, name, promised)


def play(world, side):
    for kinds in LAYOUTS[side][:1 if world.quick else None]:
        title = f"mixed: {' + '.join(kinds)}"
        with world.scene(title):
            world.once(title, side, lambda: play_layout(world, kinds))


if __name__ == "__main__":
    sys.exit(stage.main(__doc__, play))
