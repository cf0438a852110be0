#!/usr/bin/env python3
"""Runs the fuzz targets of a build with preset `fuzz`: run.py --build DIR [NAME|all] [SECONDS] [--cpu-seconds N]

SECONDS are by the wall's clock. With --cpu-seconds a run ends when it has used that much CPU time, however long that
takes on a busy machine.

What a target finds is left in DIR/fuzz/<name>/ as crash-*, slow-unit-* or oom-*; the corpus is kept beside it, and seeds
come from tests/fuzz/seeds/<name>/ and from klamm_fuzz_seeds. One line for each target: runs, CPU seconds, edges and
features covered, corpus, peak RSS. The exit status says whether anything was found.
"""
import argparse
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
# Entropic scheduling costs these two fifths of their time: a run covers thousands of features.
WITHOUT_ENTROPY = {"log_recovery_fuzz"}
STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/(\S+)")


def cpu_seconds_of(process: subprocess.Popen) -> float:
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for(process: subprocess.Popen, cpu_seconds: int) -> int:
    """Ends the process when it has used its CPU time: on SIGUSR1 libFuzzer finishes its run and tells what it was."""
    while cpu_seconds and process.poll() is None:
        time.sleep(0.2)
        if process.poll() is None and cpu_seconds_of(process) >= cpu_seconds:
            process.send_signal(signal.SIGUSR1)
            break
    return process.wait()


def run(program: pathlib.Path, name: str, work: pathlib.Path, seeds: list[pathlib.Path], arguments) -> bool:
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    # Whoever counts CPU seconds shares the machine: an input that waits for its turn is not slow.
    slow = 300 if arguments.cpu_seconds else 10
    command = [program, "-rss_limit_mb=1024", "-malloc_limit_mb=512", f"-timeout={slow}", f"-report_slow_units={slow}",
               "-max_len=65536", f"-artifact_prefix={work}/", "-print_final_stats=1"]
    command.append(f"-max_total_time={0 if arguments.cpu_seconds else arguments.seconds}")
    if name in WITHOUT_ENTROPY:
        command.append("-entropic=0")
    command.append(corpus)
    command += [folder / name for folder in seeds if (folder / name).is_dir()]
    log = work / "log"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with log.open("w") as out:
        status = wait_for(subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT), arguments.cpu_seconds)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = log.read_text(errors="replace")
    runs = (re.findall(r"number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)", text, re.M) or ["?"])[-1]
    rss = (re.findall(r"peak_rss_mb:\s*(\d+)", text) or re.findall(r"rss: (\d+)Mb", text) or ["?"])[-1]
    edges, features, units, size = (STATUS.findall(text) or [("?", "?", "?", "?")])[-1]
    print(f"{name}: {'ok' if status == 0 else 'FOUND SOMETHING, see ' + str(log)}; runs {runs}, CPU seconds {cpu:.0f}, "
          f"edges {edges}, features {features}, corpus {units} ({size}), peak RSS {rss} MiB", flush=True)
    return status == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--cpu-seconds", type=int, default=0)
    parser.add_argument("name", nargs="?", default="all")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    arguments = parser.parse_args()
    names = sorted(path.stem for path in HERE.glob("*_fuzz.cc"))
    if arguments.name != "all":
        wanted = arguments.name if arguments.name.endswith("_fuzz") else arguments.name + "_fuzz"
        if wanted not in names:
            parser.error(f"no target {wanted}; there are: {', '.join(names)}")
        names = [wanted]
    programs = arguments.build / "tests" / "fuzz"
    written = arguments.build / "fuzz" / "seeds"
    written.mkdir(parents=True, exist_ok=True)
    subprocess.run([programs / "klamm_fuzz_seeds", written], check=True)
    good = True
    for name in names:
        good &= run(programs / f"klamm_{name}", name, arguments.build / "fuzz" / name, [HERE / "seeds", written], arguments)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
