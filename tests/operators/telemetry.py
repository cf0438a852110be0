#!/usr/bin/env python3
"""Kafka's own tool subscribes to metrics of clients (KIP-714), Kafka's own producer pushes them, and /metrics shows them.

  telemetry.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER]

Needs a JDK, and Maven once for the jars. Closes with `N passed, N failed, N skipped`.
"""
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/operators"), str(ROOT / "tests/interop/kafka"), str(ROOT / "tests/clients")]
import exposition  # noqa: E402  (the path has to be known first)
import group  # noqa: E402
import kafka  # noqa: E402
import node  # noqa: E402

kafka.TOOLS.setdefault("kafka-client-metrics", "org.apache.kafka.tools.ClientMetricsCommand")
CLIENT = "telemetry-producer"
RECORDS, PER_SECOND = 40_000, 2_000  # twenty seconds
INTERVAL_MS = 500


def watched(made):
    made.admin = node.free_port()
    return {"klamm.admin.listener": f"127.0.0.1:{made.admin}"}


def shown(running):
    """The names that the producer's values have."""
    found = exposition.scrape(running.admin)
    assert not found.complaints, found.complaints
    return {name for name, labels in found.values if name.startswith("kafka_client_") and ("client_id", CLIENT) in labels}


def play(tools, running):
    def subscriptions(*arguments):
        done = tools.run("kafka-client-metrics", "--bootstrap-server", running.address, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    subscriptions("--alter", "--name", "producers", "--metrics", "org.apache.kafka.producer.", "--interval", INTERVAL_MS, "--match",
                  "client_software_name=apache-kafka-java,client_id=telemetry-.*")
    assert "producers" in subscriptions("--list").split()
    described = subscriptions("--describe", "--name", "producers")
    assert f"interval.ms={INTERVAL_MS}" in described and "metrics=org.apache.kafka.producer." in described, described
    command = tools.command("kafka-producer-perf-test", "--topic", "load", "--num-records", RECORDS, "--record-size", 100, "--throughput",
                            PER_SECOND, "--bootstrap-server", running.address, "--command-property", f"client.id={CLIENT}")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as producer:
        group.until("its metrics are shown", lambda: len(shown(running)) >= 5, 15)
        names = shown(running)
        assert all(name.startswith("kafka_client_producer_") for name in names), names
        print("shown: " + ", ".join(sorted(names)[:8]) + f" and {max(len(names) - 8, 0)} more")
        said = producer.communicate(timeout=120)[1]
    assert producer.returncode == 0, said
    group.until("they go with their client", lambda: not shown(running), 90)
    subscriptions("--delete", "--name", "producers")
    assert "producers" not in subscriptions("--list").split()


def main():
    options = kafka.parser(__doc__.splitlines()[0]).parse_args()
    tools, why = kafka.find(options)
    if tools is None:
        print(f"skip telemetry: {why}\n0 passed, 0 failed, 1 skipped")
        return 0

    def what_kafkas_producer_pushes_is_shown(binary):
        with node.running(binary, watched) as running:
            play(tools, running)
    failed = node.judged([what_kafkas_producer_pushes_is_shown], kafka.binary_of(options))
    print(f"{1 - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
