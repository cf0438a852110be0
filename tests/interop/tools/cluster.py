"""The cluster: directories, features, the quorum, versions of the APIs."""
import json
import re

from step import Step


def directories(text):
    """The JSON line, spread out, with its lists in order."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("{"):
            lines.append(line)
            continue
        found = json.loads(line)
        for broker in found["brokers"]:
            for directory in broker["logDirs"]:
                directory["partitions"] = sorted((entry for entry in directory["partitions"]),
                                                 key=lambda entry: entry["partition"])
        lines += json.dumps(found, indent=1, sort_keys=True).splitlines()
    return "\n".join(lines)


def directories_without_volume(text):
    return re.sub(r'("(totalBytes|usableBytes)": ?)\d+', r"\1N", directories(text))


def no_directory_sizes(text):
    """How many batches a producer makes of its records, and so their size, is the moment's."""
    return re.sub(r'("(size)": ?)\d+', r"\1N", directories_without_volume(text))


def no_numbers(text):
    return re.sub(r"\d+", "N", text)


def columns(text):
    """A table whose columns are as wide as what is in them."""
    return re.sub(r"[ \t]+", " ", text)


def epoch_aside(text):
    return re.sub(r"Epoch: \d+", "Epoch: N", text)


def quorum(text):
    return re.sub(r"(LeaderEpoch|HighWatermark|MaxFollowerLag|MaxFollowerLagTimeMs): +\d+", r"\1: N", text)


def replicas(text):
    """A replica's end of the log and its times are what they are."""
    text = re.sub(r"\b[A-Za-z0-9_-]{22}\b", "<uuid>", re.sub(r"\d+ ms ago", "N ms ago", text))
    return columns(re.sub(r"(?m)^(1\s+\S+\s+)\d+", r"\1N", text))


def apis(text):
    """One API a line, without the frame around them."""
    return "\n".join(line.strip().rstrip(",") for line in text.splitlines())


def only_kafka_has(theirs, ours):
    missing = re.findall(r"(\w+)\(\d+\): UNSUPPORTED", ours)
    served = re.findall(r"(\w+)\(\d+\): \d", ours)
    return f"{len(served)} APIs served; {len(missing)} that only Kafka has: {', '.join(missing)}"


STEPS = [
    Step("log directories", "kafka-log-dirs", "--describe", view=no_directory_sizes),
    Step("log directories of topics", "kafka-log-dirs", "--describe --topic-list records,one", view=no_directory_sizes),
    Step("log directories of a broker", "kafka-log-dirs", "--describe --broker-list 1 --topic-list small",
         view=directories_without_volume),
    Step("log directories of a broker that is not there", "kafka-log-dirs", "--describe --broker-list 1,8"),
    Step("features", "kafka-features", "describe", view=epoch_aside),
    Step("features of one node", "kafka-features", "describe --node-id 1", view=epoch_aside),
    Step("quorum", "kafka-metadata-quorum", "describe --status", view=quorum),
    Step("quorum's replicas", "kafka-metadata-quorum", "describe --replication", view=replicas),
    Step("quorum's replicas, to be read", "kafka-metadata-quorum", "describe --replication --human-readable", view=replicas),
    Step("cluster id", "kafka-cluster", "cluster-id"),
    Step("endpoints", "kafka-cluster", "list-endpoints"),
    Step("producers of a partition", "kafka-transactions", "describe-producers --topic checks --partition 0",
         view=lambda text: columns(no_numbers(text))),
    Step("transactions", "kafka-transactions", "list"),
    Step("API versions", "kafka-broker-api-versions", "", view=apis, remark=only_kafka_has),
]
