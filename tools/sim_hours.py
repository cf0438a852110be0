#!/usr/bin/env python3
"""Many hours of the simulator, kept as they come: chunks of seeds, as many at a time as there are processors.

  sim_hours.py --level quorum|groups|cluster --total HOURS [--seed S] [--chunk SEEDS] [--jobs N] [--json FILE] [--go-on]
               [--binary KLAMM_SIM] [OPTION OF KLAMM_SIM]...        (./dev sim --total HOURS ...)

Runs seeds from S on, an hour each, until so many hours have counted, which is to say had work and faults enough, or until one fails;
--go-on looks for more that fail. With --json each chunk is kept as soon as it is over, and the same command goes on where it ended,
as long as the binary and its options are the same. Closes with the sums in klamm_sim's own words; exit code 1 when a seed has
failed, after the command that runs it again.
"""
import argparse
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS_OF_A_CHUNK = {"quorum": 20, "groups": 10, "cluster": 1}
SUMS = re.compile(r"seeds (\d+)  cluster-hours (\d+) \(counted (\d+)\)  CPU ([\d.]+) s .*\n((?:.*\n)*)")
SHOWN = 4000


def added(reports):
    """Texts that differ in their numbers alone, as one with the sums."""
    columns = [[int(number) for number in re.findall(r"\d+", report)] for report in reports]
    sums = iter([sum(column) for column in zip(*columns, strict=True)])
    return re.sub(r"\d+", lambda _: str(next(sums)), reports[0])


class Hours:
    def __init__(self, options, more):
        self.options, self.more = options, more
        self.running = set()
        self.conditions = {"binary": hashlib.sha256(options.binary.read_bytes()).hexdigest()[:16], "level": options.level,
                           "seed": options.seed, "chunk": options.chunk, "options": more}
        self.chunks = {}  # by their first seeds
        if options.json and options.json.exists():
            kept = json.loads(options.json.read_text())
            if kept["conditions"] != self.conditions:
                sys.exit(f"{options.json} holds hours of {kept['conditions']}, which are not {self.conditions}: give another file")
            self.chunks = {int(first): chunk for first, chunk in kept["chunks"].items()}

    def keep(self, first, chunk):
        """The file is whole at every moment."""
        self.chunks[first] = chunk
        if self.options.json:
            written = self.options.json.with_name(self.options.json.name + ".new")
            written.write_text(json.dumps({"conditions": self.conditions, "chunks": self.chunks}, indent=1))
            written.replace(self.options.json)

    @property
    def counted(self):
        return sum(chunk["counted"] for chunk in self.chunks.values())

    @property
    def failures(self):
        return {first: chunk["failed"] for first, chunk in sorted(self.chunks.items()) if chunk["failed"]}

    def play(self, first):
        """A chunk of seeds, in a process, and perhaps those that this one starts, which are one group."""
        command = [self.options.binary, "--level", self.options.level, "--seed", first, "--seeds", self.options.chunk, *self.more]
        with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              start_new_session=True) as process:
            self.running.add(process)
            said, _ = process.communicate()
            self.running.discard(process)
        sums = SUMS.search(said)
        if process.returncode or not sums:
            return {"counted": 0, "failed": f"exit code {process.returncode}\n{said[-SHOWN:]}"}
        return {"seeds": int(sums[1]), "hours": int(sums[2]), "counted": int(sums[3]), "cpu_s": float(sums[4]), "report": sums[5],
                "failed": ""}

    def wants_more(self, under_way):
        return (self.options.go_on or not self.failures) and self.counted + under_way * self.options.chunk < self.options.total

    def run(self):
        next_first = self.options.seed
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            under_way = {}
            while True:
                while len(under_way) < self.options.jobs and self.wants_more(len(under_way)):
                    if next_first not in self.chunks:
                        under_way[pool.submit(self.play, next_first)] = next_first
                    next_first += self.options.chunk
                if not under_way:
                    return
                over, _ = concurrent.futures.wait(under_way, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in over:
                    first = under_way.pop(future)
                    self.keep(first, future.result())
                    print(f"seeds from {first}: {'FAILED' if self.chunks[first]['failed'] else 'ok'}, {self.counted} hours of "
                          f"{self.options.total}", file=sys.stderr, flush=True)

    def end(self):
        """What runs is of no use any more."""
        for process in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def report(self):
        whole = [chunk for chunk in self.chunks.values() if not chunk["failed"]]
        lines = [f"FAILED in the seeds from {first} on: {why}" for first, why in self.failures.items()]
        if whole:
            seeds, hours, cpu_s = (sum(chunk[key] for chunk in whole) for key in ("seeds", "hours", "cpu_s"))
            lines.append(f"seeds {seeds}  cluster-hours {hours} (counted {self.counted})  CPU {cpu_s:.1f} s  cluster-hours per CPU-hour "
                         f"{self.counted * 3600 / cpu_s if cpu_s else 0:.0f}")
            lines.append(added([chunk["report"] for chunk in whole]).rstrip())
        return "\n".join(lines)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    arguments.add_argument("--level", required=True, choices=list(SEEDS_OF_A_CHUNK))
    arguments.add_argument("--total", required=True, type=int, help="hours that have to count")
    arguments.add_argument("--seed", type=int, default=1, help="the first one")
    arguments.add_argument("--chunk", type=int, help="seeds that one process runs")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    arguments.add_argument("--json", type=pathlib.Path, help="where chunks are kept")
    arguments.add_argument("--go-on", action="store_true", help="after a seed that fails, too")
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/klamm_sim")
    options, more = arguments.parse_known_args()
    options.chunk = options.chunk or SEEDS_OF_A_CHUNK[options.level]
    hours = Hours(options, more)

    def ended(*_):
        hours.end()
        os._exit(143)  # the threads wait for nothing any more
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, ended)
    hours.run()
    print(hours.report())
    return 1 if hours.failures else 0


if __name__ == "__main__":
    sys.exit(main())
