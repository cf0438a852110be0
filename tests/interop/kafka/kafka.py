"""Apache Kafka 4.3.1 for the interop suites: its jars, its tools under the names of its scripts, a node of it."""
import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))
import node  # noqa: E402  (the path has to be known first)

# What Kafka's own scripts hand to the JVM.
TOOLS = {
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-features": "org.apache.kafka.tools.FeatureCommand",
    "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
    "kafka-transactions": "org.apache.kafka.tools.TransactionsCommand",
    "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
    "kafka-verifiable-producer": "org.apache.kafka.tools.VerifiableProducer",
    "kafka-verifiable-consumer": "org.apache.kafka.tools.VerifiableConsumer",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-acls": "org.apache.kafka.tools.AclCommand",
    "kafka-groups": "org.apache.kafka.tools.GroupsCommand",
    "kafka-dump-log": "org.apache.kafka.tools.DumpLogSegments",
    "kafka-storage": "kafka.tools.StorageTool",
    "kafka-server-start": "kafka.Kafka",
}
TOOL_JVM = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
SERVER_JVM = ["-Xmx512m", "-XX:+UseSerialGC"]


class Kafka:
    """The jars of one version of Apache Kafka."""

    def __init__(self, jars):
        self.class_path = f"{pathlib.Path(jars).resolve()}/*"
        self.archive = None  # classes ready to be mapped by the JVMs of tools, which halves their start

    def command(self, tool, *arguments, jvm=None):
        shared = [f"-XX:SharedArchiveFile={self.archive}"] if self.archive and not jvm else []
        return ["java", *(jvm or TOOL_JVM), *shared, f"-Dlog4j2.configurationFile={HERE / 'log4j2.yaml'}",
                "-cp", self.class_path, TOOLS[tool], *map(str, arguments)]

    def make_archive(self, path, address):
        """Writes the archive of the classes that a client of the broker at `address` loads."""
        listing = self.command("kafka-topics", "--bootstrap-server", address, "--describe",
                               jvm=[*TOOL_JVM, f"-XX:ArchiveClassesAtExit={path}"])
        if subprocess.run(listing, capture_output=True).returncode == 0:
            self.archive = path

    def run(self, tool, *arguments, given=None, seconds=60):
        """One run of a tool to its end: the completed process, its output as text."""
        return subprocess.run(self.command(tool, *arguments), input=given, stdin=None if given else subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds)


class KafkaNode(node.Node):
    """A node of Apache Kafka, with the properties that a Klamm node has."""

    start_seconds_max = 180  # on a machine that is busy otherwise

    def __init__(self, kafka, folder, overrides=None):
        super().__init__("java", folder, overrides)
        self.kafka = kafka

    def storage_command(self, *arguments):
        return self.kafka.command("kafka-storage", *arguments)

    def server_command(self):
        return self.kafka.command("kafka-server-start", self.properties, jvm=SERVER_JVM)


def add_options(arguments):
    arguments.add_argument("--build", default=ROOT / "build/release", type=pathlib.Path, help="a build tree")
    arguments.add_argument("--binary", type=pathlib.Path, help="the klamm to take; by default that of the build tree")
    arguments.add_argument("--kafka-jars", type=pathlib.Path, help="a folder that has Kafka's jars already")


def find(options):
    """Kafka, from the folder that is given or by Maven into build/interop; None, and why, where it cannot be had."""
    if shutil.which("java") is None:
        return None, "there is no java (openjdk-17-jre-headless)"
    if options.kafka_jars:
        return Kafka(options.kafka_jars), ""
    jars = ROOT / "build/interop/libs/kafka-4.3.1"
    if not (jars / "complete").exists():
        if shutil.which("mvn") is None:
            return None, "there is no Maven (maven)"
        fetched = subprocess.run(["mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies",
                                  f"-Dmaven.repo.local={ROOT / 'build/interop/maven'}", f"-DoutputDirectory={jars}"],
                                 capture_output=True, text=True)
        if fetched.returncode:
            return None, f"Maven Central is out of reach\n{fetched.stdout[-500:]}"
        (jars / "complete").touch()
    return Kafka(jars), ""


def binary_of(options):
    return (options.binary or options.build / "klamm").resolve()


def parser(description):
    arguments = argparse.ArgumentParser(description=description)
    add_options(arguments)
    return arguments
