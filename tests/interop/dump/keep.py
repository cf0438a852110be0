"""What Klamm keeps of Kafka's: quotas, credentials and subscriptions, through a snapshot of Klamm's and back."""
import life
import swap

SETTINGS = {**life.SETTINGS, "metadata.log.max.record.bytes.between.snapshots": 1000}
CHANGES = [
    ("users", "alice", "producer_byte_rate=1024,consumer_byte_rate=2048"),
    ("clients", "c1", "request_percentage=50"),
    ("clients", None, "producer_byte_rate=999999"),
    ("ips", "127.0.0.1", "connection_creation_rate=100"),
    ("users", "bob", "SCRAM-SHA-256=[iterations=8192,password=bobs]"),
    ("users", "bob", "SCRAM-SHA-512=[password=bobs-other]"),
    ("client-metrics", "watch", "metrics=[org.apache.kafka.producer.,org.apache.kafka.consumer.],interval.ms=60000"),
    ("groups", "g1", "consumer.session.timeout.ms=50000"),
]
TOLD = ("client quotas have changed: 4 entities have some now",
        "settings of groups in the cluster's metadata (1)")


def configs(kafka, node, *arguments):
    done = kafka.run("kafka-configs", "--bootstrap-server", node.address, *arguments)
    if done.returncode:
        raise RuntimeError(f"kafka-configs {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def alter(kafka, node):
    for kind, name, change in CHANGES:
        entity = ("--entity-name", name) if name else ("--entity-default",)
        configs(kafka, node, "--alter", "--entity-type", kind, *entity, "--add-config", change)


def state(kafka, node):
    """By kind, what the tool says; Kafka gives neither the entities nor the settings of one in any order."""
    def in_order(line):
        entity, _, settings = line.partition(" are ")
        return f"{entity}: {sorted(settings.split(', '))}"

    kinds = sorted({kind for kind, _, _ in CHANGES})
    return {kind: "\n".join(sorted(map(in_order, configs(kafka, node, "--describe", "--entity-type", kind).splitlines())))
            for kind in kinds}


def snapshots(node):
    return {path.name for path in (node.folder / "data/__cluster_metadata-0").glob("*.checkpoint")}


def keep(kafka, theirs, ours, again):
    """What is missing, or not told, after Klamm has had Kafka's directory and Kafka has it back."""
    theirs.format()
    theirs.start()
    alter(kafka, theirs)
    before = state(kafka, theirs)
    theirs.stop()
    swap.take_over(theirs, ours)
    old = snapshots(ours)
    ours.start()
    for name in ("one", "two", "three", "four"):
        kafka.run("kafka-topics", "--bootstrap-server", ours.address, "--create", "--topic", name)
    found = [] if ours.stop() == 0 else ["Klamm did not stop cleanly"]
    log = ours.log.read_text()
    found += [f"not told: {line}" for line in TOLD if line not in log]
    if not snapshots(ours) - old:
        found.append("Klamm has written no snapshot")
    swap.take_over(ours, again)
    again.start()
    found += swap.unequal(before, state(kafka, again))
    again.stop()
    return found
