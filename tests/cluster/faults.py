#!/usr/bin/env python3
"""Three combined nodes under a steady load, with a group that reads and commits, and what breaks nodes, disks and networks.

  faults.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm] [--secure plain] [--only PART,...] [--seed N]
            [--json FILE]

Each fault is begun, writes go on where they can, it is healed, and all nodes have to be whole and in sync again; in the end the
contract is held against everything that was acknowledged. Pauses, disks, delays (by a proxy), ports: on this machine's loopback.
Cuts one way and both, losses, and an address that changes under a name: in network namespaces, which takes root, ip and nft. Says
what could not be done here. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import random
import shutil
import subprocess
import sys
import time

import stage
import failover
import load
import network
import nodes
import secure

PAUSE_SHORT, PAUSE_LONG, DELAY, CUT_SECONDS, LOSS_PERCENT = 3, 15, 0.3, 15, 15
WHOLE_SECONDS, WRITES_SECONDS = 180, 60
REQUEST_MS = 10_000  # a node that pauses or is cut off leaves its clients waiting
SYNC_CALLS = "fsync,fdatasync"


class Drama:
    """A cluster under load, one fault after the other."""

    def __init__(self, world, cluster, loading, name):
        self.world, self.cluster, self.loading, self.name = world, cluster, loading, name
        self.choose = random.Random(world.options.seed)

    def claim(self, holds, what, why=""):
        return self.world.found.claim(holds, f"{self.name}: {what}", str(why))

    def a_leader(self):
        """A node that is not the active controller."""
        controller = self.cluster.controller()
        return self.choose.choice([number for number in self.cluster.nodes if number != controller])

    def writes_go_on(self, what):
        """Though the fault lasts."""
        began = load.now()
        try:
            ended = self.loading.wait_flowing(WRITES_SECONDS)
            self.claim(True, f"{what}: writes go on after {(ended - began) / 1e6:.1f} s")
        except AssertionError as problem:
            self.claim(False, f"{what}: writes go on", problem)

    def mend(self):
        """What a fault that was not healed has left, so that the next one can begin."""
        for number, node in self.cluster.nodes.items():
            if node.runs and node.is_paused:
                node.resume()
            elif not node.runs:
                node.process = None
            if isinstance(self.cluster.network, network.Proxied):
                self.cluster.network.delay(number, 0)
                self.cluster.network.freeze(number, False)
        if isinstance(self.cluster.network, network.Namespaces):
            self.cluster.network.heal()

    def epochs(self):
        return {where: (part["leader_id"], part["leader_epoch"]) for where, part in self.cluster.topics(list(failover.TOPICS)).items()}

    def begin(self):
        """Everything is whole, so that who is chosen next is what it is chosen for."""
        self.cluster.start()
        self.cluster.settle(WHOLE_SECONDS)
        self.loading.wait_flowing(WRITES_SECONDS)

    @contextlib.contextmanager
    def fault(self, what):
        """The body breaks something and heals it."""
        began, failures = load.now(), len(self.loading.failures())
        try:
            yield
        except BaseException:
            self.mend()
            raise
        healed = time.monotonic()
        try:
            self.cluster.settle(WHOLE_SECONDS)
            self.loading.wait_flowing(WRITES_SECONDS)
        except AssertionError as problem:
            self.claim(False, f"{what}: all is whole again", problem)
            return
        gaps = "; ".join(f"{who} {ms:.0f} ms" for who, ms in self.loading.gaps(began, load.now()).items())
        new = self.loading.failures()[failures:]
        self.claim(not new, f"{what}: all is whole again {time.monotonic() - healed:.1f} s after; longest without writes: {gaps}", new)


# --- pauses, disks and delays, on the loopback

def short_pause(drama):
    number = drama.a_leader()
    with drama.fault(f"a leader pauses for {PAUSE_SHORT} s"):
        before = drama.epochs()
        drama.cluster.nodes[number].pause()
        time.sleep(PAUSE_SHORT)
        drama.cluster.nodes[number].resume()
        drama.loading.wait_flowing(WRITES_SECONDS)
        drama.claim(drama.epochs() == before, f"a leader that pauses for {PAUSE_SHORT} s goes on leading",
                    f"before {before}, after {drama.epochs()}")


def long_pause(drama, number, what):
    with drama.fault(f"{what} pauses for {PAUSE_LONG} s"):
        began = time.monotonic()
        drama.cluster.nodes[number].pause()
        drama.writes_go_on(f"{what} pauses")
        time.sleep(max(0, PAUSE_LONG - (time.monotonic() - began)))
        drama.cluster.nodes[number].resume()


def pause_of_a_leader(drama):
    long_pause(drama, drama.a_leader(), "a leader")


def pause_of_the_controller(drama):
    long_pause(drama, drama.cluster.controller(), "the active controller")


def delay(drama):
    number = drama.choose.choice(list(drama.cluster.nodes))
    with drama.fault(f"everything to and from node {number} takes {DELAY * 1000:.0f} ms"):
        before = drama.epochs()
        drama.cluster.network.delay(number, DELAY)
        time.sleep(3)
        drama.writes_go_on("a slow node")
        time.sleep(5)
        drama.claim(drama.epochs() == before and not drama.cluster.out_of_place(), "a slow node leads and follows on",
                    f"before {before}, after {drama.epochs()}; {drama.cluster.out_of_place()}")
        drama.cluster.network.delay(number, 0)


def held_back(drama):
    number = drama.choose.choice(list(drama.cluster.nodes))
    with drama.fault(f"nobody gets through to node {number} for 8 s, which itself gets through"):
        drama.cluster.network.freeze(number)
        time.sleep(8)
        drama.cluster.network.freeze(number, False)


def all_killed(drama):
    with drama.fault("all nodes are killed at once"):
        for number in drama.cluster.nodes:
            drama.cluster.kill(number)
        drama.cluster.start()


def wiped(drama):
    number = drama.a_leader()
    with drama.fault("a node is killed and comes back with an empty disk"):
        drama.cluster.kill(number)
        drama.writes_go_on("a node is gone")
        drama.cluster.wipe(number)
        drama.cluster.nodes[number].launch()


def changed_port(drama):
    number = drama.a_leader()
    node = drama.cluster.nodes[number]
    with drama.fault("a node comes back at another port"):
        node.stop()
        node.place.port, = network.free_ports(1)
        node.write(drama.cluster.settings(node))
        node.launch()


def failing_fsync(drama):
    if shutil.which("strace") is None:
        drama.world.found.skip(f"{drama.name}: an fsync that fails", "there is no strace")
        return
    number = drama.a_leader()
    node = drama.cluster.nodes[number]
    with drama.fault("fsync fails on a node"), open(node.folder / "strace.log", "ab") as log:
        tracing = subprocess.Popen(["strace", "-f", "-q", "-e", f"trace={SYNC_CALLS}", "-e", f"inject={SYNC_CALLS}:error=EIO", "-p",
                                    str(node.process.pid)], stdout=log, stderr=log)
        try:
            drama.cluster.create(f"synced-{number}-{load.now()}", [[number]], min_insync_replicas=1)  # something for the metadata log
            noticed = "Input/output error|EIO|KafkaStorageException"
            stage.until("the node ends, or says so", lambda: not node.runs or node.said(noticed), 60)
            said = (node.said(noticed) or ["nothing"])[-1]
            drama.claim(said != "nothing", f"a node whose fsync fails {'says so' if node.runs else 'ends and says so'}: {said[-150:]}")
            if not node.runs:
                node.process = None
            drama.writes_go_on("fsync fails on a node")
        finally:
            tracing.terminate()
            tracing.wait(30)
        if node.runs:
            drama.cluster.kill(number)
        node.launch()


# --- networks

def isolate(drama, number, what):
    with drama.fault(f"{what} is cut off from the others for {CUT_SECONDS} s"):
        began = time.monotonic()
        drama.cluster.network.isolate(number)
        drama.writes_go_on(f"{what} is cut off")
        time.sleep(max(0, CUT_SECONDS - (time.monotonic() - began)))
        drama.cluster.network.heal()


def cut_off_leader(drama):
    isolate(drama, drama.a_leader(), "a leader")


def cut_off_controller(drama):
    isolate(drama, drama.cluster.controller(), "the active controller")


def cut_one_way(drama):
    number = drama.a_leader()
    with drama.fault(f"what a leader sends to the others is lost for {CUT_SECONDS} s"):
        for other in set(drama.cluster.nodes) - {number}:
            drama.cluster.network.cut(number, other)
        time.sleep(CUT_SECONDS)
        drama.cluster.network.heal()


def cut_between_two(drama):
    controller = drama.cluster.controller()
    one, other = sorted(set(drama.cluster.nodes) - {controller})
    with drama.fault(f"two nodes cannot hear each other for {CUT_SECONDS} s, and the controller hears both"):
        drama.cluster.network.cut_both(one, other)
        time.sleep(CUT_SECONDS)
        drama.cluster.network.heal()


def cut_from_controller(drama):
    controller, number = drama.cluster.controller(), drama.a_leader()
    with drama.fault(f"a leader and the active controller cannot hear each other for {CUT_SECONDS} s"):
        drama.cluster.network.cut_both(controller, number)
        drama.writes_go_on("a leader and the active controller cannot hear each other")
        time.sleep(5)
        drama.cluster.network.heal()


def loss(drama):
    with drama.fault(f"{LOSS_PERCENT} percent of all packets between nodes are lost for {CUT_SECONDS} s"):
        drama.cluster.network.lose(LOSS_PERCENT)
        time.sleep(CUT_SECONDS)
        drama.writes_go_on("packets are lost")
        drama.cluster.network.heal()


def changed_address(drama):
    number = drama.a_leader()
    node = drama.cluster.nodes[number]
    with drama.fault("a node comes back at another address, under its name"):
        node.stop()
        drama.cluster.network.move(node.place)
        node.write(drama.cluster.settings(node))
        node.launch()


ON_LOOPBACK = [short_pause, pause_of_a_leader, pause_of_the_controller, delay, held_back, wiped, changed_port, failing_fsync, all_killed]
IN_NAMESPACES = [cut_off_leader, cut_off_controller, cut_one_way, cut_between_two, cut_from_controller, loss, changed_address]


def act(world, side, security, faults, where, make_network):
    name = f"{side}, {security}"
    with nodes.Cluster(world, nodes.combined(side, side, side), security, network=make_network()) as cluster:
        failover.create_topics(cluster)
        with load.Load(cluster, failover.TOPICS, per_second=100, request_ms=REQUEST_MS) as loading:
            drama = Drama(world, cluster, loading, name)
            for fault in faults:
                with world.scene(f"{name}, {where}: {fault.__name__.replace('_', ' ')}"):
                    drama.begin()
                    fault(drama)
            cluster.settle(WHOLE_SECONDS)
            loading.judge(world.found, f"{name}, {where}")


def play(world, side):
    missing = network.Namespaces.missing() or network.Namespaces.outside()
    for security in world.options.secure.split(","):
        for faults, where, make_network in ((ON_LOOPBACK, "loopback", network.Proxied), (IN_NAMESPACES, "namespaces", network.Namespaces)):
            wanted = [fault for fault in faults if world.wants(fault.__name__)]
            if where == "namespaces" and missing:
                for fault in wanted:
                    world.found.skip(f"{side}, {security}: {fault.__name__.replace('_', ' ')}", missing)
            elif wanted:
                title = f"{side}, {security}: faults, {where}"
                with world.scene(title):
                    world.once(title, side, lambda: act(world, side, security, wanted, where, make_network))


def main():
    arguments = stage.parser(__doc__)
    arguments.add_argument("--secure", default="plain", help=f"how nodes trust each other, of {','.join(secure.KINDS)}")
    arguments.add_argument("--seed", type=int, default=1)
    return stage.main(__doc__, play, arguments, before=lambda: network.Namespaces.enter(__file__, sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
