#!/usr/bin/env python3
"""Disks that are damaged under a node: one flipped bit in a sealed segment, and a torn tail as power loss leaves it.

  damage.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides klamm,kafka] [--only bit|running|tail] [--json FILE]

A flipped bit is found, not served, not spread, and repaired from the other nodes: one that flips while the node is down (bit), and
one that flips under a leader that runs, from which a node with an empty disk fetches (running). Of Kafka, which promises none of
that, it is only said what became of it. A torn tail loses nothing that was acknowledged: the others have it (the promise of
acknowledgements from page caches). Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import random
import shutil
import struct
import sys
import time

import stage
import load
import logs
import nodes
import tools

SEALED = {"sealed": 1}
LENGTH_END, HEADER = 12, 61  # of a record batch: behind its length field, and its header as a whole
FILL_PER_SECOND, FILL_SECONDS = 4000, 10
NOTICED = r"(?i)corrupt|damaged|\bcrc\b|checksum"
CUT_OFF = r"are cut off"
REPAIR_SECONDS = 120


def flip_one_bit(path, choose):
    """Among the records of a batch in the middle half of a segment, which the batch's CRC covers; where."""
    data, starts, at = path.read_bytes(), [], 0
    while at + HEADER < len(data):
        starts.append(at)
        at += LENGTH_END + struct.unpack_from(">i", data, at + LENGTH_END - 4)[0]
    number = choose.randrange(len(starts) // 4, 3 * len(starts) // 4)
    at = choose.randrange(starts[number] + HEADER, starts[number + 1])
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << choose.randrange(8)]))
    return at


def tear(path, how, choose):
    """The last bytes of a file are gone, or are what a disk has there."""
    size = path.stat().st_size
    if size < 8192:
        return False
    count = choose.randrange(1, 4096)
    with open(path, "r+b") as file:
        if how == "cut":
            file.truncate(size - count)
        else:
            file.seek(size - count)
            file.write(bytes(count) if how == "zeros" else choose.randbytes(count))
    return True


class Judge:
    """For Klamm these are claims; for Kafka it is said what there is to see."""

    def __init__(self, world, side):
        self.world, self.side = world, side

    def __call__(self, holds, what, why=""):
        if self.side == "klamm":
            return self.world.found.claim(holds, f"{self.side}: {what}", str(why))
        print(f"seen  {self.side}: {what}: {'yes' if holds else f'no: {str(why)[:300]}'}", flush=True)
        return holds


def fill(world, side, cluster, victim):
    """Some segments of a partition that `victim` leads, and what is in them."""
    others = [number for number in cluster.nodes if number != victim]
    cluster.create("sealed", [[victim, *others]], segment_bytes=1 << 20)
    cluster.wait_in_sync(led=True)
    with load.Load(cluster, SEALED, FILL_PER_SECOND, clients=("java",), with_group=False) as filling:
        filling.wait_flowing()
        time.sleep(FILL_SECONDS)
        filling.judge(world.found, f"{side}, before")
    return load.contents(cluster, SEALED)


def all_bytes(node):
    """Of the partition's log, however it is cut into segments, which may go while one looks."""
    while True:
        with contextlib.suppress(FileNotFoundError):
            return b"".join(path.read_bytes() for path in logs.segments(node, "sealed-0"))


def read_again(cluster, there):
    """What a client makes of the partition: complaints."""
    try:
        again = load.contents(cluster, SEALED)
    except RuntimeError as problem:
        return str(problem)
    return "" if again == there else f"{len(again)} records, of {len(there)}; {len(set(again.items()) - set(there.items()))} others"


def noticed(node):
    """What its log says of damage."""
    return [line for line in node.said(NOTICED) if "check.crcs" not in line]


def damage_of(node, choose):
    """Flips a bit in the middle one of the partition's sealed segments; what the log was before, and where the bit is."""
    files, good = logs.segments(node, "sealed-0"), all_bytes(node)
    assert len(files) > 2, f"only {len(files)} segments"
    damaged = files[len(files) // 2]
    return good, f"a bit of byte {flip_one_bit(damaged, choose)} of {damaged.name} of node {node.spec.number}"


def flipped_bit(world, side):
    judge, choose = Judge(world, side), random.Random(world.options.seed)
    with nodes.Cluster(world, nodes.combined(side, side, side)) as cluster:
        controller = cluster.controller()
        victim, third = [number for number in cluster.nodes if number != controller]
        there = fill(world, side, cluster, victim)
        node = cluster.nodes[victim]
        node.stop()
        said, (good, where) = len(noticed(node)), damage_of(node, choose)
        print(f"    {where}", flush=True)
        node.launch()
        cluster.settle()
        complaints = read_again(cluster, there)
        judge(not complaints, "what is read is what was written", complaints)
        if side == "klamm":
            # Whoever fetches it all again may not get the damage.
            cluster.kill(third)
            cluster.wipe(third)
            cluster.start()
            cluster.wait_in_sync()
        judge_repair(judge, cluster, node, said, good)


def flipped_while_running(world, side):
    """Nobody examines what the process itself has written, and who is in sync fetches none of it again: a follower that begins anew
    does, and may not take it for whole."""
    judge, choose = Judge(world, side), random.Random(world.options.seed)
    with nodes.Cluster(world, nodes.combined(side, side, side)) as cluster:
        controller = cluster.controller()
        victim, third = [number for number in cluster.nodes if number != controller]
        there = fill(world, side, cluster, victim)
        node = cluster.nodes[victim]
        cluster.kill(third)
        said, (good, where) = len(noticed(node)), damage_of(node, choose)
        print(f"    {where}, which runs and leads", flush=True)
        cluster.wipe(third)
        cluster.nodes[third].launch()
        try:
            cluster.settle(REPAIR_SECONDS)
            judge(True, "all replicas are in sync again")
        except AssertionError as problem:
            judge(False, "all replicas are in sync again", problem)
        complaints = read_again(cluster, there)
        judge(not complaints, "what is read is what was written", complaints)
        judge_repair(judge, cluster, node, said, good)


def judge_repair(judge, cluster, node, said, good):
    """`said` is how many lines of the node's log told of damage before, and `good` what its log of the partition was."""
    try:
        stage.until("the log is repaired", lambda: all_bytes(node) == good, REPAIR_SECONDS if judge.side == "klamm" else 5, pause=1)
        judge(True, "the log is as it was")
    except AssertionError as problem:
        judge(False, "the log is as it was", problem)
    lines = noticed(node)[said:]
    judge(bool(lines), f"the log says so: {(lines or ['nothing'])[-1][-160:]}", "nothing")
    promised = cluster.promised()["sealed-0"]
    cluster.stop()
    by_node = {number: logs.batches(judge.world.tools, each, ["sealed-0"]) for number, each in cluster.nodes.items()}
    spread = [f"node {number}: {line}" for number, found in by_node.items() for line in found["sealed-0"].values()
              if "isvalid: false" in line]
    judge(not spread, "no node has a batch that is not whole", spread)
    complaints, count = logs.unequal(by_node, "sealed-0", promised.high_watermark, promised.nodes)
    judge(not complaints, f"all nodes have the same {count} offsets", complaints[:3])


def torn_tails(world, side):
    choose = random.Random(world.options.seed)
    topics = {"torn": 3}
    with nodes.Cluster(world, nodes.combined(side, side, side)) as cluster:
        cluster.create("torn", [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
        cluster.wait_in_sync(led=True)
        with load.Load(cluster, topics) as loading:
            for turn, how in enumerate(("cut", "zeros", "garbage")):
                with world.scene(f"{side}: a torn tail, {how}"):
                    tear_one(world, side, cluster, loading, turn, how, choose)
            loading.judge(world.found, f"{side}, torn tails")
        cluster.wait_in_sync()
        promised = cluster.promised()
        cluster.stop()
        tools.claim_equal(world, cluster, f"{side}, torn tails", promised)
    world.found.skip(f"{side}: power loss of all nodes with flush.messages=1", "it takes a disk that forgets what was not synced "
                     "(tests/broker/node_power_test.cc, klamm_sim --level cluster)")


def tear_one(world, side, cluster, loading, turn, how, choose):
    loading.wait_flowing()
    time.sleep(5)
    node = cluster.nodes[turn + 1]
    cluster.kill(turn + 1)
    torn = [path.parent.name for index in range(3) for path in logs.segments(node, f"torn-{index}")[-1:] if tear(path, how, choose)]
    loading.wait_flowing(120)
    shutil.copytree(node.data, node.folder / f"torn-{how}")  # for whoever looks into a failure
    cluster.start()
    cluster.settle()
    loading.wait_flowing(60)
    world.found.claim(torn, f"{side}: node {turn + 1} is in sync again after its tails of {', '.join(torn) or 'nothing'} were torn ({how})",
                      "no file was long enough")
    if side == "klamm":
        told = {directory for directory in torn for line in node.said(CUT_OFF) if f"/{directory}/" in line}
        # A tear may happen to lie between two batches, in one file or another.
        world.found.claim(told, f"{side}: the log says what was cut off of {', '.join(sorted(told)) or 'none'}", node.said("ERROR")[-3:])


PARTS = {"bit": ("a flipped bit", flipped_bit), "running": ("a bit that flips under a leader that runs", flipped_while_running),
         "tail": ("torn tails", torn_tails)}


def play(world, side):
    for name, (title, part) in PARTS.items():
        if world.wants(name):
            with world.scene(f"{side}: {title}"):
                world.once(f"{side}: {title}", side, lambda: part(world, side))


def main():
    arguments = stage.parser(__doc__)
    arguments.add_argument("--seed", type=int, default=1)
    return stage.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
