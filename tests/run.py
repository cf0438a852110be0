#!/usr/bin/env python3
"""Runs every test and closes with `N passed, N failed`.

Parts, in order: tidy; tests of python programs of ours; the test programs of a build tree (Catch); the scripts under tests/clients, which start
the built node and talk to it with real clients. A part that cannot run here is counted as skipped, with the reason.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A part that takes so long hangs. Sanitizers and busy machines are slow, not that slow.
SECONDS_MAX = 900


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def add(self, name, ok):
        self.passed += ok
        self.failed += not ok
        if not ok:
            print(f"FAILED {name}")

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skipped {name}: {reason}")


def run(*command):
    """The exit code and what was said; "hangs" for a code when it had to be ended."""
    with subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", errors="replace") as process:
        try:
            said, _ = process.communicate(timeout=SECONDS_MAX)
            return process.returncode, said
        except subprocess.TimeoutExpired:
            process.kill()
            return "hangs", process.communicate()[0]


def run_catch(program, tally):
    """One test program; each of its test cases counts."""
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        code, said = run(program, "-r", "junit", "-o", report.name)
        try:
            cases = list(xml.etree.ElementTree.parse(report.name).getroot().iter("testcase"))
        except xml.etree.ElementTree.ParseError:
            cases = []
    failures = 0
    for case in cases:
        problems = case.findall("failure") + case.findall("error")
        tally.add(f"{program.name}: {case.get('name')}", not problems)
        for problem in problems:
            print(problem.text)
        failures += bool(problems)
    if not cases or (code and not failures):
        print(said[-4000:])
        tally.add(f"{program.name} (exit code {code})", False)
    print(f"{program.name}: {len(cases)} cases, {time.monotonic() - began:.1f} s", flush=True)


def run_script(script, build, tally):
    """A client test: a python program that prints `ok NAME`, `not ok NAME` or `skip NAME: why` per claim."""
    began = time.monotonic()
    code, said = run(sys.executable, script, "--build", build)
    claims = 0
    for line in said.splitlines():
        if line.startswith("ok ") or line.startswith("not ok "):
            tally.add(f"{script.name}: {line}", line.startswith("ok "))
            claims += 1
        elif line.startswith("skip "):
            name, _, reason = line[5:].partition(": ")
            tally.skip(f"{script.name}: {name}", reason)
            claims += 1
    if code or not claims:
        print(said[-4000:])
        tally.add(f"{script.name} (exit code {code}, {claims} claims)", False)
    print(f"{script.name}: {claims} claims, {time.monotonic() - began:.1f} s", flush=True)


def run_unittest(script, tally):
    """A test of one of our own python programs."""
    code, said = run(sys.executable, script)
    if code:
        print(said[-4000:])
    tally.add(str(script.relative_to(ROOT)), code == 0)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", default="build/release", type=pathlib.Path)
    build = (ROOT / arguments.parse_args().build).resolve()
    tally = Tally()
    tally.add("tidy", subprocess.run([sys.executable, str(ROOT / "tests/tidy.py")]).returncode == 0)
    for room in ("bench", "cluster", "protocol", "tools"):
        for script in sorted((ROOT / "tests" / room).glob("*_test.py")):
            run_unittest(script, tally)
    for program in sorted(build.glob("tests/**/klamm_*_tests")):
        run_catch(program, tally)
    for script in sorted((ROOT / "tests/clients").glob("*_test.py")):
        run_script(script, build, tally)
    skipped = f", {tally.skipped} skipped" if tally.skipped else ""
    print(f"{tally.passed} passed, {tally.failed} failed{skipped}")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
