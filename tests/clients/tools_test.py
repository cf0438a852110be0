#!/usr/bin/env python3
"""Klamm's own tools under the names of Kafka's scripts, at a node of Klamm, as runbooks call them; and where they have to log in. That
they print what Kafka's print is for tests/operators/tools.py, which needs a JVM."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import certificates
import node
import sasl_test

SEEN_SECONDS_MAX = 30
AUTHORIZED = {"authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users": "User:ANONYMOUS"}
# Each of them had --zookeeper once.
ASKED_ZOOKEEPER = ("kafka-topics", "kafka-configs", "kafka-acls", "kafka-console-consumer", "kafka-consumer-groups",
                   "kafka-reassign-partitions", "kafka-leader-election")


class Tools:
    """Links to the binary in a folder, and where they are pointed at."""

    def __init__(self, binary, running, folder, more=(), variables=None):
        self.running, self.folder, self.more = running, pathlib.Path(folder), list(more)
        self.environment = {**os.environ, **(variables or {})}
        subprocess.run([binary, "links", self.folder], check=True, capture_output=True)

    def run(self, name, *arguments, given=None, server="--bootstrap-server"):
        command = [self.folder / f"{name}.sh", server, self.running.address, *self.more, *map(str, arguments)]
        return subprocess.run(command, input=given, stdin=None if given else subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=90, env=self.environment)

    def says(self, name, *arguments, parts=(), **more):
        """What the tool says, which ends well and has the parts."""
        done = self.run(name, *arguments, **more)
        assert done.returncode == 0, f"{name} {arguments} ends with {done.returncode}: {done.stdout}{done.stderr}"
        missing = [part for part in parts if part not in done.stdout]
        assert not missing, f"{name} {arguments}: {missing} is not in {done.stdout!r}"
        return done.stdout

    def until(self, name, *arguments, holds):
        """The same, again and again: what one request has changed another sees a moment later."""
        deadline = time.monotonic() + SEEN_SECONDS_MAX
        while True:
            done = self.run(name, *arguments)
            if done.returncode == 0 and holds(done.stdout):
                return
            assert time.monotonic() < deadline, f"{name} {arguments} goes on saying {done.stdout}{done.stderr}"
            time.sleep(0.05)

    def refused(self, name, *arguments):
        """All that the tool says, which fails."""
        done = self.run(name, *arguments)
        assert done.returncode == 1, f"{name} {arguments} ends with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@contextlib.contextmanager
def stage(binary, overrides=None):
    with tempfile.TemporaryDirectory(prefix="klamm-links-") as folder, node.running(binary, overrides) as running:
        yield Tools(binary, running, folder)


def topics_are_made_described_altered_listed_and_deleted(binary):
    with stage(binary) as tools:
        tools.says("kafka-topics", "--create", "--topic", "orders", "--partitions", 2, "--replication-factor", 1, "--config",
                   "retention.ms=60000", parts=["Created topic orders."])
        tools.until("kafka-topics", "--describe", "--topic", "orders", holds=lambda said: "PartitionCount: 2" in said)
        tools.says("kafka-topics", "--describe", "--topic", "orders", parts=["ReplicationFactor: 1", "retention.ms=60000", "Leader: 1"])
        tools.says("kafka-topics", "--alter", "--topic", "orders", "--partitions", 3)
        tools.until("kafka-topics", "--describe", "--topic", "orders", holds=lambda said: "PartitionCount: 3" in said)
        for report in ("--under-replicated-partitions", "--unavailable-partitions", "--under-min-isr-partitions"):
            said = tools.says("kafka-topics", "--describe", report)
            assert not said.strip(), f"{report}: {said}"
        tools.says("kafka-topics", "--describe", "--at-min-isr-partitions", parts=["Topic: orders"])
        assert "orders" in tools.says("kafka-topics", "--list").split()
        tools.says("kafka-topics", "--delete", "--topic", "orders")
        tools.until("kafka-topics", "--list", holds=lambda said: "orders" not in said.split())


def settings_of_topics_brokers_loggers_users_and_groups_are_altered(binary):
    with stage(binary) as tools:
        tools.says("kafka-topics", "--create", "--topic", "orders")
        for kind, name, setting, said in (
                ("topics", "orders", "retention.ms=7200000", "for topic orders."),
                ("brokers", "1", "log.retention.ms=86400000", "for broker 1."),
                ("broker-loggers", "1", "kafka.controller=DEBUG", "for broker-logger 1."),
                ("users", "alice", "SCRAM-SHA-512=[password=alice-secret]", "for user alice."),
                ("groups", "readers", "consumer.session.timeout.ms=50000", "for group readers.")):
            entity = ("--entity-type", kind, "--entity-name", name)
            tools.says("kafka-configs", "--alter", *entity, "--add-config", setting, parts=[f"Completed updating config {said}"])
            shown = setting.split("[")[0]
            tools.until("kafka-configs", "--describe", *entity, holds=lambda text, shown=shown: shown in text)
        tools.says("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "num.io.threads=6",
                   parts=["Completed updating default config for brokers in the cluster."])


def quotas_are_set_shown_and_removed(binary):
    alice = ("--entity-type", "users", "--entity-name", "alice")
    with stage(binary) as tools:
        for entity, setting, shown in (
                (alice, "producer_byte_rate=1000,request_percentage=50", "Quota configs for user-principal 'alice' are "),
                ((*alice, "--entity-type", "clients", "--entity-default"), "consumer_byte_rate=2000",
                 "Quota configs for user-principal 'alice', the default client-id are consumer_byte_rate=2000.0"),
                (("--entity-type", "ips", "--entity-name", "10.0.0.1"), "connection_creation_rate=100",
                 "Quota configs for ip '10.0.0.1' are connection_creation_rate=100.0")):
            tools.says("kafka-configs", "--alter", *entity, "--add-config", setting)
            tools.until("kafka-configs", "--describe", *entity, holds=lambda said, shown=shown: shown in said)
        tools.until("kafka-configs", "--describe", *alice, holds=lambda said: "request_percentage=50.0" in said)
        tools.says("kafka-configs", "--alter", *alice, "--delete-config", "producer_byte_rate,request_percentage")
        tools.until("kafka-configs", "--describe", *alice, holds=lambda said: "Quota configs for user-principal 'alice' are" not in said)
        said = tools.refused("kafka-configs", "--alter", *alice, "--add-config", "producer_byte_rate=0")
        assert "Quota producer_byte_rate must be greater than 0" in said, said


def replicas_are_moved_as_a_plan_says(binary):
    with stage(binary) as tools:
        tools.says("kafka-topics", "--create", "--topic", "orders", "--partitions", 2)
        topics, plan = tools.folder / "topics.json", tools.folder / "plan.json"
        topics.write_text('{"version": 1, "topics": [{"topic": "orders"}]}')
        said = tools.says("kafka-reassign-partitions", "--generate", "--topics-to-move-json-file", topics, "--broker-list", "1",
                          parts=["Proposed partition reassignment configuration"])
        plan.write_text(said.strip().splitlines()[-1])
        file = ("--reassignment-json-file", plan)
        tools.says("kafka-reassign-partitions", "--execute", *file,
                   parts=["Successfully started partition reassignments for orders-0,orders-1"])
        tools.says("kafka-reassign-partitions", "--verify", *file,
                   parts=[f"Reassignment of partition orders-{number} is completed." for number in (0, 1)])
        tools.says("kafka-reassign-partitions", "--list", parts=["No partition reassignments found."])
        tools.says("kafka-reassign-partitions", "--cancel", *file, parts=["None of the specified partition reassignments are active."])
        tools.says("kafka-reassign-partitions", "--execute", *file, "--throttle", 1_000_000, parts=["The inter-broker throttle limit"])
        limit = "leader.replication.throttled.rate=1000000"
        tools.until("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-name", "1", holds=lambda said: limit in said)
        tools.says("kafka-reassign-partitions", "--verify", *file, parts=["Clearing broker-level throttles"])
        tools.until("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-name", "1", holds=lambda said: limit not in said)


def feature_levels_go_up_and_down(binary):
    with stage(binary) as tools:
        tools.says("kafka-features", "describe", parts=["group.version", "metadata.version"])
        level = ("--feature", "group.version=0")
        tools.says("kafka-features", "downgrade", *level, "--dry-run", parts=["group.version can be downgraded to 0."])
        tools.says("kafka-features", "downgrade", *level, parts=["group.version was downgraded to 0."])
        tools.says("kafka-features", "upgrade", "--feature", "group.version=1", parts=["group.version was upgraded to 1."])
        tools.says("kafka-features", "disable", "--feature", "group.version", parts=["group.version was disabled."])
        said = tools.refused("kafka-features", "downgrade", "--feature", "metadata.version=22")
        assert "because it might delete metadata information" in said, said
        said = tools.refused("kafka-features", "upgrade", "--feature", "group.version=2")
        assert "Local controller 1 only supports versions 0-1" in said, said


def entries_are_added_listed_and_removed(binary):
    with stage(binary, AUTHORIZED) as tools:
        entry = ("--allow-principal", "User:alice", "--operation", "Read", "--topic", "orders")
        tools.says("kafka-acls", "--add", *entry)
        tools.until("kafka-acls", "--list", "--topic", "orders", holds=lambda said: "User:alice" in said)
        tools.says("kafka-acls", "--remove", *entry, "--force")
        tools.until("kafka-acls", "--list", "--topic", "orders", holds=lambda said: "User:alice" not in said)


def records_go_in_and_come_out_also_by_the_old_name_of_the_option(binary):
    with stage(binary) as tools:
        tools.says("kafka-console-producer", "--topic", "lines", given="one\ntwo\n")
        tools.says("kafka-console-producer", "--topic", "lines", given="three\n", server="--broker-list")
        said = tools.says("kafka-console-consumer", "--topic", "lines", "--from-beginning", "--group", "readers", "--max-messages", 3,
                          "--timeout-ms", 30_000)
        assert {"one", "two", "three"} <= set(said.split()), said
        tools.says("kafka-get-offsets", "--topic", "lines", parts=["lines:0:3"])
        tools.until("kafka-consumer-groups", "--list", holds=lambda said: "readers" in said.split())
        tools.until("kafka-consumer-groups", "--describe", "--group", "readers", holds=lambda said: "lines" in said)


def the_cluster_tells_of_itself(binary):
    with stage(binary) as tools:
        tools.says("kafka-topics", "--create", "--topic", "orders")
        tools.says("kafka-broker-api-versions", parts=["Produce(0)", "Fetch(1)"])
        tools.says("kafka-metadata-quorum", "describe", "--status", parts=["LeaderId:", "CurrentVoters:"])
        tools.until("kafka-log-dirs", "--describe", holds=lambda said: '"logDir"' in said and "orders-0" in said)
        tools.says("kafka-leader-election", "--election-type", "preferred", "--all-topic-partitions")
        storage = tools.folder / "kafka-storage.sh"
        uuid = subprocess.run([storage, "random-uuid"], check=True, capture_output=True, text=True).stdout.strip()
        assert len(uuid) == 22, uuid
        info = subprocess.run([storage, "info", "-c", tools.running.properties], capture_output=True, text=True)
        assert info.returncode == 0 and str(tools.running.folder / "data") in info.stdout, info.stdout + info.stderr


def zookeeper_is_refused_with_what_takes_its_place(binary):
    with tempfile.TemporaryDirectory(prefix="klamm-links-") as folder:
        subprocess.run([binary, "links", folder], check=True, capture_output=True)
        for name in ASKED_ZOOKEEPER:
            done = subprocess.run([pathlib.Path(folder) / f"{name}.sh", "--zookeeper", "zk:2181", "--list"], capture_output=True,
                                  text=True, timeout=60)
            said = done.stdout + done.stderr
            assert done.returncode == 1, f"{name} ends with {done.returncode}: {said}"
            assert "there is no ZooKeeper any more; write --bootstrap-server HOST:9092" in said, f"{name}: {said}"


def logged_in(binary, kind):
    """SASL_SSL: the stores are of that kind, and the login is in the JAAS file that KAFKA_OPTS names."""
    with tempfile.TemporaryDirectory(prefix="klamm-certificates-") as folder:
        made = certificates.Authority(folder).leaf("broker").leaf("client")
        made.trust()
        if kind == "JKS":
            made.jks("client")
        settings = {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512",
                    **certificates.store_settings(made, "client", kind)}
        config, jaas = made / "client.properties", made / "jaas.conf"
        config.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        jaas.write_text(f'KafkaClient {{\n  {sasl_test.SCRAM_LOGIN}\n  username="alice"\n  password="{sasl_test.PASSWORD}";\n}};\n')
        variables = {"KAFKA_OPTS": f"-Xmx256m -Djava.security.auth.login.config={jaas}"}
        links = made / "bin"
        links.mkdir()
        with sasl_test.sasl(binary, certificates.pem_settings(made, "broker"), protocol="SASL_SSL") as running:
            tools = Tools(binary, running, links, ["--command-config", config], variables)
            tools.says("kafka-topics", "--create", "--topic", "orders", parts=["Created topic orders."])
            tools.until("kafka-topics", "--list", holds=lambda said: "orders" in said.split())
            tools.says("kafka-console-producer", "--topic", "orders", given="one\n")
            tools.says("kafka-console-consumer", "--topic", "orders", "--from-beginning", "--max-messages", 1, "--timeout-ms", 30_000,
                       parts=["one"])
            jaas.write_text(jaas.read_text().replace(sasl_test.PASSWORD, "guess"))
            said = tools.refused("kafka-topics", "--list")
            assert "guess" not in said and sasl_test.PASSWORD not in said, said


def tools_log_in_with_pkcs12_stores_and_a_jaas_file(binary):
    if shutil.which("openssl") is None:
        return "there is no openssl program"
    logged_in(binary, "PKCS12")
    return None


def tools_log_in_with_jks_stores_and_a_jaas_file(binary):
    if shutil.which("openssl") is None or not certificates.has_keytool():
        return "there is no keytool, which makes JKS"
    logged_in(binary, "JKS")
    return None


if __name__ == "__main__":
    node.claims([topics_are_made_described_altered_listed_and_deleted, settings_of_topics_brokers_loggers_users_and_groups_are_altered,
                 quotas_are_set_shown_and_removed, replicas_are_moved_as_a_plan_says, feature_levels_go_up_and_down,
                 entries_are_added_listed_and_removed,
                 records_go_in_and_come_out_also_by_the_old_name_of_the_option, the_cluster_tells_of_itself,
                 zookeeper_is_refused_with_what_takes_its_place, tools_log_in_with_pkcs12_stores_and_a_jaas_file,
                 tools_log_in_with_jks_stores_and_a_jaas_file])
