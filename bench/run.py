"""The benchmark: rows of load against Klamm, the floor and, with --kafka, Apache Kafka, alternating.

A row is a number of partitions, a kind of record, produce or consume, and a pace. What is compared is the
broker's CPU time per record; throughput also depends on the load generator, which shares the machine. Saturated rows
have the machine for one broker at a time. Paced rows, which use little of it, run on all brokers at once: they see the
same machine in the same minute.

The whole table takes hours. With --json every single result is kept as soon as it is there, and a run that is started
again with the same file goes on where it ended, as long as the binary and the times are the same.

All of it runs in a network namespace of its own where that is possible: see own_network.py.

The live data is bounded by small segments and retention, and everything written during warm-up is already as
large as it will be: memory that a virtual machine touches for the first time costs more than all else.
"""
import argparse
import concurrent.futures
import contextlib
import fcntl
import hashlib
import itertools
import json
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import own_network
from brokers import LIVE_MIB, ROOT, Floor, Kafka, Klamm, broker_settings, new_id
from cluster import ClusterRows
from groups import GroupRows
from security import SecurityRows

RATE = 20_000
KINDS = {  # record size, codec, records per request when saturated, and at the rate
    "1KiB-lz4": (1024, "lz4", 96, 96),
    "1KiB-plain": (1024, "none", 96, 96),
    "100B-lz4": (100, "lz4", 480, 96),
}


def rows():
    for partitions, kind, way, pace in itertools.product((1, 12), KINDS, ("produce", "consume"), ("saturated", "20k")):
        yield {"name": f"{way}-{kind}-{partitions}p-{pace}", "partitions": partitions, "kind": kind, "way": way,
               "pace": pace, "alone": pace == "saturated"}


class Bench:
    def __init__(self, options):
        self.options, self.build = options, options.build
        self.binary = hashlib.sha256((options.build / "klamm").read_bytes()).hexdigest()[:16]
        self.control = own_network.congestion_control()
        self.results = []
        if options.json and options.json.exists():
            kept = json.loads(options.json.read_text())
            for key, mine in self.conditions().items():
                if any(result.get(key) != mine for result in kept):
                    sys.exit(f"{options.json} holds results of another {key} than {mine}: give another file")
            self.results = kept

    def conditions(self):
        """What results have to share to stand in one table."""
        return {"binary": self.binary, "seconds": self.options.seconds, "warmup": self.options.warmup,
                "congestion_control": self.control, "kafka_heap": self.options.kafka_heap,
                **({"load_mib": self.options.load_mib} if self.options.groups else {}),
                **({"nodes": self.options.nodes, "many": self.options.many} if self.options.nodes > 1 else {})}

    @contextlib.contextmanager
    def lock(self):
        """Others on the machine hold this file's lock while they compile; those that wait for it get it."""
        if not self.options.lock:
            yield
            return
        with open(self.options.lock, "a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        time.sleep(1)

    def new_id(self):
        return new_id(self.build)

    def load(self, mode, broker, *arguments):
        return self.load_at(mode, broker.port, broker, *arguments)

    def load_at(self, mode, port, broker, *arguments):
        done = subprocess.run([self.build / "klamm_bench", mode, "--address", f"127.0.0.1:{port}", "--pid",
                               str(broker.pid or 0), *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{broker.name} {mode} {arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def measure(self, row, broker):
        size, codec, saturated, paced = KINDS[row["kind"]]
        records = saturated if row["pace"] == "saturated" else paced
        arguments = ["--topic", row["name"], "--partitions", row["partitions"], "--record-size", size, "--codec",
                     codec, "--request-records", records, "--rate", 0 if row["pace"] == "saturated" else RATE,
                     "--warmup", self.options.warmup, "--seconds", self.options.seconds]
        if row["way"] == "consume":
            # As with produce, a request is of so many records whatever the number of partitions: saturated 1 MiB,
            # paced about what the paced producer's request holds.
            whole = 1 << 20 if row["pace"] == "saturated" else size * paced * 11 // 10
            limit = max(whole // row["partitions"], 1)
            arguments += ["--fill-mib", LIVE_MIB // 3, "--fetch-bytes", limit,
                          "--retention-bytes", LIVE_MIB << 21]
        return self.load(row["way"], broker, *arguments)

    def run_starts(self, kinds):
        """With the defaults: until the first answer, and what a node does when nobody wants anything."""
        for run in range(self.options.runs):
            for kind in kinds:
                if self.has(run, "idle", kind.name):
                    continue
                with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=self.options.folder) as folder:
                    broker = kind(self.build, pathlib.Path(folder) / kind.name)
                    try:
                        broker.start({})
                        self.note(run, "start", broker, {"first_ack_ms": broker.first_ack_ms})
                        self.note(run, "idle", broker, self.load("idle", broker, "--warmup", 5, "--seconds",
                                                                 min(self.options.seconds, 30)))
                    finally:
                        broker.stop()

    def run_rows(self, kinds, chosen):
        """Each run of a partition count starts every broker anew; the rows alternate between the brokers."""
        for run in range(self.options.runs):
            for partitions in (1, 12):
                mine = [row for row in chosen if row["partitions"] == partitions and
                        not all(self.has(run, row["name"], kind.name) for kind in kinds)]
                if mine:
                    self.run_brokers(kinds, mine, broker_settings(partitions), run, self.measure)

    def run_brokers(self, kinds, chosen, settings, run, measure, warm_up=None):
        with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=self.options.folder) as folder:
            brokers = [kind(self.build, pathlib.Path(folder) / kind.name) for kind in kinds]
            try:
                for broker in brokers:
                    broker.start(settings)
                    if warm_up:
                        warm_up(broker)
                for row in chosen:
                    turn = [broker for broker in brokers[run % len(brokers):] + brokers[:run % len(brokers)]
                            if not self.has(run, row["name"], broker.name)]
                    together = 1 if row["alone"] else max(len(turn), 1)
                    with self.lock(), concurrent.futures.ThreadPoolExecutor(together) as threads:
                        for broker, numbers in zip(turn, threads.map(lambda each: measure(row, each), turn)):
                            self.note(run, row["name"], broker, numbers)
            finally:
                for broker in brokers:
                    broker.stop()

    def run_cold(self, kinds):
        """A steady producer and a tail consumer, alone and beside a slow reader of data that is not in the cache."""
        for run in range(self.options.runs):
            for kind in kinds:
                if self.has(run, "cold-reader", kind.name):
                    continue
                with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=self.options.folder) as folder:
                    broker = kind(self.build, pathlib.Path(folder) / kind.name)
                    try:
                        broker.start({**broker_settings(1), "log.retention.bytes": -1})
                        self.load("fill", broker, "--topic", "cold", "--fill-mib", 20 * self.options.seconds + 128)
                        steady = ["--topic", "steady", "--codec", "lz4", "--rate", RATE, "--retention-bytes",
                                  48 << 20, "--warmup", self.options.warmup, "--seconds", self.options.seconds]
                        for name, more in (("quiet", []), ("cold-reader", ["--cold-topic", "cold", "--cold-folder",
                                                                           broker.folder / "data/cold-0"])):
                            with self.lock():
                                self.note(run, name, broker, self.load("steady", broker, *steady, *more))
                    finally:
                        broker.stop()

    def has(self, run, row, broker):
        return any((result["run"], result["row"], result["broker"]) == (run, row, broker) for result in self.results)

    def note(self, run, row, broker, numbers):
        """What is measured again, because the run ended between two results that belong together, takes the place of
        what was there. The file is whole at every moment."""
        place = (run, row, broker.name)
        self.results = [old for old in self.results if (old["run"], old["row"], old["broker"]) != place]
        # The load generator's own seconds are those that went by, not those that were asked for.
        self.results.append({**numbers, "run": run, "row": row, "broker": broker.name, **self.conditions()})
        if self.options.json:
            written = self.options.json.with_name(self.options.json.name + ".new")
            written.write_text(json.dumps(self.results, indent=1))
            written.replace(self.options.json)
        shown = {key: numbers[key] for key in ("records_per_s", "cpu_ns_per_record", "p99_us", "first_ack_ms",
                                               "context_switches_per_s", "rss_peak_mib", "stable_s", "load_mb_per_s",
                                               "served_s", "created_s", "in_sync_s", "elected_s", "cpu_s", "mb_per_s",
                                               "logins_per_s", "cpu_us_each", "rss_during_mib") if numbers.get(key)}
        print(f"run {run + 1}  {row:32} {broker.name:6} " +
              "  ".join(f"{key} {value:,.1f}" for key, value in shown.items()), file=sys.stderr, flush=True)

    # ---- The report

    def values(self, row, broker, key):
        """Of each run, and where a run has one for each node, of each node."""
        found = [result[key] for result in self.results
                 if result["row"] == row and result["broker"] == broker and key in result]
        return [value for each in found for value in (each if isinstance(each, list) else [each])]

    def cell(self, row, broker, key, digits=0):
        found = self.values(row, broker, key)
        if not found:
            return "-"
        spread = f" ({min(found):,.{digits}f}-{max(found):,.{digits}f})" if len(found) > 1 else ""
        return f"{statistics.median(found):,.{digits}f}{spread}"

    def ratio(self, row, key, broker, to):
        top, bottom = self.values(row, broker, key), self.values(row, to, key)
        if not top or not bottom or not statistics.median(bottom):
            return "-"
        return f"{statistics.median(top) / statistics.median(bottom):.2f}"

    def table(self, names, rows, columns, ratios=1):
        """Rows by columns (head, key, digits), each for every broker; behind them Klamm's part of Kafka's, of the first columns."""
        if not rows:
            return []
        heads = [f"{name} {head}" for head, _, _ in columns for name in names]
        if "kafka" in names:
            heads.append("klamm / kafka " + ", ".join(head for head, _, _ in columns[:ratios]))
        lines = ["", "| row | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
        for each in rows:
            cells = [self.cell(each["name"], name, key, digits) for _, key, digits in columns for name in names]
            if "kafka" in names:
                cells.append(", ".join(self.ratio(each["name"], key, "klamm", "kafka") for _, key, _ in columns[:ratios]))
            lines.append(f"| {each['name']} | " + " | ".join(cells) + " |")
        return lines

    def report(self, kinds, chosen):
        names = [kind.name for kind in kinds]
        lines = [f"Median (least-most) of {self.options.runs} alternated runs of {self.options.seconds} s after "
                 f"{self.options.warmup} s of warm-up; live data bounded to about {LIVE_MIB} MiB a topic by "
                 f"retention. TCP's congestion control is {self.control}. The load generator shares the machine: compare "
                 "ratios, not rates.", ""]
        heads = [f"{name} CPU ns/record" for name in names] + [f"{name} records/s" for name in names] + \
                [f"{name} p99 µs" for name in names] + ["klamm / kafka CPU", "klamm / floor CPU"]
        lines += ["| row | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
        for row in chosen:
            name = row["name"]
            cells = [self.cell(name, broker, "cpu_ns_per_record") for broker in names]
            cells += [self.cell(name, broker, "records_per_s") for broker in names]
            cells += [self.cell(name, broker, "p99_us") for broker in names]
            cells += [self.ratio(name, "cpu_ns_per_record", "klamm", to) for to in ("kafka", "floor")]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        lines += ["", "| broker | first ack after ms | idle context switches/s | RSS peak MiB |", "|---|---|---|---|"]
        for broker in names:
            peak = max((result.get("rss_peak_mib", 0) for result in self.results if result["broker"] == broker),
                       default=0)
            lines.append(f"| {broker} | {self.cell('start', broker, 'first_ack_ms', 1)} | "
                         f"{self.cell('idle', broker, 'context_switches_per_s', 1)} | {peak:.1f} |")
        for broker in names:
            if self.values("quiet", broker, "p99_us"):
                lines.append(f"\n{broker}, slow reader of cold data: producer's p99 "
                             f"{self.cell('quiet', broker, 'p99_us')} µs quiet, "
                             f"{self.cell('cold-reader', broker, 'p99_us')} µs beside it; end to end "
                             f"{self.cell('quiet', broker, 'end_to_end_p99_us')} and "
                             f"{self.cell('cold-reader', broker, 'end_to_end_p99_us')} µs.")
        return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--warmup", type=int, default=10)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--rows", default="", help="only rows whose name holds one of these words (a,b,c)")
    arguments.add_argument("--kafka", action="store_true", help="run Apache Kafka beside, fetched with Maven")
    arguments.add_argument("--kafka-jars", help="a folder that has its jars already")
    arguments.add_argument("--kafka-heap", help="of its heap, as java's -Xmx has it (1G, as in its start script)")
    arguments.add_argument("--groups", action="store_true", help="the group coordinator's rows, and no others")
    arguments.add_argument("--security", action="store_true", help="the rows of TLS and of logins, and no others")
    arguments.add_argument("--hostile", action="store_true", help="the rows of hostile connections, and no others")
    arguments.add_argument("--nodes", type=int, default=1, help="the rows of clusters of so many nodes, and no others")
    arguments.add_argument("--many", type=int, default=10_000, help="with --nodes: of partitions, where there are many")
    arguments.add_argument("--load-mib", type=int, default=1024, help="of the partition of offsets that is loaded")
    arguments.add_argument("--cold", action="store_true", help="also the slow reader of cold data")
    arguments.add_argument("--no-floor", action="store_true")
    arguments.add_argument("--no-starts", action="store_true", help="leave out start and idle")
    arguments.add_argument("--folder", help="where the brokers keep their data (a temporary folder)")
    arguments.add_argument("--lock", help="a file to lock while measuring")
    arguments.add_argument("--json", type=pathlib.Path, help="every single result goes here, and is not measured again")
    options = arguments.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no broker is left behind
    subprocess.run(["ninja", "-C", options.build, "klamm", "klamm_bench", "klamm_floor"], check=True,
                   stdout=subprocess.DEVNULL)
    kinds = [Klamm]
    if options.kafka or options.kafka_jars:
        Kafka.resolve(options.kafka_jars)  # here, where there still is a network
        kinds.append(Kafka)
    own_network.enter(__file__, sys.argv[1:] + (["--kafka-jars", str(Kafka.jars)] if Kafka in kinds else []))
    own_network.prepare()
    if options.kafka_heap:
        Kafka.heap = [f"-Xms{options.kafka_heap}", f"-Xmx{options.kafka_heap}"]
    with_data = list(kinds)
    words = [word for word in options.rows.split(",") if word]
    bench = Bench(options)
    if options.nodes > 1:
        rows_of_clusters = ClusterRows(bench, words)
        rows_of_clusters.run(with_data)
        print(rows_of_clusters.report(with_data))
        sys.exit(1 if rows_of_clusters.failures else 0)
    if options.groups:
        rows_of_groups = GroupRows(bench, words)
        rows_of_groups.run(with_data)
        print(rows_of_groups.report(with_data))
        return
    if options.security or options.hostile:
        rows_of_security = SecurityRows(bench, words, options.hostile)
        with tempfile.TemporaryDirectory(prefix="klamm-bench-", dir=options.folder) as folder:
            rows_of_security.run(with_data, folder)
        print(rows_of_security.report(with_data))
        return
    if not options.no_floor:
        kinds.append(Floor)
    chosen = [row for row in rows() if not words or any(word in row["name"] for word in words)]
    if not options.no_starts:
        bench.run_starts(with_data)
    bench.run_rows(kinds, chosen)
    if options.cold:
        bench.run_cold(with_data)
    print(bench.report(kinds, chosen))


if __name__ == "__main__":
    main()
