#!/usr/bin/env python3
"""Three combined nodes formed from cold, and `kill -9` of any one under a steady load: nothing lost, and how long nothing is written.

  failover.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--sides kafka,klamm] [--secure plain,mtls,scram]
              [--kills N] [--dynamic] [--apart] [--quick] [--keep FOLDER] [--json FILE]

Each kind of kill comes N times (20), in turn: the leader of a partition that is not the active controller; the active controller,
looking at partitions that others lead; the active controller, looking at the one that it leads. The time without writes is the
longest between two acknowledgements of a partition looked at, for each client. Every few kills make an act, on a cluster of its own
that is formed from cold, and at whose end the contract is held against what is there; --json keeps act by act. Tables close the
run, then `N passed, N failed, N skipped`. --dynamic: the voters are what the directories are formatted with; --apart: three
controllers and three brokers.
"""
import random
import statistics
import sys
import time

import stage
import load
import nodes
import secure

KINDS, KILLS = ("plain leader", "active controller", "both"), 20
KILLS_OF_AN_ACT = 5  # of each kind: some minutes of Apache Kafka, which is what the end of a run may cost
TOPICS = {"led-by-1": 1, "led-by-2": 1, "led-by-3": 1}
PER_SECOND = 200
FORM_SECONDS_MAX, WITHOUT_WRITES_MS_MAX = 2.0, 1000
RECOVER_SECONDS = 180  # a JVM starts beside five others, on whatever cores there are


def create_topics(cluster):
    for first in (1, 2, 3):
        order = [first, first % 3 + 1, (first + 1) % 3 + 1]
        cluster.create(f"led-by-{first}", [order])
    cluster.wait_in_sync(led=True)


def victim_of(cluster, kind, choose):
    """Who is killed, and the topics that are looked at."""
    controller = cluster.controller()
    if kind == "plain leader":
        victim = choose.choice([node.spec.number for node in cluster.brokers() if node.spec.number != controller])
        return victim, {f"led-by-{victim}"}
    return controller, {f"led-by-{controller}"} if kind == "both" else set(TOPICS) - {f"led-by-{controller}"}


def make_cluster(world, side, security):
    specs = nodes.apart(side) if world.options.apart else nodes.combined(side, side, side)
    return nodes.Cluster(world, specs, security, dynamic=world.options.dynamic)


def one_kill(cluster, loading, kind, choose):
    """The times without writes in ms, by client. When it returns, all nodes are back and lead what they should."""
    victim, looked_at = victim_of(cluster, kind, choose)
    loading.wait_flowing()
    began = load.now()
    cluster.kill(victim)
    ended = loading.wait_flowing(RECOVER_SECONDS)
    gaps = loading.gaps(began, ended, looked_at)
    time.sleep(0.5)
    cluster.nodes[victim].launch()
    cluster.settle(RECOVER_SECONDS)
    loading.wait_flowing(RECOVER_SECONDS)
    return victim, gaps


def play(world, side):
    for security in world.options.secure.split(","):
        one_security(world, side, security)


def one_security(world, side, security):
    name = ", ".join([side, security, *(each for each in ("apart", "dynamic") if getattr(world.options, each))])
    kills = world.options.kills or (1 if world.quick else KILLS)
    formed, measured = [], {kind: [] for kind in KINDS if kind != "both" or not world.options.apart}
    for number, count in enumerate(sizes_of_acts(kills), 1):
        title = f"{name}: kill -9 under load, act {number}, {count} of each kind"
        with world.scene(title):
            choose = random.Random(f"{world.options.seed} {number}")
            act = world.once(title, side, lambda: one_act(world, side, security, name, measured, count, choose))
            formed.append(act["formed_s"])
            for kind, times in act["gaps"].items():
                measured[kind] += times
    complete = all(len(times) == kills for times in measured.values())
    world.found.claim(complete, f"{name}: {kills} kills of each kind", {kind: len(times) for kind, times in measured.items()})
    if formed:
        world.rows.append((name, formed, rows(name, measured)))
        claim_times(world.found, side, name, formed, measured)
    print_tables(world.rows)


def sizes_of_acts(kills):
    """How many kills of each kind the acts have that make so many; they are the same for more kills, but for the last."""
    return [min(KILLS_OF_AN_ACT, kills - begun) for begun in range(0, kills, KILLS_OF_AN_ACT)]


def one_act(world, side, security, name, kinds, count, choose):
    """What the cluster took to form, and the times without writes of `count` kills of each kind."""
    found, gaps = world.found, {kind: [] for kind in kinds}
    with make_cluster(world, side, security) as cluster:
        print(f"    formed from cold in {cluster.formed_seconds:.2f} s", flush=True)
        create_topics(cluster)
        with load.Load(cluster, TOPICS, PER_SECOND) as loading:
            if loading.skipped:
                found.skip(f"{name}: load by librdkafka", loading.skipped)
            loading.wait_flowing()
            time.sleep(1 if world.quick else 5)
            for number in range(count):
                for kind, times in gaps.items():
                    victim, found_gaps = one_kill(cluster, loading, kind, choose)
                    times.append(found_gaps)
                    print(f"    {number + 1}: {kind}, node {victim}: {'; '.join(f'{who} {ms:.0f} ms' for who, ms in found_gaps.items())}",
                          flush=True)
            loading.judge(found, name)
        return {"formed_s": cluster.formed_seconds, "gaps": gaps}


def rows(name, measured):
    """(who, kind, client, kills, median, worst), times in ms."""
    found = []
    for kind, times in measured.items():
        for client in sorted(set().union(*times)):
            every = [gaps[client] for gaps in times if client in gaps]
            found.append((name, kind, client, len(every), statistics.median(every), max(every)))
    return found


def claim_times(found, side, name, formed, measured):
    """What is asked of Klamm; of Kafka, it is only said."""
    said = f"{name}: formed from cold {len(formed)} times: median {statistics.median(formed):.2f} s, worst {max(formed):.2f} s"
    found.claim(side != "klamm" or max(formed) < FORM_SECONDS_MAX, said, f"{FORM_SECONDS_MAX} s are asked for")
    for _, kind, client, _, median, worst in rows(name, measured):
        said = f"{name}: without writes when {kind} is killed, {client}: median {median:.0f} ms, worst {worst:.0f} ms"
        found.claim(side != "klamm" or worst < WITHOUT_WRITES_MS_MAX, said, f"under {WITHOUT_WRITES_MS_MAX} ms is the aim")


def print_tables(found):
    print("\n| cluster | formed from cold | median s | worst s |\n|---|---|---|---|")
    for name, formed, _ in found:
        print(f"| {name} | {len(formed)} | {statistics.median(formed):.2f} | {max(formed):.2f} |")
    print("\n| cluster | killed | client | kills | median ms | worst ms |\n|---|---|---|---|---|---|")
    for _, _, kills in found:
        for name, kind, client, count, median, worst in kills:
            print(f"| {name} | {kind} | {client} | {count} | {median:.0f} | {worst:.0f} |")
    print(flush=True)


def main():
    arguments = stage.parser(__doc__)
    arguments.add_argument("--secure", default="plain", help=f"how nodes trust each other, of {','.join(secure.KINDS)}")
    arguments.add_argument("--kills", type=int, help="kills of each kind")
    arguments.add_argument("--dynamic", action="store_true", help="a quorum whose voters may change")
    arguments.add_argument("--apart", action="store_true", help="controllers alone and brokers alone")
    arguments.add_argument("--seed", type=int, default=1)
    return stage.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
