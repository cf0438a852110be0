#!/usr/bin/env python3
"""librdkafka's own test suite against a node of each kind.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--source FOLDER] [--sides kafka,klamm] [--only PATTERN] [--grow]

The sources come from the crate that carries them (Cargo.toml), or from --source, say the Debian source package, and are built in
build/interop/librdkafka. Tests that need no broker are left out, and so is what findings.txt marks with `left out`. A test that ends
at something Klamm has not got does not hide what comes behind it: parts.txt names subtests that are played by themselves besides.
Closes with `N passed, N failed, N skipped`; see ../kafka/suite.py.
"""
import concurrent.futures
import glob
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "kafka"))
import kafka  # noqa: E402
import suite  # noqa: E402

WORK = kafka.ROOT / "build/interop/librdkafka"
# What librdkafka's own clusters for tests are set to, as far as its tests count on it: members that come together have to find
# themselves in one generation.
SETTINGS = {"group.initial.rebalance.delay.ms": 3000, "auto.create.topics.enable": "true", "num.partitions": 4,
            "default.replication.factor": 1, "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1,
            "delete.topic.enable": "true"}
# Tests of ACLs are mixed with others, so Kafka has an authorizer.
KAFKA_SETTINGS = {"authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                  "super.users": "User:ANONYMOUS", "allow.everyone.if.no.acl.found": "true"}
SECONDS_MAX = 900
STATES = {"PASSED": suite.PASS, "FAILED": suite.FAIL, "SKIPPED": suite.SKIP, "RUNNING": suite.FAIL}


def sources():
    """The sources that the crate carries, by cargo; None, and why, where they cannot be had."""
    if shutil.which("cargo") is None:
        return None, "there is no cargo (cargo)"
    fetch = WORK / "crate"
    fetch.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "Cargo.toml", fetch)
    (fetch / "empty.rs").touch()
    environment = {**os.environ, "CARGO_HOME": str(WORK / "cargo")}
    done = subprocess.run(["cargo", "fetch"], cwd=fetch, env=environment, capture_output=True, text=True)
    found = glob.glob(str(WORK / "cargo/registry/src/*/rdkafka-sys-*/librdkafka"))
    return (found[0], "") if found else (None, f"crates.io is out of reach\n{done.stderr[-500:]}")


def built(options):
    """The folder of the tests with the program in it; None, and why."""
    tests = WORK / "source/tests"
    if (tests / "test-runner").exists():
        return tests, ""
    for need in ("make", "gcc", "g++", "python3"):
        if shutil.which(need) is None:
            return None, f"there is no {need}"
    source, reason = (options.source, "") if options.source else sources()
    if source is None:
        return None, reason
    shutil.rmtree(WORK / "source", ignore_errors=True)
    shutil.copytree(source, WORK / "source", copy_function=shutil.copyfile)
    (WORK / "source/configure").chmod(0o755)
    for script in glob.glob(str(WORK / "source/**/*.py"), recursive=True) + glob.glob(str(WORK / "source/**/*.sh"), recursive=True):
        pathlib.Path(script).chmod(0o755)
    with open(WORK / "build.log", "w") as log:
        for command in (["./configure", "--disable-gssapi", "--disable-lz4-ext"], ["make", "-C", "src"], ["make", "-C", "src-cpp"],
                        ["make", "-C", "tests", "build"]):
            subprocess.run(command, cwd=WORK / "source", stdout=log, stderr=log, check=True)
    return tests, ""


def numbers_of(tests, options):
    found = sorted({re.match(r"\d{4}", path.name)[0] for path in [*tests.glob("0*-*.c"), *tests.glob("0*-*.cpp")]})
    left_out = {name for name, finding in suite.findings(HERE).items() if finding.startswith("left out")}
    return [number for number in found if number not in left_out and re.search(options.only, number)]


def with_kafka_scripts(tools):
    """A folder like Kafka's own, with the scripts in it that tests run by themselves."""
    for name in ("kafka-topics", "kafka-acls"):
        script = WORK / f"kafka/bin/{name}.sh"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, tools.command(name)))} "$@"\n')
        script.chmod(0o755)
    return str(WORK / "kafka")


def parts_of(numbers):
    """Pairs of a number and a subtest of it, as parts.txt has them."""
    pairs = [tuple(line.split(" ", 1)) for line in suite.names(HERE / "parts.txt")]
    return [pair for pair in pairs if pair[0] in numbers]


def run_one(tests, number, environment, name):
    """What the runner reports of the tests of one number, in a process of their own: a result for each by name, and its log."""
    report, log_path = WORK / f"{name}.json", WORK / f"{name}.log"
    report.unlink(missing_ok=True)
    for attempt in range(2):
        with open(log_path, "w") as log:
            try:
                # Not in its quick mode, which passes over most of the subtests in silence.
                done = subprocess.run(["./test-runner", "-L", "-K", "-p1"], cwd=tests, stdout=log, stderr=log,
                                      timeout=SECONDS_MAX,
                                      env={**environment, "TESTS": number, "TEST_REPORT": str(report)})
            except subprocess.TimeoutExpired:
                log.write("does not end")
                break
        # 0018: its callback compares a string that the library does not give while a consumer closes.
        if done.returncode != -signal.SIGSEGV or attempt:
            break
        print(f"    {name}: the test program itself has died, and is run once more", flush=True)
    if not report.exists():
        return {number: suite.FAIL}, log_path
    return {name: STATES[test["state"]] for name, test in json.loads(report.read_text())["tests"].items()
            if name.startswith(number) and test["state"] in STATES}, log_path


def play_one(tests, number, environment):
    return run_one(tests, number, environment, number)[0]


def play_part(tests, pair, environment):
    """One subtest; it has to have been there, which the runner does not ask for."""
    number, subtest = pair
    name = f"{number}_{re.sub(r'[^a-zA-Z0-9]+', '_', subtest).strip('_')}"
    results, log_path = run_one(tests, number, {**environment, "SUBTESTS": subtest}, name)
    log = log_path.read_text(errors="replace")
    passed = re.search(rf"\[ .*{re.escape(subtest)}.*: PASS \(", log)
    left_out = re.search(rf"\[ .*{re.escape(subtest)}.*: SKIP: ", log)
    if suite.FAIL in results.values() or not (passed or left_out):
        return {name: suite.FAIL}
    return {name: suite.PASS if passed else suite.SKIP}


def play(tests, numbers, tools, at_once, node):
    (WORK / "test.conf").write_text(f"bootstrap.servers={node.address}\ntest.timeout.multiplier=3\n")
    environment = {**os.environ, "RDKAFKA_TEST_CONF": str(WORK / "test.conf"), "TEST_KAFKA_VERSION": "4.0.0",
                   "KAFKA_PATH": with_kafka_scripts(tools), "BROKERS": node.address,
                   "LD_LIBRARY_PATH": f"{tests.parent / 'src'}:{tests.parent / 'src-cpp'}"}
    results = {}
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for found in itertools.chain(pool.map(lambda number: play_one(tests, number, environment), numbers),
                                     pool.map(lambda pair: play_part(tests, pair, environment), parts_of(numbers))):
            results.update(found)
            for name in (name for name, result in found.items() if result == suite.FAIL):
                print(f"    {name} fails: {WORK}", flush=True)
    return results


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    suite.add_options(arguments)
    arguments.add_argument("--source", type=pathlib.Path, help="librdkafka's sources, if they are here already")
    arguments.add_argument("--at-once", type=int, default=2, help="tests at a time; most of them wait most of the time")
    options = arguments.parse_args()
    tools, reason = kafka.find(options)
    tests, why = built(options) if tools else (None, reason)
    if tests is None:
        suite.skipped(why)
    numbers = numbers_of(tests, options)
    with tempfile.TemporaryDirectory(prefix="klamm-librdkafka-") as scratch:
        results = suite.on_each_side(options, tools, pathlib.Path(scratch), SETTINGS,
                                     lambda node: play(tests, numbers, tools, options.at_once, node), KAFKA_SETTINGS)
    return suite.closing(HERE, results, options.grow)


if __name__ == "__main__":
    sys.exit(main())
