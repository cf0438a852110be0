#!/usr/bin/env python3
"""The authorization matrix: each API served x resource x operation x pattern x permission, on a node of Klamm and one of
Apache Kafka.

  matrix.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only APIS] [--quick] [--show]

A client without a name (User:ANONYMOUS, a listener without security) asks; a super user on another listener puts one set of
access control entries in place after the other. For each set every API is asked in every version, in the ways that
matrix_requests.py has, and what came of it is noted: errors, their texts, names, authorized operations. The two notes are
compared cell by cell; what may differ, and why, is in `DECIDED`. Closes with `N same, N different, N decided`.
"""
import collections
import concurrent.futures
import pathlib
import re
import signal
import socket
import struct
import sys
import tempfile
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka"), str(HERE.parent / "groups")]
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
         "is_internal", "num_partitions"}
# API, what it is, what Kafka notes, what Klamm notes, each a pattern; and the page that says why.
NO_TRANSACTIONS = "transactions are not served in this release"
WORDING = "docs/decisions/008: Kafka quotes an object of its own there"
DECIDED = [
    ("(Describe|Create|Delete)Acls|AlterUserScramCredentials|DescribeCluster", "", r"error_code: 31, error_message: Request Request\(",
     r"error_code: 31, error_message: Cluster authorization failed\.", WORDING),
    ("AlterConfigs", "of loggers", "Unknown resource type 8", "IncrementalAlterConfigs", "docs/decisions/008: the text says what to use"),
    ("Produce", "of a transaction", r"error_code: (?!53)|^\{\}|partitions?_responses: \[\{\}", r"error_code: (?!53)", NO_TRANSACTIONS),
    ("InitProducerId", "of a transaction", r"^\{(error_code: (?!53)\d+)?\}$", r"^\{error_code: 16\}$", NO_TRANSACTIONS),
    ("FindCoordinator", "of a transaction", "", "error_code: 15, error_message: Transactions are not served yet",
     NO_TRANSACTIONS),
]
# Nothing to do with who asks: how many APIs there are, and a topic that only Kafka makes in this release.
PASSED_OVER = {"api_keys", "supported_features", "finalized_features"}
ONLY_KAFKA_HAS = "__transaction_state"


def settings(node):
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
        # What makes a topic on the way is another answer on each side (docs/decisions/002), and stays.
        "auto.create.topics.enable": "false",
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
    }


LOGIN_LINE = f'{PLAIN_LOGIN} username="admin" password="admin-secret" user_admin="admin-secret";'


class Admin(wire.Wire):
    """The super user, logged in."""

    def __init__(self, port):
        super().__init__(port)
        assert self.call("SaslHandshake", 1, mechanism="PLAIN")["error_code"] == 0
        assert self.call("SaslAuthenticate", 2, auth_bytes=b"\0admin\0admin-secret")["error_code"] == 0


def entry(kind, name, pattern, operation, permission, principal="User:ANONYMOUS", host="*"):
    return {"resource_type": kind, "resource_name": name, "resource_pattern_type": pattern, "principal": principal, "host": host,
            "operation": operation, "permission_type": permission}


def sets_of_entries(quick):
    """(name, entries): none; each operation on each resource in each pattern, allowed; all but it, denied; hosts and principals."""
    yield "nothing", []
    patterns = [("literal", LITERAL, None), ("prefixed", PREFIXED, 7), ("any", LITERAL, "*")]
    for kind, operations in OPERATIONS.items():
        for operation in operations:
            for what, pattern, cut in patterns:
                if kind == CLUSTER and what != "literal" or quick and what != "literal":
                    continue
                name = NAMES[kind] if cut is None else cut if cut == "*" else NAMES[kind][:cut]
                one = entry(kind, name, pattern, operation, ALLOW)
                yield f"allow {operation} on {kind} {what}", [one]
                everything = [entry(each, "kafka-cluster" if each == CLUSTER else "*", LITERAL, 2, ALLOW) for each in OPERATIONS]
                yield f"deny {operation} on {kind} {what}", [*everything, {**one, "permission_type": DENY}]
    for kind in (TOPIC, GROUP, CLUSTER):
        one = entry(kind, NAMES[kind], LITERAL, 2, ALLOW)
        yield f"another host on {kind}", [{**one, "host": "10.9.9.9"}]
        yield f"this host on {kind}", [{**one, "host": "127.0.0.1"}]
        yield f"anybody on {kind}", [{**one, "principal": "User:*"}]
        yield f"somebody else on {kind}", [{**one, "principal": "User:other"}]


class Side:
    """One of the two nodes while the matrix is played on it."""

    def __init__(self, node):
        self.node, self.port = node, node.port
        self.admin = Admin(node.admin_port)
        self.probe = wire.Wire(node.port, seconds=10)
        self.ids = {}
        for name in ("matrix-topic", "matrix-doomed"):
            self.create(name)
        self.commit()
        self.warm_up()

    def warm_up(self):
        """A broker that has only just started has no block of producer ids yet."""
        for _ in range(200):
            if self.admin.call("InitProducerId", 4, transactional_id=None, transaction_timeout_ms=1000)["error_code"] == 0:
                return
            time.sleep(0.05)
        raise AssertionError("no producer id")

    def create(self, name):
        answer = self.admin.call("CreateTopics", 7, timeout_ms=10_000, topics=[{"name": name, "num_partitions": 1,
                                                                                "replication_factor": 1}])
        made = answer["topics"][0]
        assert made["error_code"] in (0, 36), answer
        for _ in range(200):
            known = self.admin.call("Metadata", 12, topics=[{"name": name}])["topics"][0]
            # For a moment it may still be the one that was deleted.
            if known["error_code"] == 0 and (made["error_code"] == 36 or known["topic_id"] == made["topic_id"]):
                self.ids[name] = known["topic_id"]
                return
            time.sleep(0.02)
        raise AssertionError(f"{name} is not there")

    def commit(self):
        """Offsets of the group, so that there are some to be fetched."""
        for _ in range(200):
            self.admin.call("FindCoordinator", 3, key="matrix-group", key_type=0)
            answer = self.admin.call("OffsetCommit", 9, group_id="matrix-group", generation_id_or_member_epoch=-1, topics=[
                {"name": "matrix-topic", "partitions": [{"partition_index": 0, "committed_offset": 1, "committed_metadata": ""}]}])
            if answer["topics"][0]["partitions"][0]["error_code"] == 0:
                return
            time.sleep(0.1)
        raise AssertionError(f"no offset was committed: {answer}")

    def topic_id(self, name):
        return self.ids.get(name, uuid.UUID(int=77))

    def put(self, entries):
        """These entries and no others, once they hold."""
        anything = {"resource_type_filter": 1, "resource_name_filter": None, "pattern_type_filter": 1, "principal_filter": None,
                    "host_filter": None, "operation": 1, "permission_type": 1}
        self.admin.call("DeleteAcls", 3, filters=[anything])
        if entries:
            answer = self.admin.call("CreateAcls", 3, creations=entries)
            assert not any(result["error_code"] for result in answer["results"]), (entries, answer)
        for _ in range(500):
            there = self.admin.call("DescribeAcls", 3, **anything)
            if sum(len(resource["acls"]) for resource in there["resources"]) == len(entries):
                return
            time.sleep(0.01)
        raise AssertionError(f"the entries are not there: {there}")

    def ask(self, name, version, fields):
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
        answer = self.admin.call("ApiVersions", 3, client_software_name="matrix", client_software_version="1")
        return {each["api_key"]: (each["min_version"], each["max_version"]) for each in answer["api_keys"]}

    def play(self, entries, apis):
        """What came of every request: (API, version, what it is) -> note."""
        self.put(entries)
        noted = {}
        for name, versions in apis:
            for version in versions:
                for what, fields in matrix_requests.REQUESTS[name](self, version):
                    noted[name, version, what] = self.ask(name, version, fields)
                    if name == "DeleteTopics" and "matrix-doomed" in repr(fields) + repr(self.ids.get("matrix-doomed")):
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


def compare(cell, theirs, ours, counts, shown):
    if theirs == ours:
        counts["same"] += 1
        return
    name, version, what = cell[1:]
    for api, case, kafka_says, klamm_says, why in DECIDED:
        if re.fullmatch(api, name) and re.search(case, what) and re.search(kafka_says, theirs) and re.search(klamm_says, ours):
            counts["decided"] += 1
            counts[why] += 1
            return
    counts["different"] += 1
    shown[name, what, theirs, ours].append(f"{cell[0]} v{version}")


def apis_of(sides, only):
    """The APIs that Klamm serves, in the versions that both do."""
    theirs, ours = (side.served() for side in sides)
    chosen = []
    for key in sorted(ours):
        name = next(kind.name for kind in wire.messages().values() if kind.key == key).removesuffix("Request").removesuffix("Response")
        assert name in matrix_requests.REQUESTS, f"matrix_requests.py has nothing for {name}"
        if re.search(only, name):
            low, high = max(ours[key][0], theirs[key][0]), min(ours[key][1], theirs[key][1])
            low = 3 if name == "Produce" else low  # 0 to 2 are named, and not served
            chosen.append((name, range(low, high + 1)))
    return chosen


def play(nodes, options):
    sides = [Side(node) for node in nodes]
    apis = apis_of(sides, options.only)
    counts, shown = collections.Counter(), collections.defaultdict(list)
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for what, entries in sets_of_entries(options.quick):
            theirs, ours = both.map(lambda side: side.play(entries, apis), sides)
            for cell in theirs:
                compare((what, *cell), theirs[cell], ours[cell], counts, shown)
            if options.show:
                print(what, dict(counts), flush=True)
    return counts, shown


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--only", default="", help="a pattern for the names of the APIs")
    arguments.add_argument("--quick", action="store_true", help="literal patterns alone")
    arguments.add_argument("--show", action="store_true", help="say how far it is")
    options = arguments.parse_args()
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 same, 0 different, 0 decided")
        return 0
    with tempfile.TemporaryDirectory(prefix="klamm-matrix-") as scratch:
        folders = [pathlib.Path(scratch) / name for name in ("kafka", "klamm")]
        for folder in folders:
            folder.mkdir()
        nodes = [kafka.KafkaNode(tools, folders[0], settings), kafka.node.Node(kafka.binary_of(options), folders[1], settings)]
        try:
            for one in nodes:
                one.format()
                one.start()
            counts, shown = play(nodes, options)
        finally:
            for one in nodes:
                one.stop(signal.SIGKILL)
    for (name, what, theirs, ours), cells in sorted(shown.items(), key=lambda item: -len(item[1]))[:200]:
        print(f"DIFFERENT  {what} in {len(cells)} cells, as in {cells[0]}\n    - {theirs[:600]}\n    + {ours[:600]}")
    for why in sorted(key for key in counts if key not in ("same", "different", "decided")):
        print(f"{counts[why]} decided: {why}")
    print(f"{sum(counts[key] for key in ('same', 'different', 'decided'))} cells")
    print(f"{counts['same']} same, {counts['different']} different, {counts['decided']} decided")
    return 1 if counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
