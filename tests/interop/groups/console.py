"""The console consumer in a group, lists and descriptions of groups that are alive, empty and simple; deletion at the end."""
import group
import wire
from scene import Scene, no_ids
from step import Step

CONNECT_SESSION_MS = 1_800_000


def consume(name, arguments, **rest):
    return Step(name, "kafka-console-consumer", f"--timeout-ms 8000 {arguments}", ordered=False, view=no_ids, **rest)


def groups(name, arguments, **rest):
    return Step(name, "kafka-consumer-groups", arguments, ordered=False, view=no_ids, **rest)


def all_groups(name, arguments):
    return Step(name, "kafka-groups", arguments, ordered=False, view=no_ids)


def topics_and_records(side):
    for topic in ("t", "other"):
        group.create_topic(side.port, topic, 4)
        side.cast.producer(topic, 40)
    group.create_topic(side.port, "dated", 1)
    # Records of three years, ten each, all with the create time that is given.
    for year_ms in (1_577_880_000_000, 1_609_502_400_000, 1_641_038_400_000):
        done = side.tool("kafka-verifiable-producer", f"--topic dated --max-messages 10 --message-create-time {year_ms}")
        assert done.returncode == 0, done.stderr


def live_groups(side):
    """`alive` has two members, one of them static; `gone` had one; `simple` has offsets only; `workers` is not of consumers."""
    cast, settings = side.cast, {"session_timeout_ms": 30_000}
    static = cast.member("alive", "t", group_instance_id="anchor", client_id="ship", **settings)
    dynamic = cast.member("alive", "t", client_id="boat", **settings)
    group.wait_shared([static, dynamic], "t")
    group.until("all read", lambda: len(static.messages()) + len(dynamic.messages()) == 48)
    static.commit()
    dynamic.commit()
    gone = cast.member("gone", "t,other")
    group.until("all read", lambda: len(gone.messages()) == 88)
    gone.close()
    simple = cast.member("simple")
    for partition, offset in ((0, 3), (2, 10)):
        simple.ask(f"commit t {partition} {offset} note", "done")
    simple.close()
    side.kept["alive"] = [static, dynamic]
    worker(side)


def worker(side):
    """A member with a protocol type of its own and a session so long that nobody has to keep it."""
    client = side.wire("worker")
    values = {"group_id": "workers", "session_timeout_ms": CONNECT_SESSION_MS, "rebalance_timeout_ms": 60_000,
              "protocol_type": "connect", "protocols": [{"name": "compatible", "metadata": b"url"}]}
    first = client.call("JoinGroup", 7, **values)
    joined = client.call("JoinGroup", 7, **{**values, "member_id": first["member_id"]})
    assert joined["error_code"] == 0, joined
    synced = client.call("SyncGroup", 5, group_id="workers", generation_id=joined["generation_id"], member_id=joined["member_id"],
                         protocol_type="connect", protocol_name="compatible",
                         assignments=[{"member_id": joined["member_id"], "assignment": b"all"}])
    assert synced["error_code"] == 0, synced


def alive_ends(side):
    for member in side.kept["alive"]:
        member.close()
    # The static one stays until someone says that it has left.
    with wire.Wire(side.port) as client:
        client.call("LeaveGroup", 3, group_id="alive", members=[{"member_id": "", "group_instance_id": "anchor"}])
    group.until("the group to be empty", lambda: group.described(side.port, "alive")["group_state"] == "Empty")


STEPS = [
    groups("no groups yet", "--list"),
    all_groups("no groups of any kind yet", "--list"),
    Scene("scene", "topics and records", topics_and_records),
    consume("consume in a group", "--topic t --group console --from-beginning --max-messages 40"),
    consume("go on in a group, with nothing to read", "--topic t --group console --from-beginning"),
    groups("what the console consumer has committed", "--describe --group console"),
    Scene("scene", "more records", lambda side: side.cast.producer("t", 8, first=40)),
    groups("lag", "--describe --group console --offsets"),
    consume("go on in a group", "--topic t --group console --max-messages 8"),
    groups("no lag", "--describe --group console"),
    consume("consume in a group from the end", "--topic t --group late"),
    groups("committed at the end", "--describe --group late"),
    consume("a group by property", "--topic dated --command-property group.id=by-property --from-beginning --max-messages 30"),
    # It stays a member when it has gone, and through the whole script.
    consume("a static member", "--topic dated --group static --command-property group.instance.id=i1 --command-property"
            " session.timeout.ms=1800000 --from-beginning --max-messages 5"),
    consume("round robin", "--include t|other --group robin --from-beginning --max-messages 88 --command-property"
            " partition.assignment.strategy=org.apache.kafka.clients.consumer.RoundRobinAssignor"),
    consume("cooperative", "--include t|other --group coop --from-beginning --max-messages 88 --command-property"
            " partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
    consume("a session that is too short", "--topic t --group short --command-property session.timeout.ms=100"
            " --command-property heartbeat.interval.ms=30"),
    consume("a session that is too long", "--topic t --group long --command-property session.timeout.ms=1900000"),
    consume("with a partition and a group", "--topic t --partition 0 --group both"),
    Scene("scene", "groups of every kind", live_groups),
    groups("list", "--list"),
    groups("list with states", "--list --state"),
    groups("list stable ones", "--list --state stable"),
    groups("list empty ones", "--list --state Empty"),
    groups("list stable and empty ones", "--list --state stable,empty"),
    groups("list rebalancing ones", "--list --state PreparingRebalance,CompletingRebalance"),
    groups("list those of no state", "--list --state nosuch"),
    groups("list with types", "--list --type"),
    groups("list classic ones", "--list --type classic"),
    groups("list consumer ones", "--list --type consumer"),
    groups("list those of no type", "--list --type nosuch"),
    groups("list with states and types", "--list --state stable --type classic"),
    groups("describe a live group", "--describe --group alive"),
    groups("describe offsets", "--describe --group alive --offsets"),
    groups("describe offsets, verbose", "--describe --group alive --offsets --verbose"),
    groups("describe members", "--describe --group alive --members"),
    groups("describe members, verbose", "--describe --group alive --members --verbose"),
    groups("describe state", "--describe --group alive --state"),
    groups("describe state, verbose", "--describe --group alive --state --verbose"),
    groups("describe an empty group", "--describe --group gone"),
    groups("describe an empty group's members", "--describe --group gone --members"),
    groups("describe an empty group's state", "--describe --group gone --state"),
    groups("describe a simple group", "--describe --group simple --verbose"),
    groups("describe a group of workers", "--describe --group workers"),
    groups("describe workers as members", "--describe --group workers --members --verbose"),
    groups("describe workers' state", "--describe --group workers --state"),
    groups("describe two groups", "--describe --group alive --group simple"),
    groups("describe a group that is not there", "--describe --group nothere"),
    groups("describe members of a group that is not there", "--describe --group nothere --members"),
    groups("describe the state of a group that is not there", "--describe --group nothere --state"),
    groups("describe all groups", "--describe --all-groups"),
    groups("describe all groups' members", "--describe --all-groups --members --verbose"),
    groups("describe all groups' state", "--describe --all-groups --state"),
    groups("describe with little time", "--describe --group alive --timeout 10000"),
    all_groups("groups of any kind", "--list"),
    all_groups("groups of consumers", "--list --consumer"),
    all_groups("groups that share", "--list --share"),
    all_groups("groups of streams", "--list --streams"),
    all_groups("classic groups", "--list --group-type classic"),
    all_groups("groups of the new kind", "--list --group-type consumer"),
    all_groups("share groups by type", "--list --group-type share"),
    all_groups("groups of a type that is none", "--list --group-type nosuch"),
    all_groups("groups by protocol", "--list --protocol consumer"),
    all_groups("groups by another protocol", "--list --protocol connect"),
    all_groups("groups of no protocol", "--list --protocol ''"),
    all_groups("groups by type and protocol", "--list --group-type classic --protocol connect"),
    Step("the topic of offsets", "kafka-topics", "--describe --topic __consumer_offsets", view=no_ids),
    Step("topics without the internal one", "kafka-topics", "--list --exclude-internal"),
    Step("topics with the internal one", "kafka-topics", "--list"),
]

LAST = [
    groups("delete a live group", "--delete --group alive"),
    groups("delete an empty, a live, and a missing group", "--delete --group gone --group alive --group nothere"),
    groups("delete what has gone", "--delete --group gone"),
    groups("delete a simple group", "--delete --group simple"),
    groups("list after deleting", "--list --state"),
    Scene("scene", "the live group ends", alive_ends),
    groups("describe what was alive", "--describe --group alive --state"),
    groups("delete what was alive", "--delete --group alive"),
    consume("a deleted group begins anew", "--topic t --group alive --from-beginning --max-messages 48"),
    groups("delete all groups", "--delete --all-groups"),
    groups("list at the end", "--list"),
]
