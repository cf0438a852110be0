"""What run.py puts under load: Klamm, Apache Kafka and the floor, each started in a folder of its own."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
KAFKA_FORMAT = "kafka.tools.StorageTool"
KAFKA_MAIN = "kafka.Kafka"
# As Kafka's own start script has it.
KAFKA_HEAP = ["-Xmx1G", "-Xms1G"]
KAFKA_JVM = ["-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
             "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true"]
LOG4J = """Configuration:
  Appenders:
    Console: {name: out, PatternLayout: {pattern: "[%d] %p %m (%c)%n"}}
  Loggers:
    Root: {level: WARN, AppenderRef: {ref: out}}
    Logger: [{name: org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime, level: INFO}]
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """One process. `bench` is the load generator, which also starts the broker, to time its first answer."""

    name = ""
    # What the directory is formatted with: the user of the rows of security.
    add_scram = ["--add-scram", "SCRAM-SHA-512=[name=bench,password=bench-secret]"]
    # What its log says of loaded groups: the partition, milliseconds and bytes.
    loaded = None

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.port, self.controller_port = free_port(), free_port()
        self.pid = None
        self.command = None
        self.first_ack_ms = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def write_properties(self, settings):
        everything = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "log.dirs": self.folder / "data",
            "offsets.topic.replication.factor": 1,
            **(settings(self) if callable(settings) else settings),
        }
        path = self.folder / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in everything.items()))
        return path

    def start(self, settings):
        self.folder.mkdir(parents=True)
        self.command = command = self.prepare(settings)
        found = subprocess.run([self.build / "klamm_bench", "first-ack", "--address", self.address, "--topic", "first",
                                "--request-records", "1", "--record-size", "100", "--log", self.folder / "log",
                                "--", *command], capture_output=True, text=True)
        if found.returncode != 0:
            raise RuntimeError(f"{self.name} does not start: {found.stderr}{(self.folder / 'log').read_text()}")
        answer = json.loads(found.stdout)
        self.pid, self.first_ack_ms = int(answer["pid"]), answer["first_ack_ms"]

    def stop(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        """The broker is no child of this process, so its end is seen by looking. One that has ended by itself has said why."""
        if self.pid is not None:
            try:
                os.kill(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                print(f"{self.name} has ended by itself:\n{(self.folder / 'log').read_text()[-2000:]}", file=sys.stderr, flush=True)
            deadline = time.monotonic() + 20
            while os.path.exists(f"/proc/{self.pid}") and time.monotonic() < deadline:
                time.sleep(0.05)
            if os.path.exists(f"/proc/{self.pid}"):
                os.kill(self.pid, signal.SIGKILL)
            self.pid = None


class Klamm(Broker):
    name = "klamm"
    loaded = re.compile(r"Loaded (?P<partition>\S+) in epoch \d+ in (?P<ms>\d+) ms: (?P<records>\d+) records, "
                        r"(?P<bytes>\d+) bytes")

    def prepare(self, settings):
        properties, binary = self.write_properties(settings), self.build / "klamm"
        uuid = subprocess.run([binary, "storage", "random-uuid"], check=True, capture_output=True, text=True)
        subprocess.run([binary, "storage", "format", "-t", uuid.stdout.strip(), "-c", properties, *self.add_scram],
                       check=True, capture_output=True)
        return [binary, "server", properties]


class Kafka(Broker):
    name = "kafka"
    loaded = re.compile(r"Finished loading of metadata from (?P<partition>\S+) with epoch \d+ in (?P<ms>\d+)ms where "
                        r"\d+ms was spent in the scheduler\. Loaded (?P<records>\d+) records which total to "
                        r"(?P<bytes>\d+) bytes")
    jars = None  # a folder, once resolved
    heap = KAFKA_HEAP

    @classmethod
    def resolve(cls, given):
        """The jars: in the folder that is given, or by Maven into the build tree."""
        cls.jars = pathlib.Path(given) if given else ROOT / "build/bench/kafka"
        lacking = [name for name in ("kafka_2.13-*.jar", "log4j-slf4j-impl-*.jar") if not any(cls.jars.glob(name))]
        if not lacking:
            return
        if given:
            sys.exit(f"{given} has no {', no '.join(lacking)}")
        subprocess.run(["mvn", "-q", "-B", "-f", ROOT / "bench/kafka/pom.xml", "dependency:copy-dependencies",
                        f"-DoutputDirectory={cls.jars}"], check=True)

    def java(self, *arguments):
        return ["java", *self.heap, *KAFKA_JVM, f"-Dlog4j2.configurationFile={self.folder / 'log4j2.yaml'}",
                "-cp", f"{self.jars}/*", *arguments]

    def prepare(self, settings):
        properties = self.write_properties(settings)
        (self.folder / "log4j2.yaml").write_text(LOG4J)
        uuid = subprocess.run([self.build / "klamm", "storage", "random-uuid"], check=True, capture_output=True,
                              text=True)
        subprocess.run(self.java(KAFKA_FORMAT, "format", "-t", uuid.stdout.strip(), "-c", properties, *self.add_scram),
                       check=True, capture_output=True)
        return self.java(KAFKA_MAIN, properties)


class Floor(Broker):
    name = "floor"

    def prepare(self, settings):
        (self.folder / "data").mkdir()
        return [self.build / "klamm_floor", str(self.port), self.folder / "data",
                str(settings["log.segment.bytes"] * 3 // 2)]
