#!/usr/bin/env python3
"""Clients that mean harm, or are broken: each costs its own connection and little memory, and others hardly anything."""
import contextlib
import os
import struct
import subprocess
import time

import node
import raw

IDLE_SECONDS = 0.5
MIB = 1 << 20
# With Kafka's 50, connections that come faster than a busy machine takes them wait a second each.
CROWD = {"socket.listen.backlog.size": 1000}


def resident(running):
    with open(f"/proc/{running.process.pid}/statm") as sizes:
        return int(sizes.read().split()[1]) * 4096


def is_within(running, before, limit):
    """Whether a node has taken no more memory than `limit`. A sanitizer's runtime keeps what is freed."""
    with open(f"/proc/{running.process.pid}/maps") as maps:
        sanitized = any("libasan" in line or "libtsan" in line for line in maps)
    return sanitized or resident(running) - before < limit


def eventually(holds):
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def others_are_served(running):
    """By the median of five: while the machine itself stands still, one or two of them are slow."""
    seconds = []
    for _ in range(5):
        with raw.Raw(running.port) as client:
            began = time.monotonic()
            client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
            seconds.append(time.monotonic() - began)
    return sorted(seconds)[2] < 1


def unread_bytes(running):
    """What has come to the node's client port and was not read yet."""
    with open(f"/proc/{running.process.pid}/net/tcp") as sockets:
        rows = [line.split() for line in sockets.readlines()[1:]]
    established = [row for row in rows if row[1] == f"0100007F:{running.port:04X}" and row[3] == "01"]
    return sum(int(row[4].split(":")[1], 16) for row in established)


def wait_until_read(running):
    """Until the node has read all that was sent; and a while more, for requests to become what they stay."""
    assert eventually(lambda: unread_bytes(running) == 0), f"{unread_bytes(running)} bytes are not read"
    time.sleep(IDLE_SECONDS)


def descriptors(running):
    return len(os.listdir(f"/proc/{running.process.pid}/fd"))


def kcat(running, *arguments, given=None):
    return subprocess.run(["kcat", "-m", "60", "-b", running.address, *arguments], input=given, capture_output=True, text=True,
                          timeout=120, check=True).stdout


IMPOSSIBLE = {
    "a negative size": struct.pack(">i", -1),
    "the least size": struct.pack(">i", -2**31),
    "no bytes": struct.pack(">i", 0),
    "half a header": raw.frame(b"\0" * 7),
    "the largest size": struct.pack(">i", 2**31 - 1),
    "more than socket.request.max.bytes": struct.pack(">i", 100 * MIB + 1),
    "an unknown API": raw.frame(raw.header(9999, 0)),
    "a negative API": raw.frame(raw.header(-1, 0)),
    "a version too new": raw.frame(raw.header(raw.METADATA, 99) + b"\0"),
    "a negative version": raw.frame(raw.header(raw.METADATA, -1)),
    "a version too old": raw.frame(raw.header(raw.PRODUCE, 0)),
    "a body that ends early": raw.frame(raw.header(raw.METADATA, 12)),
    "a client id longer than the frame": raw.frame(struct.pack(">hhih", raw.API_VERSIONS, 0, 1, 30000)),
    "an array of two thousand million": raw.frame(raw.header(raw.METADATA, 1) + struct.pack(">i", 2**31 - 1)),
    "as many tags": raw.frame(raw.header(raw.METADATA, 12) + b"\xff\xff\xff\xff\x0f"),
    "a varint without an end": raw.frame(raw.header(raw.METADATA, 12) + b"\xff" * 10),
    "a controller's API": raw.frame(raw.header(raw.VOTE, 0)),
    "a web browser": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a TLS client": bytes.fromhex("1603010200010001fc0303") + b"\0" * 600,
}


def what_cannot_be_a_request_ends_its_connection(binary):
    with node.running(binary) as running:
        for name, data in IMPOSSIBLE.items():
            with raw.Raw(running.port) as client:
                client.send(data)
                assert client.is_closed_by_peer(), name
        assert others_are_served(running)
        assert running.stop() == 0


def sizes_that_are_only_announced_take_no_memory(binary):
    with node.running(binary, CROWD) as running:
        before = resident(running)
        clients = [raw.Raw(running.port) for _ in range(100)]
        for client in clients:
            client.send(struct.pack(">i", 100 * MIB) + b"\0\x03\0\x01")
        assert others_are_served(running)
        assert is_within(running, before, 16 * MIB), resident(running) - before
        for client in clients:
            client.socket.close()


def half_requests_hold_nobody_up(binary):
    with node.running(binary, CROWD) as running:
        clients = [raw.Raw(running.port) for _ in range(200)]
        whole = raw.frame(raw.header(raw.API_VERSIONS, 0))
        for client in clients:
            client.send(whole[:9])
        assert others_are_served(running)
        for client in clients:  # the other half counts, however late
            assert client.ask(whole[9:])[:4] == struct.pack(">i", 1)
            client.socket.close()


def requests_that_spend_the_memory_and_stand_still_are_closed_soon(binary):
    # 16 MiB are the clients'. The small ones wait in line, each with bytes that were not read yet.
    for size, count in ((20 * MIB, 3), (105_000, 500)):
        with node.running(binary, {**CROWD, "klamm.memory.bytes": 64 * MIB}) as running:
            kcat(running, "-P", "-t", "some", given="x\n")
            clients = [raw.Raw(running.port) for _ in range(count)]
            for client in clients:
                client.socket.settimeout(IDLE_SECONDS)
                # Those that are closed already are what this is about.
                with contextlib.suppress(TimeoutError, ConnectionError):
                    client.send(struct.pack(">i", 100 * MIB) + raw.header(raw.PRODUCE, 9) + bytes(size))
            began = time.monotonic()
            kcat(running, "-P", "-t", "some", "-X", "api.version.request.timeout.ms=60000", "-X",
                 "message.max.bytes=10000000", given="y" * 900_000 + "\n")
            # Idle connections are closed after ten minutes.
            assert time.monotonic() - began < 60, f"{count} of them held others up"
            node.log_has(running, "memory for requests is spent")
            for client in clients:
                client.socket.close()


def who_never_reads_is_not_read_from(binary):
    with node.running(binary) as running:
        before = resident(running)
        with raw.Raw(running.port) as client:
            client.socket.settimeout(IDLE_SECONDS)
            asked = raw.frame(raw.header(raw.API_VERSIONS, 0)) * 1000
            sent = 0
            try:
                while sent < 256 * MIB:
                    sent += client.socket.send(asked)
            except TimeoutError:
                pass
            assert sent < 256 * MIB, "everything was taken in"
            assert is_within(running, before, 32 * MIB), resident(running) - before
            assert others_are_served(running)


def fetches_that_nobody_reads_hold_no_records_in_memory(binary):
    with node.running(binary, CROWD) as running:
        kcat(running, "-P", "-t", "large", given=("y" * 1000 + "\n") * 10_000)
        before = resident(running)
        clients = [raw.Raw(running.port) for _ in range(100)]
        for client in clients:
            client.send(raw.fetch("large", 0, bytes_max=8 * MIB) * 3)
        time.sleep(IDLE_SECONDS)
        assert others_are_served(running)
        assert is_within(running, before, 32 * MIB), resident(running) - before
        for client in clients:
            client.socket.close()
        assert running.stop() == 0


def fetches_that_wait_for_ever_end_with_their_client_and_with_the_node(binary):
    with node.running(binary, CROWD) as running:
        kcat(running, "-P", "-t", "some", given="x\n")
        waiting = raw.fetch("some", 1, wait_ms=2**31 - 1, bytes_min=1)
        opened = descriptors(running)

        def come_and_go(count):
            for _ in range(count):
                with raw.Raw(running.port) as client:
                    client.send(waiting)
            assert eventually(lambda: descriptors(running) < opened + 20), "connections are left"
        # What so many take at once is kept for others by the allocator, and depends on how fast they come.
        come_and_go(2000)
        before = resident(running)
        come_and_go(8000)
        assert eventually(lambda: is_within(running, before, 8 * MIB)), resident(running) - before
        clients = [raw.Raw(running.port) for _ in range(10)]
        for client in clients:
            client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
            client.send(waiting)
        wait_until_read(running)
        assert running.stop() == 0
        for client in clients:
            assert client.answer(), "cut off without an answer"


def fetches_that_wait_hold_nothing_of_what_they_asked_for_in_vain(binary):
    with node.running(binary) as running:
        kcat(running, "-P", "-t", "some", given="x\n")
        before = resident(running)
        clients = [raw.Raw(running.port) for _ in range(4)]
        for client in clients:
            client.send(raw.fetch("some", 1, wait_ms=2**31 - 1, bytes_min=1, empty_topics=1_000_000))
            wait_until_read(running)
        assert eventually(lambda: is_within(running, before, 64 * MIB)), resident(running) - before
        for client in clients:
            client.socket.settimeout(0.01)
            with contextlib.suppress(TimeoutError):
                client.socket.recv(1)
                raise AssertionError("it does not wait")
            client.socket.close()


def what_the_gone_had_remembered_makes_others_neither_spin_nor_wait(binary):
    with node.running(binary, {"klamm.memory.bytes": 32 * MIB}) as running:
        kcat(running, "-P", "-t", "some", given="x\n")

        def idle_fetches():
            with raw.Raw(running.port) as client:
                session = struct.unpack(">i", client.ask(raw.fetch("some", 1, epoch=0))[10:14])[0]
                began = time.monotonic()
                client.ask(raw.fetch("some", 1, session, 1, wait_ms=1000, bytes_min=1))
                return session, time.monotonic() - began
        for count in [4000, 2000, 1500, 1000, 800, 500, 300, 200, 100, 50, 20, 10, 5, 2, 1] * 2:
            with raw.Raw(running.port) as client:
                client.ask(raw.fetch("none", 0, epoch=0, partitions=count))
        session, seconds = idle_fetches()
        assert session != 0, "no session is to be had"
        assert 0.9 < seconds < 5, seconds


def a_fetch_session_holds_its_id_and_its_epochs(binary):
    with node.running(binary) as running:
        kcat(running, "-P", "-t", "some", given="x\n")
        with raw.Raw(running.port) as client:
            def asked(session, epoch):
                """Error, session id."""
                return struct.unpack(">hi", client.ask(raw.fetch("some", 1, session, epoch))[8:14])
            error, session = asked(0, 0)
            assert (error, session != 0) == (0, True)
            unknown, wrong_epoch = 70, 71
            assert asked(session, 1) == (0, session)
            assert asked(session, 1)[0] == wrong_epoch, "an epoch twice"
            assert asked(session, 7)[0] == wrong_epoch, "epochs left out"
            assert asked(session, -7)[0] == wrong_epoch, "a negative epoch"
            assert asked(session, 2) == (0, session), "what was wrong has changed nothing"
            assert asked(session ^ 0x55, 3)[0] == unknown
            assert asked(-session, 3)[0] == unknown
            assert asked(0, 5)[0] == unknown
            assert asked(session, -1)[0] == 0
            assert asked(session, 3)[0] == unknown, "it has been closed"


def hundreds_of_connections_come_and_go(binary):
    with node.running(binary, CROWD) as running:
        clients = [raw.Raw(running.port) for _ in range(600)]
        for client in clients:
            client.send(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        for client in clients:
            client.answer()
            client.socket.close()
        assert others_are_served(running)
        assert running.stop() == 0


if __name__ == "__main__":
    node.claims([what_cannot_be_a_request_ends_its_connection, sizes_that_are_only_announced_take_no_memory,
                 half_requests_hold_nobody_up, requests_that_spend_the_memory_and_stand_still_are_closed_soon,
                 who_never_reads_is_not_read_from,
                 fetches_that_nobody_reads_hold_no_records_in_memory, a_fetch_session_holds_its_id_and_its_epochs,
                 fetches_that_wait_for_ever_end_with_their_client_and_with_the_node,
                 fetches_that_wait_hold_nothing_of_what_they_asked_for_in_vain,
                 what_the_gone_had_remembered_makes_others_neither_spin_nor_wait, hundreds_of_connections_come_and_go])
