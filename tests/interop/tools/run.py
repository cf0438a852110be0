#!/usr/bin/env python3
"""The tools of Apache Kafka 4.3.1, unmodified, against a node of Klamm and a node of Kafka: the same script, and the
outputs side by side.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only PATTERN] [--keep FOLDER] [--show]

One line for each step, `same` or `DIFFERENT` with the lines that differ (- Kafka's, + Klamm's); what may differ is in
differences.py. Closes with `N same, N different, N skipped`. --keep leaves both nodes' folders, stopped cleanly, for
../dump/run.py.
"""
import concurrent.futures
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka")]
import cluster  # noqa: E402
import configs  # noqa: E402
import differences  # noqa: E402
import kafka  # noqa: E402
import records  # noqa: E402
import side_by_side  # noqa: E402
import step as steps  # noqa: E402
import topics  # noqa: E402

SCRIPT = [*topics.STEPS, *configs.STEPS, *records.STEPS, *cluster.STEPS, *topics.LAST]
SETTINGS = {"num.partitions": 2, "log.segment.bytes": 1048576, "log.index.interval.bytes": 1024}


class Side:
    """One of the two brokers, and the tools that are pointed at it."""

    def __init__(self, tools, node, folder):
        self.tools, self.node, self.folder = tools, node, folder
        folder.mkdir()

    def run(self, step):
        for name, text in step.files.items():
            (self.folder / name).write_text(text)
        arguments = shlex.split(step.arguments.replace("{folder}", str(self.folder)))
        try:
            done = self.tools.run(step.tool, "--bootstrap-server", self.node.address, *arguments, given=step.given,
                                  seconds=step.seconds)
        except subprocess.TimeoutExpired:
            return steps.Outcome(-1, f"does not end within {step.seconds} s")
        return steps.normal(step, self, done)


def run_script(sides, script, show):
    results = []
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for step in script:
            began = time.monotonic()
            theirs, ours = both.map(lambda side: side.run(step), sides)
            results.append(side_by_side.is_same(step, theirs, ours, differences.ALLOWED,
                                                f" {time.monotonic() - began:.1f} s", step.remark(theirs.text, ours.text)))
            if show:
                print("\n".join(f"    | {line}" for line in theirs.text.split("\n")))
            sys.stdout.flush()
    return results.count(True), results.count(False)


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--only", default="", help="a pattern for the names of the steps")
    arguments.add_argument("--keep", type=pathlib.Path, help="where the nodes' folders stay")
    arguments.add_argument("--show", action="store_true", help="print what Kafka answered as well")
    options = arguments.parse_args()
    script = [step for step in SCRIPT if re.search(options.only, f"{step.tool}: {step.name}")]
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 same, 0 different, {len(script)} skipped")
        return 0
    with tempfile.TemporaryDirectory(prefix="klamm-tools-") as scratch:
        folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
        for name in ("kafka", "klamm"):
            (folder / name).mkdir(parents=True)
        nodes = [kafka.KafkaNode(tools, folder / "kafka", SETTINGS),
                 kafka.node.Node(kafka.binary_of(options), folder / "klamm", SETTINGS)]
        try:
            for one in nodes:
                one.format()
                one.start()
            tools.make_archive(folder / "classes.jsa", nodes[0].address)
            sides = [Side(tools, one, one.folder.with_name(one.folder.name + "-files")) for one in nodes]
            same, different = run_script(sides, script, options.show)
        finally:
            nodes[0].stop(signal.SIGKILL)  # after what its controller went through last it does not end by itself
            code = nodes[1].stop()
    if not options.only:
        side_by_side.print_unused(differences.ALLOWED)
    if code != 0:
        print(f"the node ended with {code}")
        different += 1
    print(f"{same} same, {different} different, 0 skipped")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
