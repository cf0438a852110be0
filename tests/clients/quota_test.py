#!/usr/bin/env python3
"""Client quotas, set with the tool and felt by real clients: kcat produces and consumes at the rate that it is given, an address connects
no faster than it may, and topics are refused to who has made too many."""
import contextlib
import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time

import group
import kcat_test
import node
import tools_test

RATE = 500_000
# Averaged over two seconds, so that a few seconds are enough to see the rate; Kafka's eleven let a client burst for as long.
WINDOWS = {"quota.window.num": 2}
LINE = 1000
TOLERANCE = 0.1
# A machine that stands still for a moment takes from the rate, and what comes at once behind that adds to it: the longer it is
# measured, the less. There is something to be moved for longer than that.
SETTLE_SECONDS, MEASURED_SECONDS, MEASURED_SECONDS_MAX = 3, 10, 45
GIVEN_LINES = RATE // LINE * 2 * (SETTLE_SECONDS + MEASURED_SECONDS_MAX)
# Requests that are small beside the rate.
SMALL_BATCHES = ("-X", "batch.size=16384", "-X", "linger.ms=2")
MEASURED = ("-X", "client.id=measured")
CROWD = 100
FELT_SECONDS_MAX = 30


def limit(tools, kind, name, setting):
    entity = ("--entity-type", kind, "--entity-name", name)
    tools.says("kafka-configs", "--alter", *entity, "--add-config", setting)
    tools.until("kafka-configs", "--describe", *entity, holds=lambda said: setting.split("=")[0] in said)


def release(tools, kind, name, key):
    entity = ("--entity-type", kind, "--entity-name", name)
    tools.says("kafka-configs", "--alter", *entity, "--delete-config", key)
    tools.until("kafka-configs", "--describe", *entity, holds=lambda said: key not in said)


def lines(count):
    return ("x" * (LINE - 1) + "\n") * count


@contextlib.contextmanager
def client(*arguments, **streams):
    """A kcat that goes on until it is ended here."""
    with subprocess.Popen(["kcat", *arguments], stderr=subprocess.DEVNULL, **streams) as process:
        try:
            yield process
        finally:
            process.kill()


def end_of(running, topic):
    return int(re.search(r"offset (\d+)", kcat_test.kcat("-Q", "-b", running.address, "-t", f"{topic}:0:-1"))[1])


def keeps_to_rate(bytes_moved, seconds):
    """Whether so many were moved as are due in the time, which is measured on as long as they are not, up to a limit."""
    if seconds < MEASURED_SECONDS:
        return False
    rate = bytes_moved / seconds
    if abs(rate - RATE) < TOLERANCE * RATE:
        return True
    assert seconds < MEASURED_SECONDS_MAX, f"{rate:.0f} bytes a second, not {RATE}"
    return False


def a_producer_keeps_to_its_rate(binary):
    with tools_test.stage(binary, WINDOWS) as tools, tempfile.TemporaryFile("w+") as given:
        kcat_test.produce(tools.running, "rate", "first\n")
        limit(tools, "clients", "measured", f"producer_byte_rate={RATE}")
        given.write(lines(GIVEN_LINES))
        given.seek(0)
        with client("-P", "-b", tools.running.address, "-t", "rate", *SMALL_BATCHES, *MEASURED, stdin=given) as producer:
            time.sleep(SETTLE_SECONDS)
            first, began = end_of(tools.running, "rate"), time.monotonic()
            time.sleep(MEASURED_SECONDS)
            while not keeps_to_rate((end_of(tools.running, "rate") - first) * LINE, time.monotonic() - began):
                time.sleep(1)
            assert producer.poll() is None and end_of(tools.running, "rate") < GIVEN_LINES, "all of it has gone through"


def a_consumer_keeps_to_its_rate(binary):
    with tools_test.stage(binary, WINDOWS) as tools:
        kcat_test.produce(tools.running, "rate", lines(GIVEN_LINES), *SMALL_BATCHES)
        limit(tools, "clients", "measured", f"consumer_byte_rate={RATE}")
        with client("-C", "-u", "-q", "-b", tools.running.address, "-t", "rate", "-o", "beginning", "-X", "fetch.message.max.bytes=16000",
                    *MEASURED, stdout=subprocess.PIPE) as consumer:
            began = measured_from = now = time.monotonic()
            settled = moved = 0
            while now - began < SETTLE_SECONDS or not keeps_to_rate(moved, now - measured_from):
                if select.select([consumer.stdout], [], [], 0.1)[0]:
                    some = len(os.read(consumer.stdout.fileno(), 1 << 16))
                    assert some, f"kcat has ended with {consumer.poll()}"
                    moved += some
                now = time.monotonic()
                if now - began < SETTLE_SECONDS:
                    settled, moved, measured_from = settled + moved, 0, now
            assert settled + moved < GIVEN_LINES * LINE, "all of it has come"


def a_user_is_held_back_until_the_quota_is_removed(binary):
    with tools_test.stage(binary, WINDOWS) as tools:
        kcat_test.produce(tools.running, "rate", "first\n")
        limit(tools, "users", "ANONYMOUS", "producer_byte_rate=50000")
        with tempfile.TemporaryFile("w+") as given:
            given.write(lines(1000))
            given.seek(0)
            with client("-P", "-b", tools.running.address, "-t", "rate", *SMALL_BATCHES, stdin=given) as producer:
                began = time.monotonic()
                time.sleep(5)
                assert producer.poll() is None, "a megabyte went through in five seconds"
                held_back, seconds = end_of(tools.running, "rate"), time.monotonic() - began
                assert held_back < 600 + 50 * (seconds - 5), f"{held_back} lines in {seconds:.1f} seconds"
                release(tools, "users", "ANONYMOUS", "producer_byte_rate")
                producer.wait(timeout=60)
        assert end_of(tools.running, "rate") == 1001
        began = time.monotonic()
        kcat_test.produce(tools.running, "rate", lines(2000), *SMALL_BATCHES)
        assert time.monotonic() - began < 20, "two megabytes, which with the quota would take forty seconds"


def an_address_connects_no_faster_than_it_may(binary):
    with tools_test.stage(binary, WINDOWS) as tools:
        limit(tools, "ips", "127.0.0.1", "connection_creation_rate=5")
        # The node takes it up a moment after it is described, perhaps in the middle of a crowd.
        closed = group.until(f"most of {CROWD} connections closed", lambda: crowd(tools.running), FELT_SECONDS_MAX)
        assert closed < CROWD, "nobody came in"
        node.log_has(tools.running, "Rejected connection from 127.0.0.1", "connection_creation_rate", seconds=30)


def crowd(running):
    """Of connections that are made at once, how many are closed a while later; 0 unless it is most of them."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(("127.0.0.1", running.port), 30)) for _ in range(CROWD)]
        time.sleep(3)
        closed = 0
        for each in sockets:
            each.setblocking(False)
            try:
                closed += each.recv(1) == b""
            except BlockingIOError:
                pass
            except ConnectionError:
                closed += 1
        return closed if closed > CROWD // 2 else 0


def topics_are_refused_to_who_has_made_too_many(binary):
    with tools_test.stage(binary) as tools:
        limit(tools, "users", "ANONYMOUS", "controller_mutation_rate=1")
        tools.says("kafka-topics", "--create", "--topic", "many", "--partitions", 30)
        said = tools.refused("kafka-topics", "--create", "--topic", "more")
        assert "The throttling quota has been exceeded." in said, said
        release(tools, "users", "ANONYMOUS", "controller_mutation_rate")
        tools.until("kafka-topics", "--create", "--if-not-exists", "--topic", "more", holds=lambda said: True)


if __name__ == "__main__":
    if shutil.which("kcat") is None:
        print("skip quotas: kcat is not installed")
    else:
        node.claims([a_producer_keeps_to_its_rate, a_consumer_keeps_to_its_rate, a_user_is_held_back_until_the_quota_is_removed,
                     an_address_connects_no_faster_than_it_may, topics_are_refused_to_who_has_made_too_many])
