#!/usr/bin/env python3
"""Klamm's own tools under Kafka's names: the same script by Kafka's tools at Kafka 4.3.1, by Klamm's tools at Kafka, by Klamm's tools
at Klamm, and by Kafka's tools at Klamm; each of the last three beside the first. Then Klamm's dump tool beside Kafka's over every file
that two of the nodes wrote, and how long a tool takes to start.

  tools.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only script,groups,start,completion] [--steps PATTERN] [--show]
           [--keep FOLDER] [--json FILE]

Each step is a claim for each of the three. --steps takes those of the two scripts whose `TOOL: NAME` has the pattern; --show prints what
Kafka's tool said as well. Without Java only `start` and `completion` are played. Closes with how much is the same, side by side, and with
`N passed, N failed, N skipped`.
"""
import concurrent.futures
import contextlib
import difflib
import re
import signal
import statistics
import subprocess
import sys
import time

import ground
sys.path[:0] = [str(ground.ROOT / "tests/interop" / name) for name in ("tools", "groups")]
import native_tools  # noqa: E402  (the path has to be known first)
import cluster  # noqa: E402
import configs  # noqa: E402
import judge  # noqa: E402
import kafka  # noqa: E402
import records  # noqa: E402
import tool_differences  # noqa: E402
import tool_flags  # noqa: E402
import tool_groups  # noqa: E402
import tool_sides  # noqa: E402
import tool_steps  # noqa: E402
import topics  # noqa: E402

SETTINGS = {"num.partitions": 2, "log.segment.bytes": 1048576, "log.index.interval.bytes": 1024,
            "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS", "allow.everyone.if.no.acl.found": "true"}
# What needs Kafka: its steps, and what its nodes are told.
SCRIPTS = {"script": ([*topics.STEPS, *configs.STEPS, *records.STEPS, *cluster.STEPS, *tool_steps.STEPS, *tool_flags.STEPS], SETTINGS),
           "groups": (tool_groups.STEPS, tool_groups.SETTINGS)}
FIRST = "Kafka's tools at Kafka"
# Each beside the first.
OTHERS = ("Klamm's tools at Kafka", "Klamm's tools at Klamm", "Kafka's tools at Klamm")
START_MS_MAX = 20
STARTS, STARTS_OF_KAFKA = 60, 5
LINES_SHOWN = 30
DECODERS = "org.apache.kafka.tools.api"


def sides_of(world, name, native, settings):
    """The four of them, whose nodes are not formatted yet."""
    sides = []
    for each in (FIRST, *OTHERS):
        tools = world.tools if each.startswith("Kafka's") else native
        is_kafka = each.endswith("at Kafka")
        folder = world.own_folder(f"{name}-{'kafka' if is_kafka else 'klamm'}")
        node = kafka.KafkaNode(world.tools, folder, settings) if is_kafka else kafka.node.Node(world.binary, folder, settings)
        sides.append(tool_sides.Side(each, tools, node, folder.with_name(folder.name + "-files"), world.binary.parent))
    return sides


def play_steps(world, sides, script):
    with concurrent.futures.ThreadPoolExecutor(len(sides)) as together:
        for part in script:
            began = time.monotonic()
            first, *others = together.map(lambda side: side.run(part), sides)
            print(f"--- {part.tool}: {part.name} {time.monotonic() - began:.1f} s", flush=True)
            if world.options.show:
                print("\n".join(f"    | {line}" for line in first.whole.text.split("\n")), flush=True)
            for side, other in zip(sides[1:], others):
                if tool_sides.is_compared(side, part):
                    tool_sides.compare(world.found, side, part, first, other)


def play_script(world, name, script, settings):
    native = native_tools.Native(world.binary, world.own_folder(f"{name}-tools") / "bin", world.tools)
    sides = sides_of(world, name, native, settings)
    with contextlib.ExitStack() as ends:
        for side in sides:
            ends.callback(lambda side=side: side.node.stop(signal.SIGKILL))
            ends.callback(side.close)
            side.node.format()
            side.node.start()
        if world.tools.archive is None:
            world.tools.make_archive(world.folder / "classes.jsa", sides[0].node.address)
        play_steps(world, sides, script)
        for side in sides:
            side.close()
            code = side.node.stop()
            if not isinstance(side.node, kafka.KafkaNode):
                world.found.claim(code == 0, f"the node of {side.name} stops, {name}", f"exit code {code}")
    compare_dumps(world, native, name, sides[0].node)
    compare_dumps(world, native, name, sides[2].node)


def looks(folder):
    """Options of the dump tool, and the files that they are for."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in judge.SUFFIXES and path.parent.name != folder.name)
    logs = [path for path in files if path.suffix == ".log"]
    indexes = [path for path in files if path.suffix in (".index", ".timeindex")]

    def logs_of(topic):
        return [path for path in logs if path.parent.name.startswith(f"{topic}-")]
    yield (), files
    yield ("--print-data-log",), logs
    yield ("--deep-iteration", "--print-data-log", "--skip-record-metadata"), logs
    yield ("--deep-iteration", "--max-bytes", "5000"), logs
    yield ("--index-sanity-check",), indexes
    yield ("--verify-index-only", "--max-message-size", "2000000"), indexes
    yield ("--cluster-metadata-decoder",), [path for path in files if path.parent.name == judge.METADATA
                                            and path.suffix in (".log", ".checkpoint")]
    yield ("--offsets-decoder",), logs_of("__consumer_offsets")
    yield ("--transaction-log-decoder",), logs_of("__transaction_state")
    yield ("--share-group-state-decoder",), logs_of("__share_group_state")
    yield ("--value-decoder-class", f"{DECODERS}.IntegerDecoder", "--key-decoder-class", f"{DECODERS}.StringDecoder"), logs_of("records")


def dumped(tools, is_java, options, files):
    """What a dump says on both streams, and its end."""
    done = tool_differences.plain(tools.run("kafka-dump-log", "--files", ",".join(map(str, files)), *options, seconds=600), is_java)
    # In Kafka's, which file comes first of what is said at the end is up to a hash table.
    told = sorted(f"err: {line}" for line in done.stderr.split("\n") if line and not line.startswith("SLF4J: "))
    return [*done.stdout.split("\n"), *told, f"exit code {done.returncode}"]


def compare_dumps(world, native, name, node):
    kind = "Kafka" if isinstance(node, kafka.KafkaNode) else "Klamm"
    for options, files in looks(node.folder / "data"):
        if not files:
            continue
        theirs, ours = dumped(world.tools, True, options, files), dumped(native, False, options, files)
        lines = list(difflib.unified_diff(theirs, ours, lineterm="", n=0))
        world.found.claim(not lines, f"dump of {len(files)} files of {kind}, {name}: {' '.join(options) or 'no option'}",
                          "\n    ".join(["", *lines[:LINES_SHOWN]])[:tool_sides.TEXT_SHOWN])


def times_of(command, count):
    """Milliseconds from the fork to the end, for each run."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def start(world):
    """The whole of `kafka-topics.sh --list`; beside it, where there is Java, Kafka's."""
    native = native_tools.Native(world.binary, world.own_folder("start") / "bin", world.tools)
    with kafka.node.running(world.binary) as node:
        words = ("kafka-topics", "--bootstrap-server", node.address, "--list")
        taken = times_of(native.command(*words), STARTS)
        median = statistics.median(taken)
        ground.measured("kafka-topics.sh --list", f"{median:.1f} ms, the median of {STARTS}; {min(taken):.1f} to {max(taken):.1f}")
        if world.tools is not None:
            theirs = statistics.median(times_of(world.tools.command(*words), STARTS_OF_KAFKA))
            ground.measured("kafka-topics.sh --list by Kafka's tool", f"{theirs:.0f} ms, the median of {STARTS_OF_KAFKA}")
    world.found.claim(median < START_MS_MAX, f"kafka-topics.sh --list takes less than {START_MS_MAX} ms", f"{median:.1f} ms")


def completion(world):
    made = subprocess.run([world.binary, "completion"], capture_output=True, text=True, timeout=60)
    words = 'COMP_WORDS=(kafka-topics.sh --li); COMP_CWORD=1; _klamm; echo "${COMPREPLY[*]}"'
    done = subprocess.run(["bash", "-c", f"{made.stdout}\n{words}"], capture_output=True, text=True, timeout=60)
    world.found.claim(done.stdout.strip() == "--list", "completion of kafka-topics.sh --li", f"{done.stdout}{done.stderr}")


def lacks_members(world):
    """Says so where there is nobody to write for the groups, or to be in them."""
    program = world.binary.parent / "tests/klamm_group_member"
    if not program.exists():
        world.found.skip("groups", f"there is no {program}")
    return world.lacks("groups", "kcat:kcat") or not program.exists()


def play(world):
    pattern = world.options.steps
    parts = {name: f"{name} (--steps {pattern})" if pattern else name for name in SCRIPTS}
    reason = ""
    if world.has_to_play(parts.values()):
        world.tools, reason = kafka.find(world.options)
    for name, (script, settings) in SCRIPTS.items():
        chosen = [part for part in script if re.search(pattern, f"{part.tool}: {part.name}")]

        def steps(name=name, chosen=chosen, settings=settings):
            if world.tools is None:
                return world.found.skip(f"{name}, {len(chosen)} steps", reason)
            if name == "groups" and lacks_members(world):
                return None
            return play_script(world, name, chosen, settings) if chosen else None
        world.part(parts[name], steps)
    world.part("start", lambda: start(world))
    world.part("completion", lambda: completion(world))
    tool_sides.show_table(world.found, OTHERS)


def main():
    arguments = ground.parser(__doc__)
    arguments.add_argument("--steps", default="", help="a pattern for the names of the steps of the scripts")
    arguments.add_argument("--show", action="store_true", help="print what Kafka's tool said as well")
    return ground.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
