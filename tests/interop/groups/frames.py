"""Requests of every version by hand, most of them wrong in some way: the whole answers as text.

Each scene prepares groups of its own for each version, named after the scene, so that no version sees what another did.
"""
import re
import socket

import group
import wire

RANGE = [{"name": "range", "metadata": b"\0\1\0\0\0\1\0\1t\xff\xff\xff\xff"}]
MEMBER = "wire-00000000-0000-0000-0000-000000000000"
STEADY = ("w-stable", "w-static", "w-to-fetch", "w-simple-2", "w-simple-10", "workers", "simple", "console")
SESSION = {"session_timeout_ms": 600_000, "rebalance_timeout_ms": 600_000}


def versions(name):
    kind = wire.messages()[name + "Request"]
    return range(kind.versions.low, kind.versions.high + 1)


def only(name, version, values):
    """Without the fields that this version does not have, at any depth."""
    def cut(kind, values):
        kept = {}
        for field in kind.fields:
            if field.name not in values or version not in field.versions:
                continue
            value = values[field.name]
            if field.struct:
                value = value and [cut(field.struct, each) for each in value] if field.is_array else cut(field.struct, value)
            kept[field.name] = value
        return kept
    return cut(wire.messages()[name + "Request"], values)


# What these answers list comes out of hash tables on Kafka's side.
UNORDERED = {"OffsetFetch", "ListGroups", "DescribeGroups", "DeleteGroups"}


def said(side, values, name=None):
    """A response in one line; topics by their names, ports that are this run's gone."""
    def plain(value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {plain(each)}" for key, each in value.items()) + "}"
        if isinstance(value, list):
            listed = [plain(each) for each in value]
            return "[" + ", ".join(sorted(listed) if name in UNORDERED else listed) + "]"
        return side.kept.get("names", {}).get(value, repr(value)) if not isinstance(value, (bytes, list)) else repr(value)
    return re.sub(rf"\b{side.port}\b", "<port>", plain(values))


def ask(side, client, name, version, **values):
    """The answer as text; a connection that is closed instead is an answer too, and so is silence."""
    try:
        return said(side, client.call(name, version, **only(name, version, values)), name)
    except (EOFError, ConnectionError):
        return "the connection is closed"
    except socket.timeout:
        return "no answer"


def each_version(name, cases):
    """Plays `cases(side, client, version)`, which yields (what it is, answer), in each version."""
    def play(side):
        lines = []
        for version in versions(name):
            with wire.Wire(side.port, seconds=10) as client:
                lines += [f"v{version} {what}: {answer}" for what, answer in cases(side, client, version)]
        return "\n".join(lines)
    return play


def requests(name, version, side, client, cases):
    """Each case on the same connection, or on a new one when the last was closed."""
    for what, values in cases:
        answer = ask(side, client, name, version, **values)
        yield what, answer
        if answer in ("the connection is closed", "no answer"):
            client.reconnect()


def joined(side, group_id, instance=None, client_id="wire", **more):
    """A member that is alone in a stable group: its connection, its id, its generation."""
    client = side.wire(client_id)
    values = {"group_id": group_id, **SESSION, "protocol_type": "consumer", "protocols": RANGE, "group_instance_id": instance, **more}
    answer = client.call("JoinGroup", 9, **values)
    if answer["error_code"] == 79:
        answer = client.call("JoinGroup", 9, **{**values, "member_id": answer["member_id"]})
    assert answer["error_code"] == 0, answer
    synced = client.call("SyncGroup", 5, group_id=group_id, generation_id=answer["generation_id"], member_id=answer["member_id"],
                         group_instance_id=instance, protocol_type="consumer", protocol_name="range",
                         assignments=[{"member_id": answer["member_id"], "assignment": b"mine"}])
    assert synced["error_code"] == 0, synced
    return client, answer["member_id"], answer["generation_id"]


def prepare(side):
    """Topics, their ids, and the group that stays stable while all the rest goes on."""
    for topic in ("t", "other"):
        group.create_topic(side.port, topic, 4)
    with wire.Wire(side.port) as client:
        def known():
            return client.call("Metadata", 12, topics=[{"name": "t"}, {"name": "other"}])["topics"]
        group.until("the topics to be known", lambda: not any(topic["error_code"] for topic in known()))
        listed = known()
    side.kept["ids"] = {topic["name"]: topic["topic_id"] for topic in listed}
    side.kept["names"] = {topic["topic_id"]: f"<id of {topic['name']}>" for topic in listed}
    side.kept["stable"] = joined(side, "w-stable")
    side.kept["static"] = joined(side, "w-static", instance="anchor")


def join_cases(side, client, version):
    def values(group_id, **more):
        return {"group_id": group_id, **SESSION, "protocol_type": "consumer", "protocols": RANGE, "member_id": "", **more}
    own = f"w-join-{version}"
    _, stable, _ = side.kept["stable"]
    cases = [
        ("no group", values("")),
        ("a member id that nobody gave out", values(own, member_id=MEMBER)),
        ("a session that is too short", values(own, session_timeout_ms=499)),
        ("a session that is too long", values(own, session_timeout_ms=1_800_001)),
        ("a session below zero", values(own, session_timeout_ms=-1)),
        ("no protocols", values(own, protocols=[])),
        ("no protocol type", values(own, protocol_type="")),
        ("neither", values(own, protocol_type="", protocols=[])),
        ("an unknown member of a live group", values("w-stable", member_id=MEMBER)),
        ("another protocol type", values("w-stable", protocol_type="connect", protocols=[{"name": "range", "metadata": b""}])),
        ("no common protocol", values("w-stable", protocols=[{"name": "sticky", "metadata": b""}])),
        ("a member with another protocol", values("w-stable", member_id=stable, protocols=[{"name": "sticky", "metadata": b""}])),
        ("a member with another protocol type", values("w-stable", member_id=stable, protocol_type="connect")),
        ("a member with no protocols", values("w-stable", member_id=stable, protocols=[])),
        ("an instance under another member id", values("w-static", member_id=MEMBER, group_instance_id="anchor")),
        ("an instance nobody knows with a member id", values("w-static", member_id=MEMBER, group_instance_id="buoy")),
        ("the first of a group", values(own)),
        ("the first of a group, static", values(own + "-static", group_instance_id="one", reason="because")),
        ("a long name", values("n" * 300 + own)),
        ("a name of blanks", values(" " * (version + 1))),
        ("a rebalance timeout below zero", values(own + "-minus", rebalance_timeout_ms=-5, group_instance_id="one")),
        ("a static member and no group", values("", group_instance_id="one")),
        ("an instance of no letters", values(own + "-empty", group_instance_id="")),
        ("a session at the lowest", values(own + "-low", session_timeout_ms=500)),
        ("a session at the highest", values(own + "-high", session_timeout_ms=1_800_000)),
    ]
    if version >= 5:
        cases.append(("the same static one again", values(own + "-static", group_instance_id="one")))
    return requests("JoinGroup", version, side, client, cases)


def rejoin_cases(side, client, version):
    """The two steps of a new member, and what a leader gets that joins again."""
    values = {"group_id": f"w-rejoin-{version}", **SESSION, "protocol_type": "consumer", "protocols": RANGE}
    first = client.call("JoinGroup", version, **only("JoinGroup", version, values))
    yield "first", said(side, first)
    member = first["member_id"]
    yield "second", ask(side, client, "JoinGroup", version, **values, member_id=member)
    yield "third, before a sync", ask(side, client, "JoinGroup", version, **values, member_id=member)
    yield "with new metadata", ask(side, client, "JoinGroup", version, **{**values, "protocols": [
        {"name": "range", "metadata": b"new"}, {"name": "more", "metadata": b""}]}, member_id=member)
    yield "described", ask(side, client, "DescribeGroups", 5, groups=[values["group_id"]])


def sync_cases(side, client, version):
    _, stable, generation = side.kept["stable"]
    _, static, static_generation = side.kept["static"]

    def values(group_id, member_id, generation_id, **more):
        return {"group_id": group_id, "member_id": member_id, "generation_id": generation_id, "protocol_type": "consumer",
                "protocol_name": "range", "assignments": [], **more}
    cases = [
        ("no group", values("", stable, generation)),
        ("a group that is not there", values("nothere", stable, generation)),
        ("an unknown member", values("w-stable", MEMBER, generation)),
        ("no member id", values("w-stable", "", generation)),
        ("an old generation", values("w-stable", stable, generation - 1)),
        ("a generation to come", values("w-stable", stable, generation + 1)),
        ("another protocol type", values("w-stable", stable, generation, protocol_type="connect")),
        ("another protocol", values("w-stable", stable, generation, protocol_name="sticky")),
        ("no protocol type and no protocol", values("w-stable", stable, generation, protocol_type=None, protocol_name=None)),
        ("only a protocol type", values("w-stable", stable, generation, protocol_name=None)),
        ("an instance nobody knows", values("w-stable", stable, generation, group_instance_id="buoy")),
        ("an instance under another member id", values("w-static", MEMBER, static_generation, group_instance_id="anchor")),
        ("a static member", values("w-static", static, static_generation, group_instance_id="anchor")),
        ("a stable member", values("w-stable", stable, generation)),
        ("a stable member with another assignment", values("w-stable", stable, generation,
                                                           assignments=[{"member_id": stable, "assignment": b"other"}])),
        ("an empty group", values("w-simple-2", stable, generation)),
    ]
    return requests("SyncGroup", version, side, client, cases)


def heartbeat_cases(side, client, version):
    _, stable, generation = side.kept["stable"]
    _, static, static_generation = side.kept["static"]

    def values(group_id, member_id, generation_id, **more):
        return {"group_id": group_id, "member_id": member_id, "generation_id": generation_id, **more}
    cases = [
        ("no group", values("", stable, generation)),
        ("a group that is not there", values("nothere", stable, generation)),
        ("an unknown member", values("w-stable", MEMBER, generation)),
        ("no member id", values("w-stable", "", generation)),
        ("an old generation", values("w-stable", stable, generation - 1)),
        ("a generation to come", values("w-stable", stable, generation + 1)),
        ("no generation", values("w-stable", stable, -1)),
        ("a member", values("w-stable", stable, generation)),
        ("a static member without its name", values("w-static", static, static_generation)),
        ("a static member", values("w-static", static, static_generation, group_instance_id="anchor")),
        ("an instance under another member id", values("w-static", MEMBER, static_generation, group_instance_id="anchor")),
        ("an instance nobody knows", values("w-static", static, static_generation, group_instance_id="buoy")),
        ("an empty group", values("w-simple-2", stable, generation)),
    ]
    return requests("Heartbeat", version, side, client, cases)


def leave_cases(side, client, version):
    own = f"w-leave-{version}"
    _, member, _ = joined(side, own)
    _, static, _ = joined(side, own + "-static", instance="anchor")

    def values(group_id, *members):
        ids = [{"member_id": member_id, "group_instance_id": instance, "reason": "tired"} for member_id, instance in members]
        return {"group_id": group_id, "member_id": members[0][0] if members else "", "members": ids}
    cases = [
        ("no group", values("", (member, None))),
        ("a group that is not there", values("nothere", (member, None))),
        ("an unknown member", values(own, (MEMBER, None))),
        ("no member id", values(own, ("", None))),
        ("nobody", values(own)),
        ("an instance nobody knows", values(own + "-static", ("", "buoy"))),
        ("an instance under another member id", values(own + "-static", (MEMBER, "anchor"))),
        ("a static member without its name", values(own + "-static", (MEMBER, None))),
        ("several, of whom one is there", values(own, (MEMBER, None), (member, None), ("", "buoy"))),
        ("a member that has left", values(own, (member, None))),
        ("an instance by its name", values(own + "-static", ("", "anchor"))),
        ("an instance that has left", values(own + "-static", ("", "anchor"))),
        ("an instance by both", values(own + "-static", (static, "anchor"))),
    ]
    yield from requests("LeaveGroup", version, side, client, cases)
    for name in (own, own + "-static"):
        yield f"{name} is", ask(side, client, "DescribeGroups", 5, groups=[name])


def coordinator_cases(side, client, version):
    def values(key, kind, *more):
        return {"key": key, "key_type": kind, "coordinator_keys": [key, *more]}
    cases = [("a group", values("w-stable", 0)), ("no name", values("", 0)), ("a name of blanks", values(" ", 0)),
             ("a long name", values("n" * 300, 0)), ("a kind that is none", values("w-stable", 9)),
             ("a kind below zero", values("w-stable", -1)), ("a share key that is none", values("w-stable", 2))]
    if version >= 4:
        cases += [("several groups", values("w-stable", 0, "", "nothere", "w-stable")),
                  ("no groups", {"key_type": 0, "coordinator_keys": []}),
                  ("no groups of a kind that is none", {"key_type": 9, "coordinator_keys": []})]
    return requests("FindCoordinator", version, side, client, cases)


def list_cases(side, client, version):
    for what, values in [
            ("all", {}), ("stable ones", {"states_filter": ["Stable"]}), ("in small letters", {"states_filter": ["stable"]}),
            ("empty ones", {"states_filter": ["Empty"]}), ("two states", {"states_filter": ["Dead", "Stable"]}),
            ("a state that is none", {"states_filter": ["nosuch"]}), ("a state of no letters", {"states_filter": [""]}),
            ("classic ones", {"types_filter": ["classic"]}), ("in capitals", {"types_filter": ["CLASSIC"]}),
            ("of the new kind", {"types_filter": ["consumer"]}), ("a type that is none", {"types_filter": ["nosuch"]}),
            ("both filters", {"types_filter": ["classic"], "states_filter": ["Stable"]})]:
        answer = client.call("ListGroups", version, **only("ListGroups", version, values))
        # Not those whose sessions may be over by now.
        answer["groups"] = sorted((each for each in answer["groups"] if each["group_id"] in STEADY), key=lambda each: each["group_id"])
        yield what, said(side, answer)


def describe_cases(side, client, version):
    cases = [("a live group", {"groups": ["w-stable"]}), ("a static member", {"groups": ["w-static"]}),
             ("a simple group", {"groups": ["w-to-fetch"]}), ("a group that is not there", {"groups": ["nothere"]}),
             ("no name", {"groups": [""]}), ("several", {"groups": ["w-static", "nothere", "", "w-to-fetch"]}),
             ("one twice", {"groups": ["w-stable", "w-stable"]}), ("none", {"groups": []}),
             ("what one may do", {"groups": ["w-stable", "nothere"], "include_authorized_operations": True})]
    return requests("DescribeGroups", version, side, client, cases)


def first_look(side):
    """A node that has had no group yet: the topic of offsets is made when a coordinator is asked for."""
    with wire.Wire(side.port) as client:
        first = ask(side, client, "FindCoordinator", 4, coordinator_keys=["w-first"])

        def found():
            return client.call("FindCoordinator", 4, coordinator_keys=["w-first"])["coordinators"][0]["error_code"] == 0
        group.until("a coordinator", found)
        for number in range(16):  # each partition of the topic is loaded by itself
            group.committed(side.port, f"w-load-{number}", "t")
        return f"first: {first}\nthen: {ask(side, client, 'FindCoordinator', 4, coordinator_keys=['w-first'])}"
