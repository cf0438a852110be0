#!/usr/bin/env python3
"""A rolling restart by SIGTERM under a steady load: no produce fails at acks=all, and how late acknowledgements come meanwhile.

  rolling.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm] [--secure plain] [--rounds N] [--quick]

Each round ends and starts all three nodes, one after the other, each when the one before is in sync again and everybody leads what
is theirs. Klamm's 99th percentile may be 100 ms, or Kafka's in the same run where that is more. Closes with a table and `N passed, N
failed, N skipped`.
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
SECONDS_MAX = 120


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


def roll(world, side, security, name, times):
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
            for client, late in loading.latencies(began, ended).items():
                times[(side, client)] = percentile(late, 0.99)
                world.rows.append((name, client, len(late), *(percentile(late, share) for share in (0.5, 0.99, 0.999)), late[-1]))


def play(world, side):
    for security in world.options.secure.split(","):
        name, times = f"{side}, {security}", {}
        with world.scene(f"{name}: rolling restart"):
            roll(world, side, security, name, times)
        world.kept.update({(security, *who): p99 for who, p99 in times.items()})
        if side == "klamm":
            for (_, client), p99 in times.items():
                allowed = max(P99_MS_MAX, world.kept.get((security, "kafka", client), 0))
                world.found.claim(p99 <= allowed, f"{name}, {client}: p99 {p99:.0f} ms of at most {allowed:.0f} ms", "")
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
