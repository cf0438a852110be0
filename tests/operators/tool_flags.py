"""The options of the tools that operators use, as far as the other scripts leave them out: files of properties, old names, controllers
in place of brokers, everything that a producer, a consumer, an entry of the authorizer or a reassignment may be told. Played behind
tool_steps.py. {node} is the node's folder, {controllers} its controller."""
import re

import cluster
import configs
from tool_steps import CLUSTER, GROUP, PLAN, SERVER, TO_MOVE, first_lines, no_ids, rights, step

CLIENT = "client.id=mine\ndefault.api.timeout.ms=20000\nrequest.timeout.ms=15000\n"
UUID = "[A-Za-z0-9_-]{22}"
NOBODY = "GBB9EfvdQ0eMDq9p0W1yAg"
SERIALIZATION = "org.apache.kafka.common.serialization"
# As many partitions as a node makes where nobody says how many.
OFFSETS_PARTITIONS = 50


def no_uuids(text):
    return re.sub(rf"(?<![\w-]){UUID}(?![\w-])", "<uuid>", text)


def first_line(text):
    """The first line of what a broker speaks; the rest is for the step without properties."""
    return text.partition("\n")[0]


def with_properties(name, tool, arguments, **rest):
    """{properties} stands for the option and its file."""
    return step(name, tool, arguments.replace("{properties}", "--command-config {folder}/client.properties"),
                **{"files": {"client.properties": CLIENT}, **rest})


def partition_of(group):
    """Of __consumer_offsets: the hash of a Java string says where a group is."""
    number = 0
    for letter in group:
        number = (31 * number + ord(letter)) & 0xFFFFFFFF
    if number & 0x80000000:
        number = abs(number - (1 << 32))
    return number % OFFSETS_PARTITIONS


PROPERTIES = [
    with_properties("topics, with properties", "kafka-topics", "{properties} --list"),
    with_properties("settings, with properties", "kafka-configs", "{properties} --describe --entity-type topics --entity-name one"),
    with_properties("rights, with properties", "kafka-acls", "{properties} --list"),
    with_properties("groups, with properties", "kafka-consumer-groups", "{properties} --list"),
    with_properties("groups of all kinds, with properties", "kafka-groups", "{properties} --list"),
    with_properties("offsets, with properties", "kafka-get-offsets", "{properties} --topic-partitions text,records"),
    with_properties("directories, with properties", "kafka-log-dirs", "{properties} --describe --topic-list one",
                    view=cluster.no_directory_sizes),
    with_properties("election, with properties", "kafka-leader-election", "{properties} --election-type preferred"
                    " --all-topic-partitions"),
    with_properties("election by the old name", "kafka-leader-election", "--admin.config {folder}/client.properties"
                    " --election-type preferred --all-topic-partitions"),
    with_properties("no reassignments, with properties", "kafka-reassign-partitions", "{properties} --list"),
    with_properties("subscriptions, with properties", "kafka-client-metrics", "{properties} --list"),
    with_properties("APIs, with properties", "kafka-broker-api-versions", "{properties}", view=first_line),
    with_properties("features, with properties", "kafka-features", "{properties} describe", view=cluster.epoch_aside),
    with_properties("quorum, with properties", "kafka-metadata-quorum", "{properties} describe --status", view=cluster.quorum),
    with_properties("the cluster's id, with properties", "kafka-cluster", "cluster-id -b {address} -c {folder}/client.properties"),
    with_properties("the cluster's id by the old name", "kafka-cluster", "cluster-id -b {address} --config {folder}/client.properties"),
    with_properties("the cluster's id by both names", "kafka-cluster", "cluster-id -b {address} --config {folder}/client.properties"
                    " -c {folder}/client.properties"),
    step("properties that are not there", "kafka-topics", "--command-config {folder}/nothere.properties --list"),
]
CONTROLLERS = [
    step("quorum, of controllers", "kafka-metadata-quorum", "--bootstrap-controller {controllers} describe --status",
         view=cluster.quorum),
    step("quorum's replicas, of controllers", "kafka-metadata-quorum", "--bootstrap-controller {controllers} describe --replication",
         view=cluster.replicas),
    step("features, of controllers", "kafka-features", "--bootstrap-controller {controllers} describe", view=cluster.epoch_aside),
    step("the cluster's id, of controllers", "kafka-cluster", "cluster-id -C {controllers}"),
    step("the controllers' endpoints", "kafka-cluster", "list-endpoints --bootstrap-controller {controllers}", view=cluster.columns),
    step("fenced endpoints, too", "kafka-cluster", "list-endpoints -b {address} --include-fenced-brokers", view=cluster.columns),
    step("fenced endpoints, of controllers", "kafka-cluster", "list-endpoints -C {controllers} --include-fenced-brokers"),
    step("a broker that is not there, by letters", "kafka-cluster", "unregister -b {address} -i 9"),
    step("rights, of controllers", "kafka-acls", "--bootstrap-controller {controllers} --list"),
    step("settings of a node, of controllers", "kafka-configs", "--bootstrap-controller {controllers} --describe --broker 1"),
    step("no reassignments, of controllers", "kafka-reassign-partitions", "--bootstrap-controller {controllers} --list"),
    step("both kinds of servers", "kafka-acls", "--bootstrap-server {address} --bootstrap-controller {controllers} --list",
         view=first_lines),
    step("both kinds of description", "kafka-metadata-quorum", "describe --status --replication"),
    step("a status to be read", "kafka-metadata-quorum", "describe --status --human-readable"),
    step("a controller added, dry", "kafka-metadata-quorum", "--command-config {node}/server.properties add-controller --dry-run",
         view=no_uuids),
    step("a controller added without its file", "kafka-metadata-quorum", "add-controller"),
    step("a controller removed, dry", "kafka-metadata-quorum", f"remove-controller -i 9 -d {NOBODY} --dry-run"),
    step("a controller removed", "kafka-metadata-quorum", f"remove-controller --controller-id 9 --controller-directory-id {NOBODY}"),
]
TOPICS = [
    step("more partitions, and a setting", "kafka-topics", "--alter --topic one --partitions 6 --delete-config retention.ms"),
    step("a setting by the tool of topics", "kafka-topics", "--alter --topic one --config retention.ms=1", view=first_lines),
    step("offsets of some partitions", "kafka-get-offsets", "--topic records --partitions 0,2"),
    step("offsets of partitions that are none", "kafka-get-offsets", "--topic records --partitions x"),
    step("offsets of partitions, said twice", "kafka-get-offsets", "--topic-partitions records --topic records"),
    step("offsets at no time", "kafka-get-offsets", "--topic records --time soon"),
    *(step(f"delete records by {what}", "kafka-delete-records", f"--offset-json-file {{folder}}/{file}.json",
           files={f"{file}.json": text}) for what, file, text in (
               ("what is no JSON", "none", "text,0,1"),
               ("a version that is none", "version", '{"version": 2, "partitions": []}'),
               ("a partition twice", "twice", '{"partitions": [{"topic": "text", "partition": 0, "offset": 1},'
                ' {"topic": "text", "partition": 0, "offset": 2}]}'))),
]
SETTINGS = [
    step("settings by --topic", "kafka-configs", "--describe --topic set"),
    step("settings from a file", "kafka-configs", "--alter --topic set --add-config-file {folder}/add.properties",
         files={"add.properties": "retention.ms=7200000\nmax.message.bytes=1500000\n"}),
    step("settings from a file, seen", "kafka-configs", "--describe --topic set"),
    step("settings from a file and beside it", "kafka-configs", "--alter --topic set --add-config retention.ms=1 --add-config-file x"),
    step("settings by --broker", "kafka-configs", "--describe --broker 1"),
    step("settings by --broker-defaults", "kafka-configs", "--describe --broker-defaults"),
    step("loggers by --broker-logger", "kafka-configs", "--describe --broker-logger 1", view=configs.root_logger),
    step("a level by --broker-logger", "kafka-configs", "--alter --broker-logger 1 --add-config root=WARN"),
    step("a level that has to stay", "kafka-configs", "--alter --broker-logger 1 --delete-config root"),
    step("a level that is none", "kafka-configs", "--alter --broker-logger 1 --add-config root=LOUD"),
    step("a group's settings", "kafka-configs", "--alter --group settled --add-config consumer.session.timeout.ms=50000"),
    step("a group's settings, seen", "kafka-configs", "--describe --group settled"),
    step("all of a group's settings", "kafka-configs", "--describe --all --group settled"),
    step("a group's setting that is too low", "kafka-configs", "--alter --group settled --add-config consumer.session.timeout.ms=1"),
    step("a subscription's settings", "kafka-configs", "--alter --client-metrics settled --add-config interval.ms=6000"),
    step("a subscription's settings, seen", "kafka-configs", "--describe --client-metrics settled"),
    step("a subscription's settings deleted", "kafka-configs", "--alter --client-metrics settled --delete-config interval.ms"),
    step("one user by --user", "kafka-configs", "--alter --user bea --add-config SCRAM-SHA-512=[password=secret]"),
    step("a user described by --user", "kafka-configs", "--describe --user bea"),
    step("two kinds of words for one thing", "kafka-configs", "--describe --topic set --entity-type topics"),
    step("a subscription with a name of its own", "kafka-client-metrics", "--alter --generate-name --interval 7000", view=no_uuids),
    step("a subscription that is not there", "kafka-client-metrics", "--describe --name nothere"),
    step("a subscription with no interval", "kafka-client-metrics", "--alter --name late --interval soon"),
    *(step(f"{what}'s quota by its option", "kafka-configs", f"--alter {option} --add-config {key}") for what, option, key in (
        ("a user", "--user bea", "consumer_byte_rate=2000"), ("every user", "--user-defaults", "request_percentage=50"),
        ("a client", "--client app", "producer_byte_rate=3000"), ("every client", "--client-defaults", "producer_byte_rate=4000"),
        ("a user and client", "--user bea --client app", "controller_mutation_rate=5"),
        ("an address", "--ip 10.0.0.2", "connection_creation_rate=10"),
        ("every address", "--ip-defaults", "connection_creation_rate=20"))),
    *(step(f"quotas of {kind}, seen", "kafka-configs", f"--describe --entity-type {kind}") for kind in ("users", "clients", "ips")),
]
RIGHTS = [
    rights("rights to the cluster", "--add --allow-principal User:ops --operation Alter --cluster"),
    rights("rights of a writer with transactions", "--add --allow-principal User:bob --producer --topic one --transactional-id tx"
           " --idempotent"),
    rights("no right from a host", "--add --deny-principal User:eve --deny-host 10.0.0.2 --operation Read --group g"),
    rights("rights to a user's tokens", "--add --allow-principal User:ann --operation CreateTokens --user-principal User:bob"),
    rights("rights to a token", "--add --allow-principal User:ann --operation Describe --delegation-token t"),
    rights("rights of two to two", "--add --allow-principal User:x --allow-principal User:y --operation Read --operation Describe"
           " --topic two --topic three"),
    rights("rights that are there", "--add --allow-principal User:ops --operation Alter --cluster"),
    rights("rights that apply to a topic", "--list --topic t1 --resource-pattern-type match"),
    rights("rights of any kind to a name", "--list --topic t --resource-pattern-type any"),
    rights("rights of two users", "--list --principal User:x --principal User:eve"),
    rights("rights to the cluster, listed", "--list --cluster"),
    rights("rights by a pattern that is for lists", "--add --allow-principal User:x --topic two --resource-pattern-type any"),
    rights("rights taken from a writer", "--remove --allow-principal User:bob --producer --topic one --transactional-id tx --idempotent"
           " --force"),
    rights("all rights to two topics taken away", "--remove --topic two --topic three --force"),
    rights("rights at the end", "--list"),
]
KEYED = "a:one\nb:two\n"
NUMBERS = "ab:12345678\ncd:short\nef:abcdefgh\n"


def produce(name, arguments, given=KEYED, topic="flags", **rest):
    return step(name, "kafka-console-producer", f"--topic {topic} {arguments}", given=given, **rest)


PRODUCER = [
    step("topics for options", "kafka-topics", "--create --topic flags --partitions 1 --replication-factor 1"),
    step("topics for numbers", "kafka-topics", "--create --topic numbers --partitions 1 --replication-factor 1"),
    produce("produce with every number", "--batch-size 100 --message-send-max-retries 3 --retry-backoff-ms 50 --timeout 10"
            " --request-required-acks all --request-timeout-ms 5000 --metadata-expiry-ms 1000 --max-block-ms 5000"
            " --max-memory-bytes 1000000 --socket-buffer-size 65536"),
    produce("produce with the old name of a size", "--max-partition-memory-bytes 1000"),
    produce("produce with a reader's file", "--reader-config {folder}/reader.properties",
            files={"reader.properties": "parse.key=true\nkey.separator=:\n"}),
    produce("produce with a file of properties", "--command-config {folder}/client.properties", files={"client.properties": CLIENT}),
    produce("produce by the old names", "--producer.config {folder}/client.properties --producer-property linger.ms=1"
            " --property parse.key=true --property key.separator=:", files={"client.properties": CLIENT}),
    produce("produce with the reader by its name", "--line-reader org.apache.kafka.tools.LineMessageReader"),
    produce("produce by both names", "--property a=b --reader-property c=d", view=first_lines),
    produce("produce lines without a key", "--reader-property parse.key=true --reader-property key.separator=:", "x:1\nno key\nz:3\n"),
    produce("produce what is too large, synchronously", "--sync", "y" * 5000 + "\n", "small"),
    step("produce to no topic", "kafka-console-producer", "--sync", given="x\n", view=first_lines),
    produce("produce numbers", "--reader-property parse.key=true --reader-property key.separator=:", NUMBERS, "numbers"),
]


def consume(name, arguments, **rest):
    return step(name, "kafka-console-consumer", f"--timeout-ms 8000 {arguments}", **rest)


FLAGS = "--topic flags --partition 0 --offset earliest "
OF_NUMBERS = f"--topic numbers --partition 0 --offset earliest --value-deserializer {SERIALIZATION}.LongDeserializer "
CONSUMER = [
    consume("consume what the options have made", FLAGS + "--max-messages 13 --formatter-property print.key=true"),
    consume("consume by the old names", FLAGS + "--max-messages 2 --consumer-property fetch.max.wait.ms=100"
            " --consumer.config {folder}/client.properties --property print.key=true", files={"client.properties": CLIENT}),
    consume("consume with a file of properties", FLAGS + "--max-messages 2 --command-config {folder}/client.properties",
            files={"client.properties": CLIENT}),
    consume("consume with a formatter's file", FLAGS + "--max-messages 2 --formatter-config {folder}/formatter.properties",
            files={"formatter.properties": "print.key=true\nprint.offset=true\nkey.separator=|\nnull.literal=none\n"}),
    consume("consume with an end that is told", FLAGS + "--max-messages 2 --enable-systest-events"),
    *(consume(f"consume with {name}", FLAGS + f"--max-messages 2 --formatter org.apache.kafka.tools.consumer.{name}")
      for name in ("LoggingMessageFormatter", "NoOpMessageFormatter")),
    # In the order of the lines: whether a record or its failure is told first is the same, too.
    consume("consume what cannot be printed", OF_NUMBERS + "--max-messages 3", ordered=True),
    consume("consume past what cannot be printed", OF_NUMBERS + "--max-messages 3 --skip-message-on-error", ordered=True),
    consume("consume numbers as keys", f"--topic numbers --partition 0 --offset earliest --max-messages 3"
            f" --formatter-property print.key=true --key-deserializer {SERIALIZATION}.ShortDeserializer"),
    step("offsets of a group that nobody is in", GROUP, "--reset-offsets --group plain --topic text --to-offset 13 --execute", view=no_ids),
    consume("consume offsets", f"--topic __consumer_offsets --partition {partition_of('plain')} --offset earliest --max-messages 1"
            " --formatter org.apache.kafka.tools.consumer.OffsetsMessageFormatter"),
    consume("consume topics by a pattern", "--include fl.gs --group included --from-beginning --max-messages 3"),
    consume("consume by both names", "--topic flags --group w --consumer-property a=b --command-property c=d", view=first_lines),
    consume("consume an offset of no partition", "--topic flags --offset 3", view=first_lines),
    consume("consume an offset that is none", FLAGS.replace("earliest", "-3"), view=first_lines),
    consume("consume in two groups", "--topic flags --group a --command-property group.id=b", view=first_lines),
    consume("consume from both ends", "--topic flags --group w --from-beginning --command-property auto.offset.reset=latest"),
    consume("consume nothing that is named", "--group w", view=first_lines),
]
GROUPS = [
    step("a pattern that is right", GROUP, "--validate-regex a.*"),
    step("a pattern that is wrong", GROUP, "--validate-regex '(a'"),
    step("all groups", GROUP, "--describe --all-groups --offsets --timeout 10000", view=no_ids),
    step("all groups' offsets, dry", GROUP, "--reset-offsets --all-groups --topic text --to-latest --dry-run", view=no_ids),
]


def reassignment(name, arguments, **rest):
    return step(name, "kafka-reassign-partitions", arguments.replace("{plan}", "--reassignment-json-file {folder}/plan.json"),
                **{"files": {"plan.json": PLAN}, **rest})


MOVES = [
    step("election of those in a file", "kafka-leader-election", "--election-type preferred --path-to-json-file {folder}/elect.json",
         files={"elect.json": '{"partitions": [{"topic": "one", "partition": 0}, {"topic": "text", "partition": 0}]}'}),
    step("election of those in a file without any", "kafka-leader-election", "--election-type preferred"
         " --path-to-json-file {folder}/elect.json", files={"elect.json": "{}"}),
    step("unclean election", "kafka-leader-election", "--election-type unclean --topic one --partition 0"),
    step("election of a topic", "kafka-leader-election", "--election-type preferred --topic one"),
    step("a proposal without racks", "kafka-reassign-partitions", "--generate --topics-to-move-json-file {folder}/topics.json"
         " --broker-list 1 --disable-rack-aware", files={"topics.json": TO_MOVE}),
    reassignment("a reassignment with throttles", "--execute {plan} --throttle 1000000 --replica-alter-log-dirs-throttle 2000000"
                 " --timeout 5000"),
    reassignment("a reassignment besides", "--execute {plan} --additional --throttle 3000000"),
    reassignment("a reassignment that keeps factors", "--execute {plan} --disallow-replication-factor-change"),
    reassignment("a reassignment verified, throttles kept", "--verify {plan} --preserve-throttles"),
    reassignment("a reassignment verified again", "--verify {plan}"),
    reassignment("a reassignment called off", "--cancel {plan} --timeout 5000"),
    reassignment("a reassignment called off, throttles kept", "--cancel {plan} --preserve-throttles"),
    reassignment("a reassignment of nothing", "--execute {plan}", files={"plan.json": '{"version":1,"partitions":[]}'}),
    reassignment("an option of another action", "--list --throttle 3", view=first_lines),
    step("an upgrade by the old name", "kafka-features", "upgrade --metadata 4.1 --dry-run"),
    step("an upgrade to a release", "kafka-features", "upgrade --release-version 4.3 --dry-run"),
    step("an upgrade said twice", "kafka-features", "upgrade --release-version 4.3 --feature group.version=1 --dry-run"),
    step("an upgrade of nothing", "kafka-features", "upgrade --dry-run"),
    step("a downgrade that may lose", "kafka-features", "downgrade --feature metadata.version=27 --unsafe --dry-run"),
    step("a downgrade to a release", "kafka-features", "downgrade --release-version 4.1 --dry-run"),
    step("a feature disabled", "kafka-features", "disable --feature share.version --dry-run"),
]
DYNAMIC = SERVER.replace("controller.quorum.voters=1@", "controller.quorum.bootstrap.servers=")


def formatted(name, arguments, text=DYNAMIC, folder="dynamic"):
    """With directories of its own, whose ids are everybody's own, too."""
    files = {"server.properties": text.replace("/formatted", f"/{folder}")}
    return step(name, "kafka-storage", f"format -t {CLUSTER} -c {{folder}}/server.properties {arguments}", files=files, view=no_uuids)


STORAGE = [
    formatted("formatted alone, with a user", "--standalone --add-scram SCRAM-SHA-256=[name=alice,password=alice-secret]"
              " --feature group.version=1", folder="alone"),
    formatted("formatted with first controllers", f"--initial-controllers 1@127.0.0.1:9093:{NOBODY}", folder="first"),
    formatted("formatted to join", "-N -r 4.1", folder="joins"),
    formatted("format refused: no kind of quorum", ""),
    formatted("format refused: two kinds of quorum", "--standalone", SERVER),
    formatted("format refused: a level that is none", "--standalone --feature group.version=77"),
    formatted("format refused: a feature that is none", "--standalone --feature no.such=1"),
    formatted("format refused: a user without a password", "--standalone --add-scram SCRAM-SHA-256=[name=alice]"),
    step("a dump of nothing", "kafka-dump-log", "", view=first_lines),
    step("a dump of what is no log", "kafka-dump-log", "--files {folder}/some.txt,{folder}/none", files={"some.txt": "x", "none": "x"}),
]
# The last of all: what a transaction leaves in a log is for the dumps.
TRANSACTIONS = [
    step("transactions of a producer", "kafka-producer-perf-test", "--topic checks --num-records 200 --record-size 50 --throughput -1"
         " --transactional-id flags --transaction-duration-ms 20 --command-property max.block.ms=5000",
         view=lambda text: re.sub(r"\d+([.,]\d+)?", "N", text.strip().rpartition("\n")[2]), seconds=90),
]

STEPS = [*PROPERTIES, *CONTROLLERS, *TOPICS, *SETTINGS, *RIGHTS, *PRODUCER, *CONSUMER, *GROUPS, *MOVES, *STORAGE, *TRANSACTIONS]
