"""Offsets by hand: OffsetCommit, OffsetFetch, OffsetDelete in every version, what expires, and the deletion of groups that have some."""
import group
import wire
from frames import MEMBER, ask, only, requests, said, versions

LONG = "m" * 4097


def commit_topics(side, *parts):
    """Topics for OffsetCommit from (topic, partition, offset, metadata); by name and id, of which a version takes one."""
    return [{"name": topic, "topic_id": side.kept["ids"].get(topic, wire.uuid.UUID(int=77)), "partitions": [
        {"partition_index": partition, "committed_offset": offset, "committed_leader_epoch": 0, "committed_metadata": metadata}]}
        for topic, partition, offset, metadata in parts]


def commit_cases(side, client, version):
    own = f"w-simple-{version}"
    _, stable, generation = side.kept["stable"]
    _, static, static_generation = side.kept["static"]

    def values(group_id, *parts, generation=-1, member="", instance=None, **more):
        return {"group_id": group_id, "generation_id_or_member_epoch": generation, "member_id": member,
                "group_instance_id": instance, "topics": commit_topics(side, *(parts or [("t", 0, 3, "note")])), **more}
    cases = [
        ("a simple commit", values(own)),
        ("several partitions", values(own, ("t", 0, 4, ""), ("t", 1, 5, None), ("other", 3, 6, "x"))),
        ("no group", values("")),
        ("no topics", {**values(own), "topics": []}),
        ("no partitions", {**values(own), "topics": [{**commit_topics(side, ("t", 0, 0, ""))[0], "partitions": []}]}),
        ("a topic that is not there", values(own, ("nothere", 0, 1, ""), ("t", 2, 7, ""))),
        ("a partition that is not there", values(own, ("t", 9, 1, ""), ("t", 3, 8, ""))),
        ("a partition below zero", values(own, ("t", -1, 1, ""))),
        ("metadata that is too long", values(own, ("t", 0, 9, LONG), ("t", 1, 9, ""))),
        ("metadata just short enough", values(own, ("t", 2, 9, LONG[1:]))),
        ("metadata of many bytes", values(own, ("t", 2, 9, "\u20ac" * 1366))),
        ("an offset below zero", values(own, ("t", 0, -1, ""))),
        ("an offset far below zero", values(own, ("t", 0, -100, ""))),
        ("an offset beyond the end", values(own, ("t", 0, 1 << 60, ""))),
        ("one partition twice", values(own, ("t", 0, 20, "a"), ("t", 0, 21, "b"))),
        ("a generation in no group", values(own + "-new", generation=5)),
        ("a member in no group", values(own + "-new", member=MEMBER)),
        ("a member and a generation in no group", values(own + "-new", generation=5, member=MEMBER)),
        ("a generation in a simple group", values(own, generation=5)),
        ("a member in a simple group", values(own, member=MEMBER)),
        ("an instance in a simple group", values(own, instance="buoy")),
        ("kept for a while", values(own, retention_time_ms=100_000)),
        ("kept not at all", values(own + "-brief", retention_time_ms=0)),
        ("a stranger in a live group", values("w-stable")),
        ("an unknown member of a live group", values("w-stable", generation=generation, member=MEMBER)),
        ("no member id in a live group", values("w-stable", generation=generation)),
        ("an old generation", values("w-stable", generation=generation - 1, member=stable)),
        ("a generation to come", values("w-stable", generation=generation + 1, member=stable)),
        ("a member without a generation", values("w-stable", member=stable)),
        ("a member", values("w-stable", generation=generation, member=stable)),
        ("a static member", values("w-static", generation=static_generation, member=static, instance="anchor")),
        ("a static member without its name", values("w-static", generation=static_generation, member=static)),
        ("an instance under another member id", values("w-static", generation=static_generation, member=MEMBER, instance="anchor")),
        ("an instance nobody knows", values("w-static", generation=static_generation, member=static, instance="buoy")),
    ]
    yield from requests("OffsetCommit", version, side, client, cases)
    for name in (own, own + "-new", "w-stable", "w-static"):
        yield f"{name} has", ask(side, client, "OffsetFetch", 8, groups=[{"group_id": name, "topics": None}])


def fetch_cases(side, client, version):
    own = "w-to-fetch"
    _, stable, generation = side.kept["stable"]
    if version == versions("OffsetFetch")[0]:
        client.call("OffsetCommit", 8, group_id=own, topics=only("OffsetCommit", 8, {"topics": commit_topics(
            side, ("t", 0, 11, "eleven"), ("t", 2, 12, None), ("other", 1, 13, ""))})["topics"])
    ids = side.kept["ids"]

    def topics(*parts):
        return [{"name": name, "topic_id": ids.get(name, wire.uuid.UUID(int=77)), "partition_indexes": list(some)}
                for name, some in parts]

    def values(group_id, asked, *more_groups, stable=False, member=None, epoch=-1):
        groups = [{"group_id": name, "topics": some, "member_id": member, "member_epoch": epoch}
                  for name, some in ((group_id, asked), *more_groups)]
        return {"group_id": group_id, "topics": asked, "groups": groups, "require_stable": stable}
    some = topics(("t", (0, 1, 2)), ("other", (1,)))
    cases = [
        ("some partitions", values(own, some)),
        ("only stable ones", values(own, some, stable=True)),
        ("a partition that is not there", values(own, topics(("t", (0, 9, -1))))),
        ("a topic that is not there", values(own, topics(("nothere", (0,)), ("t", (0,))))),
        ("no partitions", values(own, topics(("t", ())))),
        ("no topics", values(own, [])),
        ("one partition twice", values(own, topics(("t", (0, 0))))),
        ("a group that is not there", values("nothere", some)),
        ("no group", values("", some)),
        ("a group with members", values("w-stable", topics(("t", (0, 1))))),
    ]
    if version >= 2:
        cases += [("everything", values(own, None)), ("everything of a group that is not there", values("nothere", None)),
                  ("everything of no group", values("", None))]
    if version >= 8:
        cases += [("several groups", values(own, some, ("nothere", topics(("t", (0,)))), ("w-stable", None), ("", None))),
                  ("a group twice", values(own, some, (own, None))), ("no groups", {"groups": [], "require_stable": False})]
    if version >= 9:
        cases += [("a member of a classic group", values("w-stable", some, member=stable, epoch=generation)),
                  ("a member with another generation", values("w-stable", some, member=stable, epoch=generation + 5)),
                  ("an unknown member", values("w-stable", some, member=MEMBER, epoch=generation)),
                  ("a member of a group that is not there", values("nothere", some, member=MEMBER, epoch=3)),
                  ("no member, but an epoch", values("w-stable", some, epoch=3))]
    return requests("OffsetFetch", version, side, client, cases)


def offset_delete_cases(side, client, version):
    own = "w-offset-delete"
    topics = only("OffsetCommit", 8, {"topics": commit_topics(side, *(("t", number, number, "") for number in range(4)))})["topics"]
    client.call("OffsetCommit", 8, group_id=own, topics=topics)

    def values(group_id, *parts):
        return {"group_id": group_id, "topics": [{"name": name, "partitions": [{"partition_index": number} for number in some]}
                                                 for name, some in parts]}
    cases = [("one partition", values(own, ("t", (0,)))), ("it again", values(own, ("t", (0,)))),
             ("partitions that are not there", values(own, ("t", (1, 9, -1)))),
             ("topics that are not there", values(own, ("nothere", (0,)), ("t", (2,)))),
             ("no topics", values(own)), ("no partitions", values(own, ("t", ()))), ("no group", values("", ("t", (3,)))),
             ("a group that is not there", values("nothere", ("t", (0,)))),
             ("a topic that a live group reads", values("w-stable", ("t", (0,)), ("other", (0,)))),
             ("a group of workers", values("workers", ("t", (0,))))]
    yield from requests("OffsetDelete", version, side, client, cases)
    yield "what is left", ask(side, client, "OffsetFetch", 8, groups=[{"group_id": own, "topics": None}])


def expiry(side):
    """The old versions can say how long an offset is kept; a group that has nothing left is gone."""
    lines = []
    with wire.Wire(side.port) as client:
        for version in (2, 3, 4):
            name = f"w-brief-{version}"
            ask(side, client, "OffsetCommit", version, group_id=name, retention_time_ms=86_400_000,
                topics=commit_topics(side, ("t", 1, 6, "for a day")))
            ask(side, client, "OffsetCommit", version, group_id=name, retention_time_ms=300,
                topics=commit_topics(side, ("t", 0, 5, "soon gone")))
            ask(side, client, "OffsetCommit", version, group_id=f"{name}-all", retention_time_ms=300,
                topics=commit_topics(side, ("t", 0, 5, "soon gone")))
            group.until("the offset to be gone", lambda name=name: not group.committed(side.port, f"{name}-all", "t")
                        and set(group.committed(side.port, name, "t")) == {("t", 1)})
            for left in (name, f"{name}-all"):
                lines.append(f"v{version} {left}: {ask(side, client, 'OffsetFetch', 8, groups=[{'group_id': left, 'topics': None}])}")
                lines.append(f"v{version} {left}: {ask(side, client, 'DescribeGroups', 6, groups=[left])}")
    return "\n".join(lines)


def delete_cases(side, client, version):
    own = [f"w-delete-{version}-{number}" for number in range(3)]
    for name in own:
        topics = only("OffsetCommit", 8, {"topics": commit_topics(side, ("t", 0, 1, ""))})["topics"]
        client.call("OffsetCommit", 8, group_id=name, topics=topics)
    cases = [("an empty group", {"groups_names": own[:1]}), ("it again", {"groups_names": own[:1]}),
             ("a live group", {"groups_names": ["w-stable"]}), ("no name", {"groups_names": [""]}),
             ("a group that is not there", {"groups_names": ["nothere"]}), ("none", {"groups_names": []}),
             ("several", {"groups_names": ["w-static", own[1], "nothere", "", own[2]]}),
             ("one twice", {"groups_names": ["nothere", "nothere"]})]
    for what, values in cases:
        try:
            answer = client.call("DeleteGroups", version, **values)
            answer["results"].sort(key=lambda each: each["group_id"])
            yield what, said(side, answer)
        except (EOFError, ConnectionError):
            yield what, "the connection is closed"
            client.reconnect()
    yield "what is left", ask(side, client, "OffsetFetch", 8, groups=[{"group_id": own[0], "topics": None}])
