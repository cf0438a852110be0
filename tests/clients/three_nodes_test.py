#!/usr/bin/env python3
"""config/three-nodes is true: each of its clusters forms from its files as they are, but for the ports and the folders, takes what
kcat writes with acks=all, and goes on without one of its nodes."""
import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import certificates
import node

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))
import brokers  # noqa: E402  (the path has to be known first)

SAMPLES = ROOT / "config/three-nodes"
NUMBERS = (1, 2, 3)
ADMIN = "SCRAM-SHA-512=[name=admin,password=change-me]"
# What the files say of places that are not for tests.
TLS, DATA = "/etc/klamm/tls", "log.dirs=data-"
WRITE_SECONDS = 120


class Cluster:
    def __init__(self, binary, folder, kind):
        self.folder, self.kind = pathlib.Path(folder), kind
        self.nodes = {}
        for number in NUMBERS:
            (self.folder / str(number)).mkdir()
            self.nodes[number] = made = node.kind(binary, self.folder / str(number))
            made.port, made.controller_port, made.admin_port = brokers.free_port(), brokers.free_port(), brokers.free_port()
        self.made = None if kind == "plain" else self.make_certificates()
        for number in NUMBERS:
            self.nodes[number].properties.write_text(self.moved((SAMPLES / kind / f"node-{number}.properties").read_text()))

    def make_certificates(self):
        made = certificates.Authority(self.folder / "tls")
        for name in [*(f"node-{number}" for number in NUMBERS), "admin"]:
            made.leaf(name)
        return made

    def moved(self, text):
        """A sample, at this cluster's ports and folders."""
        for number, each in self.nodes.items():
            text = text.replace(f":9{number}92", f":{each.port}").replace(f":9{number}93", f":{each.controller_port}")
            text = text.replace(f":9{number}94", f":{each.admin_port}")
            text = text.replace(f"{DATA}{number}", f"log.dirs={each.folder / 'data'}")
            if self.made:
                text = text.replace(f"{TLS}/node-{number}.pem", str(self.made / f"node-{number}.both.pem"))
        return text.replace(f"{TLS}/ca.pem", str(self.made / "root.crt")) if self.made else text

    def format(self):
        cluster_id = self.nodes[1].storage("random-uuid").strip()
        added = ["--add-scram", ADMIN] if self.kind == "scram" else []
        for each in self.nodes.values():
            each.storage("format", "--config", each.properties, "--cluster-id", cluster_id, *added)

    def launch(self, number):
        running = self.nodes[number]
        with open(running.log, "ab") as log:
            running.process = subprocess.Popen(running.server_command(), stdout=log, stderr=log)

    def kcat(self, *arguments, given=None, seconds=30):
        servers = ",".join(each.address for each in self.nodes.values())
        return subprocess.run(["kcat", "-b", servers, *self.client(), *arguments], input=given, capture_output=True, text=True,
                              timeout=seconds)

    def client(self):
        if self.kind == "plain":
            return []
        if self.kind == "mtls":
            return certificates.kcat_options(self.made, "admin")
        return [part for key, value in (("security.protocol", "SASL_SSL"), ("ssl.ca.location", self.made / "root.crt"),
                                        ("sasl.mechanism", "SCRAM-SHA-512"), ("sasl.username", "admin"), ("sasl.password", "change-me"))
                for part in ("-X", f"{key}={value}")]

    def write(self, text):
        """With acks=all, however long it takes until somebody takes it."""
        deadline = time.monotonic() + WRITE_SECONDS
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                done = self.kcat("-P", "-t", "greetings", "-X", "acks=all", "-X", "message.timeout.ms=5000", given=text)
                if done.returncode == 0:
                    return
            assert time.monotonic() < deadline, f"{text!r} is not taken:\n{self.said()}"

    def read(self):
        """The lines that are there, those that were written twice once."""
        done = self.kcat("-C", "-t", "greetings", "-o", "beginning", "-e", seconds=60)
        return set(done.stdout.splitlines())

    def said(self):
        return "\n".join(f"node {number}: {each.log.read_text()[-1500:]}" for number, each in self.nodes.items())


@contextlib.contextmanager
def running(binary, kind):
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        cluster = Cluster(binary, folder, kind)
        cluster.format()
        try:
            for number in NUMBERS:
                cluster.launch(number)
            yield cluster
        finally:
            for each in cluster.nodes.values():
                if each.process is not None:
                    each.stop(signal.SIGKILL)


def goes_on_without_one(binary, kind):
    with running(binary, kind) as cluster:
        cluster.write("one\n")
        cluster.nodes[3].stop(signal.SIGKILL)
        cluster.write("two\n")
        assert cluster.read() == {"one", "two"}, cluster.said()


def three_plain_nodes_are_a_cluster_that_goes_on_without_one(binary):
    goes_on_without_one(binary, "plain")


def three_nodes_with_certificates_are_a_cluster_that_goes_on_without_one(binary):
    goes_on_without_one(binary, "mtls")


def three_nodes_with_scram_are_a_cluster_that_goes_on_without_one(binary):
    goes_on_without_one(binary, "scram")


TESTS = [three_plain_nodes_are_a_cluster_that_goes_on_without_one,
         three_nodes_with_certificates_are_a_cluster_that_goes_on_without_one,
         three_nodes_with_scram_are_a_cluster_that_goes_on_without_one]

if __name__ == "__main__":
    node.claims(TESTS)
