#!/usr/bin/env python3
"""What a node tells over HTTP: metrics, health, what clients push; and that nobody who asks badly keeps others from being told."""
import json
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "operators"))
import exposition  # noqa: E402  (the path has to be known first)
import group  # noqa: E402
import node  # noqa: E402
import wire  # noqa: E402
from kcat_test import consume, produce  # noqa: E402
from operator_test import Formatted, refusal, says  # noqa: E402

CLIENT_METRICS = 16  # the type of the resource
THROTTLED, UNKNOWN_SUBSCRIPTION, INVALID_RECORD = 89, 117, 87
# Longer than a busy machine makes two requests wait that follow each other.
PUSH_INTERVAL_MS = 5000
# A connection that says nothing is waited for so long.
SILENT_SECONDS = 10


def watched(made):
    made.admin = node.free_port()
    return {"klamm.admin.listener": f"127.0.0.1:{made.admin}", "offsets.topic.num.partitions": 2}


def a_node_tells_what_it_has_done(binary):
    with node.running(binary, watched) as running:
        produce(running, "orders", "one\ntwo\nthree\n")
        consume(running, "orders")
        # They count once their answers have left.
        found = group.until("requests are counted", lambda: scraped_with(running.admin, "Produce", "FetchConsumer"))
        assert not found.complaints, found.complaints
        assert found.get("kafka_server_brokertopicmetrics_messagesin_total", topic="orders") == 3
        assert found.get("kafka_server_brokertopicmetrics_messagesin_total") == 3
        assert found.get("kafka_topic_partition_current_offset", topic="orders", partition="0") == 3
        assert found.get("kafka_server_kafkaserver_brokerstate") == 3
        assert found.total("kafka_network_requestmetrics_errors_total", request="Produce", error="NONE") >= 1
        assert found.total("kafka_server_socket_server_metrics_connection_creation_total", listener="PLAINTEXT") >= 2
        assert found.get("process_resident_memory_bytes") > 1 << 20
        assert 0 < found.get("process_open_fds") < found.get("process_max_fds")


def scraped_with(port, *requests):
    """A scrape that counts such requests; None of one that does not, yet."""
    found = exposition.scrape(port)
    return found if all(found.total("kafka_network_requestmetrics_requests_total", request=each) for each in requests) else None


def asked_each_way(port):
    """Answers in plain text, as OpenMetrics and zipped; None where series came or went meanwhile, as with a client that leaves."""
    answers = [exposition.get(port, headers=headers) for headers in (
        None, {"Accept": exposition.OPEN_METRICS}, {"Accept-Encoding": "gzip"}, None)]
    before, after = (set(exposition.Scrape(answer.text).values) for answer in (answers[0], answers[3]))
    return answers[:3] if before == after else None


def every_way_to_ask_gives_the_same(binary):
    with node.running(binary, watched) as running:
        produce(running, "orders", "one\n")
        plain, opened, zipped = group.until("no series comes or goes", lambda: asked_each_way(running.admin))
        assert plain.headers["content-type"].startswith("text/plain; version=0.0.4"), plain.headers
        assert plain.headers["transfer-encoding"] == "chunked"
        assert opened.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0"), opened.headers
        assert opened.text.endswith("# EOF\n")
        assert zipped.headers["content-encoding"] == "gzip" and zipped.wire_bytes < plain.wire_bytes / 3
        scrapes = [exposition.Scrape(answer.text) for answer in (plain, opened, zipped)]
        assert not any(each.complaints for each in scrapes), [each.complaints for each in scrapes]
        assert set(scrapes[0].values) == set(scrapes[1].values) == set(scrapes[2].values)


def a_node_says_how_it_is(binary):
    with node.running(binary, watched) as running:
        assert exposition.get(running.admin, "/livez").text == "ok\n"
        group.until("ready", lambda: exposition.get(running.admin, "/readyz").status == 200)
        told = exposition.get(running.admin, "/readyz?verbose")
        assert told.headers["content-type"] == "application/json"
        found = json.loads(told.text)
        assert found["ready"] and found["state"] == "RUNNING" and not found["missing"], found
        assert exposition.get(running.admin, "/startupz").text == "ok\n"
        assert exposition.get(running.admin, "/v1/ready").status == 204
        assert json.loads(exposition.get(running.admin, "/v1/broker-state").text) == {"brokerState": 3}
        assert exposition.get(running.admin, "/elsewhere").status == 404
        assert running.stop() == 0


def a_node_without_a_quorum_lives_and_is_not_ready(binary):
    def alone(made):
        voters = [f"{number}@127.0.0.1:{port}" for number, port in enumerate((made.controller_port, node.free_port(), node.free_port()), 1)]
        return {**watched(made), "controller.quorum.voters": ",".join(voters)}
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        made = node.Node(binary, folder, alone)
        made.format()
        process = subprocess.Popen(made.server_command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            def answered(path):
                try:
                    return exposition.get(made.admin, path)
                except OSError:
                    return None
            group.until("it is asked", lambda: answered("/livez"))
            group.until("it lives", lambda: answered("/livez").status == 200)
            ready = answered("/readyz")
            assert ready.status == 503
            says(ready.text, "not ready: the active controller has not registered it yet", "its listeners are not open yet")
            assert answered("/startupz").status == 503
            assert answered("/v1/ready").status == 503
            assert exposition.scrape(made.admin).get("kafka_server_kafkaserver_brokerstate") in (1, 2)
        finally:
            process.kill()
            process.wait()


def who_asks_badly_is_refused_and_keeps_nobody_waiting(binary):
    with node.running(binary, watched) as running:
        def told(data):
            with socket.create_connection(("127.0.0.1", running.admin), 30) as client:
                client.sendall(data)
                return b"".join(iter(lambda: client.recv(65536), b"")).split(b"\r\n")[0]
        assert told(b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").startswith(b"HTTP/1.1 405 ")
        assert told(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello").startswith(b"HTTP/1.1 400 ")
        assert told(b"GET / HTTP/1.1\r\nX: " + b"x" * 20000 + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
        assert told(struct.pack(">ihhihh", 14, 18, 0, 1, 4, 0)).startswith(b"HTTP/1.1 400 ")
        # More than there are places for, none of which says a word.
        began = time.monotonic()
        silent = [socket.create_connection(("127.0.0.1", running.admin), 30) for _ in range(300)]
        assert exposition.get(running.admin, "/livez").status == 200
        assert exposition.get(running.admin).status == 200
        assert time.monotonic() - began < SILENT_SECONDS
        for client in silent:
            client.close()


def an_address_in_use_stops_the_start_only_if_it_was_asked_for(binary):
    with socket.socket() as taken, Formatted(binary) as made:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        says(refusal(made, f"klamm.admin.listener=127.0.0.1:{port}"), "klamm.admin.listener", f"127.0.0.1:{port}", "is in use")
    with node.running(binary) as first, node.running(binary) as second:
        assert first.stop() == 0 and second.stop() == 0


def a_log_of_json_has_one_line_for_each_event(binary):
    with node.running(binary, {"klamm.log.format": "json"}) as running:
        produce(running, "orders", "one\n")
        assert running.stop() == 0
        lines = running.log.read_text().splitlines()
        # What is said before the configuration has been read is plain.
        told = [json.loads(line) for line in lines if line.startswith("{")]
        assert len(told) > 5 and len(lines) - len(told) <= 3, lines[:5]
        assert all({"time", "level", "message"} <= set(each) for each in told), told[0]


def field(number, data):
    """Of protobuf: bytes, or eight bytes of a number."""
    if isinstance(data, float):
        return wire.varint(number << 3 | 1) + struct.pack("<d", data)
    data = data.encode() if isinstance(data, str) else data
    return wire.varint(number << 3 | 2) + wire.varint(len(data)) + data


def gauge(name, value):
    """MetricsData of OpenTelemetry with one number."""
    metric = field(1, name) + field(5, field(1, field(4, value)))
    return field(1, field(2, field(2, metric)))


def clients_are_asked_for_metrics_and_what_they_push_is_shown(binary):
    with node.running(binary, watched) as running, wire.Wire(running.port, "app") as client:
        configs = [{"name": "metrics", "config_operation": 0, "value": "org.apache.kafka.producer."},
                   {"name": "interval.ms", "config_operation": 0, "value": str(PUSH_INTERVAL_MS)},
                   {"name": "match", "config_operation": 0, "value": "client_id=app.*"}]
        resource = {"resource_type": CLIENT_METRICS, "resource_name": "all", "configs": configs}
        altered = client.call("IncrementalAlterConfigs", 1, resources=[resource], validate_only=False)
        assert altered["responses"][0]["error_code"] == 0, altered
        told = group.until("asked for metrics", lambda: asked(client))
        assert told["requested_metrics"] == ["org.apache.kafka.producer."] and told["push_interval_ms"] == PUSH_INTERVAL_MS
        assert 4 in told["accepted_compression_types"] and told["telemetry_max_bytes"] == 1 << 20

        def push(metrics, **other):
            what = {"client_instance_id": told["client_instance_id"], "subscription_id": told["subscription_id"], "terminating": False,
                    "compression_type": 0, "metrics": metrics, **other}
            return client.call("PushTelemetry", 0, **what)["error_code"]
        assert push(gauge("org.apache.kafka.producer.node.request.rate", 1.5)) == 0
        assert push(b"too soon") == THROTTLED
        found = exposition.scrape(running.admin)
        shown = [labels for name, labels in found.values if name == "kafka_client_producer_node_request_rate"]
        assert len(shown) == 1 and ("client_id", "app") in shown[0], shown
        time.sleep(PUSH_INTERVAL_MS / 1000 + 0.1)
        assert push(b"nothing that can be read") == INVALID_RECORD
        time.sleep(PUSH_INTERVAL_MS / 1000 + 0.1)
        assert push(b"", subscription_id=told["subscription_id"] ^ 1) == UNKNOWN_SUBSCRIPTION
        assert found.get("kafka_server_client_metrics_instance_count") >= 1


def asked(client):
    """What a new client is told, once there is a subscription for it."""
    told = client.call("GetTelemetrySubscriptions", 0, client_instance_id=uuid.UUID(int=0))
    assert told["error_code"] == 0, told
    return told if told["requested_metrics"] else None


if __name__ == "__main__":
    node.claims([a_node_tells_what_it_has_done, every_way_to_ask_gives_the_same, a_node_says_how_it_is,
                 a_node_without_a_quorum_lives_and_is_not_ready, who_asks_badly_is_refused_and_keeps_nobody_waiting,
                 an_address_in_use_stops_the_start_only_if_it_was_asked_for, a_log_of_json_has_one_line_for_each_event,
                 clients_are_asked_for_metrics_and_what_they_push_is_shown])
