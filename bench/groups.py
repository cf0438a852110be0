"""The rows of the group coordinator: groups that become stable, heartbeats, commits, and the loading of a partition of
__consumer_offsets.

Every member has a connection of its own. Groups leave when a row is over. What a coordinator writes is not bounded by
retention, and the cleaner is off for every broker: a partition that is being loaded must not change, and Klamm does
not compact yet.
"""
import json
import pathlib
import subprocess
import tempfile

GROUPS, MEMBERS = 200, 10
OFFSETS_PARTITION = "__consumer_offsets-0"
# Of Kafka while it loads: the offsets of 1 GiB of distinct keys do not fit into the start script's heap.
LOAD_HEAP = ["-Xms6G", "-Xmx6G"]
# 2,000 connections come at once: more than wait for their acceptor by default, and a SYN that is dropped is sent again
# after a second.
SETTINGS = {"log.cleaner.enable": "false", "socket.listen.backlog.size": 4096}
DELAY = "group.initial.rebalance.delay.ms"
WHOLE_GROUPS = ("--groups", GROUPS, "--members", MEMBERS)


def row(name, mode, arguments, delay_ms=3000, alone=True):
    return {"name": name, "mode": mode, "arguments": arguments, "delay_ms": delay_ms, "alone": alone}


def load_rows():
    return [
        row("groups-join-delay-3s", "groups-join", WHOLE_GROUPS),
        row("groups-heartbeat-saturated", "groups-heartbeat", WHOLE_GROUPS),
        row("groups-heartbeat-each-3s", "groups-heartbeat", (*WHOLE_GROUPS, "--rate", GROUPS * MEMBERS / 3),
            alone=False),
        row("groups-heartbeat-20k", "groups-heartbeat", (*WHOLE_GROUPS, "--rate", 20_000)),
        *(row(f"groups-commit-{partitions}p-saturated", "groups-commit",
              ("--groups", GROUPS, "--members", 1, "--partitions", partitions)) for partitions in (1, 10)),
        row("groups-join-no-delay", "groups-join", WHOLE_GROUPS, delay_ms=0),
        # What it takes where members hear soon of a rebalance, rather than with their next heartbeat in 3 s.
        row("groups-join-no-delay-beat-100ms", "groups-join", (*WHOLE_GROUPS, "--beat-ms", 100), delay_ms=0),
    ]


def offsets_rows():
    return [{"name": "offsets-load-1000-keys", "keys": 1000}, {"name": "offsets-load-distinct", "keys": 0}]


class GroupRows:
    def __init__(self, bench, words):
        def chosen(rows):
            return [each for each in rows if not words or any(word in each["name"] for word in words)]
        self.bench, self.options = bench, bench.options
        self.loads, self.offsets = chosen(load_rows()), chosen(offsets_rows())

    def run(self, kinds):
        for run in range(self.options.runs):
            for delay_ms in (3000, 0):
                mine = [each for each in self.loads if each["delay_ms"] == delay_ms and
                        not all(self.bench.has(run, each["name"], kind.name) for kind in kinds)]
                if mine:
                    settings = {**SETTINGS, DELAY: delay_ms}
                    self.bench.run_brokers(kinds, mine, settings, run, self.measure, self.warm_up)
            for each in self.offsets:
                for kind in kinds[run % len(kinds):] + kinds[:run % len(kinds)]:
                    if not self.bench.has(run, each["name"], kind.name):
                        self.run_load(kind, each, run)

    def warm_up(self, broker):
        """Groups that nobody measures: the offsets topic is there, and a virtual machine has seen what is to come."""
        self.bench.load("groups-join", broker, "--topic", "warm-up", *WHOLE_GROUPS)

    def measure(self, each, broker):
        # A topic of its own gives a row groups of its own.
        numbers = self.bench.load(each["mode"], broker, "--topic", each["name"], *each["arguments"], "--warmup",
                                  self.options.warmup, "--seconds", self.options.seconds)
        return {**numbers, "cpu_us_per_record": numbers["cpu_ns_per_record"] / 1000}

    # ---- Loading

    def run_load(self, kind, each, run):
        with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=self.options.folder) as folder:
            broker = kind(self.bench.build, pathlib.Path(folder) / kind.name)
            if kind.name == "kafka" and not self.options.kafka_heap:
                broker.heap = LOAD_HEAP
            try:
                broker.start({**SETTINGS, "offsets.topic.num.partitions": 1})
                with self.bench.lock():
                    self.bench.note(run, each["name"], broker, self.load_offsets(broker, each))
            finally:
                broker.stop()

    def load_offsets(self, broker, each):
        """The node makes its offsets topic and stops; the log is put in the place of its own; the node starts."""
        self.bench.load("groups-join", broker, "--topic", "orders", "--partitions", 50, "--groups", 1, "--members", 1)
        broker.end()
        data = broker.folder / "data"
        (data / ".kafka_cleanshutdown").unlink(missing_ok=True)
        written = self.bench.load("offsets-write", broker, "--topic", "orders", "--topic-id",
                                  topic_id(data / "orders-0"), "--folder", data / OFFSETS_PARTITION, "--keys",
                                  each["keys"], "--request-records", 10, "--fill-mib", self.options.load_mib)
        said_before = (broker.folder / "log").stat().st_size
        served = self.served(broker, each["keys"], written["records"])
        with open(broker.folder / "log", encoding="utf-8") as log:
            log.seek(said_before)
            loaded = loaded_of(log.read(), broker.loaded)
        if loaded["records"] != written["records"]:
            raise RuntimeError(f"{broker.name} has loaded {loaded['records']} of {written['records']} records")
        return {**served, "served_s": served["served_ms"] / 1000, **loaded}

    def served(self, broker, keys, records):
        found = subprocess.run([self.bench.build / "klamm_bench", "offsets-served", "--address", broker.address,
                                "--topic", "orders", "--keys", str(keys), "--records", str(int(records)), "--log",
                                broker.folder / "log", "--", *broker.command], capture_output=True, text=True)
        if found.returncode != 0:
            raise RuntimeError(f"{broker.name} does not load: {found.stderr}")
        answer = json.loads(found.stdout)
        broker.pid = int(answer["pid"])
        return answer

    # ---- The report

    def report(self, kinds):
        names = [kind.name for kind in kinds]
        lines = [f"{GROUPS} groups; each member has a connection of its own. Joining: {MEMBERS} members a group, all at "
                 "once, until all members of every group have their assignment of one generation."]
        joins = [each for each in self.loads if each["mode"] == "groups-join"]
        lines += self.bench.table(names, joins, ratios=2, columns=[
            ("s until stable", "stable_s", 2), ("CPU s", "cpu_s", 2), ("joins a member", "joins_per_member", 2)])
        requests = [each for each in self.loads if each["mode"] != "groups-join"]
        lines += self.bench.table(names, requests, ratios=2, columns=[
            ("requests/s", "requests_per_s", 0), ("CPU µs each", "cpu_us_per_record", 1), ("p99 µs", "p99_us", 0)])
        lines += self.bench.table(names, self.offsets, ratios=2, columns=[
            ("MB/s", "load_mb_per_s", 0), ("s to load", "load_s", 2), ("s from start until served", "served_s", 2),
            ("CPU s, start included", "cpu_s", 2), ("RSS peak MiB", "rss_peak_mib", 0)])
        return "\n".join(lines) + "\n"


def topic_id(partition):
    """Of the topic whose partition's folder this is."""
    lines = dict(line.split(": ", 1) for line in (partition / "partition.metadata").read_text().splitlines())
    return lines["topic_id"]


def loaded_of(log, pattern):
    """What a broker's log says of the load of the partition that was written for it."""
    for said in pattern.finditer(log):
        if said["partition"] == OFFSETS_PARTITION:
            ms, size = max(int(said["ms"]), 1), int(said["bytes"])
            return {"records": int(said["records"]), "load_s": ms / 1000, "load_mb_per_s": size / 1000 / ms}
    raise RuntimeError(f"no load of {OFFSETS_PARTITION} in the log:\n{log}")
