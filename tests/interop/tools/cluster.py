"""The cluster: directories, features, the quorum, versions of the APIs."""
import json
import re

from step import Step


def directories(text):
    """The JSON line with its lists in order. Index files and allocation make the sizes of records' logs comparable,
    timestamps do not change them."""
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


def no_directory_sizes(text):
    return re.sub(r'("(size|totalBytes|usableBytes)": ?)\d+', r"\1N", directories(text))


def no_numbers(text):
    return re.sub(r"\d+", "N", text)


def apis(text):
    """One API a line, without the frame around them."""
    return "\n".join(line.strip().rstrip(",") for line in text.splitlines())


STEPS = [
    Step("log directories", "kafka-log-dirs", "--describe", view=no_directory_sizes),
    Step("log directories of topics", "kafka-log-dirs", "--describe --topic-list records,one", view=no_directory_sizes),
    Step("log directories of a broker", "kafka-log-dirs", "--describe --broker-list 1 --topic-list text",
         view=no_directory_sizes),
    Step("log directories of a broker that is not there", "kafka-log-dirs", "--describe --broker-list 1,8"),
    Step("features", "kafka-features", "describe", view=lambda text: re.sub(r"Epoch: \d+", "Epoch: N", text)),
    Step("features of one node", "kafka-features", "describe --node-id 1",
         view=lambda text: re.sub(r"Epoch: \d+", "Epoch: N", text)),
    Step("quorum", "kafka-metadata-quorum", "describe --status", view=lambda text: re.sub(
        r"(LeaderEpoch|HighWatermark|MaxFollowerLag|MaxFollowerLagTimeMs): +\d+", r"\1: N", text)),
    Step("quorum's replicas", "kafka-metadata-quorum", "describe --replication",
         view=lambda text: re.sub(r"(?m)^(1\s+\S+\s+)\d+", r"\1N", re.sub(r"\b[A-Za-z0-9_-]{22}\b", "<uuid>", text))),
    Step("quorum's replicas, to be read", "kafka-metadata-quorum", "describe --replication --human-readable",
         view=lambda text: re.sub(r"(?m)^(1\s+\S+\s+)\d+", r"\1N", re.sub(
             r"\b[A-Za-z0-9_-]{22}\b", "<uuid>", re.sub(r"\d+ ms ago", "N ms ago", text)))),
    Step("cluster id", "kafka-cluster", "cluster-id"),
    Step("endpoints", "kafka-cluster", "list-endpoints"),
    Step("producers of a partition", "kafka-transactions", "describe-producers --topic checks --partition 0",
         view=no_numbers),
    Step("transactions", "kafka-transactions", "list"),
    Step("API versions", "kafka-broker-api-versions", "", view=apis),
]
