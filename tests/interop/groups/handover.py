#!/usr/bin/env python3
"""Groups through a change of the broker under them: Klamm's data directory under Apache Kafka 4.3.1, and the reverse.

  handover.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only PART] [--pairs klamm>kafka,kafka>klamm]

A node lives with groups of every kind, and a member that stays alive all through; it is stopped, the other one starts on a copy of
its directory, and the groups, their states, members and offsets are the same; who consumes goes on where it was; commits go on; and
Kafka's dump tool decodes every partition of the offsets. `--pairs kafka>kafka` shows what Kafka itself keeps. Closes with
`N passed, N failed, N skipped`.
"""
import pathlib
import re
import signal
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka"), str(HERE.parent / "tools"), str(HERE.parent / "dump")]
import kafka  # noqa: E402  (knows where tests/clients is, for what follows)
import console  # noqa: E402
import group  # noqa: E402
import life  # noqa: E402
import scene  # noqa: E402
import swap  # noqa: E402
import wire  # noqa: E402

SETTINGS = {**group.SETTINGS, "group.initial.rebalance.delay.ms": 500}
TOPICS = ("t", "u")
GROUPS = ("alive", "static", "gone", "simple", "workers", "moved")
KINDS = {"1", "2"}  # offsets, and classic groups


def live(side):
    """A life that leaves records of every kind: commits over commits, tombstones, generations, deleted groups."""
    cast = side.cast
    for topic in TOPICS:
        group.create_topic(side.port, topic)
        cast.producer(topic, 400)
    settings = {"session_timeout_ms": 20_000}
    alive = [cast.member("alive", "t,u", client_id=f"boat{number}", **settings) for number in range(2)]
    static = cast.member("static", "t", group_instance_id="anchor", client_id="ship", session_timeout_ms=120_000)
    group.until("all read", lambda: sum(len(member.messages()) for member in alive) == 800)
    group.until("all read", lambda: len(static.messages()) == 400)
    for member in (*alive, static):
        member.commit()
    gone = cast.member("gone", "u")
    group.until("all read", lambda: len(gone.messages()) == 400)
    gone.close()
    simple = cast.member("simple")
    for offset in range(1, 60):
        simple.ask(f"commit t {offset % 4} {offset} note {offset}", "done")
    deleted = cast.member("deleted")
    deleted.ask("commit t 0 5", "done")
    with wire.Wire(side.port) as client:
        answer = client.call("DeleteGroups", 2, groups_names=["deleted"])
        assert answer["results"][0]["error_code"] == 0, answer
        answer = client.call("OffsetDelete", 0, group_id="simple", topics=[{"name": "t", "partitions": [{"partition_index": 3}]}])
        assert answer["error_code"] == 0, answer
        client.call("OffsetCommit", 2, group_id="moved", retention_time_ms=86_400_000, topics=[{"name": "u", "partitions": [
            {"partition_index": 1, "committed_offset": 7, "committed_metadata": "kept for a day"}]}])
    console.worker(side)
    return alive, static


def state(side):
    """What a stranger sees of every group. Member ids are among it: they have to stay."""
    with wire.Wire(side.port) as client:
        def ready():
            codes = {each["error_code"] for each in client.call("DescribeGroups", 5, groups=list(GROUPS))["groups"]}
            return not codes & set(group.COORDINATOR_AWAY)
        group.until("the groups are loaded", ready, 60)
        listed = sorted(client.call("ListGroups", 5)["groups"], key=lambda each: each["group_id"])
        described = client.call("DescribeGroups", 5, groups=[*GROUPS, "deleted"])["groups"]
        described.sort(key=lambda each: each["group_id"])
        for each in described:
            each["members"].sort(key=lambda member: member["member_id"])
        offsets = client.call("OffsetFetch", 8, groups=[{"group_id": name, "topics": None} for name in (*GROUPS, "deleted")])["groups"]
        offsets.sort(key=lambda each: each["group_id"])
        for each in offsets:
            each["topics"].sort(key=lambda topic: topic["name"])
            for topic in each["topics"]:
                topic["partitions"].sort(key=lambda part: part["partition_index"])
    return {"list": "\n".join(map(str, listed)), "groups": "\n".join(str(each) for each in described),
            "offsets": "\n".join(str(each) for each in offsets)}


def goes_on(side, alive, static):
    """Who consumed before goes on where it was, and commits."""
    seen = len(static.events)
    assigned = set(static.assigned)
    for topic in TOPICS:
        side.cast.producer(topic, 400, first=400)
    for members, count in ((alive, 1600), ([static], 800)):
        group.until("what is new was read", lambda members=members, count=count: sum(
            len(member.messages()) for member in members) >= count, 60)
    found = []
    for members, count in ((alive, 1600), ([static], 800)):
        values = [each[:3] for member in members for each in member.messages()]
        if len(values) != count or len(set(values)) != count:
            found.append(f"{len(values)} records read, {len(set(values))} of them different, of {count}")
    ends = {(topic, number): 200 for topic in TOPICS for number in range(4)}
    group.until("commits go on", lambda: {**alive[0].commit(), **alive[1].commit()} == ends, 60)
    if static.assigned != assigned or static.said("revoked", seen) or static.said("lost", seen):
        found.append(f"the static member was disturbed: {static.events[seen:seen + 5]}")
    for name in ("gone", "simple"):
        late = side.cast.member(name, "u" if name == "gone" else "t")
        group.until(f"{name} goes on", lambda late=late: len(late.messages()) >= (400 if name == "gone" else 600), 60)
        first = {}
        for _, partition, offset, _ in late.messages():
            first.setdefault(partition, offset)
        expected = {number: 100 for number in range(4)} if name == "gone" else {0: 56, 1: 57, 2: 58, 3: 0}
        if first != expected:
            found.append(f"{name} begins at {first} and not at {expected}")
        late.close()
    return found


def decoded(tools, folder):
    """Kafka's own decoder over each partition of the offsets; what it makes of the keys and values, and its complaints."""
    logs = sorted((folder / "data").glob("__consumer_offsets-*/*.log"))
    done = tools.run("kafka-dump-log", "--offsets-decoder", "--files", ",".join(map(str, logs)), seconds=300)
    found = [f"the dump tool ends with {done.returncode}"] if done.returncode else []
    found += [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("SLF4J")
              and "-1 is followed by" not in line and "Non-consecutive" not in line]
    found += [line[:200] for line in done.stdout.splitlines() if re.search("isvalid: false|invalid bytes|xception", line)]
    keys = re.findall(r'key: \{"type":"?(\w+)"?', done.stdout)
    raw = [line[:200] for line in done.stdout.splitlines() if " key: " in line and 'key: {"type"' not in line]
    if raw:
        found += [f"{len(raw)} records are not decoded, as", *raw[:3]]
    seen = {kind: keys.count(kind) for kind in sorted(set(keys))}
    if set(seen) != KINDS:
        found.append(f"only these kinds were written: {seen}")
    return found, f": {len(logs)} files, {seen}"


def hand_over(tools, pair, folder, options, claim):
    makers = {"kafka": lambda own: kafka.KafkaNode(tools, own, SETTINGS),
              "klamm": lambda own: kafka.node.Node(kafka.binary_of(options), own, SETTINGS)}
    nodes = []
    for number, kind in enumerate(pair):
        own = folder / f"{kind}-{number}"
        own.mkdir(parents=True)
        nodes.append(makers[kind](own))
    before, after = nodes
    name = " under ".join((f"{pair[0]}'s groups", pair[1]))
    programs = kafka.binary_of(options).parent
    try:
        before.format()
        before.start()
        side = scene.Side(tools, before, folder / "before-files", programs)
        alive, static = live(side)
        seen = state(side)
        claim(f"{name}: a clean stop", lambda: ([] if before.stop() in life.CLEAN else ["not clean"], ""))
        claim(f"{name}: the offsets are decoded", lambda: decoded(tools, before.folder))
        swap.take_over(before, after)
        after.start()
        # The port is the same, so the members find the other broker where they left the first.
        other = scene.Side(tools, after, folder / "after-files", programs)
        claim(f"{name}: groups, members and offsets", lambda: (swap.unequal(seen, state(other)), ""))
        claim(f"{name}: it goes on", lambda: (goes_on(other, alive, static), ""))
        other.close()
        side.close()
        claim(f"{name}: a clean stop afterwards", lambda: ([] if after.stop() in life.CLEAN else ["not clean"], ""))
        claim(f"{name}: the offsets are decoded afterwards", lambda: decoded(tools, after.folder))
    finally:
        for one in nodes:
            if one.process is not None:
                one.stop(signal.SIGKILL)


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--pairs", default="klamm>kafka,kafka>klamm")
    options = arguments.parse_args()
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 passed, 0 failed, 1 skipped")
        return 0
    counts = {"passed": 0, "failed": 0}

    def claim(name, check):
        began = time.monotonic()
        try:
            complaints, remark = check()
        except Exception as problem:  # whatever kept the claim from being shown
            complaints, remark = [f"{type(problem).__name__}: {problem}"], ""
        counts["failed" if complaints else "passed"] += 1
        print(f"{'not ok' if complaints else 'ok'} {name}{remark} {time.monotonic() - began:.1f} s")
        print("".join(f"    {line[:1000]}\n" for line in complaints[:25]), end="", flush=True)
    for pair in options.pairs.split(","):
        with tempfile.TemporaryDirectory(prefix="klamm-handover-") as scratch:
            try:
                hand_over(tools, pair.split(">"), pathlib.Path(scratch), options, claim)
            except Exception as problem:  # the node does not even start
                claim(f"{pair} is played to its end", lambda problem=problem: ([f"{type(problem).__name__}: {problem}"], ""))
    print(f"{counts['passed']} passed, {counts['failed']} failed, 0 skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
