"""What the scripts beside this share: their options, Apache Kafka, a folder for what a run leaves, one play for each side.

A side is what the nodes of a cluster are: `kafka` (4.3.1, the oracle), `klamm`, or both in one quorum (mixed.py).

The longest plays take hours. With --json each part of a play is kept as soon as it is over, with what was claimed of it, and a run
that is started again with the same file goes on where it ended, as long as the binary is the same.
"""
import contextlib
import dataclasses
import hashlib
import json
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
INTEROP = HERE.parent / "interop"
sys.path[:0] = [str(HERE), *(str(INTEROP / name) for name in ("kafka", "security", "dump"))]
sys.path.append(str(HERE.parents[1] / "bench"))
import kafka  # noqa: E402  (knows where tests/clients is, for what follows)
import claims  # noqa: E402
import group  # noqa: E402  (of tests/clients)
import programs  # noqa: E402

# Kafka's scripts that nobody needed before there were several nodes.
kafka.TOOLS.setdefault("kafka-leader-election", "org.apache.kafka.tools.LeaderElectionCommand")
kafka.TOOLS.setdefault("kafka-reassign-partitions", "org.apache.kafka.tools.reassign.ReassignPartitionsCommand")


def until(what, true, seconds, pause=0.1):
    """Waits for `true()` to be so, looking so often; its value."""
    def look():
        found = true()
        if not found:
            time.sleep(pause)
        return found
    return group.until(what, look, seconds)


class Results:
    """The parts of a play that are over, by their names, in a file; without a path, for this run alone.

    A part is what was claimed of it and a value that JSON has. What began and ended by an exception is among the failures instead:
    it is played again, and yet its claims are never forgotten. `binary` is a hash of Klamm's, which results share that depend on it.
    """

    def __init__(self, path=None, binary=None, quick=False):
        self.path, self.binary, self.quick = path, binary, quick
        self.parts, self.failures = {}, []
        if path and path.exists():
            kept = json.loads(path.read_text())
            self.parts, self.failures = kept["parts"], kept["failures"]
            for part in (*self.parts.values(), *self.failures):
                if part["binary"] not in (None, binary) or part["quick"] != quick:
                    sys.exit(f"{path} holds results of another binary, or of another --quick: give another file")

    def made(self, side, claimed, **more):
        return {"binary": None if side == "kafka" else self.binary, "quick": self.quick, "claimed": claimed, **more}

    def keep(self, name, side, claimed, value):
        self.parts[name] = self.made(side, claimed, value=value)
        self.write()

    def fail(self, name, side, claimed):
        self.failures.append(self.made(side, claimed, name=name))
        self.write()

    def write(self):
        """The file is whole at every moment."""
        if self.path:
            written = self.path.with_name(self.path.name + ".new")
            written.write_text(json.dumps({"parts": self.parts, "failures": self.failures}, indent=1))
            written.replace(self.path)

    def value(self, name):
        """Of a part that is over; None of another."""
        return self.parts[name]["value"] if name in self.parts else None


@dataclasses.dataclass
class World:
    """What a play has at hand."""
    options: object
    tools: kafka.Kafka
    programs: programs.Programs
    folder: pathlib.Path
    found: claims.Claims
    results: Results = dataclasses.field(default_factory=Results)
    rows: list = dataclasses.field(default_factory=list)  # of a table that spans the sides
    kept: dict = dataclasses.field(default_factory=dict)  # what one side leaves for another
    started: int = 0

    def own_folder(self, name):
        """A folder that nobody else has, nor an earlier run whose folders were kept."""
        while True:
            self.started += 1
            made = self.folder / f"{self.started:02}-{name}"
            with contextlib.suppress(FileExistsError):
                made.mkdir(parents=True)
                return made

    def once(self, name, side, play):
        """What `play()` gives, with the claims that it makes; of an earlier run, where --json has it."""
        name += f" (--only {self.options.only})" if self.options.only else ""
        if name in self.results.parts:
            print(f"--- {name}, as it was", flush=True)
            self.found.say_again(self.results.parts[name]["claimed"])
            return self.results.value(name)
        began = len(self.found.said)
        try:
            value = play()
        except Exception as problem:
            self.results.fail(name, side, [*self.found.said[began:], ("FAILED", name, f"{type(problem).__name__}: {problem}"[-1500:])])
            raise
        self.results.keep(name, side, self.found.said[began:], value)
        return value

    @property
    def quick(self):
        return self.options.quick

    def wants(self, name):
        """Whether a part of the play was asked for."""
        return any(part in name for part in self.options.only.split(","))

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


def parser(doc):
    arguments = kafka.parser(doc.split("\n")[0])
    arguments.add_argument("--sides", default="klamm", help="what the nodes are: kafka and klamm, one after the other")
    arguments.add_argument("--quick", action="store_true", help="a few minutes instead of all of it")
    arguments.add_argument("--keep", type=pathlib.Path, help="where the nodes' folders and logs stay")
    arguments.add_argument("--only", default="", help="parts of the names of what is played, with commas between")
    arguments.add_argument("--json", type=pathlib.Path, help="each part that is over goes here, and is not played again")
    return arguments


def results_of(options):
    """Of the file that is asked for, and the binary that is tested."""
    binary = kafka.binary_of(options)
    if not options.json:
        return Results()
    return Results(options.json, hashlib.sha256(binary.read_bytes()).hexdigest()[:16] if binary.exists() else None, options.quick)


def find_kafka(options):
    """Kafka with all that its clients take here; None, and why, where it cannot be had."""
    tools, reason = kafka.find(options)
    if tools is not None and shutil.which("javac") is None:
        return None, "there is no javac (openjdk-17-jdk-headless)"
    return tools, reason


def main(doc, play, arguments=None, before=None):
    """Plays `play(world, side)` for each side; the exit code. `before` runs once Kafka's jars are there."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    options = (arguments or parser(doc)).parse_args()
    found = claims.Claims()
    tools, reason = find_kafka(options)
    if tools is None:
        found.skip(pathlib.Path(sys.argv[0]).stem, reason)
        return found.close()
    if before:
        before()
    results = results_of(options)
    for failure in results.failures:
        found.say_again(failure["claimed"])
    with tempfile.TemporaryDirectory(prefix="klamm-cluster-") as scratch:
        folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        world = World(options, tools, programs.Programs(tools, options.build), folder, found, results)
        for side in options.sides.split(","):
            with world.scene(f"{pathlib.Path(sys.argv[0]).stem} on {side}"):
                play(world, side)
    return found.close()
