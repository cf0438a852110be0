#!/usr/bin/env python3
"""Declared topics and users on three nodes: 100 topics and 50 users are applied, changed, broken and drift, while controllers are killed.
It converges, writes nothing when nothing differs, and deletes nothing unasked.

  declared.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--json FILE]

Its scenes stand on each other, so that it is played as a whole. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import json
import re
import shutil
import sys
import time

import ground

TOPICS, USERS = 100, 50
CONVERGE_SECONDS, IDLE_SECONDS = 90, 20
TOPIC_RESOURCE, SET = 2, 0


def topic(number, partitions=2, retention=3_600_000, metadata=""):
    return (f"kind: KafkaTopic\nmetadata: {{name: topic-{number:03}{metadata}}}\n"
            f"spec: {{partitions: {partitions}, replicas: 3, config: {{retention.ms: {retention}}}}}\n")


def user(number, operations="Read"):
    return f"""kind: KafkaUser
metadata: {{name: user-{number:02}}}
spec:
  authentication:
    type: scram-sha-512
    password: {{valueFrom: {{secretKeyRef: {{name: passwords, key: user-{number:02}}}}}}}
  authorization:
    type: simple
    acls:
    - {{resource: {{type: topic, name: topic-{number:03}}}, operations: [{operations}]}}
    - {{resource: {{type: group, name: user-{number:02}-, patternType: prefix}}, operations: [Read]}}
"""


class Directory:
    """The manifests and the passwords, which all three nodes see. The manifests change as kubelet changes a mounted ConfigMap: all of them
    at once, by the link ..data, through which links lead to each of them."""

    def __init__(self, folder):
        self.manifests, self.secrets = folder / "manifests", folder / "secrets"
        (self.secrets / "passwords").mkdir(parents=True)
        self.manifests.mkdir()
        self.texts, self.version = {}, 0

    def write(self, name, text):
        self.write_all({name: text})

    def write_all(self, texts):
        self.texts.update(texts)
        self.swap()

    def remove(self, *names):
        for name in names:
            del self.texts[name]
        self.swap()

    def swap(self):
        self.version += 1
        old, new = self.manifests / f"..version-{self.version - 1}", self.manifests / f"..version-{self.version}"
        new.mkdir()
        for name, text in self.texts.items():
            (new / name).write_text(text)
        link = self.manifests / "..data_tmp"
        link.symlink_to(new.name)
        link.rename(self.manifests / "..data")
        shutil.rmtree(old, ignore_errors=True)
        there = {each.name for each in self.manifests.iterdir() if not each.name.startswith("..")}
        for name in self.texts.keys() - there:
            (self.manifests / name).symlink_to(f"..data/{name}")
        for name in there - self.texts.keys():
            (self.manifests / name).unlink()

    def password(self, number, text):
        (self.secrets / "passwords" / f"user-{number:02}").write_text(f"{text}\n")


class Scene:
    def __init__(self, world, cluster, directory):
        self.world, self.cluster, self.directory = world, cluster, directory

    def status(self):
        """What the active controller says; None while there is none."""
        for number, node in self.cluster.nodes.items():
            if node.runs:
                code, text = self.cluster.admin(number, "/declared")
                if code == 200:
                    return json.loads(text)
        return None

    def states(self):
        """State by name; a manifest without a name by its file."""
        status = self.status()
        return {each["name"] or each["file"]: each["state"] for each in status["objects"]} if status else {}

    def converge(self, others=None, seconds=CONVERGE_SECONDS):
        """Everything is as it is declared, but for the `others`."""
        others = others or {}
        left = {}

        def done():
            left.clear()
            states = self.states()
            left.update({name: state for name, state in states.items() if state != others.get(name, "Equal")})
            return len(states) > 1 and not left and set(others) <= set(states)
        began = time.monotonic()
        ground.until(lambda: f"all is as it is declared; otherwise: {dict(list(left.items())[:5])}", done, seconds)
        return time.monotonic() - began

    def ask(self, name, version, **values):
        return self.cluster.ask(name, version, seconds=15, **values)

    def partitions(self):
        found = {}
        for (name, _), _ in self.cluster.topics().items():
            found[name] = found.get(name, 0) + 1
        return {name: count for name, count in found.items() if name.startswith("topic-")}

    def retention(self, name):
        answer = self.ask("DescribeConfigs", 4, resources=[{"resource_type": TOPIC_RESOURCE, "resource_name": name,
                                                             "configuration_keys": ["retention.ms"]}])
        return answer["results"][0]["configs"][0]["value"]

    def acls(self, topic_name):
        """Operations on a topic, as numbers."""
        answer = self.ask("DescribeAcls", 3, resource_type_filter=2, resource_name_filter=topic_name, pattern_type_filter=3,
                          principal_filter=None, host_filter=None, operation=1, permission_type=1)
        return sorted(acl["operation"] for resource in answer["resources"] for acl in resource["acls"])

    def credentials(self):
        answer = self.ask("DescribeUserScramCredentials", 0, users=None)
        return {each["user"] for each in answer["results"] if each["error_code"] == 0 and each["user"].startswith("user-")}

    def tool(self):
        """What `klamm declared status` says, and ends with."""
        addresses = [f"127.0.0.1:{port}" for port in self.cluster.admin_ports.values()]
        return ground.run(self.world.binary, "declared", "status", *addresses)

    def counted(self, state):
        """How many objects the active controller's metrics have in a state."""
        found = 0.0
        for number, node in self.cluster.nodes.items():
            if node.runs:
                text = self.cluster.admin(number)[1]
                found += sum(float(value) for value in re.findall(rf'(?m)^klamm_declared_objects{{[^}}]*state="{state}"}} (\S+)$', text))
        return found

    def end(self):
        """Where the metadata log ends."""
        return ground.until("the quorum has a leader", self.cluster.quorum, 30)["high_watermark"]

    def kill_controller(self):
        number = self.cluster.controller()
        self.cluster.kill(number)
        return number

    def claim(self, holds, what, why=""):
        self.world.found.claim(holds, what, str(why))


def apply(scene):
    """The first controller is killed in the middle of it."""
    for number in range(USERS):
        scene.directory.password(number, f"secret-{number}")
    scene.directory.write_all({"topics.yaml": "---\n".join(topic(number) for number in range(TOPICS)),
                               **{f"user-{number:02}.yaml": user(number) for number in range(USERS)}})
    ground.until("some topics are there", lambda: len(scene.partitions()) > 10, 60)
    killed = scene.kill_controller()
    took = scene.converge()
    ground.measured(f"{TOPICS} topics and {USERS} users, with a controller killed", f"{took:.1f} s until all is as declared")
    scene.claim(scene.partitions() == {f"topic-{number:03}": 2 for number in range(TOPICS)}, "100 topics are there, each with 2 partitions")
    scene.claim(len(scene.credentials()) == USERS and scene.acls("topic-007") == [3], "50 users are there, with passwords and entries")
    scene.cluster.start()
    scene.claim(True, f"although node {killed}, the controller, was killed meanwhile")


def idle(scene):
    """Nothing differs."""
    scene.cluster.wait_in_sync()
    before = scene.end()
    time.sleep(IDLE_SECONDS)
    scene.claim(scene.end() == before, f"in {IDLE_SECONDS} s without a difference no record is written", f"{before} and {scene.end()}")
    said = scene.tool()
    scene.claim(said.returncode == 0 and '"name":"topic-000"' in said.stdout, "klamm declared status says so", said.stdout + said.stderr)
    scene.claim(scene.counted("Equal") == TOPICS + USERS, "and so do metrics", scene.counted("Equal"))
    killed = scene.kill_controller()
    scene.converge()
    changes = scene.status()["changes"]
    scene.claim(changes == 0, "another controller finds nothing to do either", f"{changes} changes")
    scene.cluster.start()
    scene.claim(scene.cluster.wait_formed() is None, f"node {killed} is back")


def change(scene):
    """Controllers are killed one after the other."""
    text = "---\n".join(topic(number, partitions=4 if number < 20 else 2, retention=1_000_000 + number) for number in range(TOPICS))
    scene.directory.write("topics.yaml", text)
    for number in range(10):
        scene.directory.write(f"user-{number:02}.yaml", user(number, "Read, Write"))
        scene.directory.password(number, f"another-{number}")
    for _ in range(2):
        time.sleep(2)
        scene.kill_controller()
        scene.cluster.controller()
        scene.cluster.start()
    scene.converge()
    wanted = {f"topic-{number:03}": 4 if number < 20 else 2 for number in range(TOPICS)}
    scene.claim(scene.partitions() == wanted, "20 topics have been enlarged")
    scene.claim(scene.retention("topic-050") == "1000050" and scene.acls("topic-003") == [3, 4], "settings and entries have changed")


def broken(scene):
    """What cannot be is told, and holds nobody up."""
    scene.directory.write("broken.yaml", "kind: [")
    scene.directory.write("refused.yaml", "kind: KafkaTopic\nmetadata: {name: refused}\nspec: {config: {retention.ms: soon}}\n")
    scene.directory.write("fewer.yaml", "kind: KafkaTopic\nmetadata: {name: fewer}\nspec: {partitions: 3}\n")
    scene.converge({"broken.yaml": "Invalid", "refused": "Failed"})
    scene.directory.write("fewer.yaml", "kind: KafkaTopic\nmetadata: {name: fewer}\nspec: {partitions: 1}\n")
    scene.converge({"broken.yaml": "Invalid", "refused": "Failed", "fewer": "Impossible"})
    error = next(each["lastError"] for each in scene.status()["objects"] if each["name"] == "refused")
    scene.claim("INVALID_CONFIG" in error, "what is wrong is told with its reason", error)
    scene.claim(scene.tool().returncode == 1, "klamm declared status ends with 1 where something is wrong")
    scene.directory.remove("broken.yaml", "refused.yaml", "fewer.yaml")
    scene.converge()


def generated(scene):
    """A user without a password of its own gets one."""
    scene.directory.write("own.yaml", "kind: KafkaUser\nmetadata: {name: own}\nspec: {authentication: {type: scram-sha-512}}\n")
    ground.until("the user is seen", lambda: "own" in scene.states(), 30)
    scene.converge()
    file = scene.directory.secrets / "own/password"
    scene.claim(len(file.read_text()) > 20 and file.stat().st_mode & 0o077 == 0, "a password is made, in a file of the node's user alone",
                oct(file.stat().st_mode))
    scene.directory.remove("own.yaml")


def drift(scene):
    """Somebody changes by hand what is declared."""
    changed = scene.ask("IncrementalAlterConfigs", 1, resources=[
        {"resource_type": TOPIC_RESOURCE, "resource_name": "topic-042",
         "configs": [{"name": "retention.ms", "config_operation": SET, "value": "5"},
                     {"name": "segment.ms", "config_operation": SET, "value": "60000"}]}])
    scene.claim(changed["responses"][0]["error_code"] == 0, "a topic is altered by hand", changed)
    scene.ask("DeleteAcls", 3, filters=[{"resource_type_filter": 2, "resource_name_filter": "topic-030", "pattern_type_filter": 3,
                                         "principal_filter": None, "host_filter": None, "operation": 1, "permission_type": 1}])
    scene.ask("DeleteTopics", 6, topics=[{"name": "topic-099"}], timeout_ms=10_000)
    killed = scene.kill_controller()
    scene.cluster.controller()
    scene.cluster.start()
    ground.until("all of it is as it is declared again", lambda: scene.retention("topic-042") == "1000042"
                 and scene.acls("topic-030") == [3] and len(scene.partitions()) == TOPICS, 60)
    scene.converge()
    scene.claim(True, f"drift is corrected, although node {killed}, the controller, was killed over it")


def keep(scene):
    """Manifests go, and what they declared stays; an annotation takes it away."""
    text = "---\n".join(topic(number, 4 if number < 20 else 2, 1_000_000 + number) for number in range(0, TOPICS, 2))
    scene.directory.write("topics.yaml", text)
    scene.directory.remove("user-49.yaml")
    ground.until("fewer manifests are seen", lambda: len(scene.states()) == TOPICS // 2 + USERS - 1, 60)
    scene.converge()
    scene.claim(len(scene.partitions()) == TOPICS and len(scene.credentials()) == USERS, "manifests that are gone take nothing away")
    scene.directory.write("gone.yaml", topic(1, metadata=', annotations: {klamm.io/delete: "true"}'))
    ground.until("the topic is gone", lambda: "topic-001" not in scene.partitions(), 60)
    scene.claim(len(scene.partitions()) == TOPICS - 1, "the annotation takes away what it is of, and nothing else")


def whole(world):
    directory = Directory(world.own_folder("declared"))
    cluster = ground.Watched(world, {"klamm.declared.dir": directory.manifests, "klamm.declared.secrets.dir": directory.secrets,
                                     "klamm.declared.interval.ms": 1000, "metadata.max.idle.interval.ms": 0,
                                     "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                                     "super.users": "User:ANONYMOUS"})
    with contextlib.ExitStack() as stack:
        stack.enter_context(cluster)
        scene = Scene(world, cluster, directory)
        for part in (apply, idle, change, broken, generated, drift, keep):
            with world.scene(part.__name__):
                part(scene)


def play(world):
    world.part("declared", lambda: whole(world))


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
