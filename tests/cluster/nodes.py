"""A cluster of nodes: Apache Kafka's, Klamm's or both, combined or apart, on any of the networks of network.py and with any of the
securities of secure.py. It is formatted, started, looked at over the wire, broken, and ended with the test."""
import base64
import concurrent.futures
import dataclasses
import re
import shutil
import signal
import subprocess
import time
import uuid

from stage import until  # knows where the next ones are
import brokers
import claims
import kafka
import network as networks
import secure as securities

METADATA = "__cluster_metadata"
LOG4J = """Configuration:
  Appenders:
    Console: {name: out, PatternLayout: {pattern: "[%d] %p %m (%c)%n"}}
  Loggers:
    Root: {level: INFO, AppenderRef: {ref: out}}
"""
# Three of everything, two of which have to be there; leaders stay where a test puts them.
DEFAULTS = {"default.replication.factor": 3, "min.insync.replicas": 2, "offsets.topic.replication.factor": 3,
            "offsets.topic.num.partitions": 6, "transaction.state.log.replication.factor": 3, "transaction.state.log.min.isr": 2,
            "auto.leader.rebalance.enable": "false", "auto.create.topics.enable": "false", "group.initial.rebalance.delay.ms": 0}
FORM_SECONDS_MAX = {"kafka": 180, "klamm": 30}
STOP_SECONDS_MAX = 45
ELECT_AGAIN_SECONDS = 5
THERE_ALREADY = 36  # TOPIC_ALREADY_EXISTS
# No node outlives the test, however that ends: a JVM that stays takes a core from whatever is measured next.
END_WITH_TEST = ("setpriv", "--pdeathsig", "KILL", "--")


@dataclasses.dataclass
class Spec:
    number: int
    kind: str
    roles: str = "broker,controller"


def combined(*kinds):
    return [Spec(number, kind) for number, kind in enumerate(kinds, 1)]


def apart(kind, controllers=3, brokers_there=3):
    return [*(Spec(number, kind, "broker") for number in range(1, brokers_there + 1)),
            *(Spec(number, kind, "controller") for number in range(101, 101 + controllers))]


def new_id():
    while (made := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return made


class Unreachable(Exception):
    """No node that was asked has answered."""


def if_reachable(look):
    """What `look()` finds; None while nobody answers."""
    try:
        return look()
    except Unreachable:
        return None


@dataclasses.dataclass
class Promised:
    """What has to be on disks of a partition, whatever comes."""
    high_watermark: int
    nodes: set


class Member:
    """What a node of a cluster can besides; its place and its specification are set before it is written."""

    def prepare(self, spec, place):
        self.spec, self.place, self.is_paused, self.launched_ms = spec, place, False, 0
        return self

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    @property
    def answers(self):
        """Whether clients may expect anything of it."""
        return self.runs and not self.is_paused and "broker" in self.spec.roles

    @property
    def data(self):
        return self.folder / "data"

    def write(self, settings):
        claims.write_properties(self.properties, settings)

    def launch(self):
        """Starts the process, and waits for nothing. From the main thread alone: the process ends with the thread that it is from."""
        self.is_paused, self.launched_ms = False, time.time() * 1000
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([*self.place.prefix, *END_WITH_TEST, *self.server_command()], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)
        self.is_paused = True

    def resume(self):
        self.process.send_signal(signal.SIGCONT)
        self.is_paused = False

    def said(self, pattern):
        """The lines of its log that the pattern is in."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if re.search(pattern, line)]


class Ours(Member, kafka.node.Node):
    pass


class Theirs(Member, kafka.KafkaNode):
    def server_command(self):
        (self.folder / "log4j2.yaml").write_text(LOG4J)
        command = self.kafka.command("kafka-server-start", self.properties, jvm=[*brokers.KAFKA_HEAP, *brokers.KAFKA_JVM])
        at = command.index("-cp")
        return [*command[:at], f"-Dlog4j2.configurationFile={self.folder / 'log4j2.yaml'}", *command[at:]]


class Cluster:
    """`with Cluster(...) as cluster` has all nodes running and the quorum formed; `formed_seconds` is what that took from cold. The
    voters are in the nodes' files or, where the quorum is dynamic, in what their directories are formatted with."""

    def __init__(self, world, specs, secure="plain", more=None, network=None, dynamic=False):
        self.world, self.specs, self.more = world, {spec.number: spec for spec in specs}, more or {}
        self.directories = {spec.number: new_id() for spec in specs if "controller" in spec.roles} if dynamic else {}
        self.kinds = sorted({spec.kind for spec in specs})
        self.folder = world.own_folder(f"{'-'.join(self.kinds)}-{secure}")
        self.network = network or networks.Loopback()
        self.id, self.formed_seconds = new_id(), None
        self.places = self.network.places(list(self.specs))
        self.secure = securities.KINDS[secure](self.folder, list(self.specs), self.network.hosts(self.places))
        self.nodes = {number: self.make(spec) for number, spec in self.specs.items()}
        self.client_properties = claims.write_properties(self.folder / "client.properties", self.secure.java())

    def make(self, spec):
        folder = self.folder / f"{spec.kind}-{spec.number}"
        folder.mkdir()
        made = Theirs(self.world.tools, folder) if spec.kind == "kafka" else Ours(kafka.binary_of(self.world.options), folder)
        made.prepare(spec, self.places[spec.number])
        made.write(self.settings(made))
        return made

    def settings(self, node):
        """Lines of server.properties, as the node's place is now."""
        spec, place = node.spec, node.place
        voters = {each.number: self.places[each.number].voter for each in self.specs.values() if "controller" in each.roles}
        quorum = ({"controller.quorum.bootstrap.servers": ",".join(voters.values())} if self.directories
                  else {"controller.quorum.voters": ",".join(f"{number}@{where}" for number, where in voters.items())})
        found = {"process.roles": spec.roles, "node.id": spec.number, "controller.listener.names": "CONTROLLER",
                 "listener.security.protocol.map": f"CLIENTS:{self.secure.listener},REPLICATION:{self.secure.listener},"
                                                   f"CONTROLLER:{self.secure.controllers}",
                 "log.dirs": node.data, **quorum, **DEFAULTS, **self.secure.server(spec.number), **self.more}
        listeners, advertised = [], []
        if "broker" in spec.roles:
            listeners.append(f"CLIENTS://{place.host}:{place.port}")
            advertised.append(f"CLIENTS://{place.host}:{place.port}")
            found["inter.broker.listener.name"] = "REPLICATION" if place.replication_port else "CLIENTS"
            if place.replication_port:
                listeners.append(f"REPLICATION://{place.host}:{place.replication_port}")
                advertised.append(f"REPLICATION://{place.advertised}")
                if "controller" in spec.roles:
                    advertised.append(f"CONTROLLER://{place.voter}")
            found["advertised.listeners"] = ",".join(advertised)
        if "controller" in spec.roles:
            listeners.append(f"CONTROLLER://{place.host}:{place.controller_port}")
        found["listeners"] = ",".join(listeners)
        return found

    # --- from cold to its end

    def __enter__(self):
        try:
            self.format()
            self.formed_seconds = self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def on_all(self, action, numbers=None):
        with concurrent.futures.ThreadPoolExecutor(len(self.nodes)) as pool:
            return list(pool.map(action, [self.nodes[number] for number in numbers or self.nodes]))

    def format(self, numbers=None):
        added = [part for user in self.secure.scram for part in ("--add-scram", user)]
        if self.directories:
            added += ["--initial-controllers", ",".join(f"{number}@{self.places[number].voter}:{directory}"
                                                        for number, directory in self.directories.items())]
        self.on_all(lambda node: node.storage("format", "-t", self.id, "-c", node.properties, *added), numbers)

    def start(self):
        """Starts all that does not run; the seconds until the cluster is formed."""
        began = time.monotonic()
        for node in self.nodes.values():
            if not node.runs:
                node.launch()
        self.wait_formed()
        return time.monotonic() - began

    def stop(self, seconds=STOP_SECONDS_MAX):
        """Ends all nodes that run, told so at once: who is told when the majority has gone finds no controller that lets it go, for
        which Apache Kafka waits five minutes. The numbers of those that had to be killed after so many seconds."""
        running = [node for node in self.nodes.values() if node.runs]
        for node in running:
            node.process.send_signal(signal.SIGTERM)
        deadline, killed = time.monotonic() + seconds, []
        for node in running:
            try:
                node.process.wait(max(0.1, deadline - time.monotonic()))
                node.process = None
            except subprocess.TimeoutExpired:
                killed.append(node.spec.number)
                self.kill(node.spec.number)
        return killed

    def close(self):
        for node in self.nodes.values():
            if node.runs:
                node.process.kill()
                node.process.wait(30)
            node.process = None
        self.network.close()

    # --- what it says of itself

    @property
    def bootstrap(self):
        return ",".join(f"{node.place.host}:{node.place.port}" for node in self.brokers())

    @property
    def controllers_bootstrap(self):
        return ",".join(f"{node.place.host}:{node.place.controller_port}" for node in self.nodes.values()
                        if "controller" in node.spec.roles)

    def brokers(self):
        return [node for node in self.nodes.values() if "broker" in node.spec.roles]

    def ask(self, name, version, number=None, seconds=5, **values):
        """What broker `number` answers, or the first that does."""
        asked = [self.nodes[number]] if number else [node for node in self.brokers() if node.answers]
        problem = None
        for node in asked:
            try:
                with securities.Link(self.secure, node.place.host, node.place.port, seconds) as link:
                    return link.call(name, version, **values)
            except (OSError, EOFError) as refused:
                problem = refused
        raise Unreachable(f"{name} of {[node.spec.number for node in asked]}: {problem!r}")

    def quorum(self, number=None):
        """DescribeQuorum's view of the metadata log; None while it has no leader."""
        answer = self.ask("DescribeQuorum", 2, number, topics=[{"topic_name": METADATA, "partitions": [{"partition_index": 0}]}])
        if answer["error_code"] or not answer["topics"]:
            return None
        part = answer["topics"][0]["partitions"][0]
        return part if part["error_code"] == 0 and part["leader_id"] >= 0 else None

    def controller(self, seconds=30):
        """The active controller's number."""
        return until("the quorum has a leader", lambda: if_reachable(self.quorum), seconds)["leader_id"]

    def topics(self, names=None, number=None):
        """Metadata's view of partitions, by (topic, partition); all topics without names."""
        answer = self.ask("Metadata", 12, number, topics=None if names is None else [{"name": name} for name in names],
                          allow_auto_topic_creation=False)
        return {(topic["name"], part["partition_index"]): part for topic in answer["topics"] for part in topic["partitions"]}

    def unfenced(self, number):
        return {each["node_id"] for each in self.ask("Metadata", 12, number, topics=[])["brokers"]}

    def is_formed(self):
        wanted = {node.spec.number for node in self.brokers() if node.runs}
        try:
            quorum = self.quorum() if all(self.unfenced(number) == wanted for number in wanted) else None
        except Unreachable:
            return False
        return quorum is not None and not self.controllers_behind(quorum)

    def controllers_behind(self, quorum):
        """Nodes that are controllers alone, and that have not fetched from the leader since they were started: no broker tells of
        them, and who kills another one before they are there takes the majority."""
        fetched_ms = {each["replica_id"]: each["last_fetch_timestamp"] for each in quorum["current_voters"]}
        return {number for number, node in self.nodes.items() if node.runs and "broker" not in node.spec.roles
                and number != quorum["leader_id"] and fetched_ms.get(number, -1) < node.launched_ms}

    def wait_formed(self, seconds=None):
        def still_run():
            ended = [node.spec.number for node in self.nodes.values() if node.process is not None and not node.runs]
            if ended:
                raise RuntimeError(f"node {ended[0]} has ended:\n{self.nodes[ended[0]].log.read_text(errors='replace')[-3000:]}")
            return self.is_formed()
        until("all brokers are unfenced and there is a leader", still_run, seconds or max(FORM_SECONDS_MAX[kind] for kind in self.kinds),
              pause=0.02)

    def promised(self):
        """Of each partition, by the name of its directory: its high watermark, as its leader has it, and who its replicas are."""
        voters = {number for number, node in self.nodes.items() if "controller" in node.spec.roles}
        led, found = {}, {f"{METADATA}-0": Promised(self.quorum()["high_watermark"], voters)}
        for (topic, index), part in self.topics().items():
            found[f"{topic}-{index}"] = Promised(0, set(part["replica_nodes"]))
            if part["leader_id"] >= 0:
                led.setdefault(part["leader_id"], []).append({"name": topic, "partitions": [{"partition_index": index, "timestamp": -1}]})
        for leader, asked in led.items():
            answer = self.ask("ListOffsets", 7, leader, seconds=15, replica_id=-1, topics=asked)
            for topic in answer["topics"]:
                for part in topic["partitions"]:
                    found[f"{topic['name']}-{part['partition_index']}"].high_watermark = part["offset"]
        return found

    # --- what is done to it

    def create(self, name, assignment, **configs):
        """A topic whose partitions are on these brokers, the first of each its preferred leader. Whoever was asked first may have
        died over it, so that the next one finds the topic made."""
        answer = self.ask("CreateTopics", 7, seconds=15, timeout_ms=10_000, topics=[{
            "name": name, "num_partitions": -1, "replication_factor": -1,
            "assignments": [{"partition_index": index, "broker_ids": ids} for index, ids in enumerate(assignment)],
            "configs": [{"name": key.replace("_", "."), "value": str(value)} for key, value in configs.items()]}])["topics"][0]
        if answer["error_code"] not in (0, THERE_ALREADY):
            raise RuntimeError(f"CreateTopics of {name}: {answer['error_code']} {answer['error_message']}")
        until(f"all brokers know {name}", lambda: if_reachable(lambda: all((name, 0) in self.topics([name], node.spec.number)
                                                                           for node in self.brokers() if node.answers)), 30)

    def elect(self):
        """Every partition that can has its preferred leader."""
        self.ask("ElectLeaders", 2, seconds=15, election_type=0, topic_partitions=None, timeout_ms=10_000)

    def out_of_place(self, led=True):
        """Partitions whose replicas are not all in sync or, with `led`, whose leader is not the preferred one, as any broker that runs
        sees them."""
        views = [part for node in self.brokers() if node.answers for part in self.topics(None, node.spec.number).items()]
        return {where: (part["leader_id"], part["replica_nodes"], part["isr_nodes"]) for where, part in views
                if set(part["isr_nodes"]) != set(part["replica_nodes"]) or (led and part["leader_id"] != part["replica_nodes"][0])}

    def wait_in_sync(self, seconds=120, led=False):
        left = {}

        def done():
            try:
                left.clear()
                left.update(self.out_of_place(led))
                return not left
            except Unreachable as problem:
                left["unreachable"] = problem
                return False
        until(lambda: f"all replicas in sync: (leader, replicas, in sync) of {left}", done, seconds)

    def wait_led(self, seconds=120):
        """All replicas are in sync, and each partition is led by its preferred leader, which is asked for again and again: an election
        changes nothing while the controller goes, and a leader that has something to repair steps down once more."""
        end = time.monotonic() + seconds
        while True:
            if_reachable(self.elect)
            try:
                return self.wait_in_sync(ELECT_AGAIN_SECONDS, led=True)
            except AssertionError:
                if time.monotonic() > end:
                    raise

    def settle(self, seconds=120):
        """All nodes run, all replicas are in sync, and each partition is led by its preferred leader."""
        self.wait_formed(seconds)
        self.wait_in_sync(seconds)
        self.wait_led(seconds)

    def kill(self, number):
        node = self.nodes[number]
        node.process.kill()
        node.process.wait(30)
        node.process, node.is_paused = None, False

    def wipe(self, number):
        """A node that is down gets an empty disk, formatted for the same cluster."""
        shutil.rmtree(self.nodes[number].data)
        self.format([number])

    def tool(self, name, *arguments, seconds=60, at=None):
        """A tool of Kafka's, as a client that may do everything; `at` is a bootstrap of its own."""
        return claims.Tools(self.world.tools, at or self.bootstrap, self.client_properties).run(name, *arguments, seconds=seconds)
