"""What run.py puts under load: Klamm, Apache Kafka and the floor, each started in a folder of its own."""
import contextlib
import json
import os
import pathlib
import random
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


# Bytes of live data over all partitions: what is retained, in segments of a quarter of it.
LIVE_MIB = 96
# Below what the kernel takes for outgoing connections, one of which would sit on the port of a node that is down.
PORTS = range(20_000, 30_000)
GIVEN = set()  # to somebody who may not listen there yet


def free_port():
    for port in random.sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            if port not in GIVEN:
                probe.bind(("127.0.0.1", port))
                GIVEN.add(port)
                return port
    raise RuntimeError("no port is free")


def new_id(build):
    made = subprocess.run([build / "klamm", "storage", "random-uuid"], check=True, capture_output=True, text=True)
    return made.stdout.strip()


def broker_settings(partitions):
    segment = max((LIVE_MIB << 20) // 4 // partitions, 1 << 20)
    return {"log.segment.bytes": segment, "log.retention.bytes": 2 * segment,
            "log.retention.check.interval.ms": 200, "log.segment.delete.delay.ms": 0,
            "log.initial.task.delay.ms": 500}


class Broker:
    """One process. The load generator starts it, to time its first answer, or it is launched as a node of several."""

    name = ""
    # What the directory is formatted with: the user of the rows of security.
    add_scram = ["--add-scram", "SCRAM-SHA-512=[name=bench,password=bench-secret]"]
    # What its log says of loaded groups: the partition, milliseconds and bytes.
    loaded = None

    def __init__(self, build, folder, number=1):
        self.build, self.folder, self.number = build, folder, number
        self.port, self.controller_port = free_port(), free_port()
        self.pid = None
        self.command = None
        self.first_ack_ms = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def controller_address(self):
        return f"127.0.0.1:{self.controller_port}"

    def write_properties(self, settings):
        everything = {
            "process.roles": "broker,controller",
            "node.id": self.number,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://{self.controller_address}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.voters": f"{self.number}@{self.controller_address}",
            "log.dirs": self.folder / "data",
            "offsets.topic.replication.factor": 1,
            **(settings(self) if callable(settings) else settings),
        }
        path = self.folder / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in everything.items()))
        return path

    def prepare(self, settings, cluster_id):
        """A folder with its configuration, and its directory formatted for this cluster."""
        self.folder.mkdir(parents=True)
        self.command = self.formatted(settings, cluster_id)

    def launch(self):
        """Starts the process, and waits for nothing."""
        output = [(os.POSIX_SPAWN_OPEN, 1, self.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
                  (os.POSIX_SPAWN_DUP2, 1, 2)]
        self.pid = os.posix_spawnp(self.command[0], self.command, os.environ, file_actions=output)

    def start(self, settings):
        self.prepare(settings, new_id(self.build))
        found = subprocess.run([self.build / "klamm_bench", "first-ack", "--address", self.address, "--topic", "first",
                                "--request-records", "1", "--record-size", "100", "--log", self.folder / "log",
                                "--", *self.command], capture_output=True, text=True)
        if found.returncode != 0:
            raise RuntimeError(f"{self.name} does not start: {found.stderr}{(self.folder / 'log').read_text()}")
        answer = json.loads(found.stdout)
        self.pid, self.first_ack_ms = int(answer["pid"]), answer["first_ack_ms"]

    def stop(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def has_ended(self):
        """Whether the process is gone. One that is a child of this process is there until somebody asks."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return not os.path.exists(f"/proc/{self.pid}")

    def end(self, how=signal.SIGTERM, seconds=20):
        """One that has ended by itself has said why; one that takes longer is killed."""
        if self.pid is None:
            return
        if self.has_ended():
            print(f"{self.name} has ended by itself:\n{(self.folder / 'log').read_text()[-2000:]}", file=sys.stderr, flush=True)
        self.signal(how)
        self.await_end(seconds)

    def await_end(self, seconds=20):
        """Until the process is gone."""
        deadline = time.monotonic() + seconds
        while not self.has_ended():
            if time.monotonic() > deadline:
                self.signal(signal.SIGKILL)
            time.sleep(0.02)
        self.pid = None

    def signal(self, how):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, how)


class Klamm(Broker):
    name = "klamm"
    loaded = re.compile(r"Loaded (?P<partition>\S+) in epoch \d+ in (?P<ms>\d+) ms: (?P<records>\d+) records, "
                        r"(?P<bytes>\d+) bytes")

    def formatted(self, settings, cluster_id):
        properties, binary = self.write_properties(settings), self.build / "klamm"
        subprocess.run([binary, "storage", "format", "-t", cluster_id, "-c", properties, *self.add_scram],
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

    def formatted(self, settings, cluster_id):
        properties = self.write_properties(settings)
        (self.folder / "log4j2.yaml").write_text(LOG4J)
        subprocess.run(self.java(KAFKA_FORMAT, "format", "-t", cluster_id, "-c", properties, *self.add_scram),
                       check=True, capture_output=True)
        return self.java(KAFKA_MAIN, properties)


class Floor(Broker):
    name = "floor"

    def formatted(self, settings, cluster_id):
        (self.folder / "data").mkdir()
        return [self.build / "klamm_floor", str(self.port), self.folder / "data",
                str(settings["log.segment.bytes"] * 3 // 2)]
