"""The rows of clusters: three combined nodes of Klamm against three of Apache Kafka, three replicas of everything, two of which have
to be in sync.

One cluster has the machine at a time, since six nodes would disturb each other on it; who goes first alternates from run to run.
What many partitions cost is measured on one cluster from their creation to the loss of a node.
"""
import concurrent.futures
import os
import pathlib
import re
import resource
import signal
import sys
import tempfile
import time

from brokers import broker_settings

RATE, MANY_RATE = 20_000, 1000
# Kafka's brokers have one request of a connection under way at a time, which with acks=all is as slow as its replicas: requests of
# one record each would come faster than that.
SOME_AT_A_TIME = ("--request-partitions", 10, "--request-records", 10)
PARTITIONS = 12
REPLICAS = {"default.replication.factor": 3, "min.insync.replicas": 2, "offsets.topic.replication.factor": 3}
RECORDS = ("--record-size", 1024, "--codec", "lz4")
REPLICATED = ("--replication-factor", 3)
# A node with many partitions has much to close.
STOP_SECONDS_MAX = 300
# Besides the file of each partition's log.
DESCRIPTORS_BESIDES = 2000


def load_rows():
    return [{"name": f"produce-1KiB-lz4-12p-rf3-{pace}", "rate": rate} for pace, rate in (("saturated", 0), ("20k", RATE))]


def many_rows():
    """In the order in which one cluster goes through them."""
    return [{"name": f"many-{what}", "what": what} for what in ("create", "produce-1k", "restart", "kill-broker", "kill-controller")]


class Cluster:
    """Combined nodes of one kind. To the load generator it is a broker with several processes."""

    def __init__(self, kind, build, folder, count):
        self.name, self.build = kind.name, build
        self.nodes = [kind(build, folder / f"{kind.name}-{number}", number) for number in range(1, count + 1)]

    @property
    def port(self):
        return self.nodes[0].port

    @property
    def pid(self):
        return ",".join(str(node.pid) for node in self.nodes if node.pid)

    def start(self, settings, cluster_id):
        """All nodes at once; until they are a cluster is for the load generator to wait."""
        voters = ",".join(f"{node.number}@{node.controller_address}" for node in self.nodes)
        everything = {**settings, "controller.quorum.voters": voters}
        with concurrent.futures.ThreadPoolExecutor(len(self.nodes)) as threads:
            list(threads.map(lambda node: node.prepare(everything, cluster_id), self.nodes))
        for node in self.nodes:
            node.launch()

    def stop(self):
        """Nothing of it is needed any more, and a majority that ends cleanly keeps the last one waiting."""
        for node in self.nodes:
            node.end(signal.SIGKILL)
            node.stop()

    def node(self, number):
        return self.nodes[number - 1]

    def beside(self, number):
        """A node that is not this one."""
        return next(node for node in self.nodes if node.number != number)

    def of_each(self):
        """What the kernel knows of each process now."""
        return {"rss_mib_each": [rss_mib(node.pid) for node in self.nodes],
                "descriptors_each": [len(os.listdir(f"/proc/{node.pid}/fd")) for node in self.nodes]}


def rss_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def raise_descriptor_limit(partitions):
    """As high as it may be, for all nodes alike."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = partitions + DESCRIPTORS_BESIDES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"a process may have {hard} files open here, and {partitions} partitions take {wanted}: raise the limit "
                 "(ulimit -Hn), or ask for fewer with --many")


class ClusterRows:
    def __init__(self, bench, words):
        def chosen(rows):
            return [each for each in rows if not words or any(word in each["name"] for word in words)]
        self.bench, self.options = bench, bench.options
        self.failures = []  # what a cluster was ended by, before all of its rows were measured
        self.loads, self.many = chosen(load_rows()), chosen(many_rows())
        self.topic = ("--topic", "many", "--partitions", self.options.many, *REPLICATED)

    def run(self, kinds):
        raise_descriptor_limit(self.options.many if self.many else PARTITIONS)
        for run in range(self.options.runs):
            for kind in kinds[run % len(kinds):] + kinds[:run % len(kinds)]:
                self.play(kind, run, self.loads, {**REPLICAS, **broker_settings(PARTITIONS)}, self.play_loads)
                self.play(kind, run, self.many, REPLICAS, self.play_many)

    def play(self, kind, run, rows, settings, play):
        """What is lacking of these rows, on a cluster of its own."""
        wanted = [each for each in rows if not self.bench.has(run, each["name"], kind.name)]
        if not wanted:
            return
        with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=self.options.folder) as folder:
            cluster = self.make(kind, pathlib.Path(folder))
            try:
                cluster.start(settings, self.bench.new_id())
                # Until three brokers are there, a topic of three replicas is refused.
                self.bench.load("create", cluster, "--topic", "formed", "--partitions", 3, *REPLICATED)
                play(run, cluster, wanted)
            except (RuntimeError, OSError) as problem:
                # The other clusters are not to wait for this one in a table of hours.
                lacking = [each["name"] for each in wanted if not self.bench.has(run, each["name"], kind.name)]
                self.failures.append(f"run {run + 1} of {kind.name} ended before {', '.join(lacking)}: {problem}")
                print(self.failures[-1], file=sys.stderr, flush=True)
            finally:
                cluster.stop()

    def make(self, kind, folder):
        return Cluster(kind, self.bench.build, folder, self.options.nodes)

    # ---- A few partitions under load

    def play_loads(self, run, cluster, wanted):
        # Nobody measures this: a virtual machine has seen what is to come, on each of the nodes.
        self.produce(cluster, "warm-up", 0, 3 * self.options.warmup, 1)
        for each in wanted:
            with self.bench.lock():
                numbers = self.produce(cluster, each["name"], each["rate"], self.options.warmup, self.options.seconds)
                self.bench.note(run, each["name"], cluster, {**numbers, **cluster.of_each()})

    def produce(self, cluster, topic, rate, warmup, seconds):
        return self.bench.load("produce", cluster, "--topic", topic, "--partitions", PARTITIONS, *REPLICATED, *RECORDS,
                               "--request-records", 96, "--rate", rate, "--warmup", warmup, "--seconds", seconds)

    # ---- Many partitions

    def play_many(self, run, cluster, wanted):
        whats = {"create": self.create, "produce-1k": self.produce_many, "restart": self.restart,
                 "kill-broker": lambda cluster: self.kill(cluster, self.other(cluster)),
                 "kill-controller": lambda cluster: self.kill(cluster, self.controller(cluster))}
        if wanted[0]["what"] != "create":
            self.create(cluster)
        for each in wanted:
            with self.bench.lock():
                self.bench.note(run, each["name"], cluster, whats[each["what"]](cluster))

    def create(self, cluster):
        """From the request until every leader answers, and until every partition has a record on all of its replicas."""
        began = time.monotonic()
        self.bench.load("create", cluster, *self.topic)
        created_s = time.monotonic() - began
        self.bench.load("fill", cluster, *self.topic, *RECORDS, *SOME_AT_A_TIME, "--fill-mib", max(self.options.many >> 10, 1) + 1)
        return {"created_s": created_s, "written_s": time.monotonic() - began}

    def produce_many(self, cluster):
        """Each request is a record for each of some partitions, as a client's lingering makes them."""
        numbers = self.bench.load("produce", cluster, *self.topic, *RECORDS, *SOME_AT_A_TIME, "--rate", MANY_RATE,
                                  "--warmup", 3 * self.options.warmup, "--seconds", self.options.seconds)
        return {**numbers, **cluster.of_each()}

    def restart(self, cluster):
        """One node, as an operator does."""
        node = self.other(cluster)
        began = time.monotonic()
        node.end(seconds=STOP_SECONDS_MAX)
        stopped_s = time.monotonic() - began
        return {"stopped_s": stopped_s, **self.come_back(cluster, node)}

    def kill(self, cluster, node):
        found = self.bench.load_at("elections", cluster.beside(node.number).port, node, "--node-id", node.number, "--topic", "many")
        node.await_end()
        back = self.come_back(cluster, node)
        return {"moved": found["partitions"], "elected_s": found["elected_ms"] / 1000, "served_s": found["served_ms"] / 1000, **back}

    def come_back(self, cluster, node):
        """From the start of its process until it is unfenced, and all replicas are in sync. Then it leads again what it should."""
        node.launch()
        found = self.bench.load_at("settle", cluster.beside(node.number).port, node, "--node-id", node.number, "--topic", "many")
        return {"unfenced_s": found["unfenced_ms"] / 1000, "in_sync_s": found["in_sync_ms"] / 1000}

    def controller(self, cluster):
        return cluster.node(int(self.bench.load("controller", cluster)["node_id"]))

    def other(self, cluster):
        """A node that is not the active controller."""
        return cluster.beside(self.controller(cluster).number)

    # ---- The report

    def report(self, kinds):
        names = [kind.name for kind in kinds]
        lines = [f"Median (least-most) of {self.options.runs} runs on clusters of {self.options.nodes} combined nodes, one cluster at a "
                 "time, of each node where it says so. Three replicas, two of which have to be in sync; acks=all, idempotent. CPU is "
                 f"the sum over the nodes. TCP's congestion control is {self.bench.control}. The load generator shares the machine: "
                 "compare ratios, not rates."]
        lines += self.bench.table(names, self.loads, ratios=2, columns=[
            ("CPU ns/record", "cpu_ns_per_record", 0), ("records/s", "records_per_s", 0), ("p50 µs", "p50_us", 0),
            ("p99 µs", "p99_us", 0), ("p99.9 µs", "p999_us", 0), ("RSS MiB of each", "rss_mib_each", 0)])
        if self.many:
            lines += ["", f"{self.options.many:,} partitions:"]
        lines += self.bench.table(names, self.of_many("produce-1k"), ratios=2, columns=[
            ("p50 µs", "p50_us", 0), ("p99 µs", "p99_us", 0), ("CPU cores", "cpu_cores", 2),
            ("RSS MiB of each", "rss_mib_each", 0), ("descriptors of each", "descriptors_each", 0)])
        lines += self.bench.table(names, self.of_many("create"), ratios=2, columns=[
            ("s until leaders answer", "created_s", 2), ("until each has a record", "written_s", 2)])
        lines += self.bench.table(names, self.of_many("restart"), ratios=3, columns=[
            ("s to stop", "stopped_s", 2), ("s from start until unfenced", "unfenced_s", 2), ("until in sync", "in_sync_s", 2)])
        lines += self.bench.table(names, self.of_many("kill-"), ratios=2, columns=[
            ("s until all have new leaders", "elected_s", 2), ("until those answer", "served_s", 2),
            ("of partitions", "moved", 0), ("s from start until in sync again", "in_sync_s", 2)])
        lines += [f"\nFAILED: {failure}" for failure in self.failures]
        return "\n".join(lines) + "\n"

    def of_many(self, what):
        return [each for each in self.many if each["what"].startswith(what)]
