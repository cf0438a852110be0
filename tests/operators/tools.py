#!/usr/bin/env python3
"""Klamm's own tools under Kafka's names: the same script by Kafka's tools at Kafka 4.3.1, by Klamm's tools at Kafka, by Klamm's tools
at Klamm, and by Kafka's tools at Klamm; each of the last three beside the first. Then Klamm's dump tool beside Kafka's over every file
that both nodes wrote, and how long a tool takes to start.

  tools.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only PATTERN] [--parts script,dump,start] [--show] [--json FILE]

Without Java only `start` is played. --json takes counts, what was different, and the time of a start. Closes with
`N same, N different, N skipped`.
"""
import concurrent.futures
import difflib
import json
import pathlib
import re
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
INTEROP = HERE.parent / "interop"
sys.path[:0] = [str(HERE), str(INTEROP / "kafka"), str(INTEROP / "tools"), str(INTEROP / "dump")]
import native_tools  # noqa: E402
import cluster  # noqa: E402
import configs  # noqa: E402
import differences  # noqa: E402
import judge  # noqa: E402
import kafka  # noqa: E402
import records  # noqa: E402
import side_by_side  # noqa: E402
import step as steps  # noqa: E402
import tool_differences  # noqa: E402
import tool_steps  # noqa: E402
import topics  # noqa: E402

SCRIPT = [*topics.STEPS, *configs.STEPS, *records.STEPS, *cluster.STEPS, *tool_steps.STEPS]
SETTINGS = {"num.partitions": 2, "log.segment.bytes": 1048576, "log.index.interval.bytes": 1024,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS", "allow.everyone.if.no.acl.found": "true"}
START_MS_MAX = 20
STARTS, STARTS_OF_KAFKA = 60, 5
# They look at files, and are given no server.
OFFLINE = ("kafka-storage", "kafka-dump-log")
LINES_SHOWN = 30


class Side:
    """Some tools, and the node that they are pointed at."""

    def __init__(self, name, tools, node, folder):
        self.name, self.tools, self.node, self.folder = name, tools, node, folder
        folder.mkdir(parents=True)

    @property
    def is_at_klamm(self):
        return not isinstance(self.node, kafka.KafkaNode)

    def is_native(self, tool):
        return isinstance(self.tools, native_tools.Native) and self.tools.has(tool)

    def run(self, step):
        for name, text in step.files.items():
            (self.folder / name).write_text(text.replace("{folder}", str(self.folder)))
        text = step.arguments.replace("{folder}", str(self.folder))
        words = shlex.split(text.replace("{address}", self.node.address))
        if "{address}" not in step.arguments and step.tool not in OFFLINE:
            words = ["--bootstrap-server", self.node.address, *words]
        try:
            done = self.tools.run(step.tool, *words, given=step.given, seconds=step.seconds)
        except subprocess.TimeoutExpired:
            return steps.Outcome(-1, f"does not end within {step.seconds} s")
        return steps.normal(step, self, done)


class Tally:
    def __init__(self):
        self.same, self.different, self.skipped = 0, 0, 0
        self.names, self.figures = [], {}  # of what was different; of what was measured

    def add(self, is_same, name):
        self.same += bool(is_same)
        self.different += not is_same
        self.names += [] if is_same else [name]

    def claim(self, name, complaints, remark=""):
        print(f"{'DIFFERENT' if complaints else 'same'}  {name}{remark}")
        for line in complaints[:LINES_SHOWN]:
            print(f"    {line}")
        self.add(not complaints, name)
        sys.stdout.flush()


def is_same(step, side, theirs, ours, took):
    """Prints what came of a step beside Kafka's tool at Kafka."""
    allowed = [*differences.ALLOWED, *(tool_differences.UNSERVED if side.is_at_klamm else [])]
    if side.is_native(step.tool):
        allowed = [*tool_differences.ALLOWED, *allowed]
        theirs = steps.Outcome(theirs.code, tool_differences.plain(theirs.text))
        ours = steps.Outcome(ours.code, tool_differences.plain(ours.text))
    named = steps.Step(step.name, f"{side.name}: {step.tool}")
    return side_by_side.is_same(named, theirs, ours, allowed, took)


def play(sides, script, tally, show):
    with concurrent.futures.ThreadPoolExecutor(len(sides)) as together:
        for step in script:
            began = time.monotonic()
            first, *others = together.map(lambda side: side.run(step), sides)
            took = f" {time.monotonic() - began:.1f} s"
            for side, outcome in zip(sides[1:], others):
                # Where Klamm has no such tool its side plays Kafka's, so that all have done the same.
                if "Kafka's" in side.name or side.is_native(step.tool):
                    tally.add(is_same(step, side, first, outcome, took), f"{side.name}: {step.tool}: {step.name}")
            if show:
                print("\n".join(f"    | {line}" for line in first.text.split("\n")))
            sys.stdout.flush()


def looks(folder):
    """Options of the dump tool, and the files that they are for."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in judge.SUFFIXES and path.parent.name != folder.name)
    logs = [path for path in files if path.suffix == ".log"]
    yield (), files
    yield ("--print-data-log",), logs
    yield ("--deep-iteration", "--print-data-log", "--skip-record-metadata"), logs
    yield ("--index-sanity-check",), [path for path in files if path.suffix in (".index", ".timeindex")]
    yield ("--cluster-metadata-decoder",), [path for path in files if path.parent.name == judge.METADATA
                                            and path.suffix in (".log", ".checkpoint")]
    yield ("--offsets-decoder",), [path for path in logs if path.parent.name.startswith("__consumer_offsets-")]


def compare_dumps(kafka_tools, native, nodes, tally):
    for one in nodes:
        for options, files in looks(one.folder / "data"):
            if not files:
                continue
            words = ("kafka-dump-log", "--files", ",".join(map(str, files)), *options)
            theirs = kafka_tools.run(*words, seconds=600)
            ours = native.run(*words, seconds=600)
            lines = list(difflib.unified_diff(theirs.stdout.split("\n"), ours.stdout.split("\n"), lineterm="", n=0))
            if theirs.returncode != ours.returncode:
                lines.append(f"exit codes {theirs.returncode} and {ours.returncode}: {ours.stderr[-500:]}")
            tally.claim(f"dump of {one.folder.name}'s {len(files)} files {' '.join(options)}", lines)


def times_of(command, count):
    """Milliseconds from the fork to the end, for each run."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def time_starts(native, kafka_tools, node, tally):
    """The whole of `kafka-topics.sh --list`; beside it, where there is Java, Kafka's."""
    words = ("kafka-topics", "--bootstrap-server", node.address, "--list")
    taken = times_of(native.command(*words), STARTS)
    median = statistics.median(taken)
    tally.figures["start_ms"] = {"median": median, "min": min(taken), "max": max(taken)}
    if kafka_tools is not None:
        theirs = statistics.median(times_of(kafka_tools.command(*words), STARTS_OF_KAFKA))
        tally.figures["start_ms"]["kafka"] = theirs
        print(f"kafka-topics.sh --list of Kafka's tools: {theirs:.0f} ms")
    complaints = [] if median < START_MS_MAX else [f"more than {START_MS_MAX} ms"]
    tally.claim("kafka-topics.sh --list", complaints, f": {median:.1f} ms, {min(taken):.1f} to {max(taken):.1f}")


def check_completion(binary, tally):
    made = subprocess.run([binary, "completion"], capture_output=True, text=True)
    words = 'COMP_WORDS=(kafka-topics.sh --li); COMP_CWORD=1; _klamm; echo "${COMPREPLY[*]}"'
    done = subprocess.run(["bash", "-c", f"{made.stdout}\n{words}"], capture_output=True, text=True)
    said = done.stdout.strip()
    tally.claim("completion of kafka-topics.sh --li", [] if said == "--list" else [said, done.stderr])


def play_script(options, tools, native, folder, script, tally):
    """The nodes, stopped."""
    kinds = {"kafka": lambda at: kafka.KafkaNode(tools, at, SETTINGS),
             "klamm": lambda at: kafka.node.Node(kafka.binary_of(options), at, SETTINGS)}
    wanted = [("Kafka's tools at Kafka", tools, "kafka"), ("Klamm's tools at Kafka", native, "kafka"),
              ("Klamm's tools at Klamm", native, "klamm"), ("Kafka's tools at Klamm", tools, "klamm")]
    sides = []
    for number, (name, some, kind) in enumerate(wanted):
        at = folder / f"{kind}-{number}"
        at.mkdir()
        sides.append(Side(name, some, kinds[kind](at), folder / f"files-{number}"))
    try:
        for side in sides:
            side.node.format()
            side.node.start()
        tools.make_archive(folder / "classes.jsa", sides[0].node.address)
        play(sides, script, tally, options.show)
    finally:
        for side in sides:
            if side.node.process is not None:
                side.node.stop(signal.SIGTERM)
    return [side.node for side in sides]


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--only", default="", help="a pattern for the names of the steps")
    arguments.add_argument("--parts", default="script,dump,start", help="some of script, dump, start")
    arguments.add_argument("--show", action="store_true", help="print what Kafka's tool said as well")
    arguments.add_argument("--json", type=pathlib.Path, help="where counts and times go")
    options = arguments.parse_args()
    parts = options.parts.split(",")
    script = [step for step in SCRIPT if re.search(options.only, f"{step.tool}: {step.name}")]
    tally = Tally()
    with_script = bool(set(parts) & {"script", "dump"})
    tools, reason = kafka.find(options) if with_script or options.kafka_jars else (None, "not asked for")
    with tempfile.TemporaryDirectory(prefix="klamm-operators-") as scratch:
        folder = pathlib.Path(scratch)
        native = native_tools.Native(kafka.binary_of(options), folder / "bin", tools)
        if with_script and tools is None:
            print(f"skipped: {reason}")
            tally.skipped += len(script)
        elif with_script:
            nodes = play_script(options, tools, native, folder, script, tally)
            if "dump" in parts:
                compare_dumps(tools, native, [nodes[0], nodes[2]], tally)
        if "start" in parts:
            with kafka.node.running(kafka.binary_of(options)) as one:
                time_starts(native, tools, one, tally)
            check_completion(kafka.binary_of(options), tally)
    if options.json:
        options.json.write_text(json.dumps({"parts": parts, "same": tally.same, "different": tally.different, "skipped": tally.skipped,
                                            "what is different": tally.names, **tally.figures}, indent=1))
    print(f"{tally.same} same, {tally.different} different, {tally.skipped} skipped")
    return 1 if tally.different else 0


if __name__ == "__main__":
    sys.exit(main())
