#!/usr/bin/env python3
"""Consumer groups: Apache Kafka's tools and clients, and raw requests in every version, against a node of Kafka 4.3.1
and a node of Klamm, one after the other: the same script, and what came of it side by side.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only PATTERN] [--sides kafka,klamm] [--show] [--keep FOLDER]

One line for each step, `same` or `DIFFERENT` with the lines that differ (- the first side's, + the second's); what may differ is
in differences.py. `--sides kafka,kafka` shows what does not repeat on Kafka itself, `--sides kafka` only plays the script and
fails where a scene could not be played. Closes with `N same, N different, N skipped`.
"""
import pathlib
import re
import signal
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka"), str(HERE.parent / "tools")]
import kafka  # noqa: E402  (knows where tests/clients is, for what follows)
import admin  # noqa: E402
import console  # noqa: E402
import differences  # noqa: E402
import frames_script  # noqa: E402
import group  # noqa: E402
import offsets  # noqa: E402
import plays  # noqa: E402
import scene  # noqa: E402
import side_by_side  # noqa: E402
import verifiable  # noqa: E402

SCRIPT = [*frames_script.FIRST, *console.STEPS, *offsets.STEPS, *console.LAST, *frames_script.STEPS, *plays.STEPS, *admin.STEPS,
          *verifiable.STEPS]
SETTINGS = {**group.SETTINGS, "group.max.size": 4, "log.retention.ms": -1,
            "offsets.retention.check.interval.ms": 1000, "num.partitions": 1}


def play(tools, node, folder, options, script):
    """One side's outcomes, in the order of the script."""
    outcomes = []
    node.format()
    node.start()
    if tools.archive is None:
        tools.make_archive(folder / "classes.jsa", node.address)
    side = scene.Side(tools, node, node.folder.with_name(node.folder.name + "-files"), kafka.binary_of(options).parent)
    try:
        for part in script:
            began = time.monotonic()
            outcomes.append(side.run(part))
            print(f"{node.folder.name}: {part.tool}: {part.name} {time.monotonic() - began:.1f} s", flush=True)
            if options.show:
                print("\n".join(f"    | {line}" for line in outcomes[-1].text.split("\n")), flush=True)
    finally:
        side.close()
        code = node.stop(signal.SIGTERM)
    return outcomes, code


def compare(script, first, second):
    results = [side_by_side.is_same(part, one, other, differences.ALLOWED)
               for part, one, other in zip(script, first, second)]
    return results.count(True), results.count(False)


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--only", default="", help="a pattern for the names of the steps")
    arguments.add_argument("--sides", default="kafka,klamm", help="which nodes, one or two of kafka and klamm")
    arguments.add_argument("--keep", type=pathlib.Path, help="where the nodes' folders stay")
    arguments.add_argument("--show", action="store_true", help="print what each side answered")
    options = arguments.parse_args()
    script = [part for part in SCRIPT if re.search(options.only, f"{part.tool}: {part.name}")]
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 same, 0 different, {len(script)} skipped")
        return 0
    makers = {"kafka": lambda folder: kafka.KafkaNode(tools, folder, SETTINGS),
              "klamm": lambda folder: kafka.node.Node(kafka.binary_of(options), folder, SETTINGS)}
    outcomes, failed = [], 0
    with tempfile.TemporaryDirectory(prefix="klamm-groups-") as scratch:
        folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
        for number, kind in enumerate(options.sides.split(",")):
            own = folder / f"{kind}-{number}"
            own.mkdir(parents=True)
            played, code = play(tools, makers[kind](own), folder, options, script)
            outcomes.append(played)
            if kind == "klamm" and code != 0:
                print(f"the node ended with {code}")
                failed += 1
    for part, outcome in zip(script, outcomes[0]):
        if isinstance(part, scene.Scene) and outcome.code:
            print(f"NOT PLAYED {part.name}: {outcome.text}")
            failed += 1
    same, different = compare(script, *outcomes) if len(outcomes) == 2 else (len(script) - failed, 0)
    if options.sides == "kafka,klamm" and not options.only:
        side_by_side.print_unused(differences.ALLOWED)
    print(f"{same} same, {different + failed} different, 0 skipped")
    return 1 if different + failed else 0


if __name__ == "__main__":
    sys.exit(main())
