"""What the scripts of tests/interop/tools leave out: rights, users, groups, elections, reassignments, metrics, and words that are
wrong. {address} stands for the node; without it --bootstrap-server comes first."""
import re

from step import Step


def step(name, tool, arguments, **rest):
    return Step(name, tool, arguments, **{"ordered": False, **rest})


def no_ids(text):
    """Member ids have a UUID behind the client's id; what blanks fill depends on them."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>", text)
    return re.sub(r"[ \t]+", " ", text)


def first_lines(text):
    """Without the table of options, whose help is everybody's own."""
    return re.split(r"(?m)^Option( \(\* = required\))?\s+Description", text)[0]


def rights(name, arguments):
    """Of several entries Kafka's hash set says which comes first, and that one has a blank before its tab."""
    return step(name, "kafka-acls", arguments, view=lambda text: re.sub(r"[ \t]+", " ", text))


def operations_sorted(text):
    """The operations that are valid come in the order of a hash set of Java's."""
    return re.sub(r"\[([A-Z_, ]+)\]", lambda found: f"[{', '.join(sorted(found[1].split(', ')))}]", first_lines(text))


GROUP = "kafka-consumer-groups"
PLAN = '{"version":1,"partitions":[{"topic":"one","partition":0,"replicas":[1]}]}'
TO_MOVE = '{"version":1,"topics":[{"topic":"one"}]}'
RIGHTS = [
    rights("rights of a reader", "--add --allow-principal User:ann --consumer --topic one --group readers"),
    rights("rights of a writer", "--add --allow-principal User:bob --producer --topic one --allow-host 10.0.0.1"),
    rights("no right", "--add --deny-principal User:eve --operation All --topic t --resource-pattern-type prefixed"),
    step("all rights", "kafka-acls", "--list"),
    step("rights to one topic", "kafka-acls", "--list --topic one"),
    step("rights of one user", "kafka-acls", "--list --principal User:ann"),
    rights("rights taken away", "--remove --allow-principal User:ann --topic one --force"),
    step("rights that are left", "kafka-acls", "--list"),
    step("rights of nobody", "kafka-acls", "--add --topic one", view=first_lines),
    step("rights without a resource", "kafka-acls", "--add --allow-principal User:x", view=first_lines),
    step("an operation that is none", "kafka-acls", "--add --allow-principal User:x --operation Fly --topic one",
         view=operations_sorted),
]
USERS = [
    step("a user", "kafka-configs", "--alter --entity-type users --entity-name ann"
         " --add-config SCRAM-SHA-256=[iterations=4096,password=secret]"),
    step("a user described", "kafka-configs", "--describe --entity-type users --entity-name ann"),
    step("a user deleted", "kafka-configs", "--alter --entity-type users --entity-name ann --delete-config SCRAM-SHA-256"),
    step("a user with too few iterations", "kafka-configs", "--alter --entity-type users --entity-name ann"
         " --add-config SCRAM-SHA-256=[iterations=5,password=secret]"),
]
GROUPS = [
    step("no groups", GROUP, "--list"),
    step("read in a group", "kafka-console-consumer", "--topic text --group readers --from-beginning --max-messages 5"
         " --timeout-ms 20000", seconds=90),
    step("groups", GROUP, "--list"),
    step("groups and states", GROUP, "--list --state"),
    step("groups and types", GROUP, "--list --type"),
    step("groups of all kinds", "kafka-groups", "--list"),
    step("a group", GROUP, "--describe --group readers", view=no_ids),
    step("a group's members", GROUP, "--describe --group readers --members --verbose", view=no_ids),
    step("a group's state", GROUP, "--describe --group readers --state", view=no_ids),
    step("a group that is not there", GROUP, "--describe --group nobody", view=no_ids),
    *(step(f"offsets {where}", GROUP, f"--reset-offsets --group readers --topic text {where} --dry-run", view=no_ids)
      for where in ("--to-earliest", "--to-latest", "--to-offset 14", "--shift-by -2", "--shift-by 100000", "--to-current",
                    "--to-datetime 2020-01-01T00:00:00.000", "--by-duration PT1H")),
    step("offsets set", GROUP, "--reset-offsets --group readers --topic text --to-offset 13 --execute", view=no_ids),
    step("offsets exported", GROUP, "--reset-offsets --group readers --all-topics --to-current --export --dry-run"),
    step("offsets from a file", GROUP, "--reset-offsets --group readers --from-file {folder}/offsets.csv --execute", view=no_ids,
         files={"offsets.csv": "text,0,12\n"}),
    step("offsets deleted", GROUP, "--delete-offsets --group readers --topic text", view=no_ids),
    step("a group deleted", GROUP, "--delete --group readers"),
    step("a group deleted that is not there", GROUP, "--delete --group nobody", view=no_ids),
    step("no action", GROUP, "--group readers", view=first_lines),
    step("offsets without a scope", GROUP, "--reset-offsets --group readers --to-latest --dry-run", view=first_lines),
]
REST = [
    step("election of one", "kafka-leader-election", "--election-type preferred --topic one --partition 0"),
    step("election of all", "kafka-leader-election", "--election-type preferred --all-topic-partitions"),
    step("election of what is not there", "kafka-leader-election", "--election-type preferred --topic nothere --partition 0"),
    step("election without a kind", "kafka-leader-election", "--topic one --partition 0"),
    step("no reassignments", "kafka-reassign-partitions", "--list"),
    step("a proposal", "kafka-reassign-partitions", "--generate --topics-to-move-json-file {folder}/topics.json --broker-list 1",
         files={"topics.json": TO_MOVE}),
    step("a reassignment", "kafka-reassign-partitions", "--execute --reassignment-json-file {folder}/plan.json",
         files={"plan.json": PLAN}),
    step("a reassignment verified", "kafka-reassign-partitions", "--verify --reassignment-json-file {folder}/plan.json"),
    step("a reassignment to nobody", "kafka-reassign-partitions", "--execute --reassignment-json-file {folder}/nobody.json",
         files={"nobody.json": PLAN.replace("[1]", "[9]")}),
    step("two actions", "kafka-reassign-partitions", "--list --verify", view=first_lines),
    step("a subscription", "kafka-client-metrics", "--alter --name basic --interval 5000 --metrics org.apache.kafka"
         " --match client_software_name=x"),
    step("subscriptions", "kafka-client-metrics", "--list"),
    step("subscriptions described", "kafka-client-metrics", "--describe"),
    step("a subscription deleted", "kafka-client-metrics", "--delete --name basic"),
    step("a subscription without a name", "kafka-client-metrics", "--alter"),
    step("the cluster's id", "kafka-cluster", "cluster-id --bootstrap-server {address}"),
    step("the cluster's endpoints", "kafka-cluster", "list-endpoints --bootstrap-server {address}",
         view=lambda text: re.sub(r"[ \t]+", " ", text)),
    step("a broker that is not there", "kafka-cluster", "unregister --bootstrap-server {address} --id 9"),
    step("no broker", "kafka-cluster", "unregister --bootstrap-server {address}"),
    step("an upgrade to what is", "kafka-features", "upgrade --feature metadata.version=30 --dry-run"),
    step("a release's features", "kafka-features", "version-mapping --release-version 4.1"),
    step("a feature's dependencies", "kafka-features", "feature-dependencies --feature group.version=1 --feature share.version=1"),
    step("no kind of description", "kafka-metadata-quorum", "describe"),
    step("ZooKeeper", "kafka-topics", "--zookeeper localhost:2181 --list"),
    step("an option that is none", "kafka-topics", "--list --no-such-option"),
    step("no action on topics", "kafka-topics", "", view=first_lines),
    step("the version", "kafka-topics", "--version"),
    step("a topic without a name", "kafka-topics", "--create", view=first_lines),
    step("an option beside another", "kafka-topics", "--list --partitions 3", view=first_lines),
]

SERVER = """process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
controller.quorum.voters=1@127.0.0.1:9093
log.dirs={folder}/formatted,{folder}/formatted-too
"""
CLUSTER, OTHER = "4L6g3nShT-eMCtK--X86sw", "AAAAAAAAAAAAAAAAAAAAAg"


def storage(name, arguments):
    """The tool that asks no broker; ids of directories are everybody's own."""
    return step(name, "kafka-storage", arguments, files={"server.properties": SERVER},
                view=lambda text: re.sub(r"(directory\.?[iI]d=|(?m:^))[A-Za-z0-9_-]{22}(?=[,})\s]|$)", r"\1<uuid>", text))


STORAGE = [
    storage("an id", "random-uuid"),
    storage("directories that are not there", "info -c {folder}/server.properties"),
    storage("directories formatted", f"format -t {CLUSTER} -c {{folder}}/server.properties"),
    storage("directories that are formatted", "info -c {folder}/server.properties"),
    storage("directories formatted again", f"format -t {CLUSTER} -c {{folder}}/server.properties"),
    storage("directories formatted again, if not", f"format -t {CLUSTER} -c {{folder}}/server.properties --ignore-formatted"),
    storage("directories formatted for another cluster", f"format -t {OTHER} -c {{folder}}/server.properties --ignore-formatted"),
    storage("directories formatted for no release", f"format -t {CLUSTER} -c {{folder}}/server.properties --release-version 1.2"),
    storage("a file that is not there", "info -c {folder}/nothere.properties"),
    storage("a release's features, by the storage tool", "version-mapping --release-version 4.1"),
    storage("a feature's dependencies, by the storage tool", "feature-dependencies --feature group.version=1"),
]

STEPS = [*RIGHTS, *USERS, *GROUPS, *REST, *STORAGE]
