#!/usr/bin/env python3
"""Kafka's own tools, unmodified, at a cluster of several nodes: what they say of a healthy one, of one that lacks a node, and of one
whose controller and brokers are apart; and the dump tool over every log of every node.

  tools.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm]
           [--only healthy|degraded|elections|moves|features|dump|apart]
           [--json FILE]

Closes with `N passed, N failed, N skipped`.
"""
import base64
import concurrent.futures
import json
import re
import subprocess
import sys

import stage
import claims
import failover
import judge
import logs
import nodes

PARTITIONS = {"wide": 6, "led-by-1": 1, "led-by-2": 1, "led-by-3": 1, "alone": 1}
FILTERS = ("--under-replicated-partitions", "--unavailable-partitions", "--under-min-isr-partitions", "--at-min-isr-partitions")


class Said:
    """Claims about the outputs of tools."""

    def __init__(self, world, cluster, name):
        self.world, self.cluster, self.name = world, cluster, name

    def text(self, tool, *arguments, at=None):
        done = self.cluster.tool(tool, *arguments, at=at)
        return done.returncode, done.stdout + done.stderr

    def claim(self, what, *patterns, of, never=None):
        """`of` is a code and an output: 0, in which each pattern is found, and `never` is not."""
        code, text = of
        missing = [pattern for pattern in patterns if not re.search(pattern, text)]
        seen = never is not None and re.search(never, text)
        return self.world.found.claim(code == 0 and not missing and not seen, f"{self.name}: {what}",
                                      f"exit code {code}, without {missing}, with {seen and seen[0]!r}:\n{text}")

    def subcommand(self, tool, command, *arguments, controllers=False):
        """Tools whose options belong to their commands, or that may be pointed at the controllers."""
        option = ("--bootstrap-controller", self.cluster.controllers_bootstrap) if controllers else ("--bootstrap-server",
                                                                                                     self.cluster.bootstrap)
        config = ("--command-config", self.cluster.client_properties)
        words = [command, *option, *config] if tool == "kafka-cluster" else [*option, *config, command]
        done = self.world.tools.run(tool, *words, *arguments)
        return done.returncode, done.stdout + done.stderr


def described(text):
    """Lines of kafka-topics that are about partitions: (topic, partition) to leader, replicas, in sync."""
    found = {}
    for line in text.splitlines():
        each = re.match(r"\tTopic: (\S+)\tPartition: (\d+)\tLeader: (\S+)\tReplicas: (\S*)\tIsr: (\S*)\t", line)
        if each:
            found[(each[1], int(each[2]))] = (each[3], each[4].split(","), each[5].split(","))
    return found


def prepare(world, cluster):
    failover.create_topics(cluster)
    assert cluster.tool("kafka-topics", "--create", "--topic", "wide", "--partitions", 6, "--replication-factor", 3, "--config",
                        "retention.ms=86400000").returncode == 0
    done = cluster.tool("kafka-producer-perf-test", "--topic", "wide", "--num-records", 3000, "--record-size", 200, "--throughput", -1,
                        "--command-property", "acks=all", seconds=120)
    assert "3000 records sent" in done.stdout, done.stdout + done.stderr
    done = claims.Tools(world.tools, cluster.bootstrap, cluster.client_properties).consume("wide", 100, "--group", "tool-readers")
    assert len(done.stdout.splitlines()) == 100, claims.last_error(done)


def healthy(said, cluster):
    leader = cluster.controller()
    status = said.subcommand("kafka-metadata-quorum", "describe", "--status")
    voters = [rf'CurrentVoters: .*"id": {number}\b' for number in cluster.nodes]
    said.claim("kafka-metadata-quorum --status", rf"ClusterId: +{cluster.id}", rf"LeaderId: +{leader}\b", r"LeaderEpoch: +\d+",
               r"HighWatermark: +\d+", r"MaxFollowerLag: +\d+", r"CurrentObservers: +\[\]", of=status)
    said.claim("it names all voters", *voters, of=status)
    status = said.subcommand("kafka-metadata-quorum", "describe", "--status", controllers=True)
    said.claim("kafka-metadata-quorum --status, of the controllers", rf"LeaderId: +{leader}\b", of=status)
    rows = said.subcommand("kafka-metadata-quorum", "describe", "--replication")
    said.claim("kafka-metadata-quorum --replication", rf"(?m)^{leader}\s+\S+\s+\d+\s+0\s+\d+\s+\d+\s+Leader",
               *(rf"(?m)^{number}\s+\S+\s+\d+\s+\d+\s+\d+\s+\d+\s+Follower" for number in cluster.nodes if number != leader), of=rows)
    rows = said.subcommand("kafka-metadata-quorum", "describe", "--replication", "--human-readable")
    said.claim("and to be read", r"(?m)^\d+\s+\S+\s+\d+\s+\d+\s+\d+ ms ago\s+\d+ ms ago\s+Follower", of=rows)
    said.claim("kafka-cluster cluster-id", rf"Cluster ID: {cluster.id}", of=said.subcommand("kafka-cluster", "cluster-id"))
    endpoints = [rf"(?m)^{node.spec.number}\s+{node.place.host}\s+{node.place.port}\s.*unfenced\s+broker" for node in cluster.brokers()]
    said.claim("kafka-cluster list-endpoints", *endpoints, of=said.subcommand("kafka-cluster", "list-endpoints"))
    endpoints = [rf"(?m)^{node.spec.number}\s+\S+\s+{node.place.controller_port}\s.*controller" for node in cluster.nodes.values()]
    said.claim("of the controllers", *endpoints, of=said.subcommand("kafka-cluster", "list-endpoints", controllers=True))
    said.claim("kafka-broker-api-versions", *(rf":{node.place.port} \(id: {node.spec.number} rack: null isFenced: false\) -> \("
                                              for node in cluster.brokers()), of=said.text("kafka-broker-api-versions"))
    code, text = said.text("kafka-topics", "--describe", "--exclude-internal")
    found = described(text)
    wanted = {(topic, part) for topic, count in PARTITIONS.items() if topic != "alone" for part in range(count)}
    said.world.found.claim(code == 0 and set(found) == wanted and all(sorted(part[2]) == ["1", "2", "3"] for part in found.values()),
                           f"{said.name}: kafka-topics --describe: all partitions, three in sync each", text)
    said.claim("--topics-with-overrides", r"Topic: wide\t.*retention.ms=86400000", never=r"\tPartition: ",
               of=said.text("kafka-topics", "--describe", "--topics-with-overrides"))
    for chosen in FILTERS:
        said.claim(f"kafka-topics --describe {chosen}: none", never="Partition: ", of=said.text("kafka-topics", "--describe", chosen))
    topic_id = cluster.ask("Metadata", 12, topics=[{"name": "wide"}], allow_auto_topic_creation=False)["topics"][0]["topic_id"]
    text_of_id = base64.urlsafe_b64encode(topic_id.bytes).decode().rstrip("=")
    for chosen in (f"--topic-id={text_of_id}", "--topic=wi.e"):
        code, text = said.text("kafka-topics", "--describe", chosen)
        said.world.found.claim(code == 0 and set(described(text)) == {("wide", part) for part in range(PARTITIONS["wide"])},
                               f"{said.name}: kafka-topics --describe {chosen.split('=')[0]}: that topic and no other", text)
    code, text = said.text("kafka-topics", "--describe", "--exclude-internal", "--partition-size-limit-per-response", 2)
    said.world.found.claim(code == 0 and set(described(text)) == wanted,
                           f"{said.name}: kafka-topics --describe --partition-size-limit-per-response 2: all partitions", text)
    said.claim("kafka-topics --describe --if-exists: nothing of what is not there", never="Topic: ",
               of=said.text("kafka-topics", "--describe", "--if-exists", "--topic", "nothere"))
    code, text = said.text("kafka-topics", "--describe", "--topic", "nothere")
    said.claim("and without it an error", "does not exist", of=(code - 1, text))


def degraded(said, cluster, gone):
    """Without a node, that alone has the partition `alone`."""
    three_each = {(topic, part) for topic, count in PARTITIONS.items() if topic != "alone" for part in range(count)}
    alone = ("alone", 0)
    expected = {"--under-replicated-partitions": three_each, "--unavailable-partitions": {alone},
                "--under-min-isr-partitions": {alone}, "--at-min-isr-partitions": three_each}
    for chosen in FILTERS:
        code, text = said.text("kafka-topics", "--describe", "--exclude-internal", chosen)
        # Where the last replica is kept as one that may be elected, the set in sync is empty; else it stays in it.
        found = set(described(text)) - ({alone} if chosen in ("--under-replicated-partitions", "--at-min-isr-partitions") else set())
        said.world.found.claim(code == 0 and found == expected[chosen],
                               f"{said.name}: kafka-topics --describe {chosen}: those of node {gone}",
                               f"{sorted(found ^ expected[chosen])} differ:\n{text}")
    code, text = said.text("kafka-topics", "--describe", "--topic", "led-by-.*")
    left = described(text)
    forgotten = len(left) == 3 and all(str(gone) not in in_sync and leader != str(gone) for leader, _, in_sync in left.values())
    said.world.found.claim(code == 0 and forgotten, f"{said.name}: node {gone} neither leads nor is in sync", text)
    fenced = rf"(?m)^{gone}\s.*\sfenced\s+broker"
    said.claim("kafka-cluster list-endpoints leaves it out", never=rf"(?m)^{gone}\s", of=said.subcommand("kafka-cluster", "list-endpoints"))
    said.claim("--include-fenced-brokers says fenced", fenced,
               of=said.subcommand("kafka-cluster", "list-endpoints", "--include-fenced-brokers"))
    said.claim("kafka-metadata-quorum --status", r"LeaderId: +\d+", r"MaxFollowerLag: +[1-9]",
               of=said.subcommand("kafka-metadata-quorum", "describe", "--status"))


def elections(said, cluster, back):
    """The node is back and leads nothing yet."""
    def elect(*arguments):
        return said.text("kafka-leader-election", "--election-type", "preferred", *arguments)
    one = ("--topic", f"led-by-{back}", "--partition", "0")
    said.claim("kafka-leader-election of one partition", rf"Successfully completed leader election \(PREFERRED\) .*led-by-{back}-0",
               of=elect(*one))
    said.claim("and once more", rf"Valid replica already elected for partitions led-by-{back}-0", of=elect(*one))
    plan = cluster.folder / "elections.json"
    plan.write_text(json.dumps({"partitions": [{"topic": "led-by-1", "partition": 0}, {"topic": "wide", "partition": 0}]}))
    said.claim("of those in a file", "leader election|already elected", never="Error", of=elect("--path-to-json-file", plan))
    said.claim("of all", never="Error", of=elect("--all-topic-partitions"))
    stage.until("all have their preferred leaders", lambda: nodes.if_reachable(lambda: not cluster.out_of_place()), 30)
    code, text = said.text("kafka-topics", "--describe")
    said.world.found.claim(code == 0 and all(part[0] == part[1][0] for part in described(text).values()),
                           f"{said.name}: every partition is led by its preferred leader", text)
    code, text = elect("--topic", "nothere", "--partition", "0")
    said.claim("of what is not there", "Error completing leader election", of=(code - 1, text))


def plan_of(cluster, name, replicas):
    """The file of a plan: which brokers are to have each partition of `roaming`."""
    path = cluster.folder / f"{name}.json"
    path.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": "roaming", "partition": number, "replicas": ids} for number, ids in replicas.items()]}))
    return path


def moves(said, cluster):
    """Partitions of two replicas go to the third node while they are written to; a move that is held back is called off, and one is
    let go on."""
    records = 20_000

    def reassign(*arguments):
        return said.text("kafka-reassign-partitions", *arguments)

    def has_ended(plan):
        code, text = reassign("--verify", "--preserve-throttles", "--reassignment-json-file", plan)
        return code == 0 and "in progress" not in text and "is completed" in text
    cluster.create("roaming", [[1, 2], [2, 3]], min_insync_replicas=1)
    topics = cluster.folder / "to-move.json"
    topics.write_text(json.dumps({"version": 1, "topics": [{"topic": "roaming"}]}))
    proposed = reassign("--generate", "--topics-to-move-json-file", topics, "--broker-list", "1,2,3")
    said.claim("kafka-reassign-partitions --generate", "Current partition replica assignment",
               "Proposed partition reassignment configuration", of=proposed)
    plan = plan_of(cluster, "there", {0: [3, 2], 1: [1, 3]})
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        produced = beside.submit(cluster.tool, "kafka-producer-perf-test", "--topic", "roaming", "--num-records", records,
                                 "--record-size", 200, "--throughput", 2000, "--command-property", "acks=all", seconds=120)
        said.claim("--execute, while records come", "Successfully started partition reassignments for roaming-0,roaming-1",
                   of=reassign("--execute", "--reassignment-json-file", plan))
        stage.until("all is moved", lambda: has_ended(plan), 120, 1)
        done = produced.result()
    said.claim("everything was produced", f"{records} records sent", of=(done.returncode, done.stdout + done.stderr))
    said.claim("nothing is moved any more", "No partition reassignments found", of=reassign("--list"))
    code, text = said.text("kafka-topics", "--describe", "--topic", "roaming")
    found = {where[1]: replicas for where, (_, replicas, _) in described(text).items()}
    said.world.found.claim(code == 0 and found == {0: ["3", "2"], 1: ["1", "3"]}, f"{said.name}: replicas are as planned", text)
    code, text = said.text("kafka-get-offsets", "--topic", "roaming")
    count = sum(int(line.split(":")[2]) for line in text.splitlines() if line.startswith("roaming:"))
    said.world.found.claim(code == 0 and count == records, f"{said.name}: no record is lost, and none is there twice", text)

    back = plan_of(cluster, "back", {0: [1, 2]})
    file = ("--reassignment-json-file", back)
    said.claim("--execute --throttle", "Warning: You must run --verify periodically", "The inter-broker throttle limit was set to 1000 B/s",
               "Successfully started partition reassignment for roaming-0", of=reassign("--execute", *file, "--throttle", 1000))
    said.claim("--list", r"roaming-0: replicas: 1,2,3\. adding: 1\. removing: 3\.", of=reassign("--list"))
    said.claim("--verify of what goes on", "Reassignment of partition roaming-0 is still in progress", of=reassign("--verify", *file))
    code, text = reassign("--execute", *file)
    said.claim("another one is refused", "Cannot execute because there is an existing partition assignment", of=(code - 1, text))
    said.claim("--cancel", "Successfully cancelled partition reassignment for: roaming-0", of=reassign("--cancel", *file))
    stage.until("the replicas are those of before", lambda: nodes.if_reachable(
        lambda: cluster.topics(["roaming"])[("roaming", 0)]["replica_nodes"] == [3, 2]), 30)
    said.claim("--cancel once more", "None of the specified partition reassignments are active", of=reassign("--cancel", *file))
    reassign("--execute", *file, "--throttle", 1000)
    said.claim("--execute --additional with a higher throttle", "throttle limit was set to 100000000 B/s",
               of=reassign("--execute", *file, "--additional", "--throttle", 100_000_000))
    stage.until("it is moved back", lambda: has_ended(back), 120, 1)
    said.claim("--verify takes the throttles away", "Reassignment of partition roaming-0 is completed", "Clearing broker-level throttles",
               of=reassign("--verify", *file))
    said.claim("no broker has one", never="throttled.rate",
               of=said.text("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-name", "1"))
    cluster.wait_in_sync()


def features(said):
    """Levels go down and up; what would lose metadata, and what nobody knows, is refused."""
    def change(command, *arguments):
        return said.subcommand("kafka-features", command, *arguments)
    said.claim("kafka-features describe", r"Feature: group.version\t", r"Feature: metadata.version\t", of=change("describe"))
    level = ("--feature", "group.version=0")
    said.claim("downgrade --dry-run", "group.version can be downgraded to 0", of=change("downgrade", *level, "--dry-run"))
    said.claim("downgrade", "group.version was downgraded to 0", of=change("downgrade", *level))
    said.claim("upgrade", "group.version was upgraded to 1", of=change("upgrade", "--feature", "group.version=1"))
    said.claim("disable", "group.version was disabled", of=change("disable", "--feature", "group.version"))
    said.claim("upgrade once more", "group.version was upgraded to 1", of=change("upgrade", "--feature", "group.version=1"))
    code, text = change("downgrade", "--feature", "metadata.version=22")
    said.claim("a downgrade that would lose metadata is refused", "because it might delete metadata information", of=(code - 1, text))
    code, text = change("upgrade", "--feature", "group.version=9")
    said.claim("a level that no node knows is refused", "only supports versions 0-1", of=(code - 1, text))
    said.claim("version-mapping", r"metadata.version=\d+", of=change("version-mapping", "--release-version", "4.1"))


def dump(world, cluster, name):
    promised, killed = cluster.promised(), cluster.stop()
    stubborn = [number for number in killed if cluster.specs[number].kind == "klamm"]
    world.found.claim(not stubborn, f"{name}: all nodes end when they are told at once", f"nodes {stubborn} had to be killed")
    for number, node in cluster.nodes.items():
        if number in set(killed) - set(stubborn):
            # What it has on its disk is whole, but its indexes have the room of files that are not closed.
            world.found.skip(f"{name}: kafka-dump-log of node {number}", "it was left without a controller to let it go, and was killed")
            continue
        found = judge.examine(world.tools, node.data)
        world.found.claim(not found.complaints and found.records,
                          f"{name}: kafka-dump-log of node {node.spec.number}: {found.files} looks at files, {found.records} records, "
                          f"{len(found.kinds)} kinds of metadata", "\n".join(found.complaints[:10]))
    claim_equal(world, cluster, name, promised)


def claim_equal(world, cluster, name, promised):
    """One claim for all partitions: the same batches on every node, none of which runs any more, up to the high watermark at least."""
    by_node = {number: logs.batches(world.tools, node) for number, node in cluster.nodes.items()}
    directories = sorted({directory for each in by_node.values() for directory in each} | set(promised))
    complaints, counts = [], {}
    for directory in directories:
        wanted = promised.get(directory, nodes.Promised(0, set()))  # of a topic that is deleted, something may still be there
        found, counts[directory] = logs.unequal(by_node, directory, wanted.high_watermark, wanted.nodes)
        complaints += found
    world.found.claim(not complaints and len(counts) > 1,
                      f"{name}: {len(counts)} partitions are the same batch by batch on all nodes, {sum(counts.values())} offsets, "
                      f"{counts.get(logs.METADATA, 0)} of the metadata log", "\n".join(complaints[:5]))


def together(world, side):
    with nodes.Cluster(world, nodes.combined(side, side, side)) as cluster:
        if world.tools.archive is None:
            world.tools.make_archive(world.folder / "classes.jsa", cluster.bootstrap)
        prepare(world, cluster)
        if world.wants("healthy"):
            with world.scene(f"{side}: healthy"):
                healthy(Said(world, cluster, side), cluster)
        gone = next(number for number in cluster.nodes if number != cluster.controller())
        cluster.create("alone", [[gone]], min_insync_replicas=1)
        if world.wants("degraded") or world.wants("elections"):
            cluster.kill(gone)
            stage.until("it is fenced", lambda: nodes.if_reachable(lambda: not any(
                gone in part["isr_nodes"] for where, part in cluster.topics().items() if where[0] != "alone")), 60)
        if world.wants("degraded"):
            with world.scene(f"{side}: without node {gone}"):
                degraded(Said(world, cluster, f"{side}, degraded"), cluster, gone)
        if world.wants("elections"):
            cluster.start()
            cluster.wait_in_sync()
            with world.scene(f"{side}: elections"):
                elections(Said(world, cluster, side), cluster, gone)
        if (world.wants("moves") or world.wants("features")) and not all(node.runs for node in cluster.nodes.values()):
            cluster.start()
            cluster.wait_in_sync()
        if world.wants("moves"):
            with world.scene(f"{side}: moves"):
                moves(Said(world, cluster, side), cluster)
        if world.wants("features"):
            with world.scene(f"{side}: features"):
                features(Said(world, cluster, side))
        if world.wants("dump"):
            with world.scene(f"{side}: dumps"):
                dump(world, cluster, side)


def apart(world, side):
    """One controller and three brokers, so that two brokers may go: an unclean election, and a broker that is given up."""
    with nodes.Cluster(world, nodes.apart(side, 1, 3)) as cluster:
        said = Said(world, cluster, f"{side}, apart")
        said.claim("kafka-metadata-quorum --replication shows brokers as observers",
                   *(rf"(?m)^{number}\s+.*Observer" for number in (1, 2, 3)), r"(?m)^101\s+.*Leader",
                   of=said.subcommand("kafka-metadata-quorum", "describe", "--replication"))
        cluster.create("pair", [[1, 2]], min_insync_replicas=1)
        cluster.wait_in_sync()
        cluster.kill(2)
        stage.until("2 is out of sync",
                    lambda: nodes.if_reachable(lambda: cluster.topics(["pair"])[("pair", 0)]["isr_nodes"] == [1]), 60)
        subprocess.run(["kcat", "-b", cluster.bootstrap, "-P", "-t", "pair", "-X", "acks=all"], input="one\n", text=True, check=True,
                       capture_output=True, timeout=60)
        cluster.kill(1)
        cluster.nodes[2].launch()
        stage.until("2 is back, and nobody leads", lambda: nodes.if_reachable(
            lambda: 2 in cluster.unfenced(3) and cluster.topics(["pair"], 3)[("pair", 0)]["leader_id"] == -1), 120)
        election = ("--topic", "pair", "--partition", "0")
        code, text = said.text("kafka-leader-election", "--election-type", "preferred", *election)
        said.claim("no preferred leader can be elected", "Error completing leader election|could not be elected", of=(code - 1, text))
        said.claim("an unclean one can", r"Successfully completed leader election \(UNCLEAN\) for partitions pair-0",
                   of=said.text("kafka-leader-election", "--election-type", "unclean", *election))
        said.claim("kafka-cluster unregister", "Broker 1 is no longer registered",
                   of=said.subcommand("kafka-cluster", "unregister", "--id", "1"))
        said.claim("it is gone", never=r"(?m)^1\s", of=said.subcommand("kafka-cluster", "list-endpoints", "--include-fenced-brokers"))


def play(world, side):
    if any(world.wants(name) for name in ("healthy", "degraded", "elections", "moves", "features", "dump")):
        with world.scene(f"{side}: combined nodes"):
            world.once(f"{side}: combined nodes", side, lambda: together(world, side))
    if world.wants("apart"):
        with world.scene(f"{side}: a controller alone, brokers alone"):
            world.once(f"{side}: a controller alone, brokers alone", side, lambda: apart(world, side))


if __name__ == "__main__":
    sys.exit(stage.main(__doc__, play))
