#!/usr/bin/env python3
"""docs/operations/first-cluster.md, command by command: certificates, three nodes, a topic, a user, Prometheus, and what the board asks.

  newcomer.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--json FILE]

The page's ports are its own, so that the test has a network of its own where it may. Needs openssl; for the board prometheus. How Grafana
draws the board is not shown: board.py draws it. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import os
import shlex
import sys

import ground
import board
import own_network
import prometheus

PAGE = ground.ROOT / "docs/operations/first-cluster.md"
ADMIN_PORTS, PROMETHEUS_PORT = (9194, 9294, 9394), 9090
# Prometheus scrapes each quarter of a minute, and a rate takes two of them.
DATA_SECONDS_MAX = 120


class Newcomer:
    """Somebody with the page, a folder, and klamm in the PATH."""

    def __init__(self, world):
        self.folder = world.own_folder("cluster")
        programs = world.own_folder("bin")
        (programs / "klamm").symlink_to(world.binary)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def text(self, name):
        return ground.block(PAGE, name).replace("../config/", f"{ground.CONFIG}/")

    def does(self, name, seconds=120):
        """What a block of the page says; an error where it does not end well."""
        return ground.succeed("bash", "-euo", "pipefail", "-c", self.text(name), cwd=self.folder, env=self.environment, seconds=seconds)

    def leaves_running(self, name, programs):
        """Each line of a block is a program that runs on."""
        for number, line in enumerate(self.text(name).splitlines(), 1):
            programs.enter_context(ground.process(shlex.split(line), self.folder / f"{name}-{number}.log", cwd=self.folder,
                                                  env=self.environment))

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))


def cluster(world, newcomer, programs):
    newcomer.does("certificates")
    newcomer.does("configuration")
    newcomer.leaves_running("start", programs)
    for port in ADMIN_PORTS:
        ground.until(f"the node at {port} is ready", lambda: ground.get(f"http://127.0.0.1:{port}/readyz")[0] == 200, 60)
    world.found.claim(True, "three nodes with certificates run")
    described = newcomer.does("topic")
    has_replicas = described.count("Isr: ") == 3 and "ReplicationFactor: 3" in described
    world.found.claim(has_replicas, "a topic is made, with three replicas", described)
    newcomer.does("user")
    said = newcomer.does("records")
    world.found.claim({"one", "two"} <= set(said.splitlines()), "a user writes and reads", said)
    refused = ground.run("klamm", "topics", "--bootstrap-server", "127.0.0.1:9192", "--command-config", "billing.properties", "--create",
                         "--topic", "another", cwd=newcomer.folder, env=newcomer.environment)
    world.found.claim(refused.returncode != 0 and "uthoriz" in refused.stdout + refused.stderr, "and may do no more than it was let",
                      refused.stdout + refused.stderr)


def watched(world, newcomer, programs):
    if world.lacks("Prometheus and the board", "prometheus:prometheus"):
        return
    newcomer.does("scrape")
    newcomer.leaves_running("prometheus", programs)
    server = prometheus.Asked(PROMETHEUS_PORT)
    ground.until("Prometheus answers", server.is_ready, 60)
    ground.until("all three are scraped", lambda: len(server.query("up == 1")) == 3, 60)
    world.found.claim(True, "Prometheus scrapes the three")
    newcomer.does("records")
    ground.until("there is a rate", lambda: server.query(board.expression(
        'rate(kafka_server_brokertopicmetrics_messagesin_total{job="$job",topic="orders"}[$__rate_interval])')), DATA_SECONDS_MAX)
    board.draw(world, server, world.folder / "first-board.svg")
    board.known(world)


def follow(world):
    if world.lacks("the page", "openssl:openssl"):
        return
    newcomer = Newcomer(world)
    with contextlib.ExitStack() as programs:
        try:
            cluster(world, newcomer, programs)
            watched(world, newcomer, programs)
        except Exception:
            print(newcomer.logs(), flush=True)
            raise


def play(world):
    world.part("the page", lambda: follow(world))


if __name__ == "__main__":
    own_network.enter(__file__, sys.argv[1:])
    own_network.prepare()
    sys.exit(ground.main(__doc__, play))
