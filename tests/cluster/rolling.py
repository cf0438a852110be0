#!/usr/bin/env python3
"""A rolling restart by SIGTERM under a steady load: no produce fails at acks=all, and how late acknowledgements come meanwhile.

  rolling.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm] [--secure plain] [--rounds N] [--quick]
             [--json FILE]

Each round ends and starts all three nodes, one after the other, each when the one before is in sync again and everybody leads what
is theirs, and not sooner than half a minute after it: percentiles of two kinds of nodes are of the same restarts in the same time
only if the quicker ones do not follow each other sooner. Klamm's 99th percentile may be 100 ms, or Kafka's in the same run where
that is more. Closes with a table and `N passed, N failed, N skipped`.
"""
import sys
import time

import stage
import failover
import load
import nodes
import secure

CLEAN = {"klamm": (0,), "kafka": (0, 143)}  # a JVM that SIGTERM has ended says 143
P99_MS_MAX = 100
SECONDS_MAX = 180
PACE_SECONDS = 30


def percentile(sorted_times, share):
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * share))] if sorted_times else float("nan")


def restart(world, cluster, loading, number, name):
    node = cluster.nodes[number]
    kind = "the active controller" if cluster.controller() == number else "a node"
    began, began_us = time.monotonic(), load.now()
    code = node.stop()
    stopped = time.monotonic()
    world.found.claim(code in CLEAN[node.spec.kind], f"{name}: {kind} ends cleanly on SIGTERM, in {stopped - began:.1f} s",
                      f"exit code {code}")
    node.launch()
    cluster.settle(SECONDS_MAX)
    loading.wait_flowing()
    gaps = "; ".join(f"{who} {ms:.0f} ms" for who, ms in loading.gaps(began_us, load.now()).items())
    print(f"    node {number}, {kind}: back and in sync after {time.monotonic() - stopped:.1f} s; longest without writes: {gaps}",
          flush=True)
    left = began + PACE_SECONDS - time.monotonic()
    if left < 0:
        print(f"    {-left:.1f} s behind the pace", flush=True)
    time.sleep(0 if world.quick else max(0, left))


def roll(world, side, security, name):
    """By client: how many records, and their 50th, 99th, 99.9th and last percentiles in ms."""
    with nodes.Cluster(world, nodes.combined(side, side, side), security) as cluster:
        failover.create_topics(cluster)
        with load.Load(cluster, failover.TOPICS) as loading:
            loading.wait_flowing()
            time.sleep(3 if world.quick else 20)  # a JVM has warmed up by then
            loading.wait_flowing()
            began = load.now()
            for _ in range(1 if world.quick else world.options.rounds):
                for number in cluster.nodes:
                    restart(world, cluster, loading, number, name)
            ended = load.now()
            loading.judge(world.found, name)
            return {client: [len(late), *(percentile(late, share) for share in (0.5, 0.99, 0.999, 1))]
                    for client, late in loading.latencies(began, ended).items()}


def play(world, side):
    for security in world.options.secure.split(","):
        name, found = f"{side}, {security}", {}
        title = f"{name}: rolling restart, {1 if world.quick else world.options.rounds} rounds"
        with world.scene(title):
            found = world.once(title, side, lambda: roll(world, side, security, name))
        world.rows += [(name, client, *numbers) for client, numbers in found.items()]
        p99s = {client: numbers[2] for client, numbers in found.items()}
        world.kept.update({(security, side, client): p99 for client, p99 in p99s.items()})
        if side == "klamm":
            for client, p99 in p99s.items():
                # Kafka refuses SCRAM of an old librdkafka: there, its Java client's is what there is.
                beside = [world.kept.get((security, "kafka", each)) for each in (client, "java")]
                allowed = max(P99_MS_MAX, next((each for each in beside if each), 0))
                world.found.claim(p99 <= allowed, f"{name}, {client}: p99 {p99:.0f} ms of at most {allowed:.0f} ms")
    print_table(world.rows)


def print_table(rows):
    print("\n| cluster | client | records | p50 ms | p99 ms | p99.9 ms | worst ms |\n|---|---|---|---|---|---|---|")
    for name, client, count, *late in rows:
        print(f"| {name} | {client} | {count} | {' | '.join(f'{ms:.1f}' for ms in late)} |")
    print(flush=True)


def main():
    arguments = stage.parser(__doc__)
    arguments.add_argument("--secure", default="plain", help=f"how nodes trust each other, of {','.join(secure.KINDS)}")
    arguments.add_argument("--rounds", type=int, default=3, help="rounds over all three nodes")
    return stage.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
