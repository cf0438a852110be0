#!/usr/bin/env python3
"""config/kubernetes: each overlay builds, each object fits Kubernetes' schema, what belongs together is the same in all places, and the
pods run, taken from the YAML, with podman.

  manifests.py [--build TREE | --binary KLAMM] [--base IMAGE|debootstrap] [--keep FOLDER] [--json FILE]
               [--only build|schemas|same|plain|mtls|scram|tcp|openssl|1000|scaled|declared]

Needs kubectl 1.22 or newer (Debian 12 has an older one, which knows no components), python3-yaml, go for the schemas, and for the pods
root: the image is built as image.py does it. Closes with `N passed, N failed, N skipped`.
"""
import json
import os
import re
import socket
import sys
import time

import ground
import engine
import pods
import sasl_test
import schemas
import secure

KUBERNETES = ground.CONFIG / "kubernetes"
OVERLAYS = ("plain", "mtls", "scram")
# A component, and an overlay that it can be laid over.
COMPONENTS = {"monitoring": "plain", "uid-1000": "plain", "probes-tcp": "plain", "probes-openssl": "mtls", "declared": "scram"}
RULES = ground.CONFIG / "prometheus/alerts.yml"
NAMESPACE = "kafka"
# Where clients come in, or where users log in, admin's certificate.
PORTS = {"plain": 9092, "uid-1000": 9092, "probes-tcp": 9092, "scaled": 9092, "mtls": 9093, "probes-openssl": 9093, "scram": 9091,
         "declared": 9091}
LOGINS_PORT = 9093
USER, PASSWORD = "billing", "billing-secret"
ADMIN = ("--command-config", "/etc/kafka/admin/admin.properties")
STARTED = "Kafka Server started"


def built(folder):
    return [each for each in ground.yaml().safe_load_all(ground.succeed("kubectl", "kustomize", folder)) if each]


def with_component(world, component):
    """An overlay of an overlay and a component, in a folder beside them as an operator would write it."""
    folder = world.own_folder(component)
    up = os.path.relpath(KUBERNETES, folder)
    (folder / "kustomization.yaml").write_text(
        f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {NAMESPACE}\n"
        f"resources:\n- {up}/overlays/{COMPONENTS[component]}\ncomponents:\n- {up}/components/{component}\n")
    return built(folder)


def build(world):
    """All of them, by name."""
    found = {}
    for name in (*OVERLAYS, *COMPONENTS):
        with world.scene(f"build {name}"):
            found[name] = built(KUBERNETES / "overlays" / name) if name in OVERLAYS else with_component(world, name)
            world.found.claim(found[name], f"kubectl kustomize builds {name}: {len(found[name])} objects")
    return found


def valid(world, objects):
    reason = schemas.missing()
    if reason:
        return world.found.skip("schemas", reason)
    try:
        known = schemas.Schemas()
    except RuntimeError as problem:
        return world.found.skip("schemas", str(problem))
    broken = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "broken"}, "spec": {"prots": []}}
    world.found.claim(known.complaints(broken), "a field that a schema does not know is found")
    for name, things in objects.items():
        complaints = [each for thing in things for each in known.complaints(thing)]
        world.found.claim(not complaints, f"{name}: {len(things)} objects fit their schemas", "; ".join(complaints[:10]))


def hosts_of(listeners):
    return re.findall(r"//([^:,]+):", listeners)


def covers(pattern, host):
    return pattern == host or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def same(world, objects):
    """What is written in two places."""
    rules = ground.yaml().safe_load(RULES.read_text())
    manifest = pods.only(objects["monitoring"], "PrometheusRule")["spec"]
    world.found.claim(manifest == rules, "the PrometheusRule has the rules of config/prometheus")
    board = json.loads(pods.only(objects["monitoring"], "ConfigMap", "klamm-board")["data"]["klamm.json"])
    world.found.claim(board == json.loads((ground.CONFIG / "grafana/klamm.json").read_text()), "the board's ConfigMap is the board")
    monitor = pods.only(objects["monitoring"], "ServiceMonitor")["spec"]
    service = pods.only(objects["monitoring"], "Service", "klamm-metrics")
    ports = {each["name"] for each in service["spec"]["ports"]}
    chosen = monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    world.found.claim(chosen and monitor["endpoints"][0]["port"] in ports,
                      "the ServiceMonitor chooses the Service of metrics, by a port it has")
    for name in OVERLAYS:
        things = objects[name]
        sts = pods.only(things, "StatefulSet")
        main = sts["spec"]["template"]["spec"]["containers"][0]
        by_name = {each["name"]: each["containerPort"] for each in main["ports"]}
        settings = next(each["data"] for each in things if each["kind"] == "ConfigMap" and "CLUSTER_ID" in each["data"])
        listening = {int(port) for port in re.findall(r":(\d+)", settings["KAFKA_LISTENERS"])}
        listening.add(int(settings["KAFKA_KLAMM_ADMIN_LISTENER"].rpartition(":")[2]))
        world.found.claim(set(by_name.values()) == listening, f"{name}: the pod's ports are its listeners'", f"{by_name} {listening}")
        wrong = [(each["metadata"]["name"], port) for each in things if each["kind"] == "Service" for port in each["spec"]["ports"]
                 if by_name.get(port["targetPort"]) != port["port"]]
        world.found.claim(not wrong, f"{name}: the Services' ports are the pod's", str(wrong))
        budget = pods.only(things, "PodDisruptionBudget")["spec"]
        labels = sts["spec"]["template"]["metadata"]["labels"]
        world.found.claim(budget["maxUnavailable"] == 1 and budget["selector"]["matchLabels"].items() <= labels.items(),
                          f"{name}: one pod at a time may be taken away")
        certificate = [each for each in things if each["kind"] == "Certificate" and each["metadata"]["name"] == "klamm-node"]
        if certificate:
            voters = re.findall(r"@([^:,]+):", settings["KAFKA_CONTROLLER_QUORUM_VOTERS"])
            own = [f"klamm-{i}.klamm-headless.{sts['metadata']['namespace']}.svc" for i in range(sts["spec"]["replicas"])]
            bare = [host for host in (*voters, *own, "klamm-bootstrap", "localhost")
                    if not any(covers(pattern, host) for pattern in certificate[0]["spec"]["dnsNames"])]
            world.found.claim(not bare, f"{name}: the certificate has every name that nodes and clients use", str(bare))


class Door:
    """How a test gets in at a pod's port: with admin's certificate, or as a user by SCRAM; for securities' Link."""

    def __init__(self, running, certificate="klamm-admin", user=None, password=None):
        self.user, self.password = user, password
        self.context = running.secrets.context(certificate) if running.secrets else None

    def connect(self, host, port, seconds):
        plain = socket.create_connection((host, port), seconds)
        return self.context.wrap_socket(plain, server_hostname="localhost") if self.context else plain

    def log_in(self, link):
        if self.user:
            error, message, _, _ = sasl_test.Scram(self.user, self.password).log_in(link)
            if error:
                raise ConnectionError(f"the login of {self.user} is refused: {message}")


def serve(world, running, name):
    """What the pods say of themselves, a topic with three replicas, and a pod that goes and comes back."""
    with secure.Link(Door(running), running.pods[0].address, PORTS[name], 10) as link:
        brokers = link.call("Metadata", 12, topics=[])["brokers"]
        seen = sorted((each["node_id"], each["host"]) for each in brokers)
        wanted = [(i, f"{pod.name}.klamm-headless.{running.namespace}.svc") for i, pod in enumerate(running.pods)]
        world.found.claim(seen == wanted, f"{name}: {len(wanted)} brokers by the names of their pods", f"{seen}")
        made = link.call("CreateTopics", 7, timeout_ms=15_000, topics=[{"name": "tried", "num_partitions": 3, "replication_factor": -1}])
        world.found.claim(made["topics"][0]["error_code"] == 0, f"{name}: a topic is made", str(made))

        def in_sync():
            parts = link.call("Metadata", 12, topics=[{"name": "tried"}])["topics"][0]["partitions"]
            return len(parts) == 3 and all(len(each["isr_nodes"]) == 3 for each in parts)
        ground.until("its replicas are in sync", in_sync, 30)
    pod = running.pods[2]
    code, seconds = pod.stop()
    world.found.claim(code == 0, f"{name}: a pod stops cleanly, in {seconds:.1f} s", f"exit code {code}:\n{pod.said()[-1000:]}")
    pod.start()
    running.wait_ready()
    world.found.claim(pod.said().count(STARTED) == 2, f"{name}: it comes back, and is ready", pod.said()[-1000:])


def watched(world, running, name):
    """What Prometheus would be told by the port that the Service of metrics has."""
    port = pods.only(running.things, "Service", "klamm-metrics")["spec"]["ports"][0]["port"]
    answers = [ground.get(f"http://{pod.address}:{port}/metrics") for pod in running.pods]
    world.found.claim(all(status == 200 and "kafka_server_replicamanager_partitioncount" in text for status, text in answers),
                      f"{name}: each pod can be scraped from outside", str(answers)[:500])


def tools(world, running, name):
    """The commands of docs/operations/kubernetes.md."""
    if running.tools is None:
        done = running.pods[0].execute("kafka-topics.sh", "--bootstrap-server", f"klamm-bootstrap:{PORTS[name]}", "--list")
        return world.found.claim(done.returncode == 0, f"{name}: a tool runs in a pod", done.stdout + done.stderr)
    if PORTS[name] == 9093:
        done = running.tools.execute("kafka-topics.sh", "--bootstrap-server", "klamm-bootstrap:9093", *ADMIN,
                                     "--create", "--topic", "by-tools", "--partitions", "3")
        return world.found.claim(done.returncode == 0, f"{name}: the pod of the tools makes a topic", done.stdout + done.stderr)
    done = running.tools.execute("kafka-configs.sh", "--bootstrap-server", "klamm-0.klamm-headless:9091", *ADMIN, "--alter",
                                 "--entity-type", "users", "--entity-name", "made-by-admin",
                                 "--add-config", f"SCRAM-SHA-512=[password={PASSWORD}]")
    world.found.claim(done.returncode == 0, f"{name}: the pod of the tools makes a user", done.stdout + done.stderr)
    return logs_in(world, running, name, "made-by-admin")


def logs_in(world, running, name, user):
    """A user by SCRAM over TLS, without a certificate."""
    def ask(password):
        door = Door(running, certificate=None, user=user, password=password)
        try:
            with secure.Link(door, running.pods[1].address, LOGINS_PORT, 5) as link:
                return bool(link.call("Metadata", 12, topics=[])["brokers"])
        except (OSError, EOFError, AssertionError):
            return False
    ground.until(f"{user} logs in", lambda: ask(PASSWORD), 60)
    world.found.claim(not ask("another"), f"{name}: {user} logs in by SCRAM with the password, and with no other")


def declared(world, running, name):
    """What the component's manifests declare is there."""
    def made():
        with secure.Link(Door(running), running.pods[0].address, PORTS[name], 10) as link:
            topic = link.call("Metadata", 12, topics=[{"name": "orders"}], allow_auto_topic_creation=False)["topics"][0]
            return topic["error_code"] == 0 and len(topic["partitions"]) == 6
    ground.until("the declared topic is there", made, 60)
    world.found.claim(True, f"{name}: the declared topic is there")
    logs_in(world, running, name, USER)


def refuses_strangers(world, running, name):
    """Between the brokers nobody comes in without a certificate."""
    try:
        with secure.Link(Door(running, certificate=None), running.pods[0].address, 9091, 5) as link:
            link.call("ApiVersions", 3)
        came_in = True
    except (OSError, EOFError):
        came_in = False
    world.found.claim(not came_in, f"{name}: nobody gets in between the brokers without a certificate")


def run(world, made, name, things):
    given = {"klamm-passwords": {USER: PASSWORD + "\n"}} if name == "declared" else {}
    with pods.StatefulSet(world, made, things, name, given) as running:
        began = time.monotonic()
        running.wait_ready()
        world.found.claim(True, f"{name}: {len(running.pods)} pods start, live and are ready by their probes")
        ground.measured(f"{name}: all of them started, until all are ready by their probes", f"{time.monotonic() - began:.1f} s")
        if running.secrets:
            refuses_strangers(world, running, name)
        watched(world, running, name)
        tools(world, running, name)
        if name == "declared":
            declared(world, running, name)
        serve(world, running, name)


def run_all(world, objects):
    """The pods of each overlay, of each component that changes them, and of a plain set of four."""
    if os.geteuid() != 0:
        return world.found.skip("pods", "a network of pods with addresses takes root")
    if reason := engine.missing():
        return world.found.skip("pods", reason)
    objects["scaled"] = built(KUBERNETES / "overlays/plain")
    pods.only(objects["scaled"], "StatefulSet")["spec"]["replicas"] = 4
    with engine.Engine(world.options.keep is not None) as made:
        try:
            made.build(world.binary, world.options.base)
        except engine.NotHere as reason:
            return world.found.skip("pods", str(reason))
        if made.limited is None:
            world.found.skip("limits of memory", "there are no cgroups that would hold a pod to one")
        for name in PORTS:
            if name in objects:
                world.part(f"pods of {name}", lambda: run(world, made, name, objects[name]))
    return None


def play(world):
    if world.lacks("manifests", "kubectl:kubernetes-client"):
        return
    if ground.yaml() is None:
        return world.found.skip("manifests", "there is no yaml for Python (Debian: python3-yaml)")
    version = json.loads(ground.succeed("kubectl", "version", "--client", "-o", "json")).get("clientVersion", {})
    if (int(version.get("major", 1)), int(re.match(r"\d+", version.get("minor", "0"))[0])) < (1, 22):
        return world.found.skip("manifests", f"kubectl {version.get('gitVersion')} knows no components of kustomize: 1.22 or newer does")
    objects = build(world)
    world.part("schemas", lambda: valid(world, objects))
    world.part("same", lambda: same(world, objects))
    names = [f"pods of {name}" for name in PORTS]
    if world.has_to_play(names):
        return run_all(world, objects)
    for name in names:  # as they were
        world.part(name, lambda: None)
    return None


def main():
    arguments = ground.parser(__doc__)
    arguments.add_argument("--base", default="", help="an image of Debian 12 to build on; or debootstrap")
    return ground.main(__doc__, play, arguments)


if __name__ == "__main__":
    sys.exit(main())
