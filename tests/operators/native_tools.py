"""Klamm's own tools, under the names of Kafka's: links to the one binary."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/interop/kafka"))
import kafka  # noqa: E402

kafka.TOOLS.setdefault("kafka-leader-election", "org.apache.kafka.tools.LeaderElectionCommand")
kafka.TOOLS.setdefault("kafka-reassign-partitions", "org.apache.kafka.tools.reassign.ReassignPartitionsCommand")
kafka.TOOLS.setdefault("kafka-client-metrics", "org.apache.kafka.tools.ClientMetricsCommand")

NAMES = ("kafka-acls", "kafka-broker-api-versions", "kafka-client-metrics", "kafka-cluster", "kafka-configs", "kafka-console-consumer",
         "kafka-console-producer", "kafka-consumer-groups", "kafka-delete-records", "kafka-dump-log", "kafka-features",
         "kafka-get-offsets", "kafka-groups", "kafka-leader-election", "kafka-log-dirs", "kafka-metadata-quorum",
         "kafka-reassign-partitions", "kafka-storage", "kafka-topics")


class Native:
    """What runs a tool: Klamm's, where it has that tool; `others`, Kafka's, where not."""

    def __init__(self, binary, folder, others):
        self.folder, self.others = pathlib.Path(folder), others
        self.folder.mkdir(parents=True)
        for name in NAMES:
            (self.folder / f"{name}.sh").symlink_to(binary)

    def has(self, tool):
        return tool in NAMES

    def command(self, tool, *arguments):
        return [self.folder / f"{tool}.sh", *map(str, arguments)]

    def run(self, tool, *arguments, given=None, seconds=60):
        if not self.has(tool):
            return self.others.run(tool, *arguments, given=given, seconds=seconds)
        return subprocess.run(self.command(tool, *arguments), input=given, stdin=None if given else subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds)
