"""One node while the matrix is played on it: its settings, who asks at which of its listeners, what is noted of an answer."""
import pathlib
import socket
import struct
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "kafka"), str(HERE.parent / "groups")]
import kafka  # noqa: E402
import frames  # noqa: E402
import matrix_requests  # noqa: E402
import wire  # noqa: E402

AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
TOPIC, GROUP, CLUSTER, TRANSACTION, TOKEN, USER = 2, 3, 4, 5, 6, 7
OPERATIONS = {TOPIC: (2, 3, 4, 5, 6, 7, 8, 10, 11), GROUP: (2, 3, 6, 8, 10, 11), CLUSTER: (2, 5, 7, 8, 9, 10, 11, 12),
              TRANSACTION: (2, 4, 8, 15), TOKEN: (2, 8), USER: (2, 13, 14)}
NAMES = {TOPIC: "matrix-topic", GROUP: "matrix-group", CLUSTER: "kafka-cluster", TRANSACTION: "matrix-txn", TOKEN: "matrix-token",
         USER: "User:matrix"}
LITERAL, PREFIXED = 3, 4
DENY, ALLOW = 2, 3
# What is noted of an answer: the rest is the moment's, or nothing to do with who asks.
NOTED = {"error_code", "error_message", "name", "topic", "topic_name", "group_id", "group", "resource_name", "resource_type", "key",
         "topic_config_error_code", "cluster_authorized_operations", "topic_authorized_operations", "authorized_operations",
         "is_internal", "num_partitions", "endpoint_type"}
BROKER, CONTROLLER = "broker", "controller"
# Who asks at a listener: nobody in particular, where there is no security, or a user who has logged in.
ASKS = {BROKER: "User:ANONYMOUS", CONTROLLER: "User:asker"}
# Nothing to do with who asks: how many APIs there are, and a topic that only Kafka makes in this release.
PASSED_OVER = {"api_keys", "supported_features", "finalized_features"}
ONLY_KAFKA_HAS = "__transaction_state"


def settings(node, auto_create="false"):
    node.admin_port = kafka.node.free_port()
    return {
        "listeners": f"PLAINTEXT://127.0.0.1:{node.port},SASL_PLAINTEXT://127.0.0.1:{node.admin_port},"
                     f"CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{node.port},SASL_PLAINTEXT://127.0.0.1:{node.admin_port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "inter.broker.listener.name": "SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.mechanism.controller.protocol": "PLAIN",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config": LOGIN_LINE,
        "listener.name.controller.plain.sasl.jaas.config": LOGIN_LINE,
        "authorizer.class.name": AUTHORIZER,
        "super.users": "User:admin",
        "group.initial.rebalance.delay.ms": 0,
        # What makes a topic on the way stays, and is another answer on each side: it is a part of its own.
        "auto.create.topics.enable": auto_create,
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
    }


LOGIN_LINE = f'{PLAIN_LOGIN} username="admin" password="admin-secret" user_admin="admin-secret" user_asker="asker-secret";'


class LoggedIn(wire.Wire):
    """The connection of a user."""

    def __init__(self, port, user="admin", seconds=30):
        super().__init__(port, seconds=seconds)
        self.user = user
        assert self.call("SaslHandshake", 1, mechanism="PLAIN")["error_code"] == 0
        assert self.call("SaslAuthenticate", 2, auth_bytes=f"\0{user}\0{user}-secret".encode())["error_code"] == 0

    def reconnect(self):
        self.socket.close()
        self.__init__(self.port, self.user, self.seconds)


def entry(kind, name, pattern, operation, permission, principal=ASKS[BROKER], host="*"):
    return {"resource_type": kind, "resource_name": name, "resource_pattern_type": pattern, "principal": principal, "host": host,
            "operation": operation, "permission_type": permission}


def everything(asks):
    """All operations on all resources, allowed."""
    return [entry(each, "kafka-cluster" if each == CLUSTER else "*", LITERAL, 2, ALLOW, asks) for each in OPERATIONS]


def held(described):
    """The entries that DescribeAcls tells, each a tuple of what `entry` has."""
    return {(resource["resource_type"], resource["resource_name"], resource["pattern_type"], acl["principal"], acl["host"],
             acl["operation"], acl["permission_type"]) for resource in described["resources"] for acl in resource["acls"]}


def until(what, holds):
    """What `holds` returns, once that is anything."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited for {what}")


class Side:
    """One of the two nodes, asked at one of its listeners."""

    def __init__(self, node, listener=BROKER):
        self.at_controller = listener == CONTROLLER
        self.admin = LoggedIn(node.admin_port)
        self.controller = LoggedIn(node.controller_port)
        self.probe = LoggedIn(node.controller_port, "asker", 10) if self.at_controller else wire.Wire(node.port, seconds=10)
        self.ids = {}

    def prepare(self):
        """What the requests of the matrix are about."""
        for name in ("matrix-topic", "matrix-doomed"):
            self.create(name)
        self.commit()
        # A broker that has only just started has no block of producer ids yet.
        until("a producer id", lambda: self.admin.call("InitProducerId", 4, transactional_id=None,
                                                       transaction_timeout_ms=1000)["error_code"] == 0)
        return self

    def create(self, name):
        answer = self.admin.call("CreateTopics", 7, timeout_ms=10_000, topics=[{"name": name, "num_partitions": 1,
                                                                                "replication_factor": 1}])
        made = answer["topics"][0]
        assert made["error_code"] in (0, 36), answer

        def known():
            topic = self.admin.call("Metadata", 12, topics=[{"name": name}], allow_auto_topic_creation=False)["topics"][0]
            # For a moment it may still be the one that was deleted.
            same = made["error_code"] == 36 or topic["topic_id"] == made["topic_id"]
            return topic["error_code"] == 0 and same and topic["topic_id"]
        self.ids[name] = until(f"the topic {name}", known)

    def commit(self):
        """Offsets of the group, so that there are some to be fetched."""
        def committed():
            self.admin.call("FindCoordinator", 3, key="matrix-group", key_type=0)
            answer = self.admin.call("OffsetCommit", 9, group_id="matrix-group", generation_id_or_member_epoch=-1, topics=[
                {"name": "matrix-topic", "partitions": [{"partition_index": 0, "committed_offset": 1, "committed_metadata": ""}]}])
            return answer["topics"][0]["partitions"][0]["error_code"] == 0
        until("offsets to be committed", committed)

    def topic_id(self, name):
        return self.ids.get(name, uuid.UUID(int=77))

    def put(self, entries):
        """These entries and no others, once they hold on both of the node's roles: in Kafka each has an authorizer of its own."""
        anything = {"resource_type_filter": 1, "resource_name_filter": None, "pattern_type_filter": 1, "principal_filter": None,
                    "host_filter": None, "operation": 1, "permission_type": 1}
        self.admin.call("DeleteAcls", 3, filters=[anything])
        if entries:
            answer = self.admin.call("CreateAcls", 3, creations=entries)
            assert not any(result["error_code"] for result in answer["results"]), (entries, answer)
        for asked in (self.admin, self.controller):
            until("the entries", lambda: held(asked.call("DescribeAcls", 3, **anything)) == {tuple(one.values()) for one in entries})

    def ask(self, name, version, fields):
        """What is noted of the answer; a connection that is closed instead is an answer too, and so is silence."""
        values = frames.only(name, version, fields)
        try:
            return note(self.probe.call(name, version, **values))
        except (EOFError, ConnectionError):
            self.probe.reconnect()
            return "the connection is closed"
        except socket.timeout:
            self.probe.reconnect()
            return "no answer"
        except (AssertionError, struct.error) as problem:
            self.probe.reconnect()
            return f"cannot be read: {problem}"

    def served(self):
        """The versions of each API that the listener has."""
        asked = self.controller if self.at_controller else self.admin
        answer = asked.call("ApiVersions", 3, client_software_name="matrix", client_software_version="1")
        return {each["api_key"]: (each["min_version"], each["max_version"]) for each in answer["api_keys"]}

    def play(self, entries, apis):
        """What came of every request: (API, version, what it is) -> note."""
        self.put(entries)
        noted = {}
        for name, versions in apis:
            for version in versions:
                for what, fields in matrix_requests.REQUESTS[name](self, version):
                    noted[name, version, what] = self.ask(name, version, fields)
                    if name == "DeleteTopics":
                        self.create("matrix-doomed")
        return noted


def note(value):
    """What is noted of an answer, in one line; lists whose order is that of a hash table are sorted."""
    if isinstance(value, dict):
        parts = []
        for key, each in value.items():
            if key in PASSED_OVER:
                continue
            if isinstance(each, (dict, list)):
                inner = note(each)
                if inner not in ("[]", "{}"):
                    parts.append(f"{key}: {inner}")
            elif key.endswith("authorized_operations"):
                parts.append(f"{key}: {each}")
            elif key == "topic_id":
                # Which one is the moment's; whether it is told is not.
                parts.append("topic_id" if each.int else "no topic_id")
            elif key in NOTED and each not in (None, "", 0):
                parts.append(f"{key}: {each}")
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        noted = [note(each) for each in value if isinstance(each, (dict, list)) and ONLY_KAFKA_HAS not in repr(each)]
        return "[" + ", ".join(sorted(noted)) + "]"
    return repr(value)
