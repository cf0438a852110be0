#!/usr/bin/env python3
"""What a scrape of a node with 40,000 partitions takes, and whether a producer beside it notices.

  metrics.py [--build TREE] [--kafka-jars FOLDER] [--agent JAR] [--sides klamm,kafka] [--partitions N] [--seconds N] [--json FILE]

Each side is one node: Klamm, and Apache Kafka 4.3.1 with the JMX exporter's agent in it. It gets its partitions, is scraped alone,
in every way in which Prometheus may ask, and then once a second beside a steady producer, whose latencies stand beside those of the
same producer without scrapes. The bounds are Klamm's; Kafka's numbers are there to be compared. Kafka keeps a file open and two mapped
for each partition: where this machine allows fewer (`ulimit -Hn`, `vm.max_map_count`), both sides are measured with so many as well, and
Klamm alone with all. With --json each side is kept as soon as it is over, and not measured again; Kafka's also for another binary of
Klamm. Needs klamm_bench; for Kafka a JDK, and Maven once for the jars. Closes with `N passed, N failed, N skipped`.
"""
import argparse
import collections
import hashlib
import json
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/operators"), str(ROOT / "bench")]
import brokers  # noqa: E402  (the path has to be known first)
import cluster  # noqa: E402
import exposition  # noqa: E402

PARTITIONS_OF_TOPIC = 1000
RATE = 20_000
# So many of each kind, or fewer, of which there are three at least, when they take longer than so many seconds together.
SCRAPES, SCRAPES_MIN, SCRAPES_SECONDS_MAX = 10, 3, 60
FOUND_SECONDS_MAX = 1800  # until all partitions are made and told of
LOAD_SECONDS_MAX = 900  # of one run of the load, beside what it is to measure
ANSWER_SECONDS_MAX = 300  # of a scrape, for Kafka's sake
# Bounds: of a scrape that takes text as it is, and of the producer's slowest hundredth beside scrapes.
SCRAPE_SECONDS_MAX = 0.3
P99_FACTOR, P99_MORE_US = 1.5, 1_000
# Resident memory that scraping may take: rows and what is on its way.
MEMORY_MIB_MAX = 64
# What a node has open or mapped besides its partitions.
FILES_BESIDES, MAPS_BESIDES, MAPS_OF_PARTITION = 2000, 6000, 2
WAYS = {"text": {}, "openmetrics": {"Accept": exposition.OPEN_METRICS}, "gzip": {"Accept-Encoding": "gzip"}}


class Klamm(brokers.Klamm):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.scrape_port = brokers.free_port()

    def settings(self):
        return {"klamm.admin.listener": f"127.0.0.1:{self.scrape_port}"}


class Kafka(brokers.Kafka):
    agent = None  # its jar
    heap = ["-Xmx6G", "-Xms1G"]  # the collector, and not its want of room, is to be seen beside the scrapes

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.scrape_port = brokers.free_port()

    def settings(self):
        return {}

    def java(self, *arguments):
        command = super().java(*arguments)
        if arguments[0] != brokers.KAFKA_MAIN:
            return command
        return [command[0], f"-javaagent:{self.agent}=127.0.0.1:{self.scrape_port}:{ROOT / 'tests/operators/agent.yml'}", *command[1:]]


def resolve_agent(given):
    if given:
        return pathlib.Path(given).resolve()
    folder = ROOT / "build/operators/agent"
    if not any(folder.glob("*.jar")):
        subprocess.run(["mvn", "-q", "-B", "-f", ROOT / "tests/operators/pom.xml", "dependency:copy-dependencies",
                        f"-DoutputDirectory={folder}"], check=True)
    return next(folder.glob("jmx_prometheus_javaagent-*.jar"))


class Play:
    """One side from its start to its end; `numbers` is what was found."""

    def __init__(self, broker, options, partitions):
        self.broker, self.options, self.partitions = broker, options, partitions
        self.numbers = {"partitions": partitions}

    def load(self, mode, *arguments):
        done = subprocess.run([self.options.build / "klamm_bench", mode, "--address", self.broker.address, "--pid", str(self.broker.pid),
                               *map(str, arguments)], capture_output=True, text=True, timeout=LOAD_SECONDS_MAX + self.options.seconds)
        if done.returncode:
            raise RuntimeError(f"{mode} {arguments}: {done.stderr[-1000:]}")
        return json.loads(done.stdout)

    def run(self):
        self.broker.start(self.broker.settings())
        before = cluster.rss_mib(self.broker.pid)
        self.create()
        self.numbers["rss_mib"] = cluster.rss_mib(self.broker.pid)
        self.numbers["rss_mib_of_partitions"] = self.numbers["rss_mib"] - before
        for way, headers in WAYS.items():
            self.scrape_alone(way, headers)
        self.numbers["rss_mib_of_scrapes"] = cluster.rss_mib(self.broker.pid) - self.numbers["rss_mib"]
        self.produce("alone")
        self.scrape_beside()

    def create(self):
        began = time.monotonic()
        topics = -(-self.partitions // PARTITIONS_OF_TOPIC)
        for number in range(topics):
            count = min(PARTITIONS_OF_TOPIC, self.partitions - number * PARTITIONS_OF_TOPIC)
            self.load("create", "--topic", f"many-{number:03}", "--partitions", count)
        self.numbers["created_s"] = time.monotonic() - began
        print(f"    made in {self.numbers['created_s']:.0f} s", flush=True)
        while self.told() < self.partitions:
            if time.monotonic() - began > FOUND_SECONDS_MAX:
                raise RuntimeError(f"{self.told():.0f} of {self.partitions} partitions are told of")
            time.sleep(1)

    def told(self):
        """How many partitions the node says that it has."""
        found = exposition.Scrape(self.get().text)
        return found.total("kafka_server_replicamanager_partitioncount")

    def get(self, headers=None):
        return exposition.get(self.broker.scrape_port, headers=headers, seconds=ANSWER_SECONDS_MAX)

    def scrape_alone(self, way, headers):
        answers, began = [], time.monotonic()
        while len(answers) < SCRAPES_MIN or (len(answers) < SCRAPES and time.monotonic() - began < SCRAPES_SECONDS_MAX):
            answers.append(self.get(headers))
        assert all(answer.status == 200 for answer in answers), f"{way}: {[answer.status for answer in answers]}"
        self.numbers[way] = {"seconds": statistics.median(answer.seconds for answer in answers),
                             "seconds_max": max(answer.seconds for answer in answers), "scrapes": len(answers),
                             "first_byte_seconds": statistics.median(answer.first_seconds for answer in answers),
                             "wire_mib": answers[-1].wire_bytes / 2**20,
                             "text_mib": len(answers[-1].body) / 2**20}
        found = exposition.Scrape(answers[-1].text)
        self.numbers[way]["series"] = len(found.values)
        self.numbers[way]["complaints"] = found.complaints
        self.numbers["sizes_of_logs"] = sum(name == "kafka_log_log_size" for name, _ in found.values)

    def produce(self, name):
        self.numbers[name] = self.load("steady", "--topic", "steady", "--codec", "lz4", "--rate", RATE, "--retention-bytes", 48 << 20,
                                       "--warmup", 3, "--seconds", self.options.seconds)

    def scrape_beside(self):
        answers, ends = [], threading.Event()

        def scrape():
            while not ends.wait(1):
                answers.append(self.get())

        beside = threading.Thread(target=scrape)
        beside.start()
        try:
            self.produce("beside")
        finally:
            ends.set()
            beside.join()
        self.numbers["scrapes_beside"] = len(answers)
        self.numbers["seconds_beside"] = statistics.median(answer.seconds for answer in answers)
        self.numbers["seconds_max_beside"] = max(answer.seconds for answer in answers)


def bounds(name, numbers):
    """What is to hold of Klamm's numbers: each claim, whether it holds, and what was found."""
    complaints = [f"{way}: {complaint}" for way in WAYS for complaint in numbers[way]["complaints"]]
    limit = P99_FACTOR * numbers["alone"]["p99_us"] + P99_MORE_US
    return [(f"{name}: a scraper takes every line", not complaints, "; ".join(complaints)),
            (f"{name}: a scrape takes less than {SCRAPE_SECONDS_MAX} s", numbers["text"]["seconds"] < SCRAPE_SECONDS_MAX,
             f"{numbers['text']['seconds']:.3f} s"),
            (f"{name}: all partitions are told of", numbers["sizes_of_logs"] >= numbers["partitions"], numbers["sizes_of_logs"]),
            (f"{name}: scrapes take less than {MEMORY_MIB_MAX} MiB", numbers["rss_mib_of_scrapes"] < MEMORY_MIB_MAX,
             f"{numbers['rss_mib_of_scrapes']:.0f} MiB"),
            (f"{name}: beside scrapes the producer's p99 is below {limit:.0f} us", numbers["beside"]["p99_us"] < limit,
             f"{numbers['beside']['p99_us']:.0f} us")]


ROWS = [("scrape, seconds", "text", "seconds", ".3f"), ("scrape, slowest", "text", "seconds_max", ".3f"),
        ("first byte, seconds", "text", "first_byte_seconds", ".3f"), ("OpenMetrics, seconds", "openmetrics", "seconds", ".3f"),
        ("gzip, seconds", "gzip", "seconds", ".3f"), ("series", "text", "series", ",d"), ("text, MiB", "text", "text_mib", ".1f"),
        ("gzip, MiB", "gzip", "wire_mib", ".1f"), ("partitions with a size", None, "sizes_of_logs", ",d"),
        ("node, MiB resident", None, "rss_mib", ".0f"), ("of scrapes, MiB", None, "rss_mib_of_scrapes", ".0f"),
        ("producer alone, p99 us", "alone", "p99_us", ".0f"), ("beside scrapes, p99 us", "beside", "p99_us", ".0f"),
        ("producer alone, max us", "alone", "max_us", ".0f"), ("beside scrapes, max us", "beside", "max_us", ".0f"),
        ("scrape beside it, seconds", None, "seconds_beside", ".3f")]


def show(found):
    print(f"{'':28}" + "".join(f"{name:>16}" for name in found))
    for name, part, key, form in ROWS:
        values = [(numbers[part] if part else numbers)[key] for numbers in found.values()]
        print(f"{name:28}" + "".join(f"{value:>16{form}}" for value in values))


def room_for_kafka():
    """How many partitions a node of Kafka can have on this machine."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    maps = int(pathlib.Path("/proc/sys/vm/max_map_count").read_text())
    room = (maps - MAPS_BESIDES) // MAPS_OF_PARTITION
    if files != resource.RLIM_INFINITY:
        room = min(room, files - FILES_BESIDES)
    return room // PARTITIONS_OF_TOPIC * PARTITIONS_OF_TOPIC


def columns(options):
    """What is measured, in this order: the name, the side and the partitions of each."""
    sides, wanted = options.sides.split(","), options.partitions
    found = [(side, wanted) for side in sides]
    if "kafka" in sides and room_for_kafka() < wanted:
        less = room_for_kafka()
        print(f"a node of Kafka can have {less:,} partitions here, of {wanted:,}: both sides are measured with so many, too", flush=True)
        found = [(side, count) for side in sides for count in ((less,) if side == "kafka" else (wanted, less))]
    return [(f"{side} {count:,}", side, count) for side, count in found]


class Kept:
    """What has been measured, by the name of its column, in a file; for Klamm of one binary."""

    def __init__(self, path, binary, seconds):
        self.path, self.found = path, {}
        self.binary = hashlib.sha256(binary.read_bytes()).hexdigest()[:16]
        self.seconds = seconds
        if path and path.exists():
            kept = json.loads(path.read_text())
            if kept["seconds"] != seconds or any(each["binary"] not in (None, self.binary) for each in kept["columns"].values()):
                sys.exit(f"{path} holds results of another binary, or of another --seconds: give another file")
            self.found = {name: each["numbers"] for name, each in kept["columns"].items()}

    def keep(self, name, numbers):
        self.found[name] = numbers
        if self.path:
            kept = {each: {"binary": None if each.startswith("kafka") else self.binary, "numbers": of} for each, of in self.found.items()}
            written = self.path.with_name(self.path.name + ".new")
            written.write_text(json.dumps({"seconds": self.seconds, "columns": kept}, indent=1))
            written.replace(self.path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path)
    arguments.add_argument("--kafka-jars", help="a folder that has Kafka's jars already")
    arguments.add_argument("--agent", help="the JMX exporter's agent, a jar")
    arguments.add_argument("--sides", default="klamm,kafka")
    arguments.add_argument("--partitions", default=40_000, type=int)
    arguments.add_argument("--seconds", default=30, type=int, help="of each measured producer")
    arguments.add_argument("--folder", type=pathlib.Path, help="where the nodes have their files")
    arguments.add_argument("--json", type=pathlib.Path, help="each side that is over goes here, and is not measured again")
    options = arguments.parse_args()
    options.build = options.build.resolve()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    kept, counts = Kept(options.json, options.build / "klamm", options.seconds), collections.Counter(passed=0, failed=0, skipped=0)
    shown = {}
    for name, side, partitions in columns(options):
        if name not in kept.found:
            if side == "kafka" and shutil.which("java") is None:
                print(f"skip {name}: there is no java")
                counts["skipped"] += 1
                continue
            print(f"--- {name}", flush=True)
            try:
                kept.keep(name, play(side, options, partitions))
            except (RuntimeError, OSError, AssertionError, subprocess.SubprocessError) as problem:
                print(f"{'not ok' if side == 'klamm' else 'skip'} {name} does not come so far: {problem}")
                counts["failed" if side == "klamm" else "skipped"] += 1
                continue
        shown[name] = kept.found[name]
        for claim, holds, what in bounds(name, shown[name]) if side == "klamm" else []:
            print(f"{'ok' if holds else 'not ok'} {claim}: {what}", flush=True)
            counts["passed" if holds else "failed"] += 1
    show(shown)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    sys.exit(1 if counts["failed"] else 0)


def play(side, options, partitions):
    """One side's numbers; its node has ended behind it."""
    if side == "kafka":
        Kafka.resolve(options.kafka_jars)
        Kafka.agent = resolve_agent(options.agent)
    with tempfile.TemporaryDirectory(prefix="klamm-metrics-", dir=options.folder) as folder:
        broker = {"klamm": Klamm, "kafka": Kafka}[side](options.build, pathlib.Path(folder) / side)
        run = Play(broker, options, partitions)
        try:
            run.run()
        finally:
            broker.stop()
        return run.numbers


if __name__ == "__main__":
    main()
