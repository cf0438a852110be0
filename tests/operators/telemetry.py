#!/usr/bin/env python3
"""Kafka's own tool subscribes to metrics of clients (KIP-714), Kafka's own producer pushes them, and /metrics shows them.

  telemetry.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--only metrics] [--json FILE]

Needs a JDK, and Maven once for the jars. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import subprocess
import sys

import ground
import exposition
import group
import kafka
import node

kafka.TOOLS.setdefault("kafka-client-metrics", "org.apache.kafka.tools.ClientMetricsCommand")
CLIENT = "telemetry-producer"
RECORDS, PER_SECOND = 40_000, 2_000  # twenty seconds
INTERVAL_MS = 500
SHOWN_SECONDS_MAX, GONE_SECONDS_MAX = 15, 90
PREFIX = "org.apache.kafka.producer."


def watched(made):
    made.admin = node.free_port()
    return {"klamm.admin.listener": f"127.0.0.1:{made.admin}"}


def shown(running):
    """The names that the producer's values have."""
    found = exposition.scrape(running.admin)
    if found.complaints:
        raise RuntimeError(f"/metrics: {found.complaints}")
    return {name for name, labels in found.values if name.startswith("kafka_client_") and ("client_id", CLIENT) in labels}


class Subscriptions:
    """Kafka's own tool for them, at one node."""

    def __init__(self, tools, running):
        self.tools, self.running = tools, running

    def say(self, *arguments):
        done = self.tools.run("kafka-client-metrics", "--bootstrap-server", self.running.address, *arguments)
        if done.returncode:
            raise RuntimeError(f"kafka-client-metrics {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout


@contextlib.contextmanager
def producing(tools, running):
    """Kafka's producer at a steady rate; it ends with the block."""
    command = tools.command("kafka-producer-perf-test", "--topic", "load", "--num-records", RECORDS, "--record-size", 100, "--throughput",
                            PER_SECOND, "--bootstrap-server", running.address, "--command-property", f"client.id={CLIENT}")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as producer:
        try:
            yield producer
        finally:
            if producer.poll() is None:
                producer.kill()


def metrics(world):
    tools, why = kafka.find(world.options)
    if tools is None:
        return world.found.skip("telemetry", why)
    found = world.found
    with node.running(world.binary, watched) as running:
        subscriptions = Subscriptions(tools, running)
        subscriptions.say("--alter", "--name", "producers", "--metrics", PREFIX, "--interval", INTERVAL_MS, "--match",
                          "client_software_name=apache-kafka-java,client_id=telemetry-.*")
        listed = subscriptions.say("--list")
        found.claim("producers" in listed.split(), "Kafka's tool lists the subscription that it has made", listed)
        described = subscriptions.say("--describe", "--name", "producers")
        found.claim(f"interval.ms={INTERVAL_MS}" in described and f"metrics={PREFIX}" in described,
                    "it describes the subscription as it has made it", described)
        with producing(tools, running) as producer:
            group.until("its metrics are shown", lambda: len(shown(running)) >= 5, SHOWN_SECONDS_MAX)
            names = sorted(shown(running))
            print(f"shown: {', '.join(names[:8])} and {max(len(names) - 8, 0)} more", flush=True)
            others = [name for name in names if not name.startswith("kafka_client_producer_")]
            found.claim(not others, "what Kafka's producer pushes is shown, and nothing that was not asked for", others)
            said = producer.communicate(timeout=120)[1]
        found.claim(producer.returncode == 0, "the producer comes to its end", said)
        group.until("they go with their client", lambda: not shown(running), GONE_SECONDS_MAX)
        found.claim(True, "its values go when it has gone")
        subscriptions.say("--delete", "--name", "producers")
        listed = subscriptions.say("--list")
        found.claim("producers" not in listed.split(), "Kafka's tool deletes the subscription", listed)
    return None


def play(world):
    world.part("metrics", lambda: metrics(world))


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
