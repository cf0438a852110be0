#!/usr/bin/env python3
"""A million lines through kcat and a node, and back: byte-identical, for each codec and two sizes, a restart in between;
and over twelve partitions by key, each key's lines in their order.

  run.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--lines N] [--sizes 1024,100] [--codecs none,gzip,...]
         [--dump]

--dump has Kafka's dump tool go over what each node wrote, before it is thrown away.

What is sent is hashed as it goes and never kept, so the disk holds one topic at a time. Closes with
`N passed, N failed, N skipped`.
"""
import contextlib
import hashlib
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests/clients"), str(ROOT / "tests/interop/kafka"), str(ROOT / "tests/interop/dump")]
import judge  # noqa: E402
import kafka  # noqa: E402
import node  # noqa: E402

CODECS = "none,gzip,snappy,lz4,zstd"
BLOCK_LINES = 2000
KEYS = 997
# A queue that kcat does not fill: it waits a while whenever it has.
PRODUCER = ["-X", "queue.buffering.max.kbytes=262144", "-X", "queue.buffering.max.messages=1000000"]


class Text:
    """`count` numbered lines of `size` bytes, made of the same few thousand random ones: quick to make, and they
    compress about as text does."""

    def __init__(self, count, size, seed):
        choose = random.Random(seed)
        words = ["".join(choose.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(500)]
        self.count, self.size = count, size
        self.bodies = [" ".join(choose.choices(words, k=size // 8 + 2)) for _ in range(BLOCK_LINES)]

    def blocks(self):
        for first in range(0, self.count, BLOCK_LINES):
            last = min(first + BLOCK_LINES, self.count)
            yield "".join(f"{number:010d} {self.bodies[number - first]}"[:self.size] + "\n" for number in range(first, last)).encode()

    def keyed_blocks(self):
        for first in range(0, self.count, BLOCK_LINES):
            last = min(first + BLOCK_LINES, self.count)
            yield "".join(f"k{number * 7919 % KEYS}:{number:010d}\n" for number in range(first, last)).encode()


def produce(running, topic, blocks, *options):
    """Streams blocks into kcat; their hash."""
    sent = hashlib.sha256()
    writer = subprocess.Popen(["kcat", "-b", running.address, "-P", "-t", topic, *PRODUCER, *options],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for block in blocks:
        sent.update(block)
        writer.stdin.write(block)
    writer.stdin.close()
    errors = writer.stderr.read().decode()
    if writer.wait(timeout=300):
        raise RuntimeError(f"kcat ended with {writer.returncode}: {errors[-500:]}")
    return sent.hexdigest()


def reading(running, topic, *options):
    return subprocess.Popen(["kcat", "-b", running.address, "-C", "-t", topic, "-e", "-q", "-o", "beginning", *options],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def consume(running, topic):
    """The hash of everything in a topic of one partition, and how many lines it was."""
    got, lines = hashlib.sha256(), 0
    reader = reading(running, topic)
    while block := reader.stdout.read(1 << 20):
        got.update(block)
        lines += block.count(b"\n")
    if reader.wait(timeout=60):
        raise RuntimeError(f"kcat ended with {reader.returncode}: {reader.stderr.read().decode()[-500:]}")
    return got.hexdigest(), lines


@contextlib.contextmanager
def fresh_node(binary, overrides):
    """A node for one claim: deleting a topic takes an admin client, and what a node leaves goes with its folder."""
    with tempfile.TemporaryDirectory(prefix="klamm-million-") as folder:
        running = node.Node(binary, folder, overrides)
        running.format()
        running.start()
        try:
            yield running
        finally:
            running.stop(signal.SIGKILL)


def judged(tools, running):
    """What Kafka's dump tool says to a node's files, once it has stopped."""
    if tools is None:
        return ""
    assert running.stop() == 0, "the node did not stop cleanly"
    found = judge.examine(tools, running.folder / "data")
    assert not found.complaints, "\n    ".join(found.complaints[:10])
    return f", {found.files} looks of the dump tool at {found.records} records"


def round_trip(binary, tools, text, codec):
    with fresh_node(binary, {"log.segment.bytes": 268435456}) as running:
        began = time.monotonic()
        sent = produce(running, "lines", text.blocks(), "-z", codec)
        produced = time.monotonic()
        assert running.stop() == 0, "the node did not stop cleanly"
        restart = running.start()
        looked = time.monotonic()
        got, lines = consume(running, "lines")
        assert lines == text.count, f"{lines} of {text.count} lines came back"
        assert got == sent, "the lines are not the same"
        there, back = (text.count / seconds / 1000 for seconds in (produced - began, time.monotonic() - looked))
        speeds = f"{there:.0f} k lines/s in, {back:.0f} k out, restart {restart * 1000:.0f} ms"
        return speeds + judged(tools, running)


def order_by_key(binary, tools, count):
    with fresh_node(binary, {"num.partitions": 12}) as running:
        produce(running, "keyed", Text(count, 100, 3).keyed_blocks(), "-K:", "-z", "lz4", "-X", "enable.idempotence=true")
        assert running.stop() == 0, "the node did not stop cleanly"
        running.start()
        last, seen, homes = {}, 0, {}
        reader = reading(running, "keyed", "-f", "%p %k %s\n")
        for line in reader.stdout:
            partition, key, number = line.split()
            assert int(number) > last.get(key, -1), f"{key.decode()}: {number.decode()} comes after {last[key]}"
            assert homes.setdefault(key, partition) == partition, f"{key.decode()} is in two partitions"
            last[key] = int(number)
            seen += 1
        assert reader.wait(timeout=60) == 0, reader.stderr.read().decode()[-500:]
        assert seen == count, f"{seen} of {count} lines came back"
        assert len(set(homes.values())) == 12, f"{len(set(homes.values()))} partitions were used"
        return f"{len(homes)} keys{judged(tools, running)}"


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--dump", action="store_true")
    arguments.add_argument("--lines", type=int, default=1_000_000)
    arguments.add_argument("--sizes", default="1024,100")
    arguments.add_argument("--codecs", default=CODECS)
    options = arguments.parse_args()
    binary, tools, skipped = kafka.binary_of(options), None, 0
    if options.dump:
        tools, reason = kafka.find(options)
        if tools is None:
            print(f"skipped: the dump tool: {reason}")
            skipped = 1
    claims = []
    for size in map(int, options.sizes.split(",")):
        text = Text(options.lines, size, size)
        claims += [(f"{options.lines} lines of {size} B, {codec}", lambda text=text, codec=codec: round_trip(binary, tools, text, codec))
                   for codec in options.codecs.split(",")]
    claims.append((f"{options.lines} lines by key over 12 partitions", lambda: order_by_key(binary, tools, options.lines)))
    if shutil.which("kcat") is None:
        print(f"skipped: kcat is not installed\n0 passed, 0 failed, {len(claims)} skipped")
        return 0
    failed = 0
    for name, claim in claims:
        try:
            print(f"ok {name}: {claim()}", flush=True)
        except Exception as problem:  # whatever kept the claim from being shown
            failed += 1
            print(f"not ok {name}: {type(problem).__name__}: {problem}", flush=True)
    print(f"{len(claims) - failed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
