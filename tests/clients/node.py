"""A Klamm node for client tests: formatted in a folder of its own, on ports of its own, ended with the test."""
import argparse
import contextlib
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time


# Below those that the kernel gives to clients: one of theirs could be taken before the node listens there.
PORTS = range(20_000, 32_000)
GIVEN = set()


def free_port():
    """A port that nobody listens at, and that was not given out before."""
    for port in random.sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            if port not in GIVEN:
                probe.bind(("127.0.0.1", port))
                GIVEN.add(port)
                return port
    raise RuntimeError("no port is free")


class Node:
    """One combined controller and broker. `overrides` are lines of server.properties, or a function that makes them for the node."""

    start_seconds_max = 60

    def __init__(self, binary, folder, overrides=None):
        self.binary, self.folder = pathlib.Path(binary), pathlib.Path(folder)
        self.port, self.controller_port = free_port(), free_port()
        self.process = None
        self.properties = self.folder / "server.properties"
        self.log = self.folder / "node.log"
        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "log.dirs": self.folder / "data",
            "offsets.topic.replication.factor": 1,
            **(overrides(self) if callable(overrides) else overrides or {}),
        }
        self.properties.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def storage_command(self, *arguments):
        return [self.binary, "storage", *arguments]

    def server_command(self):
        return [self.binary, "server", self.properties]

    def format(self):
        uuid = self.storage("random-uuid").strip()
        self.storage("format", "-t", uuid, "-c", self.properties)

    def storage(self, *arguments):
        """What the storage tool prints."""
        done = subprocess.run(self.storage_command(*arguments), capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"storage {arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        """Starts the process and waits until it takes requests; the seconds that took."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.server_command(), stdout=log, stderr=log)
        while time.monotonic() - began < self.start_seconds_max:
            if self.process.poll() is not None:
                raise RuntimeError(f"the node ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return time.monotonic() - began
            time.sleep(0.005)
        raise RuntimeError(f"the node does not listen after {self.start_seconds_max} s")

    def stop(self, how=signal.SIGTERM):
        """Ends the process; its exit code."""
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process = None
        return code


# What `running` makes; the interop suites put a node of Apache Kafka in its place.
kind = Node


@contextlib.contextmanager
def running(binary, overrides=None):
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        node = kind(binary, folder, overrides)
        node.format()
        try:
            node.start()
            yield node
        finally:
            if node.process is not None:
                node.stop(signal.SIGKILL)


def log_has(running, *parts, seconds=30):
    """The first line of the node's log that has all the parts; it may be a while in coming."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for line in running.log.read_text(errors="replace").splitlines():
            if all(part in line for part in parts):
                return line
        time.sleep(0.05)
    raise AssertionError(f"no line of the log has {parts}:\n{running.log.read_text()[-3000:]}")


def claims(tests):
    """The main of a test program: see `judged`."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", required=True, type=pathlib.Path)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    sys.exit(1 if judged(tests, options.build / "klamm", options.only) else 0)


def judged(tests, binary, only=""):
    """Runs functions that take the binary; prints `ok`, `not ok` or `skip` for each. How many failed."""
    failed = 0
    for test in tests:
        name = test.__name__.replace("_", " ")
        if only not in test.__name__:
            continue
        try:
            skipped = test(binary)
        except Exception as problem:  # a test's failure of whatever kind is a claim that does not hold
            failed += 1
            print(f"{type(problem).__name__}: {problem}")
            if getattr(problem, "stderr", None):
                print(problem.stderr)
            print(f"not ok {name}", flush=True)
        else:
            print(f"skip {name}: {skipped}" if isinstance(skipped, str) else f"ok {name}", flush=True)
    return failed
