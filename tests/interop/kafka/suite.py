"""Another project's own test suite against a node of Klamm and one of Apache Kafka, and what is made of the results.

Beside the runner lie two lists. `passing.txt` names the tests that pass on Klamm: it may only grow, and one of them that does
not pass is a fault. `findings.txt` has a line `NAME: finding` for each test that fails or is left out, with the cause.
"""
import signal
import sys

import kafka

PASS, FAIL, SKIP = "pass", "fail", "skip"


def names(path):
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")] if path.exists() else []


def findings(folder):
    return dict(line.split(": ", 1) for line in names(folder / "findings.txt"))


def finding_of(name, known):
    """The finding for a test, or for the group of tests whose names begin so."""
    return known.get(name) or next((known[key] for key in known if name.startswith(key + "_")), None)


def say_left_out(folder):
    """How many are left out, each with its reason."""
    left_out = {name: finding for name, finding in findings(folder).items() if finding.startswith("left out")}
    for name, finding in left_out.items():
        print(f"skip {name}: {finding}")
    return len(left_out)


def judge(folder, results, beside, grow):
    """Prints a line for each test that did not pass or is new; the exit code. `beside` is what Kafka made of the same tests."""
    passing, known = names(folder / "passing.txt"), findings(folder)
    counts = {PASS: 0, FAIL: 0, SKIP: say_left_out(folder)}
    new = []
    for name, result in sorted(results.items()):
        on_kafka = f" (on Kafka: {beside[name]})" if name in beside else ""
        if result == PASS:
            counts[PASS] += 1
            if name not in passing:
                new.append(name)
        elif name not in passing and (result == SKIP or finding_of(name, known)):
            counts[SKIP] += 1
            print(f"{result} {name}{on_kafka}: {finding_of(name, known) or 'leaves itself out'}")
        else:
            counts[FAIL] += 1
            print(f"FAILED {name}{on_kafka}: {'passed before' if name in passing else 'no finding is written'}")
    for name in passing:
        if name not in results:
            counts[FAIL] += 1
            print(f"FAILED {name}: was not run")
    if new and grow:
        lines = (folder / "passing.txt").read_text().splitlines() if (folder / "passing.txt").exists() else []
        (folder / "passing.txt").write_text("\n".join([*lines, *new]) + "\n")
    elif new:
        print(f"passing, and not in passing.txt yet (--grow): {', '.join(new)}")
    print(f"{counts[PASS]} passed, {counts[FAIL]} failed, {counts[SKIP]} skipped")
    return 1 if counts[FAIL] else 0


def on_each_side(options, tools, folder, settings, play, kafka_settings=None):
    """The results of `play(node)` on the sides that were asked for. Kafka may have settings of its own besides."""
    results = {}
    for side in options.sides.split(","):
        own = folder / side
        own.mkdir(parents=True)
        if side == "kafka":
            node = kafka.KafkaNode(tools, own, {**settings, **(kafka_settings or {})})
        else:
            node = kafka.node.Node(kafka.binary_of(options), own, settings)
        node.format()
        node.start()
        try:
            results[side] = play(node)
        finally:
            node.stop(signal.SIGKILL if side == "kafka" else signal.SIGTERM)
        counts = [list(results[side].values()).count(kind) for kind in (PASS, FAIL, SKIP)]
        print("{}: {} pass, {} fail, {} leave themselves out".format(side, *counts), flush=True)
        for name, result in sorted(results[side].items()):
            if side == "kafka" and result == FAIL:
                print(f"    fails on Kafka: {name}")
    return results


def closing(folder, results, grow):
    """With Klamm among the sides it is judged; else Kafka's figures are all there is."""
    if "klamm" in results:
        return judge(folder, results["klamm"], results.get("kafka", {}), grow)
    counts = [list(results["kafka"].values()).count(kind) for kind in (PASS, FAIL, SKIP)]
    counts[2] += say_left_out(folder)
    print("{} passed, {} failed, {} skipped".format(*counts))
    return 1 if counts[1] else 0


def skipped(reason):
    print(f"skipped: {reason}\n0 passed, 0 failed, 1 skipped")
    sys.exit(0)


def add_options(arguments):
    arguments.add_argument("--sides", default="kafka,klamm", help="which nodes, of kafka and klamm")
    arguments.add_argument("--grow", action="store_true", help="add what passes to passing.txt")
    arguments.add_argument("--only", default="", help="a pattern for the names of the tests")
