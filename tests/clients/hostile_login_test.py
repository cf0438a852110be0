#!/usr/bin/env python3
"""Clients that mean no good, before they have said who they are: what each of them costs is bounded, and good ones are served."""
import contextlib
import os
import random
import socket
import struct
import threading
import time

import node
import raw
import sasl_test
import tls_test

MANY = 300
DEADLINE_SECONDS = 10
# Who is held up by those that do not go on waits for their deadline. For less than this, the machine may have stood still.
GOOD_SECONDS_MAX = DEADLINE_SECONDS / 2
# After the deadline, until a busy machine has closed them all. What the deadline does not end stays for ten minutes.
CLOSE_SECONDS_MAX = 30


def rss_mib(running):
    with open(f"/proc/{running.process.pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def connect(port):
    return socket.create_connection(("127.0.0.1", port), raw.WAIT_SECONDS)


class Many:
    """Connections that `begin(socket)` has brought to where they stay; a good client is asked for meanwhile."""

    def __init__(self, port, begin, count=MANY):
        self.sockets = []
        for _ in range(count):
            one = connect(port)
            with contextlib.suppress(OSError):
                begin(one)
            self.sockets.append(one)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()

    def open_after_deadline(self):
        """How many of them the node never ends."""
        end = time.monotonic() + DEADLINE_SECONDS + CLOSE_SECONDS_MAX
        while (left := len(self.sockets) - self.closed_by_peer()) and time.monotonic() < end:
            time.sleep(0.1)
        return left

    def closed_by_peer(self):
        """How many of them the node has ended so far."""
        ended = 0
        for one in self.sockets:
            one.setblocking(False)
            try:
                while one.recv(4096):
                    pass
                ended += 1
            except BlockingIOError:
                pass
            except OSError:
                ended += 1
        return ended


def good_login_takes(running):
    began = time.monotonic()
    with raw.Raw(running.port) as client:
        error, message, _, _ = sasl_test.Scram("alice", sasl_test.PASSWORD).log_in(client)
        assert error == 0, message
    return time.monotonic() - began


KINDS = {
    "silent": lambda one: None,
    "half a size": lambda one: one.sendall(b"\0\0"),
    "two gibibytes": lambda one: one.sendall(struct.pack(">i", 2**31 - 1)),
    "a negative size": lambda one: one.sendall(struct.pack(">i", -5)),
    "half a handshake": lambda one: one.sendall(raw.frame(raw.header(sasl_test.HANDSHAKE, 1) + sasl_test.string("SCRAM-SHA-512"))[:-3]),
    "no login after the handshake":
        lambda one: one.sendall(raw.frame(raw.header(sasl_test.HANDSHAKE, 1) + sasl_test.string("SCRAM-SHA-512"))),
    "noise": lambda one: one.sendall(random.Random(5).randbytes(4000)),
}


def who_does_not_log_in_is_ended_in_time_and_hurts_nobody(binary):
    with sasl_test.sasl(binary) as running:
        good_login_takes(running)
        before = rss_mib(running)
        with contextlib.ExitStack() as stack:
            crowds = [stack.enter_context(Many(running.port, begin, MANY // 6)) for begin in KINDS.values()]
            took = max(good_login_takes(running) for _ in range(5))
            assert took < GOOD_SECONDS_MAX, f"a good client waits {took:.1f} s"
            left = {name: crowd.open_after_deadline() for name, crowd in zip(KINDS, crowds)}
            assert not any(left.values()), f"still connected after {DEADLINE_SECONDS} s: {left}"
        after = rss_mib(running)
        assert after < before + 40, f"{before:.0f} MiB before, {after:.0f} after"
        assert running.log.read_text().count("\n") < 2000, "the log is limited"


def one_byte_a_second_does_not_prolong_it(binary):
    with sasl_test.sasl(binary) as running, connect(running.port) as slow:
        request = raw.frame(raw.header(sasl_test.HANDSHAKE, 1) + sasl_test.string("SCRAM-SHA-512"))
        began = time.monotonic()
        try:
            for byte in request:
                slow.sendall(bytes([byte]))
                time.sleep(1)
        except (BrokenPipeError, ConnectionResetError):
            pass
        # Prolonged by each byte, it would last until all have been sent.
        assert time.monotonic() - began < len(request) - 5 and len(request) > DEADLINE_SECONDS + 15, "it is still connected"


def handshakes_that_never_end_are_ended_and_good_ones_go_on(binary):
    with tls_test.mtls(binary) as (made, running):
        context = tls_test.client_context(made)
        hello = client_hello(context)

        def stop_after_hello(one):
            one.sendall(hello)
        with Many(running.port, stop_after_hello) as crowd, Many(running.port, lambda one: one.sendall(hello[:40])) as half:
            began = time.monotonic()
            with tls_test.Secure(running.port, context) as client:
                client.versions()
            took = time.monotonic() - began
            assert took < GOOD_SECONDS_MAX, f"a good client waits {took:.1f} s"
            assert crowd.open_after_deadline() == 0
            assert half.open_after_deadline() == 0


def client_hello(context):
    """The first flight of a client, caught by a socket that nobody answers on."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.5)

        def begin():
            with contextlib.suppress(OSError):
                context.wrap_socket(ours, server_hostname="127.0.0.1")
        thread = threading.Thread(target=begin)
        thread.start()
        caught = theirs.recv(8192)
        thread.join()
    return caught


def wrong_logins_in_a_storm_leave_no_secret_and_no_flood(binary):
    with sasl_test.sasl(binary, {"connection.failed.authentication.delay.ms": 0}) as running:
        secret = "storm-" + os.urandom(6).hex()
        for number in range(250):
            with raw.Raw(running.port) as client:
                assert sasl_test.handshake(client, "PLAIN")[0] == 0
                error = sasl_test.authenticate(client, f"\0user{number}\n\0{secret}".encode())[0]
                assert error == sasl_test.AUTHENTICATION_FAILED
        log = running.log.read_text()
        assert secret not in log
        assert log.count("user1") < 250
        assert all(line.startswith("[") or not line.startswith("user") for line in log.splitlines()), "no line is forged"


if __name__ == "__main__":
    node.claims([who_does_not_log_in_is_ended_in_time_and_hurts_nobody, one_byte_a_second_does_not_prolong_it,
                 handshakes_that_never_end_are_ended_and_good_ones_go_on, wrong_logins_in_a_storm_leave_no_secret_and_no_flood])
