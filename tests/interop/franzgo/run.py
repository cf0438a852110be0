#!/usr/bin/env python3
"""franz-go's own tests of its client, pkg/kgo, against a node of each kind.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm] [--only PATTERN] [--grow] [--records N]

The tests come from the Go module proxy (go.mod) and are compiled into build/interop/franzgo. Left out is what
findings.txt marks so: what needs transactions, share groups, the new group protocol or SASL. Closes with `N passed, N failed,
N skipped`; see ../kafka/suite.py.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "kafka"))
import kafka  # noqa: E402
import suite  # noqa: E402

PACKAGE = "github.com/twmb/franz-go/pkg/kgo"
WORK = kafka.ROOT / "build/interop/franzgo"
SETTINGS = {"group.initial.rebalance.delay.ms": 0}
SECONDS_MAX = 900
RESULT = re.compile(r"^ *--- (PASS|FAIL|SKIP): (\S+) ", re.MULTILINE)


def compiled():
    """The test program, and the folder of its package, where some tests read its sources; None, and why, where it cannot be had."""
    if shutil.which("go") is None:
        return None, "there is no go (golang-go)"
    WORK.mkdir(parents=True, exist_ok=True)
    program = WORK / "kgo.test"
    for name in ("go.mod", "go.sum"):
        shutil.copy(HERE / name, WORK)
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    fetched = subprocess.run(["go", "mod", "download", "-x", "github.com/twmb/franz-go"], cwd=WORK, env=environment,
                             capture_output=True, text=True)
    if fetched.returncode:
        return None, f"the Go module proxy is out of reach, or this go is too old\n{fetched.stderr[-500:]}"
    if not program.exists() or program.stat().st_mtime < (HERE / "go.mod").stat().st_mtime:
        subprocess.run(["go", "test", "-c", "-o", program, PACKAGE], cwd=WORK, env=environment, check=True)
    folder = subprocess.run(["go", "list", "-f", "{{.Dir}}", PACKAGE], cwd=WORK, env=environment, check=True, capture_output=True,
                            text=True).stdout.strip()
    return (program, folder), ""


def tests_of(program, options):
    listed = subprocess.run([program, "-test.list", "."], capture_output=True, text=True, check=True).stdout.split()
    left_out = {name for name, finding in suite.findings(HERE).items() if finding.startswith("left out")}
    return [name for name in listed if name.startswith("Test") and name not in left_out and re.search(options.only, name)]


def play(program, folder, tests, options, node):
    """Each test in a process of its own, so that one that hangs or panics is one result."""
    environment = {**os.environ, "KGO_SEEDS": node.address, "KGO_TEST_RF": "1", "KGO_TEST_RECORDS": str(options.records),
                   "KGO_LOG_LEVEL": "none"}
    results = {}
    for name in tests:
        with open(WORK / f"{name}.log", "w+") as log:
            try:
                code = subprocess.run([program, "-test.v", "-test.run", f"^{name}$"], env=environment, stdout=log,
                                      stderr=subprocess.STDOUT, timeout=SECONDS_MAX, cwd=folder).returncode
            except subprocess.TimeoutExpired:
                code = -1
            log.seek(0)
            found = {test: {"PASS": suite.PASS, "FAIL": suite.FAIL, "SKIP": suite.SKIP}[result]
                     for result, test in RESULT.findall(log.read())}
        results[name] = suite.FAIL if code else found.get(name, suite.PASS)
        if results[name] == suite.FAIL:
            print(f"    {name} fails: {WORK / (name + '.log')}", flush=True)
    return results


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    suite.add_options(arguments)
    arguments.add_argument("--records", type=int, default=500_000, help="records of the large tests; by default franz-go's own")
    options = arguments.parse_args()
    tools, reason = kafka.find(options)
    found, why = compiled() if tools else (None, reason)
    if found is None:
        suite.skipped(why)
    tests = tests_of(found[0], options)
    with tempfile.TemporaryDirectory(prefix="klamm-franzgo-") as scratch:
        results = suite.on_each_side(options, tools, pathlib.Path(scratch), SETTINGS,
                                     lambda node: play(*found, tests, options, node))
    return suite.closing(HERE, results, options.grow)


if __name__ == "__main__":
    sys.exit(main())
