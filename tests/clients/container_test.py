#!/usr/bin/env python3
"""`klamm container` without a container: an environment becomes a node that clients reach, and what is wrong is told in one go. The
image itself is tried by tests/operators/image.py."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import certificates
import node

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLUSTER, OTHER = "4L6g3nShT-eMCtK--X86sw", "AAAAAAAAAAAAAAAAAAAAAg"
ENDS_SECONDS_MAX = 60
DAEMON = """
set -o errexit
is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; }
"$BIN/kafka-server-start.sh" -daemon "$FILE" --override num.partitions=2
for _ in $(seq 400); do is_open && break; sleep 0.05; done
is_open
"$BIN/kafka-server-stop.sh" --node-id 8
sleep 0.3
is_open
"$BIN/kafka-server-stop.sh" --node-id 1
for _ in $(seq 400); do "$BIN/kafka-server-stop.sh" --node-id 8 && sleep 0.05 || exit 0; done
exit 7
"""


class Container(node.Node):
    """A node whose settings are variables; the images' places are in its folder."""

    def __init__(self, binary, folder, variables=None):
        super().__init__(binary, folder)
        for name in ("merged", "secrets", "mounted"):
            (self.folder / name).mkdir()
        self.variables = {
            "KAFKA_NODE_ID": 1,
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{self.port}",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@127.0.0.1:{self.controller_port}",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": 1,
            "KAFKA_KLAMM_ADMIN_LISTENER": "",
            "CLUSTER_ID": CLUSTER,
            **(variables(self) if callable(variables) else variables or {}),
        }
        self.merged = self.folder / "merged/server.properties"

    def container_command(self, step):
        return ["env", "-i", f"PATH={os.environ['PATH']}", *(f"{name}={value}" for name, value in self.variables.items()),
                self.binary, "container", step, "--file", self.merged, "--mounted", self.folder / "mounted/server.properties",
                "--secrets", self.folder / "secrets", "--data", self.folder / "data",
                "--defaults", ROOT / "image/server.properties"]

    def server_command(self):
        return self.container_command("run")

    def refusal(self):
        """What it says that does not start."""
        done = subprocess.run(self.server_command(), capture_output=True, text=True, timeout=ENDS_SECONDS_MAX)
        assert done.returncode == 1, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def kcat(self, *arguments, given=None):
        done = subprocess.run(["kcat", "-b", self.address, *arguments], input=given, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def prepared(binary, variables=None):
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        made = Container(binary, folder, variables)
        try:
            yield made
        finally:
            if made.process is not None:
                made.stop(9)


def says(text, *parts):
    missing = [part for part in parts if part not in text]
    assert not missing, f"{missing} is not in {text!r}"


def an_environment_becomes_a_node_that_stops_when_it_is_told_to(binary):
    with prepared(binary, {"KAFKA_NUM_PARTITIONS": 3, "KAFKA_HEAP_OPTS": "-Xmx1G", "KAFKA_ZOOKEEPER_CONNECT": "zk:2181",
                           "KAFKA_LOG4J_ROOT_LOGLEVEL": "WARN", "KAFKA_LOG4J_LOGGERS": "kafka=INFO"}) as made:
        made.start()
        made.kcat("-P", "-t", "kept", given="x\n" * 100)
        assert made.stop() == 0
        log = made.log.read_text()
        says(log, "Formatting metadata directory", "Kafka Server started", "Transitioning from RECOVERY to RUNNING",
             "KAFKA_HEAP_OPTS ignored", "KAFKA_ZOOKEEPER_CONNECT ignored", "Terminating process due to signal SIGTERM")
        assert log.count("KAFKA_HEAP_OPTS ignored") == 1 and "Completed transition to " not in log, log
        says((made.folder / "data/meta.properties").read_text(), f"cluster.id={CLUSTER}")
        made.start()
        assert made.kcat("-C", "-t", "kept", "-e", "-q", "-o", "beginning") == "x\n" * 100
        assert len([path for path in (made.folder / "data").iterdir() if path.name.startswith("kept-")]) == 3
        assert made.stop() == 0
        assert made.log.read_text().count("Formatting ") == 1, "a second start formats nothing"


def the_settings_that_are_written_are_for_nobody_else(binary):
    with prepared(binary, {"KAFKA_SSL_KEY_PASSWORD": "secret"}) as made:
        left_behind = made.merged.with_name("server.properties.tmp")
        left_behind.touch(0o644)
        subprocess.run(made.container_command("configure"), check=True, capture_output=True)
        assert made.merged.stat().st_mode & 0o777 == 0o600
        says(made.merged.read_text(), "ssl.key.password=secret", "node.id=1")
        assert not (made.folder / "data").exists()


def stores_and_their_passwords_are_found_below_secrets(binary):
    def secured(made):
        return {"KAFKA_LISTENERS": f"SSL://127.0.0.1:{made.port},CONTROLLER://127.0.0.1:{made.controller_port}",
                "KAFKA_ADVERTISED_LISTENERS": f"SSL://127.0.0.1:{made.port}",
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "SSL:SSL,CONTROLLER:PLAINTEXT",
                "KAFKA_INTER_BROKER_LISTENER_NAME": "SSL",
                "KAFKA_SSL_KEYSTORE_FILENAME": "broker.p12", "KAFKA_SSL_KEYSTORE_TYPE": "PKCS12",
                "KAFKA_SSL_KEYSTORE_CREDENTIALS": "creds", "KAFKA_SSL_KEY_CREDENTIALS": "creds",
                "KAFKA_SSL_TRUSTSTORE_FILENAME": "trust.p12", "KAFKA_SSL_TRUSTSTORE_TYPE": "PKCS12",
                "KAFKA_SSL_TRUSTSTORE_PASSWORD": "creds", "KAFKA_SSL_CLIENT_AUTH": "required"}

    with prepared(binary, secured) as made, tempfile.TemporaryDirectory(prefix="klamm-certificates-") as elsewhere:
        authority = certificates.Authority(elsewhere).leaf("broker").leaf("client")
        authority.trust()
        for name in ("broker.p12", "trust.p12"):
            shutil.copy(authority / name, made.folder / "secrets")
        (made.folder / "secrets/creds").write_text(certificates.PASSWORD + "\n")
        made.start()
        options = certificates.kcat_options(authority, "client")
        made.kcat(*options, "-P", "-t", "kept", given="x\n")
        assert made.kcat(*options, "-C", "-t", "kept", "-e", "-q", "-o", "beginning") == "x\n"
        assert made.stop() == 0


def a_mounted_file_lies_below_the_environment(binary):
    with prepared(binary) as made:
        mounted = made.properties.read_text().replace("node.id=1", "node.id=5") + "num.partitions=4\n"
        (made.folder / "mounted/server.properties").write_text(mounted)
        subprocess.run(made.container_command("configure"), check=True, capture_output=True)
        says(made.merged.read_text(), "\nnode.id=1\n", "\nnum.partitions=4\n", f"log.dirs={made.folder}/data")


def the_directory_of_another_cluster_is_refused(binary):
    with prepared(binary) as made:
        subprocess.run(made.container_command("format"), check=True, capture_output=True)
        made.variables["CLUSTER_ID"] = OTHER
        says(made.refusal(), f"CLUSTER_ID={OTHER}", f"belongs to the cluster {CLUSTER}", f"Set CLUSTER_ID={CLUSTER}")
        made.variables.pop("CLUSTER_ID")
        made.start()
        assert made.stop() == 0


def an_environment_made_for_zookeeper_is_told_what_to_add(binary):
    with prepared(binary) as made:
        made.variables = {"KAFKA_ZOOKEEPER_CONNECT": "zk:2181", "KAFKA_BROKER_ID": 3,
                          "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-3:9092"}
        says(made.refusal(), "KAFKA_PROCESS_ROLES=broker,controller", "KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER",
             "KAFKA_LISTENERS=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093", "KAFKA_CONTROLLER_QUORUM_VOTERS=3@kafka-3:9093",
             "add CLUSTER_ID=")
        made.variables = {"KAFKA_ADVERTISED_HOST_NAME": "10.0.0.1", "KAFKA_NODE_ID": 1}
        says(made.refusal(), "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://10.0.0.1:9092")


def settings_go_elsewhere_where_they_cannot_be_written(binary):
    with prepared(binary) as made:
        name = f"{made.folder.name}.properties"
        made.merged = pathlib.Path("/proc") / name
        try:
            made.start()
            assert pathlib.Path("/tmp", name).exists()
            assert made.stop() == 0
        finally:
            pathlib.Path("/tmp", name).unlink(missing_ok=True)


def the_scripts_start_a_node_in_the_background_and_stop_the_one_that_is_named(binary):
    own_processes = ["unshare", "--pid", "--fork", "--mount-proc"]
    if shutil.which("unshare") is None or subprocess.run([*own_processes, "true"], capture_output=True).returncode:
        return "there can be no namespace of processes, without which the script would stop the nodes of others"
    with prepared(binary) as made:
        made.format()
        variables = {**os.environ, "KLAMM": str(binary), "BIN": str(ROOT / "image/bin"), "FILE": str(made.properties),
                     "PORT": str(made.port), "LOG_DIR": str(made.folder / "logs")}
        done = subprocess.run([*own_processes, "bash", "-c", DAEMON], env=variables, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        says(done.stdout, "No kafka server to stop")
        says((made.folder / "logs/kafkaServer.out").read_text(), "Kafka Server started", "Terminating process due to signal SIGTERM")
    return None


if __name__ == "__main__":
    node.claims([an_environment_becomes_a_node_that_stops_when_it_is_told_to, the_settings_that_are_written_are_for_nobody_else,
                 stores_and_their_passwords_are_found_below_secrets, a_mounted_file_lies_below_the_environment,
                 the_directory_of_another_cluster_is_refused, an_environment_made_for_zookeeper_is_told_what_to_add,
                 settings_go_elsewhere_where_they_cannot_be_written,
                 the_scripts_start_a_node_in_the_background_and_stop_the_one_that_is_named])
