"""For each API the requests by which its authorization is told: `REQUESTS[name](side, version)` gives (what it is, fields) pairs.

They name `matrix-topic`, which is there, `matrix-absent`, which is not, and the group `matrix-group`, which has committed. What
would change the cluster is validated only, or undone by the player (`AFTER`).
"""
import struct
import time

TOPIC, ABSENT, GROUP, NO_GROUP = "matrix-topic", "matrix-absent", "matrix-group", "matrix-no-group"
TOPIC_TYPE, BROKER_TYPE, LOGGER_TYPE, METRICS_TYPE, GROUP_TYPE = 2, 4, 8, 16, 32


def crc32c_table():
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


CRC = crc32c_table()


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def batch(producer_id=-1, epoch=-1, sequence=-1, attributes=0):
    """One record, the value x, without a key."""
    record = bytes([0, 0, 0, 1, 2]) + b"x" + b"\0"
    records = bytes([len(record) * 2]) + record
    now = int(time.time() * 1000)  # what is older than the retention goes in the middle of it all
    body = struct.pack(">hiqqqhii", attributes, 0, now, now, producer_id, epoch, sequence, 1) + records
    return struct.pack(">qiibI", 0, 9 + len(body), 0, 2, crc32c(body)) + body


def topic_of(side, version, first_with_ids, name=TOPIC, key="name", id_key="topic_id"):
    return {id_key: side.topic_id(name)} if version >= first_with_ids else {key: name}


def produce(side, version):
    for what, name in (("", TOPIC), (" to a topic that is not there", ABSENT)):
        topic = topic_of(side, version, 13, name)
        yield "Produce" + what, {"acks": -1, "timeout_ms": 5000,
                                 "topic_data": [{**topic, "partition_data": [{"index": 0, "records": batch()}]}]}
    part = {"index": 0, "records": batch(producer_id=77, epoch=0, sequence=0, attributes=0x10)}
    yield "Produce of a transaction", {"transactional_id": "matrix-txn", "acks": -1, "timeout_ms": 5000, "topic_data": [
        {**topic_of(side, version, 13, TOPIC), "partition_data": [part]}]}


def fetch(side, version):
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1, "log_start_offset": -1, "current_leader_epoch": -1}
    for what, name in (("", TOPIC), (" of a topic that is not there", ABSENT)):
        topic = topic_of(side, version, 13, name, "topic")
        yield "Fetch" + what, {"max_wait_ms": 0, "min_bytes": 0, "max_bytes": 1, "session_epoch": -1,
                               "topics": [{**topic, "partitions": [part]}]}


def fetch_as_replica(side, version):
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1, "log_start_offset": 0, "current_leader_epoch": -1}
    replica = {"replica_state": {"replica_id": 9, "replica_epoch": 1}} if version >= 15 else {"replica_id": 9}
    yield "Fetch of a replica", {**replica, "max_wait_ms": 0, "min_bytes": 0, "max_bytes": 1, "session_epoch": -1,
                                 "topics": [{**topic_of(side, version, 13, TOPIC, "topic"), "partitions": [part]}]}


def each_topic(what, fields):
    """The same for the topic that is there and for the one that is not."""
    def requests(side, version):
        for suffix, name in (("", TOPIC), (" that is not there", ABSENT)):
            yield f"{what}{suffix}", fields(name, version)
    return requests


def metadata(side, version):
    for what, names in (("of a topic", [TOPIC]), ("of a topic that is not there", [ABSENT]), ("of both", [TOPIC, ABSENT])):
        yield f"Metadata {what}", {"topics": [{"name": name} for name in names], "allow_auto_topic_creation": False,
                                   "include_cluster_authorized_operations": True, "include_topic_authorized_operations": True}
    yield "Metadata of all", {"topics": None if version >= 1 else [], "include_cluster_authorized_operations": True,
                              "include_topic_authorized_operations": True, "allow_auto_topic_creation": False}
    if version >= 12:
        yield "Metadata by id", {"topics": [{"name": None, "topic_id": side.topic_id(TOPIC)}],
                                 "include_topic_authorized_operations": True, "allow_auto_topic_creation": False}


def offset_commit(side, version):
    for what, group, name in (("", GROUP, TOPIC), (" of a topic that is not there", GROUP, ABSENT)):
        topic = topic_of(side, version, 10, name)
        yield "OffsetCommit" + what, {"group_id": group, "generation_id_or_member_epoch": -1, "topics": [
            {**topic, "partitions": [{"partition_index": 0, "committed_offset": 0, "committed_metadata": ""}]}]}


def offset_fetch(side, version):
    for what, names in (("", [TOPIC]), (" of a topic that is not there", [ABSENT]), (" of all", None)):
        if version >= 8:
            topics = names and [{**topic_of(side, version, 10, name), "partition_indexes": [0]} for name in names]
            yield "OffsetFetch" + what, {"groups": [{"group_id": GROUP, "topics": topics}]}
        elif names or version >= 2:
            topics = names and [{"name": name, "partition_indexes": [0]} for name in names]
            yield "OffsetFetch" + what, {"group_id": GROUP, "topics": topics}


def find_coordinator(side, version):
    kinds = (("group", 0, GROUP), ("transaction", 1, "matrix-txn")) if version >= 1 else (("group", 0, GROUP),)
    for what, kind, key in kinds:
        if version >= 4:
            yield f"FindCoordinator of a {what}", {"key_type": kind, "coordinator_keys": [key]}
        else:
            yield f"FindCoordinator of a {what}", {"key": key, **({"key_type": kind} if version >= 1 else {})}


def join_group(side, version):
    yield "JoinGroup", {"group_id": NO_GROUP, "session_timeout_ms": 10_000, "rebalance_timeout_ms": 10_000, "member_id": "stranger",
                        "protocol_type": "consumer", "protocols": [{"name": "range", "metadata": b""}]}


def of_group(name, **fields):
    def requests(side, version):
        yield name, {"group_id": NO_GROUP, **fields}
    return requests


def leave_group(side, version):
    if version >= 3:
        yield "LeaveGroup", {"group_id": NO_GROUP, "members": [{"member_id": "stranger"}]}
    else:
        yield "LeaveGroup", {"group_id": NO_GROUP, "member_id": "stranger"}


def describe_groups(side, version):
    yield "DescribeGroups", {"groups": [GROUP, NO_GROUP], "include_authorized_operations": True}


def create_topics(side, version):
    configs = [{"name": "retention.ms", "value": "1000"}]
    yield "CreateTopics", {"timeout_ms": 5000, "validate_only": True, "topics": [
        {"name": ABSENT, "num_partitions": 1, "replication_factor": 1, "configs": configs},
        {"name": TOPIC, "num_partitions": 1, "replication_factor": 1}]}
    yield "CreateTopics of the metadata, and of a topic twice", {"timeout_ms": 5000, "validate_only": True, "topics": [
        {"name": name, "num_partitions": 1, "replication_factor": 1} for name in ("__cluster_metadata", ABSENT, ABSENT, TOPIC)]}


def delete_topics(side, version):
    if version >= 6:
        topics = [{"name": ABSENT}, {"name": None, "topic_id": side.topic_id(ABSENT)}]
        yield "DeleteTopics", {"timeout_ms": 5000, "topics": topics}
        yield "DeleteTopics of one that is there", {"timeout_ms": 5000, "topics": [{"name": "matrix-doomed"}]}
        by_id = {"name": None, "topic_id": side.topic_id("matrix-doomed")}
        yield "DeleteTopics by id", {"timeout_ms": 5000, "topics": [by_id]}
        by_id = {"name": None, "topic_id": side.topic_id("matrix-doomed")}  # it is another one by now
        for what, topics in (("of one twice", [{"name": "matrix-doomed"}] * 2), ("by an id twice", [by_id] * 2),
                             ("by name and id", [{"name": "matrix-doomed"}, by_id]), ("by neither", [{"name": None}]),
                             ("by both", [{**by_id, "name": "matrix-doomed"}])):
            yield "DeleteTopics " + what, {"timeout_ms": 5000, "topics": topics}
    else:
        yield "DeleteTopics", {"timeout_ms": 5000, "topic_names": [ABSENT, "matrix-doomed"]}
        yield "DeleteTopics of one twice", {"timeout_ms": 5000, "topic_names": ["matrix-doomed", "matrix-doomed"]}


def create_partitions(side, version):
    for what, names in (("a topic", [TOPIC]), ("a topic that is not there", [ABSENT]), ("topics twice", [TOPIC, ABSENT] * 2)):
        yield f"CreatePartitions of {what}", {"timeout_ms": 5000, "validate_only": True, "topics": [
            {"name": name, "count": 5, "assignments": None} for name in names]}


def init_producer_id(side, version):
    yield "InitProducerId", {"transactional_id": None, "transaction_timeout_ms": 1000}
    yield "InitProducerId of a transaction", {"transactional_id": "matrix-txn", "transaction_timeout_ms": 1000}


def of_resources(what, more=None, resources=None):
    def requests(side, version):
        kinds = [("a topic", TOPIC_TYPE, TOPIC), ("a topic that is not there", TOPIC_TYPE, ABSENT), ("the broker", BROKER_TYPE, "1"),
                 ("loggers", LOGGER_TYPE, "1"), ("client metrics", METRICS_TYPE, "matrix-metrics"), ("a group", GROUP_TYPE, GROUP)]
        for name, kind, resource in resources or kinds:
            yield f"{what} of {name}", {"resources": [{"resource_type": kind, "resource_name": resource, **(more or {})}],
                                        **({"validate_only": True} if what.startswith(("Alter", "Incremental")) else {})}
    return requests


def altered(what):
    """Resources without a change; and what is wrong, or not for everybody, so that the order of the checks is seen."""
    nothing = of_resources(what, {"configs": []})

    def requests(side, version):
        yield from nothing(side, version)
        for case, kind, resource, name, value in (
                ("loggers, to a level", LOGGER_TYPE, "1", "root", "INFO"), ("loggers, to no level", LOGGER_TYPE, "1", "root", "LOUD"),
                ("another node's loggers", LOGGER_TYPE, "2", "root", "INFO"), ("another broker", BROKER_TYPE, "2", "log.cleaner.threads", "1"),
                ("the broker, to nonsense", BROKER_TYPE, "1", "log.cleaner.threads", "nonsense"),
                ("all brokers", BROKER_TYPE, "", "log.cleaner.threads", "1"),
                ("all brokers, to nonsense", BROKER_TYPE, "", "log.cleaner.threads", "nonsense"),
                ("a topic, to nonsense", TOPIC_TYPE, TOPIC, "retention.ms", "nonsense"), ("nothing known", 77, "1", "root", "INFO")):
            changes = [{"name": name, "value": value}]
            yield f"{what} of {case}", {"validate_only": True, "resources": [
                {"resource_type": kind, "resource_name": resource, "configs": changes}]}
        if what == "AlterConfigs" and not side.at_controller:
            return  # a broker of Kafka never answers the one that follows
        twice = {"resource_type": TOPIC_TYPE, "resource_name": TOPIC, "configs": []}
        yield f"{what} of a topic twice", {"validate_only": True, "resources": [twice, twice]}
    return requests


def no_fields(name):
    def requests(side, version):
        yield name, {}
    return requests


def describe_cluster(side, version):
    for what, kind in (("", 1), (" of controllers", 2), (" of neither", 3))[:3 if version else 1]:
        yield "DescribeCluster" + what, {"include_cluster_authorized_operations": True, "endpoint_type": kind}


def create_acls(side, version):
    yield "CreateAcls", {"creations": [{"resource_type": 2, "resource_name": "other", "resource_pattern_type": 3,
                                        "principal": "User:other", "host": "*", "operation": 3, "permission_type": 3}]}


ANY_ACL = {"resource_type_filter": 2, "resource_name_filter": "other", "pattern_type_filter": 3, "principal_filter": "User:other",
           "host_filter": None, "operation": 1, "permission_type": 1}


def alter_scram(side, version):
    yield "AlterUserScramCredentials", {"deletions": [{"name": "matrix-nobody", "mechanism": 2}], "upsertions": []}


def partitions_of(name, version=None):
    return {"topics": [{"name": name, "partitions": [{"partition_index": 0, "timestamp": -1, "current_leader_epoch": -1}]}]}


def elect_leaders(side, version):
    kind = {"election_type": 0} if version > 0 else {}
    yield "ElectLeaders", {"timeout_ms": 5000, "topic_partitions": [{"topic": TOPIC, "partitions": [0]}], **kind}


# What nodes ask each other, which would change the quorum: tests/broker/authorization_test.cc sends each of it.
NODES_OWN = ("Vote", "BeginQuorumEpoch", "EndQuorumEpoch", "AlterPartition", "Envelope", "FetchSnapshot", "BrokerRegistration",
             "BrokerHeartbeat", "AllocateProducerIds", "ControllerRegistration", "AssignReplicasToDirs", "UpdateRaftVoter")

REQUESTS = {
    **{name: lambda side, version: [] for name in NODES_OWN},
    "Produce": produce,
    "Fetch": lambda side, version: [*fetch(side, version), *fetch_as_replica(side, version)],
    "ListOffsets": each_topic("ListOffsets of a topic", lambda name, version: {"replica_id": -1, **partitions_of(name)}),
    "Metadata": metadata,
    "OffsetCommit": offset_commit,
    "OffsetFetch": offset_fetch,
    "FindCoordinator": find_coordinator,
    "JoinGroup": join_group,
    "Heartbeat": of_group("Heartbeat", generation_id=1, member_id="stranger"),
    "LeaveGroup": leave_group,
    "SyncGroup": of_group("SyncGroup", generation_id=1, member_id="stranger", protocol_type=None, protocol_name=None),
    "DescribeGroups": describe_groups,
    "ListGroups": no_fields("ListGroups"),
    "ApiVersions": no_fields("ApiVersions"),
    "CreateTopics": create_topics,
    "DeleteTopics": delete_topics,
    "DeleteRecords": each_topic("DeleteRecords of a topic", lambda name, version: {
        "timeout_ms": 5000, "topics": [{"name": name, "partitions": [{"partition_index": 0, "offset": 0}]}]}),
    "InitProducerId": init_producer_id,
    "OffsetForLeaderEpoch": each_topic("OffsetForLeaderEpoch of a topic", lambda name, version: {
        "replica_id": -1, "topics": [{"topic": name, "partitions": [{"partition": 0, "current_leader_epoch": -1, "leader_epoch": 0}]}]}),
    "DescribeAcls": lambda side, version: [("DescribeAcls", ANY_ACL)],
    "CreateAcls": create_acls,
    "DeleteAcls": lambda side, version: [("DeleteAcls", {"filters": [ANY_ACL]})],
    "DescribeConfigs": of_resources("DescribeConfigs", {"configuration_keys": ["retention.ms", "log.retention.ms"]}),
    "AlterConfigs": altered("AlterConfigs"),
    "IncrementalAlterConfigs": altered("IncrementalAlterConfigs"),
    "DescribeLogDirs": lambda side, version: [("DescribeLogDirs", {"topics": [{"topic": TOPIC, "partitions": [0]}]})],
    "CreatePartitions": create_partitions,
    "DeleteGroups": lambda side, version: [("DeleteGroups", {"groups_names": [NO_GROUP]})],
    "OffsetDelete": lambda side, version: [
        (f"OffsetDelete of {name}", {"group_id": NO_GROUP, "topics": [{"name": name, "partitions": [{"partition_index": 0}]}]})
        for name in (TOPIC, ABSENT)],
    "DescribeClientQuotas": lambda side, version: [("DescribeClientQuotas", {"components": [], "strict": False})],
    "AlterClientQuotas": lambda side, version: [("AlterClientQuotas", {
        "entries": [{"entity": [{"entity_type": "user", "entity_name": "matrix-nobody"}],
                     "ops": [{"key": "producer_byte_rate", "value": 1e9, "remove": False}]}],
        "validate_only": True})],
    "DescribeUserScramCredentials": lambda side, version: [("DescribeUserScramCredentials", {"users": [{"name": "matrix-nobody"}]})],
    "AlterUserScramCredentials": alter_scram,
    "DescribeQuorum": lambda side, version: [
        ("DescribeQuorum", {"topics": [{"topic_name": "__cluster_metadata", "partitions": [{"partition_index": 0}]}]})],
    "ElectLeaders": elect_leaders,
    "AlterPartitionReassignments": each_topic("AlterPartitionReassignments of a topic", lambda name, version: {
        "timeout_ms": 5000, "topics": [{"name": name, "partitions": [{"partition_index": 0, "replicas": None}]}]}),
    "ListPartitionReassignments": lambda side, version: [("ListPartitionReassignments", {"timeout_ms": 5000, "topics": None})],
    "UpdateFeatures": lambda side, version: [("UpdateFeatures of none", {"timeout_ms": 5000, "feature_updates": []})],
    "UnregisterBroker": lambda side, version: [("UnregisterBroker that is not there", {"broker_id": 99})],
    "DescribeCluster": describe_cluster,
    "DescribeProducers": each_topic("DescribeProducers of a topic", lambda name, version: {
        "topics": [{"name": name, "partition_indexes": [0]}]}),
    "ListConfigResources": no_fields("ListConfigResources"),
    "DescribeTopicPartitions": each_topic("DescribeTopicPartitions of a topic", lambda name, version: {"topics": [{"name": name}]}),
    # Nobody needs a permission; and Kafka has it only with a plug-in.
    "GetTelemetrySubscriptions": lambda side, version: [],
    "PushTelemetry": lambda side, version: [],
    "SaslHandshake": lambda side, version: [],  # nothing is asked of who logs in; see tests/clients/sasl_test.py
    "SaslAuthenticate": lambda side, version: [],
}
