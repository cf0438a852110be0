#!/usr/bin/env python3
"""docs/operations/runbook.md on three nodes: a node whose disk is lost, a quorum of which one node is left, a disk that is full, and a
backup that is put back. Nothing that was acknowledged is missing afterwards, but where the page says so.

  runbook.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--only disk|quorum|full|backup|roll] [--json FILE]

Needs kcat; for the full disk root, which may mount a tmpfs. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import os
import shutil
import signal
import sys

import ground
import alerts

COUNT = 500


class Apart(ground.Watched):
    """The metadata log is on a disk of its own, as for those whose other disks may fill up."""

    def settings(self, node):
        return {**super().settings(node), "metadata.log.dir": node.folder / "metadata"}


class Played:
    """A cluster with a topic of three partitions, and what was written to it."""

    def __init__(self, world, cluster):
        self.world, self.cluster, self.written = world, cluster, []
        cluster.create("kept", [[1, 2, 3], [2, 3, 1], [3, 1, 2]], min_insync_replicas=2)
        cluster.wait_in_sync()

    def write(self, name):
        """Acknowledged by all that are in sync."""
        lines = [f"{name}-{i}" for i in range(COUNT)]
        ground.succeed("kcat", "-b", self.cluster.bootstrap, "-P", "-t", "kept", "-X", "acks=all", "-p", "-1",
                       given="".join(f"{line}\n" for line in lines))
        self.written += lines

    def missing(self):
        """What was acknowledged, and is not read."""
        said = ground.succeed("kcat", "-b", self.cluster.bootstrap, "-C", "-t", "kept", "-o", "beginning", "-e", "-q", seconds=120)
        return sorted(set(self.written) - set(said.splitlines()))

    def claim_whole(self, what):
        missing = self.missing()
        self.world.found.claim(not missing, f"{what}: all {len(self.written)} records are there", f"{len(missing)} are not: {missing[:5]}")

    def settle(self):
        self.cluster.start()
        self.cluster.settle()


def metadata_of(node):
    return node.data / "__cluster_metadata-0"


def disk(world, cluster, played):
    """A disk is lost."""
    played.write("before")
    gone = alerts.Scene(world, cluster, None).follower()
    cluster.kill(gone)
    played.write("meanwhile")
    cluster.wipe(gone)
    played.settle()
    played.claim_whole("an empty disk")
    for other in (number for number in cluster.nodes if number != gone):
        cluster.kill(other)
        break
    ground.until("the node with the new disk leads in another's place",
                 lambda: any(part["leader_id"] == gone for part in cluster.topics(["kept"]).values()), 60)
    played.claim_whole("and led by it")
    played.settle()


def quorum(world, cluster, played):
    """Two of three disks are gone: the page's steps, from what the third has."""
    played.write("kept by all")
    cluster.settle()
    left = cluster.nodes[1]
    for number in (2, 3):
        cluster.kill(number)
    code = left.stop()
    world.found.claim(code == 0, "the node that is left stops cleanly", f"exit code {code}")
    shutil.copytree(left.data, cluster.folder / "copy-of-node-1")
    for number in (2, 3):
        cluster.wipe(number)
        shutil.copytree(metadata_of(left), metadata_of(cluster.nodes[number]), ignore=shutil.ignore_patterns("quorum-state"),
                        dirs_exist_ok=True)
    played.settle()
    world.found.claim(cluster.quorum() is not None, "three nodes elect a leader from the log of one")
    played.claim_whole("from the disk of one")


def full(world, cluster, played):
    """A disk is full, and has room again."""
    small = cluster.nodes[3]
    if not os.path.ismount(small.data):
        return world.found.skip("a full disk", "node 3 has no disk of its own: that takes root, and leave to mount a tmpfs")
    filler = small.data / "somebody-else"
    free = shutil.disk_usage(small.data).free
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free)
    led = ("-t", "kept", "-p", "2", "-X", "acks=1", "-X", "message.timeout.ms=5000")
    done = ground.run("kcat", "-b", cluster.bootstrap, "-P", *led, given="x" * 200_000 + "\n")
    ground.until("the log says that the disk is full", lambda: small.said("a log directory is full"), 30)
    world.found.claim(small.runs and done.returncode != 0, "a full disk refuses writes, and the node runs on", done.stderr)
    filler.unlink()
    again = ("kcat", "-b", cluster.bootstrap, "-P", *led)
    ground.until("writes are taken again", lambda: ground.run(*again, given="room\n").returncode == 0, 60)
    ground.until("the log says so", lambda: small.said("the log directories have room again"), 60)
    cluster.settle()
    played.claim_whole("after a full disk")


def backup(world, cluster, played):
    """All nodes stopped, all directories copied; lost; put back."""
    played.write("saved")
    cluster.settle()
    copy = cluster.folder / "backup"
    codes = [node.stop() for node in cluster.nodes.values()]
    world.found.claim(codes == [0, 0, 0], "all nodes stop cleanly, the last ones without a controller", str(codes))
    for number, node in cluster.nodes.items():
        shutil.copytree(node.data, copy / str(number))
    cluster.start()
    cluster.settle()
    ground.succeed("kcat", "-b", cluster.bootstrap, "-P", "-t", "kept", "-X", "acks=all", given="of the day after\n")
    for number, node in cluster.nodes.items():
        node.stop(signal.SIGKILL)
        for each in node.data.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        shutil.copytree(copy / str(number), node.data, dirs_exist_ok=True)
    cluster.start()
    cluster.settle()
    played.claim_whole("the backup of all")


def roll(world, cluster, played):
    """The page's order: the active controller last; nothing is refused meanwhile."""
    leader = cluster.controller()
    for number in [*(each for each in cluster.nodes if each != leader), leader]:
        code = cluster.nodes[number].stop()
        world.found.claim(code == 0, f"node {number} stops cleanly", f"exit code {code}")
        played.write(f"without-{number}")
        cluster.start()
        cluster.wait_in_sync()
    played.claim_whole("rolled")


def on_a_cluster(world, name, part):
    cluster = (Apart if name == "full" else ground.Watched)(world)
    with alerts.small_disk(world, cluster.nodes[3]) if name == "full" else contextlib.nullcontext(), cluster:
        part(world, cluster, Played(world, cluster))


def play(world):
    if world.lacks("the runbook", "kcat:kcat"):
        return
    for name, part in (("roll", roll), ("disk", disk), ("quorum", quorum), ("full", full), ("backup", backup)):
        world.part(name, lambda: on_a_cluster(world, name, part))


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
