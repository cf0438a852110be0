#!/usr/bin/env python3
"""The image, built by buildah and run by podman in a network namespace that has a loopback and nothing else.

  image.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--only PART] [--json FILE] [--base IMAGE|debootstrap]

As root on Debian 12; what is missing is installed. Where no registry can be reached, or `--base debootstrap` says so, the base is made with
debootstrap, and kept in build/operators. Lines that begin with `measured` are sizes and times. With --keep the containers' storage stays,
too. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import pathlib
import statistics
import sys
import tempfile
import time
import traceback

import ground
import certificates
import engine
import native_tools

CLUSTER, OTHER = "4L6g3nShT-eMCtK--X86sw", "AAAAAAAAAAAAAAAAAAAAAg"
SIZE_MAX = 100 << 20
STOP_SECONDS_MAX = 5
READY_SECONDS_MAX = 30
STARTS = 5
STARTED, RUNNING = "Kafka Server started", "Transitioning from RECOVERY to RUNNING"
TERMINATED = "Terminating process due to signal SIGTERM"
READ_ONLY = ["--read-only", "--read-only-tmpfs=false"]
NUMBERS = (1, 2, 3)
VOTERS = ",".join(f"{number}@127.0.0.1:9{number}93" for number in NUMBERS)
SERVERS = ",".join(f"127.0.0.1:9{number}92" for number in NUMBERS)


def says(text, *parts):
    missing = [part for part in parts if part not in text]
    assert not missing, f"{missing} is not in {text[-3000:]!r}"


class Clients:
    """kcat beside the nodes, in their network."""

    def __init__(self, box, servers, options=()):
        self.box, self.command = box, ["kcat", "-b", servers, *options]

    def run(self, *arguments, given=None, seconds=15):
        return self.box.beside(*self.command, *arguments, given=given, seconds=seconds)

    def write(self, text, topic="greetings"):
        """With acks=all, however long it takes until somebody takes it."""
        deadline = time.monotonic() + 60
        while True:
            done = self.run("-P", "-t", topic, "-X", "acks=all", "-X", "message.timeout.ms=5000", given=text)
            if done.returncode == 0:
                return
            assert time.monotonic() < deadline, f"{text!r} is not taken: {done.stderr}\n{self.box.logs()}"

    def read(self, topic="greetings"):
        """The lines that are there, those that were written twice once."""
        return set(self.run("-C", "-t", topic, "-o", "beginning", "-e", "-q", seconds=30).stdout.splitlines())


def stops_well(container):
    """SIGTERM as podman sends it, through the container's first process."""
    began = time.monotonic()
    code = container.stop()
    seconds = time.monotonic() - began
    assert code == 0, f"exit code {code}: {container.log()[-3000:]}"
    assert seconds < STOP_SECONDS_MAX, f"{seconds:.1f} s"
    says(container.log(), TERMINATED)
    return seconds


# Each claim is handed the engine, which has the image.

def the_image_is_small(made):
    whole, base = made.size(engine.IMAGE), made.size(made.base)
    ground.measured("size of the image", f"{whole >> 20} MiB, {(whole - base) / (1 << 20):.1f} MiB over its base {made.base}")
    assert whole - base < SIZE_MAX


def the_image_says_what_users_of_both_images_expect(made):
    image = made.inspect(engine.IMAGE)
    config = image["Config"]
    assert set(config["Volumes"]) == {"/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"}, config
    assert "9092/tcp" in config["ExposedPorts"], config
    assert config["User"] == "1000" and config["Cmd"] == ["/etc/kafka/docker/run"], config
    assert config["Entrypoint"] == ["/usr/bin/tini", "--"], config
    assert config["Labels"]["org.opencontainers.image.title"] == "klamm", config
    assert "Healthcheck" in {**image, **config}, image


def one_node_runs_by_podman_run_alone(made):
    with made.box() as box:
        began = time.monotonic()
        container = box.run("alone")
        container.wait_for(STARTED, READY_SECONDS_MAX)
        ground.measured("start to ready, the first", f"{container.ready_ms()} ms in the container, "
                        f"{(time.monotonic() - began) * 1000:.0f} ms with podman run")
        says(container.log(), RUNNING, "[KafkaRaftServer nodeId=1] Kafka Server started", "Registered broker 1 ")
        clients = Clients(box, "localhost:9092")
        clients.write("one\ntwo\n")
        assert clients.read() == {"one", "two"}
        ground.measured("SIGTERM to stopped", f"{stops_well(container) * 1000:.0f} ms with podman stop")
        container.start()
        clients.write("three\n")
        assert clients.read() == {"one", "two", "three"}
    times = []
    for _ in range(STARTS):
        with made.box() as box:
            container = box.run("alone")
            container.wait_for(STARTED, READY_SECONDS_MAX)
            times.append(container.ready_ms())
    ground.measured(f"start to ready, the median of {STARTS} new containers", f"{statistics.median(times):.0f} ms")


def any_uid_with_group_0_works_with_a_read_only_root(made):
    for user in ("1001:0", "1001", "1000", "4711:0"):
        with made.box() as box:
            container = box.run(f"user-{user.replace(':', '-')}", options=["--user", user, *READ_ONLY])
            container.wait_for(STARTED, READY_SECONDS_MAX)
            says(container.log(), "the settings are in /dev/shm/server.properties")
            clients = Clients(box, "localhost:9092")
            clients.write("x\n")
            assert clients.read() == {"x"}
            assert container.execute("/etc/kafka/docker/healthy").returncode == 0
            stops_well(container)


def apache_environment(number):
    """As the combined cluster with TLS of Kafka's own examples."""
    return {"KAFKA_NODE_ID": number, "KAFKA_PROCESS_ROLES": "broker,controller", "CLUSTER_ID": CLUSTER,
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "SSL:SSL,CONTROLLER:PLAINTEXT,SSL-INTERNAL:SSL",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": VOTERS,
            "KAFKA_LISTENERS": f"SSL-INTERNAL://127.0.0.1:9{number}91,CONTROLLER://127.0.0.1:9{number}93,SSL://127.0.0.1:9{number}92",
            "KAFKA_INTER_BROKER_LISTENER_NAME": "SSL-INTERNAL",
            "KAFKA_ADVERTISED_LISTENERS": f"SSL-INTERNAL://127.0.0.1:9{number}91,SSL://127.0.0.1:9{number}92",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER", "KAFKA_DEFAULT_REPLICATION_FACTOR": 3,
            "KAFKA_MIN_INSYNC_REPLICAS": 2, "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": 0,
            "KAFKA_LOG_DIRS": "/tmp/kraft-combined-logs", "KAFKA_HEAP_OPTS": "-Xmx1G -Xms1G",
            "KAFKA_SSL_KEYSTORE_FILENAME": f"node-{number}.p12", "KAFKA_SSL_KEYSTORE_TYPE": "PKCS12",
            "KAFKA_SSL_KEYSTORE_CREDENTIALS": "creds", "KAFKA_SSL_KEY_CREDENTIALS": "creds",
            "KAFKA_SSL_TRUSTSTORE_FILENAME": "trust.p12", "KAFKA_SSL_TRUSTSTORE_TYPE": "PKCS12",
            "KAFKA_SSL_TRUSTSTORE_CREDENTIALS": "creds", "KAFKA_SSL_CLIENT_AUTH": "required",
            "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": ""}


def goes_on_without_one(box, containers, clients):
    clients.write("one\n")
    stops_well(containers[3])
    clients.write("two\n")
    assert clients.read() == {"one", "two"}, box.logs()
    containers[3].start()
    stops_well(containers[1])
    clients.write("three\n")
    assert clients.read() == {"one", "two", "three"}, box.logs()


def three_nodes_form_by_the_environment_of_kafka_s_image(made):
    with made.box() as box, tempfile.TemporaryDirectory(prefix="klamm-secrets-") as folder:
        authority = certificates.Authority(folder).leaf("admin")
        for number in NUMBERS:
            authority.leaf(f"node-{number}")
        authority.trust()
        (authority / "creds").write_text(certificates.PASSWORD + "\n")
        engine.readable(folder)
        options = ["-v", f"{folder}:/etc/kafka/secrets:ro"]
        containers = {number: box.run(f"kafka-{number}", apache_environment(number), options) for number in NUMBERS}
        goes_on_without_one(box, containers, Clients(box, SERVERS, certificates.kcat_options(authority, "admin")))
        says(containers[1].log(), "KAFKA_HEAP_OPTS ignored", RUNNING)


# What a StatefulSet's command does for Confluent's image: each pod has the same, and works out its own.
CONFLUENT_COMMAND = """
export KAFKA_NODE_ID=${HOSTNAME##*-}
export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:9${KAFKA_NODE_ID}92
export KAFKA_LISTENERS=$KAFKA_ADVERTISED_LISTENERS,CONTROLLER://127.0.0.1:9${KAFKA_NODE_ID}93
exec /etc/confluent/docker/run
"""


# Those of a StatefulSet, with what Kubernetes puts beside them.
CONFLUENT_VARIABLES = {"KAFKA_PROCESS_ROLES": "broker,controller", "CLUSTER_ID": CLUSTER, "KAFKA_CONTROLLER_QUORUM_VOTERS": VOTERS,
                       "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER", "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
                       "KAFKA_DEFAULT_REPLICATION_FACTOR": 3, "KAFKA_MIN_INSYNC_REPLICAS": 2, "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": 0,
                       "KAFKA_SERVICE_HOST": "10.0.0.1", "KAFKA_PORT": "tcp://10.0.0.1:9092", "POD_NAMESPACE": "kafka",
                       "MY_POD_IP": "127.0.0.1", "CLASSPATH": "/usr/share/java/*"}


def three_nodes_form_by_the_environment_of_confluent_s_image(made):
    with made.box() as box:
        containers = {number: box.run(f"kafka-{number}", CONFLUENT_VARIABLES, ["--user", "1001:0"],
                                      command=["sh", "-c", CONFLUENT_COMMAND], entrypoint="") for number in NUMBERS}
        goes_on_without_one(box, containers, Clients(box, SERVERS))
        says(containers[2].log(), "the settings are in /etc/kafka/kafka.properties", RUNNING)


def three_nodes_form_as_either_user_with_a_read_only_root(made):
    """Of their root nothing can be written but the volume, by the user of either image."""
    for user, entry in (("1001:0", "/etc/confluent/docker/run"), ("1000", "/etc/kafka/docker/run")):
        command = CONFLUENT_COMMAND.replace("/etc/confluent/docker/run", entry)
        with made.box() as box:
            containers = {number: box.run(f"kafka-{number}", CONFLUENT_VARIABLES, ["--user", user, *READ_ONLY],
                                          command=["sh", "-c", command], entrypoint="") for number in NUMBERS}
            goes_on_without_one(box, containers, Clients(box, SERVERS))
            says(containers[2].log(), "the settings are in /dev/shm/", RUNNING)


def a_mounted_file_is_taken_as_kafka_s_image_takes_it(made):
    with made.box() as box, tempfile.TemporaryDirectory(prefix="klamm-mounted-") as folder:
        text = (pathlib.Path(engine.ROOT) / "image/server.properties").read_text()
        (pathlib.Path(folder) / "server.properties").write_text(text + "num.partitions=4\n")
        engine.readable(folder)
        container = box.run("mounted", {"KAFKA_NUM_IO_THREADS": 2}, ["-v", f"{folder}:/mnt/shared/config:ro"])
        container.wait_for(STARTED, READY_SECONDS_MAX)
        merged = container.execute("cat", "/opt/kafka/config/server.properties").stdout
        says(merged, "\nnum.partitions=4\n", "\nnum.io.threads=2\n", "\nnode.id=1\n")


def arguments_of_the_entry_point_are_variables(made):
    with made.box() as box:
        for path in ("/etc/kafka/docker/run", "/etc/confluent/docker/run"):
            refused = box.run("arguments", command=[path, "KAFKA_NODE_ID=7", "KAFKA_PROCESS_ROLES=broker"])
            assert refused.wait() == 1
            says(refused.log(), "KAFKA_CONTROLLER_QUORUM_VOTERS=7@")
            refused.remove()


def another_cluster_s_volume_is_refused(made):
    with made.box() as box, tempfile.TemporaryDirectory(prefix="klamm-data-") as folder:
        engine.readable(folder, 0o777)
        volume = ["-v", f"{folder}:/var/lib/kafka/data"]
        first = box.run("first", {"CLUSTER_ID": CLUSTER}, volume)
        first.wait_for(STARTED, READY_SECONDS_MAX)
        stops_well(first)
        second = box.run("second", {"CLUSTER_ID": OTHER}, volume)
        assert second.wait() == 1
        says(second.log(), f"CLUSTER_ID={OTHER}", f"belongs to the cluster {CLUSTER}")


def a_volume_of_somebody_else_is_named_with_the_remedy(made):
    with made.box() as box, tempfile.TemporaryDirectory(prefix="klamm-data-") as folder:
        engine.readable(folder, 0o700)
        refused = box.run("refused", options=["--user", "1001:0", "-v", f"{folder}:/var/lib/kafka/data"])
        assert refused.wait() == 1
        says(refused.log(), "/var/lib/kafka/data", "Permission denied; the user of this container has to be able to write there")


def an_environment_made_for_zookeeper_is_told_what_to_add(made):
    variables = {"KAFKA_ZOOKEEPER_CONNECT": "zookeeper:2181", "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka-2:9092"}
    with made.box() as box:
        refused = box.run("kafka-2", variables)
        assert refused.wait() == 1
        says(refused.log(), "KAFKA_PROCESS_ROLES=broker,controller", "KAFKA_NODE_ID=2 (from the host name kafka-2)",
             "KAFKA_CONTROLLER_LISTENER_NAMES=CONTROLLER", "KAFKA_CONTROLLER_QUORUM_VOTERS=2@kafka-2:9093", "add CLUSTER_ID=")


def every_tool_is_there_under_the_names_and_paths_of_both_images(made):
    with made.box() as box:
        container = box.run("tools")
        container.wait_for(STARTED, READY_SECONDS_MAX)
        for name in (*native_tools.NAMES, "kafka-server-start", "kafka-server-stop"):
            for path in (f"/opt/kafka/bin/{name}.sh", f"/usr/bin/{name}", f"/usr/bin/{name}.sh"):
                assert container.execute("test", "-x", path).returncode == 0, path
        for name in ("kafka-topics", "kafka-topics.sh", "/usr/bin/kafka-topics", "/opt/kafka/bin/kafka-topics.sh"):
            words = [name, "--bootstrap-server", "localhost:9092"]
            made_one = container.execute(*words, "--create", "--if-not-exists", "--topic", "made-inside")
            assert made_one.returncode == 0, f"{name}: {made_one.stdout}{made_one.stderr}"
            assert container.execute(*words, "--list").stdout == "made-inside\n", name


def metrics_and_probes_are_told_outside_of_the_container(made):
    # 127.0.0.2 is not the address that a node on a machine of its own listens at.
    asked = 'exec 3<>/dev/tcp/127.0.0.2/9404 && printf "GET %s HTTP/1.0\\r\\n\\r\\n" "$0" >&3 && cat <&3'
    with made.box() as box:
        first = box.run("first")
        for line in (STARTED, RUNNING):
            first.wait_for(line, READY_SECONDS_MAX)
        says(box.beside("bash", "-c", asked, "/metrics").stdout, "kafka_server_replicamanager_partitioncount")
        for probe in ("/livez", "/readyz", "/startupz"):
            says(box.beside("bash", "-c", asked, probe).stdout.splitlines()[0], "200")
        # Another one that shares its network goes without.
        other = box.run("other", {"KAFKA_NODE_ID": 1, "KAFKA_PROCESS_ROLES": "broker,controller",
                                  "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9193", "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
                                  "KAFKA_LISTENERS": "PLAINTEXT://:9192,CONTROLLER://:9193",
                                  "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://localhost:9192"})
        other.wait_for(STARTED, READY_SECONDS_MAX)
        says(other.log(), "this node tells no metrics", "klamm.admin.listener")


def what_people_run_in_a_container_is_there(made):
    with made.box() as box:
        container = box.run("people")
        container.wait_for(STARTED, READY_SECONDS_MAX)
        for command in ("kafka-storage random-uuid", "/opt/kafka/bin/kafka-storage.sh random-uuid", "df -h /var/lib/kafka/data",
                        "du -sh /var/lib/kafka/data", "openssl version", "/etc/kafka/docker/healthy", "/etc/kafka/docker/configure",
                        "/etc/confluent/docker/configure", "/etc/confluent/docker/ensure",
                        "openssl s_client -connect localhost:9092 </dev/null 2>&1 | grep -q CONNECTED"):
            done = container.execute("bash", "-c", command)
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        container.execute("kafka-server-stop")
        assert container.wait() == 0
        says(container.log(), TERMINATED)


CLAIMS = [the_image_is_small, the_image_says_what_users_of_both_images_expect, one_node_runs_by_podman_run_alone,
          any_uid_with_group_0_works_with_a_read_only_root, three_nodes_form_by_the_environment_of_kafka_s_image,
          three_nodes_form_by_the_environment_of_confluent_s_image, three_nodes_form_as_either_user_with_a_read_only_root,
          a_mounted_file_is_taken_as_kafka_s_image_takes_it, arguments_of_the_entry_point_are_variables,
          another_cluster_s_volume_is_refused,
          a_volume_of_somebody_else_is_named_with_the_remedy, an_environment_made_for_zookeeper_is_told_what_to_add,
          every_tool_is_there_under_the_names_and_paths_of_both_images, metrics_and_probes_are_told_outside_of_the_container,
          what_people_run_in_a_container_is_there]


def judge(world, made, claim):
    name = claim.__name__.replace("_", " ")
    try:
        claim(made)
    except Exception as problem:  # whatever it was, the claim does not hold
        world.found.claim(False, name, f"{type(problem).__name__}: {problem}")
        traceback.print_exc(limit=-4)
    else:
        world.found.claim(True, name)


def play(world):
    names = {claim.__name__: claim for claim in CLAIMS}
    with contextlib.ExitStack() as stack:
        made = None
        if world.has_to_play(names):
            if reason := engine.missing():
                return world.found.skip("image", reason)
            made = stack.enter_context(engine.Engine(world.options.keep is not None))
            try:
                made.build(world.binary, world.options.base)
            except engine.NotHere as reason:
                return world.found.skip("image", str(reason))
        for name, claim in names.items():
            world.part(name, lambda: judge(world, made, claim))
    return None


def main():
    arguments = ground.parser(__doc__)
    arguments.add_argument("--base", default="", help="an image of Debian 12 to build on; or debootstrap")
    return ground.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
