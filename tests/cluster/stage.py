"""What the scripts beside this share: their options, Apache Kafka, a folder for what a run leaves, one play for each side.

A side is what the nodes of a cluster are: `kafka` (4.3.1, the oracle), `klamm`, or both in one quorum (mixed.py).
"""
import contextlib
import dataclasses
import pathlib
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


def until(what, true, seconds, pause=0.1):
    """Waits for `true()` to be so, looking so often; its value."""
    def look():
        found = true()
        if not found:
            time.sleep(pause)
        return found
    return group.until(what, look, seconds)


@dataclasses.dataclass
class World:
    """What a play has at hand."""
    options: object
    tools: kafka.Kafka
    programs: programs.Programs
    folder: pathlib.Path
    found: claims.Claims
    rows: list = dataclasses.field(default_factory=list)  # of a table that spans the sides
    kept: dict = dataclasses.field(default_factory=dict)  # what one side leaves for another
    started: int = 0

    def own_folder(self, name):
        """A folder that nobody else has."""
        self.started += 1
        made = self.folder / f"{self.started:02}-{name}"
        made.mkdir(parents=True)
        return made

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
    return arguments


def main(doc, play, arguments=None, before=None):
    """Plays `play(world, side)` for each side; the exit code. `before` runs once Kafka's jars are there."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    options = (arguments or parser(doc)).parse_args()
    found = claims.Claims()
    tools, reason = kafka.find(options)
    if tools is None:
        found.skip(pathlib.Path(sys.argv[0]).stem, reason)
        return found.close()
    if before:
        before()
    with tempfile.TemporaryDirectory(prefix="klamm-cluster-") as scratch:
        folder = options.keep.resolve() if options.keep else pathlib.Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        world = World(options, tools, programs.Programs(tools, options.build), folder, found)
        for side in options.sides.split(","):
            with world.scene(f"{pathlib.Path(sys.argv[0]).stem} on {side}"):
                play(world, side)
    return found.close()
