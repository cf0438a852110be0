#!/usr/bin/env python3
"""Prometheus over three nodes: each of the twelve alerts of config/prometheus is made to fire by causing what it is for, and to clear
again; then the Grafana board's queries are asked for what was scraped, and drawn.

  alerts.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--only rules|scrape|Kafka...|board] [--json FILE]

Needs Debian's prometheus (with promtool) and kcat; for the alert of a full disk root, which may mount a tmpfs. Patience is seconds
here: `for` and the ranges of rates are shortened, and nothing else of the rules is. How long each alert took to fire and to clear is told
so, too. Grafana is not in Debian: board.py draws what its panels ask for into board.svg (and board.png, with librsvg2-bin), and asks
Grafana's own model of a dashboard (of PyPI) whether it knows every field. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import os
import struct
import sys
import threading
import time

import ground
import board
import prometheus
import raw

FIRE_SECONDS, CLEAR_SECONDS = 60, 120
MEBI = 1 << 20
# Small, so that a test can fill it: each part has its least, of 16 MiB.
SETTINGS = {"klamm.memory.bytes": 16 * MEBI, "klamm.loops": 1, "replica.lag.time.max.ms": 2000}
# What a node's disk is for the alert about it, and how much of it somebody else leaves.
DISK_MIB, LEFT_MIB = 256, 26


class Scene:
    """The cluster, what watches it, and what a test does to it."""

    def __init__(self, world, cluster, watcher):
        self.world, self.cluster, self.watcher = world, cluster, watcher

    def instance(self, number):
        return f"127.0.0.1:{self.cluster.admin_ports[number]}"

    def fires(self, name, **labels):
        return any(alert == name and labels.items() <= found.items() for alert, found in self.watcher.firing())

    @contextlib.contextmanager
    def alert(self, name, **labels):
        """For a block that causes what the alert is for, waits with the function that it is given until it fires, and ends the cause. The
        same alert of others, as about a disk of this machine that has been full before, does not count."""
        ground.until(f"{name} does not fire any more", lambda: not self.fires(name, **labels), CLEAR_SECONDS)
        fired, began = [], time.monotonic()

        def wait():
            ground.until(f"{name} {labels} fires", lambda: self.fires(name, **labels), FIRE_SECONDS)
            fired.append(name)
            ground.measured(f"{name} fires", f"{time.monotonic() - began:.0f} s after the beginning")
        yield wait
        ended = time.monotonic()
        self.world.found.claim(fired, f"{name} fires")
        ground.until(f"{name} clears", lambda: not self.fires(name, **labels), CLEAR_SECONDS)
        self.world.found.claim(True, f"{name} clears")
        ground.measured(f"{name} clears", f"{time.monotonic() - ended:.0f} s after its cause has gone")

    def write(self, topic, lines, *options, to=None, seconds=60):
        """By way of node `to`: a client that begins with one that is frozen waits for that one first."""
        place = self.cluster.nodes[to].place if to else None
        where = f"{place.host}:{place.port}" if place else self.cluster.bootstrap
        ground.succeed("kcat", "-b", where, "-P", "-t", topic, *options, given=lines, seconds=seconds)

    def follower(self):
        """A node that is not the active controller."""
        leader = self.cluster.controller()
        return next(number for number in self.cluster.nodes if number != leader)

    def restart(self):
        """All nodes run, whatever has been done to them."""
        for node in self.cluster.nodes.values():
            if node.is_paused:
                node.resume()
        self.cluster.start()
        self.cluster.settle()


def broker_down(scene):
    gone = scene.follower()
    with scene.alert("KafkaBrokerDown", instance=scene.instance(gone)) as fired:
        scene.cluster.kill(gone)
        fired()
        scene.restart()


def under_replicated(scene):
    gone = scene.follower()
    scene.cluster.create("replicated", [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
    with scene.alert("KafkaUnderReplicatedPartitions") as fired:
        scene.cluster.kill(gone)
        fired()
        scene.restart()


def under_min_isr(scene):
    """A topic that wants all three."""
    gone = scene.follower()
    scene.cluster.create("strict", [[number for number in (1, 2, 3) if number != gone] + [gone]], min_insync_replicas=3)
    with scene.alert("KafkaUnderMinIsr") as fired:
        scene.cluster.kill(gone)
        fired()
        scene.restart()


def offline(scene):
    """A topic whose only replica goes."""
    gone = scene.follower()
    scene.cluster.create("alone", [[gone]], min_insync_replicas=1)
    with scene.alert("KafkaOfflinePartitions") as fired:
        scene.cluster.kill(gone)
        fired()
        scene.restart()


def no_controller(scene):
    """Two of three voters go."""
    with scene.alert("KafkaNoActiveController") as fired:
        for number in (2, 3):
            scene.cluster.kill(number)
        fired()
        scene.restart()


def isr_shrinks(scene):
    """A follower is frozen for longer than its leader waits, and for less than its controller does; again and again."""
    slow = scene.follower()
    leader = next(number for number in (1, 2, 3) if number != slow)
    scene.cluster.create("followed", [[leader, slow]], min_insync_replicas=1)
    with scene.alert("KafkaIsrShrinks", instance=scene.instance(leader)) as fired:
        for _ in range(2):
            scene.cluster.nodes[slow].pause()
            scene.write("followed", "one\n", "-X", "acks=1", to=leader)
            time.sleep(5)
            scene.cluster.nodes[slow].resume()
            scene.cluster.wait_in_sync()
        fired()


def elections(scene):
    """A node goes that leads a hundred partitions."""
    gone = scene.follower()
    others = [number for number in (1, 2, 3) if number != gone]
    scene.cluster.create("led", [[gone, *others]] * 100)
    scene.cluster.wait_in_sync(led=True)
    with scene.alert("KafkaLeaderElections") as fired:
        scene.cluster.kill(gone)
        fired()
        scene.restart()


def disk(scene):
    """Somebody else fills the disk of node 3, which is a small one."""
    data = scene.cluster.nodes[3].data
    if not os.path.ismount(data):
        return scene.world.found.skip("KafkaDiskUsage", "node 3 has no disk of its own: that takes root, and leave to mount a tmpfs")
    filled, room = data / "somebody-else", os.statvfs(data)
    with scene.alert("KafkaDiskUsage", instance=scene.instance(3)) as fired:
        try:
            with open(filled, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - LEFT_MIB * MEBI)
            fired()
        finally:
            filled.unlink()


def lag(scene):
    """A group reads one record of many, and comes back for the others."""
    scene.cluster.create("read", [[1, 2, 3]])
    scene.write("read", "".join(f"{i}\n" for i in range(20_000)))
    read = ("kcat", "-b", scene.cluster.bootstrap, "-G", "readers", "-X", "auto.offset.reset=earliest")
    with scene.alert("KafkaConsumerLag", consumergroup="readers", topic="read") as fired:
        ground.succeed(*read, "-c", "1", "read")
        fired()
        ground.succeed(*read, "-c", "19999", "read")


def busy(scene):
    """As much as two generators can bring to one loop."""
    bench = scene.world.binary.parent / "klamm_bench"
    if not bench.exists():
        return scene.world.found.skip("KafkaLoopsBusy", f"there is no {bench}")
    node = scene.cluster.nodes[1]
    command = [bench, "produce", "--address", f"{node.place.host}:{node.place.port}", "--pid", node.process.pid, "--codec", "none",
               "--record-size", 100, "--request-records", 10, "--partitions", 1, "--seconds", 600]
    for name in ("first", "second"):
        scene.cluster.create(f"busy-{name}", [[1]], min_insync_replicas=1, segment_bytes=16 * MEBI, retention_bytes=64 * MEBI)
    with contextlib.ExitStack() as loads, scene.alert("KafkaLoopsBusy", instance=scene.instance(1)) as fired:
        for name in ("first", "second"):
            loads.enter_context(ground.process([*command, "--topic", f"busy-{name}"], scene.world.folder / f"{name}.log"))
        fired()
        loads.close()


def slow(scene):
    """A write waits for a follower that is frozen, until it is out of sync; then many that do not."""
    frozen = scene.follower()
    leader = next(number for number in (1, 2, 3) if number != frozen)
    scene.cluster.create("waited-for", [[leader, frozen]], min_insync_replicas=1)
    with scene.alert("KafkaRequestsSlow", instance=scene.instance(leader)) as fired:
        scene.cluster.nodes[frozen].pause()
        scene.write("waited-for", "one\n", "-X", "acks=all", "-X", "request.timeout.ms=30000", to=leader)
        scene.cluster.nodes[frozen].resume()
        fired()
        scene.cluster.wait_in_sync()
        lines = "".join(f"{i}\n" for i in range(5_000))
        scene.write("waited-for", lines, "-X", "acks=1", "-X", "batch.num.messages=1", "-X", "linger.ms=0", seconds=120)


def memory(scene):
    """Clients that begin large requests and do not end them, as many as the node has room for and more."""
    size, sent = MEBI, MEBI * 9 // 10
    beginning = struct.pack(">i", size) + raw.header(raw.PRODUCE, 9) + bytes(sent)
    place, stop = scene.cluster.nodes[1].place, threading.Event()

    def hold():
        while not stop.is_set():
            with contextlib.suppress(OSError, EOFError), raw.Raw(place.port) as client:
                client.socket.settimeout(1)
                # What the node does not read waits here; all letting go at once would be a moment without the cause.
                with contextlib.suppress(TimeoutError):
                    client.send(beginning)
                while not stop.is_set() and not client.is_closed_by_peer():
                    pass

    with scene.alert("KafkaMemoryHigh", instance=scene.instance(1), part="clients") as fired:
        holders = [threading.Thread(target=hold, daemon=True) for _ in range(40)]
        for holder in holders:
            holder.start()
        try:
            fired()
        finally:
            stop.set()
            for holder in holders:
                holder.join(10)


# The one about slow writes comes first: it looks at a mean of minutes, which many fast writes would hide it in.
CAUSES = {"KafkaRequestsSlow": slow, "KafkaBrokerDown": broker_down, "KafkaUnderReplicatedPartitions": under_replicated,
          "KafkaUnderMinIsr": under_min_isr, "KafkaOfflinePartitions": offline, "KafkaNoActiveController": no_controller,
          "KafkaIsrShrinks": isr_shrinks, "KafkaLeaderElections": elections, "KafkaDiskUsage": disk, "KafkaConsumerLag": lag,
          "KafkaMemoryHigh": memory, "KafkaLoopsBusy": busy}


@contextlib.contextmanager
def small_disk(world, node):
    """Node 3's logs get a file system of their own, where that may be."""
    node.data.mkdir()
    mounted = ground.run("mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", node.data).returncode == 0
    try:
        yield
    finally:
        if mounted:
            ground.run("umount", "--lazy", node.data)


def rules(world):
    for what, path in (("rules", prometheus.RULES), ("config", prometheus.SCRAPE)):
        done = ground.run("promtool", "check", what, path)
        world.found.claim(done.returncode == 0, f"promtool check {what} {path.relative_to(ground.ROOT)}", done.stdout + done.stderr)


def scraped(scene):
    """Everybody is up, and what they say is what Prometheus takes."""
    ground.until("all three are scraped", lambda: len([each for each in scene.watcher.query("up == 1")]) == 3, 30)
    targets = scene.watcher.ask("targets")["activeTargets"]
    problems = [each["lastError"] for each in targets if each["lastError"]]
    jobs = {each["labels"]["job"] for each in targets}
    scene.world.found.claim(not problems and jobs == {"kafka-cluster-kafka"}, "three nodes are scraped", f"{jobs} {problems}")
    names = {rule["name"] for group in scene.watcher.ask("rules")["groups"] for rule in group["rules"]}
    scene.world.found.claim(names == set(CAUSES), "each of the twelve alerts has a cause here", str(names ^ set(CAUSES)))
    for number in scene.cluster.nodes:
        _, text = scene.cluster.admin(number)
        done = ground.run("promtool", "check", "metrics", given=text)
        # Its other complaints are of taste: names that boards already have end as they end.
        world_says = [line for line in (done.stdout + done.stderr).splitlines() if "error while linting" in line]
        scene.world.found.claim(not world_says, f"promtool reads the metrics of node {number}", "\n".join(world_says))


def board_with_data(scene):
    """Something is written and read, and a leader goes: whatever was played before, each panel has something to show."""
    scene.cluster.create("shown", [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
    for count in range(5):
        scene.write("shown", "".join(f"{count} {i}\n" for i in range(500)), "-X", "acks=all")
        ground.succeed("kcat", "-b", scene.cluster.bootstrap, "-G", "shown-to", "-X", "auto.offset.reset=earliest", "-c", "400", "shown")
        time.sleep(2)
    scene.cluster.kill(scene.follower())
    scene.restart()
    board.draw(scene.world, scene.watcher, scene.world.folder / "board.svg")
    board.known(scene.world)


def cause_of(scene, cause):
    try:
        cause(scene)
    finally:
        scene.restart()


def with_cluster(world):
    cluster = ground.Watched(world, SETTINGS)
    with contextlib.ExitStack() as stack:
        stack.enter_context(small_disk(world, cluster.nodes[3]))
        stack.enter_context(cluster)
        watcher = stack.enter_context(prometheus.Prometheus(world, cluster))
        scene = Scene(world, cluster, watcher)
        world.part("scrape", lambda: scraped(scene))
        for name, cause in CAUSES.items():
            world.part(name, lambda: cause_of(scene, cause))
        world.part("board", lambda: board_with_data(scene))


def play(world):
    if world.lacks("alerts", "prometheus:prometheus", "promtool:prometheus", "kcat:kcat"):
        return
    world.part("rules", lambda: rules(world))
    parts = ["scrape", *CAUSES, "board"]
    if world.has_to_play(parts):
        return with_cluster(world)
    for name in parts:  # as they were
        world.part(name, lambda: None)
    return None


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
