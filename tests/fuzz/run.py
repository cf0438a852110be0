#!/usr/bin/env python3
"""Runs the fuzz targets of a build with preset `fuzz`: run.py --build DIR [NAME|all] [SECONDS]

What a target finds is left in DIR/fuzz/<name>/ as crash-*, slow-unit-* or oom-*; the corpus is kept beside it, and seeds
come from tests/fuzz/seeds/<name>/ where there are any. The exit status says whether anything was found.
"""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def run(program: pathlib.Path, name: str, work: pathlib.Path, seconds: int) -> bool:
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = HERE / "seeds" / name
    command = [program, f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-malloc_limit_mb=512", "-timeout=10",
               "-max_len=65536", f"-artifact_prefix={work}/", "-print_final_stats=1", corpus]
    if seeds.is_dir():
        command.append(seeds)
    log = work / "log"
    with log.open("w") as out:
        status = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT).returncode
    lines = log.read_text(errors="replace").splitlines()
    runs = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    coverage = next((line.split("cov: ")[1].split()[0] for line in reversed(lines) if "cov: " in line), "?")
    print(f"{name}: {'ok' if status == 0 else 'FOUND SOMETHING, see ' + str(log)}; runs {runs}, coverage {coverage}")
    return status == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("name", nargs="?", default="all")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    arguments = parser.parse_args()
    names = sorted(path.stem for path in HERE.glob("*_fuzz.cc"))
    if arguments.name != "all":
        wanted = arguments.name if arguments.name.endswith("_fuzz") else arguments.name + "_fuzz"
        if wanted not in names:
            parser.error(f"no target {wanted}; there are: {', '.join(names)}")
        names = [wanted]
    good = True
    for name in names:
        program = arguments.build / "tests" / "fuzz" / f"klamm_{name}"
        good &= run(program, name, arguments.build / "fuzz" / name, arguments.seconds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
