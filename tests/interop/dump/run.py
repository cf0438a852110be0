#!/usr/bin/env python3
"""Kafka's dump tool over everything that a node wrote, and Klamm and Kafka on each other's data directories.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--data FOLDER ...] [--keep FOLDER] [--only NAME]

With --data, only those log directories (of stopped nodes) are dumped. Otherwise a node of each kind lives through
life.py; Kafka takes over the directory that Klamm wrote, Klamm takes it back, and takes over the one that Kafka wrote.
What Klamm wrote is dumped at each stage. Every complaint of a tool fails the run. Closes with `N passed, N failed, N skipped`.
"""
import pathlib
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka")]
import judge  # noqa: E402
import kafka  # noqa: E402
import keep  # noqa: E402
import life  # noqa: E402
import swap  # noqa: E402

SHOWN = 25


class Tally:
    def __init__(self, only):
        self.only, self.passed, self.failed = only, 0, 0

    def claim(self, name, check):
        """`check` gives the complaints; an error of its own is one too."""
        if self.only not in name:
            return
        began = time.monotonic()
        try:
            complaints, remark = check()
        except Exception as problem:  # whatever kept the claim from being shown
            complaints, remark = [f"{type(problem).__name__}: {problem}"], ""
        self.passed += not complaints
        self.failed += bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {name}{remark} {time.monotonic() - began:.1f} s")
        for line in complaints[:SHOWN]:
            print(f"    {line}")
        if len(complaints) > SHOWN:
            print(f"    ... and {len(complaints) - SHOWN} more")
        sys.stdout.flush()


def judged(tools, folder):
    found = judge.examine(tools, folder)
    kinds = f", {len(found.kinds)} kinds of metadata" if found.kinds else ""
    return found.complaints, f": {found.files} looks at files, {found.batches} batches, {found.records} records{kinds}"


def without_complaint(action):
    def check():
        action()
        return [], ""
    return check


def lived_node(tools, node, tally, name):
    chapters = life.Life(tools, node)
    for number, chapter in enumerate(chapters.chapters()):
        tally.claim(f"{name}: {chapter.__name__} ({number})", without_complaint(chapter))


def kept(tools, options, folder):
    for name in ("their-keep", "our-keep", "again-keep"):
        (folder / name).mkdir(parents=True)
    theirs, again = (kafka.KafkaNode(tools, folder / name, keep.SETTINGS) for name in ("their-keep", "again-keep"))
    ours = kafka.node.Node(kafka.binary_of(options), folder / "our-keep", keep.SETTINGS)
    try:
        return keep.keep(tools, theirs, ours, again), ""
    finally:
        for one in (theirs, ours, again):
            if one.process is not None:
                one.stop(9)


def run(tools, options, folder, tally):
    for name in ("klamm", "kafka", "kafka-on-klamm", "klamm-on-kafka", "klamm-again"):
        (folder / name).mkdir(parents=True)
    binary = kafka.binary_of(options)
    ours = kafka.node.Node(binary, folder / "klamm", life.SETTINGS)
    theirs = kafka.KafkaNode(tools, folder / "kafka", life.SETTINGS)
    theirs_on_ours = kafka.KafkaNode(tools, folder / "kafka-on-klamm", life.SETTINGS)
    ours_on_theirs = kafka.node.Node(binary, folder / "klamm-on-kafka", life.SETTINGS)
    back = kafka.node.Node(binary, folder / "klamm-again", life.SETTINGS)
    nodes = [ours, theirs, theirs_on_ours, ours_on_theirs, back]
    try:
        for one, name in ((ours, "Klamm"), (theirs, "Kafka")):
            one.format()
            one.start()
            if tools.archive is None:
                tools.make_archive(folder / "classes.jsa", one.address)
            lived_node(tools, one, tally, name)
        tally.claim("Kafka takes over what Klamm wrote", lambda: (swap.swap(tools, ours, theirs_on_ours), ""))
        tally.claim("Klamm's files", lambda: judged(tools, ours.folder / "data"))
        tally.claim("Klamm takes it back", lambda: (swap.swap(tools, theirs_on_ours, back), ""))
        tally.claim("Klamm takes over what Kafka wrote", lambda: (swap.swap(tools, theirs, ours_on_theirs), ""))
        for one, name in ((back, "files after taking back"), (ours_on_theirs, "files after taking over")):
            if one.process is not None:
                tally.claim(f"a clean stop ({name})", lambda one=one: ([], "") if one.stop() == 0 else (["not clean"], ""))
            tally.claim(name, lambda one=one: judged(tools, one.folder / "data"))
    finally:
        for one in nodes:
            if one.process is not None:
                one.stop(9)


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--data", nargs="+", type=pathlib.Path, default=[], help="log directories to dump")
    arguments.add_argument("--keep", type=pathlib.Path, help="where the nodes' folders stay")
    arguments.add_argument("--only", default="", help="a part of the claims' names")
    options = arguments.parse_args()
    tools, reason = kafka.find(options)
    if tools is None or (not options.data and shutil.which("kcat") is None):
        print(f"skipped: {reason or 'kcat is not installed'}\n0 passed, 0 failed, 1 skipped")
        return 0
    tally = Tally(options.only)
    for folder in options.data:
        tally.claim(str(folder), lambda folder=folder: judged(tools, folder.resolve()))
    if not options.data:
        with tempfile.TemporaryDirectory(prefix="klamm-dump-") as scratch:
            folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
            tally.claim("Klamm keeps what it does not act on", lambda: kept(tools, options, folder))
            run(tools, options, folder, tally)
    print(f"{tally.passed} passed, {tally.failed} failed, 0 skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
