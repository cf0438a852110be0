"""What the scripts beside this share: their options, where a play has its folders, and three nodes of Klamm to play with.

They need real programs (Prometheus, podman, Kafka Connect, ...), each of which a script names when it is not there, and counts what
it could not show as skipped. They are no part of ./dev test; docs/interop.md has how to run them.

With --json each part of a play is kept as soon as it is over, with its claims and figures: the same command goes on where it ended, as
long as the binary is the same (tests/cluster/stage.py). A part of which something was skipped is played again.
"""
import argparse
import contextlib
import dataclasses
import http.client
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONFIG = ROOT / "config"
sys.path[:0] = [str(ROOT / "tests/cluster"), *(str(ROOT / "tests/interop" / name) for name in ("kafka", "security", "dump"))]
sys.path.append(str(ROOT / "bench"))
import kafka  # noqa: E402  (knows where tests/clients is, for what follows)
import claims  # noqa: E402
import network  # noqa: E402
import nodes  # noqa: E402
import stage  # noqa: E402
from stage import until  # noqa: E402, F401  (for the scripts)

SBIN = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
# What a test asks is its own, and behind no proxy that the environment may name.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
FIGURES = []  # of this run, as they were told: what, and how much


def measured(what, value):
    """Tells a size or a time, which is kept with the part of the play that it is from."""
    FIGURES.append((what, value))
    print(f"measured {what}: {value}", flush=True)


@dataclasses.dataclass
class World:
    """What a play has at hand; `tools` is Apache Kafka's, for those who ask for it."""
    options: object
    folder: pathlib.Path
    found: claims.Claims
    tools: object = None
    results: stage.Results = dataclasses.field(default_factory=stage.Results)
    started: int = 0

    @property
    def binary(self):
        return kafka.binary_of(self.options)

    def own_folder(self, name):
        """A folder that nobody else has."""
        while True:
            self.started += 1
            made = self.folder / f"{self.started:02}-{name}"
            with contextlib.suppress(FileExistsError):  # of an earlier run, which was kept
                made.mkdir(parents=True)
                return made

    @contextlib.contextmanager
    def scene(self, name):
        """A part of a play; what keeps it from its end is a claim that does not hold, and the next part begins."""
        began = time.monotonic()
        print(f"--- {name}", flush=True)
        try:
            yield
        except Exception as problem:  # whatever it was
            self.found.claim(False, name, f"{type(problem).__name__}: {problem}")
            traceback.print_exc(limit=-4)
        print(f"    {time.monotonic() - began:.1f} s", flush=True)

    def wants(self, name):
        """Whether a part of the play was asked for."""
        return any(part in name for part in self.options.only.split(","))

    def has_to_play(self, names):
        """Whether one of these parts was asked for, and is not over: for what several of them stand on."""
        return any(self.wants(name) and name not in self.results.parts for name in names)

    def part(self, name, play):
        """Plays a part, if it was asked for, with all that it claims and measures; one that is over is told again."""
        if not self.wants(name):
            return
        if name in self.results.parts:
            print(f"--- {name}, as it was", flush=True)
            for figure in self.results.value(name):
                measured(*figure)
            self.found.say_again(self.results.parts[name]["claimed"])
            return
        said, figures = len(self.found.said), len(FIGURES)
        with self.scene(name):
            play()
            claimed = self.found.said[said:]
            if not any(verdict == "skipped" for verdict, _, _ in claimed):
                self.results.keep(name, "klamm", claimed, FIGURES[figures:])
            return
        self.results.fail(name, "klamm", self.found.said[said:])

    def lacks(self, what, *programs):
        """Says that a part is skipped where one of the programs is missing; `programs` are names, with Debian's package behind a colon."""
        missing = [each.partition(":") for each in programs if shutil.which(each.partition(":")[0], path=SBIN) is None]
        for name, _, package in missing:
            self.found.skip(what, f"there is no {name}" + (f" (Debian: {package})" if package else ""))
        return bool(missing)


def parser(doc):
    arguments = argparse.ArgumentParser(description=doc.split("\n")[0])
    kafka.add_options(arguments)
    arguments.add_argument("--keep", type=pathlib.Path, help="where folders, logs and pictures stay")
    arguments.add_argument("--only", default="", help="parts of the names of what is played, with commas between")
    arguments.add_argument("--json", type=pathlib.Path, help="each part that is over goes here, and is not played again")
    arguments.set_defaults(quick=False)
    return arguments


def main(doc, play, arguments=None):
    """Plays `play(world)`; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    options = (arguments or parser(doc)).parse_args()
    found, results = claims.Claims(), stage.results_of(options)
    for failure in results.failures:
        found.say_again(failure["claimed"])
    os.environ["PATH"] = SBIN
    with tempfile.TemporaryDirectory(prefix="klamm-operators-") as scratch:
        folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        world = World(options, folder, found, results=results)
        with world.scene(pathlib.Path(sys.argv[0]).stem):
            play(world)
    return found.close()


def run(*command, given=None, seconds=60, **more):
    """A program to its end: the completed process, its output as text."""
    return subprocess.run([str(part) for part in command], input=given, capture_output=True, text=True, timeout=seconds, **more)


def succeed(*command, **more):
    """What a program says that ends well; whatever else it does is an error with its words."""
    done = run(*command, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def get(url, seconds=5):
    """The status and the text of an answer; None and the reason where there is none."""
    try:
        with OPENER.open(url, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except (OSError, http.client.HTTPException) as problem:  # nobody is there, or not any more
        return None, str(problem)


@contextlib.contextmanager
def process(command, log, **more):
    """A program that runs beside the test, and ends with it."""
    with open(log, "ab") as out:
        running = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, **more)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
            try:
                running.wait(30)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait(30)


class Watched(nodes.Cluster):
    """Three nodes of Klamm, each with metrics at a port of its own."""

    def __init__(self, world, more=None, secure="plain"):
        self.admin_ports = {}
        super().__init__(world, nodes.combined("klamm", "klamm", "klamm"), secure, more=more)

    def settings(self, node):
        port = self.admin_ports.setdefault(node.spec.number, network.free_ports(1)[0])
        return {**super().settings(node), "klamm.admin.listener": f"127.0.0.1:{port}"}

    def admin(self, number, path="/metrics"):
        return get(f"http://127.0.0.1:{self.admin_ports[number]}{path}")


def block(page, name):
    """The commands of a page behind its mark `test: NAME`."""
    found = re.search(rf"<!-- test: {name} -->\n```bash\n(.*?)```", page.read_text(), re.S)
    assert found, f"{page} has no block {name}"
    return found[1]


def yaml():
    """The library that reads YAML; None where it is missing (Debian: python3-yaml)."""
    try:
        import yaml as library
        return library
    except ImportError:
        return None
