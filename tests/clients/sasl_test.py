#!/usr/bin/env python3
"""SASL with real clients: SCRAM users made when the directory is formatted, PLAIN users of a JAAS entry, and who is not let in."""
import base64
import contextlib
import hashlib
import hmac
import os
import re
import shutil
import struct
import subprocess
import tempfile
import time

import certificates
import node
import raw

HANDSHAKE, AUTHENTICATE = 17, 36
UNSUPPORTED_MECHANISM, ILLEGAL_STATE, AUTHENTICATION_FAILED = 33, 34, 58
PASSWORD = "alice-secret"
SCRAM_LOGIN = "org.apache.kafka.common.security.scram.ScramLoginModule required"
PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


def sasl_listener(more=None, protocol="SASL_PLAINTEXT", mechanisms="SCRAM-SHA-512,SCRAM-SHA-256,PLAIN"):
    """Lines for a node whose clients log in; brokers, which are one, do so as well."""
    return lambda made: {
        "listeners": f"{protocol}://127.0.0.1:{made.port},CONTROLLER://127.0.0.1:{made.controller_port}",
        "advertised.listeners": f"{protocol}://127.0.0.1:{made.port}",
        "listener.security.protocol.map": f"{protocol}:{protocol},CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": protocol,
        "sasl.enabled.mechanisms": mechanisms,
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        f"listener.name.{protocol.lower()}.scram-sha-512.sasl.jaas.config":
            f'{SCRAM_LOGIN} username="broker" password="broker-secret";',
        f"listener.name.{protocol.lower()}.scram-sha-256.sasl.jaas.config": f"{SCRAM_LOGIN};",
        f"listener.name.{protocol.lower()}.plain.sasl.jaas.config":
            f'{PLAIN_LOGIN} username="broker" password="broker-secret" user_broker="broker-secret" user_paul="paul-secret";',
        **(more or {}),
    }


class ScramNode(node.Node):
    """Formatted with users: alice, who has both mechanisms, and the broker itself."""

    users = [f"SCRAM-SHA-512=[name=alice,password={PASSWORD}]", f"SCRAM-SHA-256=[name=alice,password={PASSWORD}]",
             "SCRAM-SHA-512=[name=broker,password=broker-secret]"]

    def format(self):
        added = [part for user in self.users for part in ("--add-scram", user)]
        self.storage("format", "-t", self.storage("random-uuid").strip(), "-c", self.properties, *added)


@contextlib.contextmanager
def sasl(binary, more=None, **others):
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        made = ScramNode(binary, folder, sasl_listener(more, **others))
        made.format()
        try:
            made.start()
            yield made
        finally:
            if made.process is not None:
                made.stop(9)


def kcat(running, user, password, *arguments, mechanism="SCRAM-SHA-512", more=(), given=None):
    options = ["security.protocol=SASL_PLAINTEXT", f"sasl.mechanism={mechanism}", f"sasl.username={user}", f"sasl.password={password}"]
    chosen = [part for option in [*options, *more] for part in ("-X", option)]
    return subprocess.run(["kcat", "-m", "60", "-b", running.address, *chosen, *arguments], input=given, capture_output=True, text=True,
                          timeout=120)


def string(text):
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def handshake(client, mechanism, version=1):
    """The error, and the mechanisms that there are."""
    answer = client.ask(raw.frame(raw.header(HANDSHAKE, version) + string(mechanism)))
    error, count = struct.unpack_from(">hi", answer, 4)
    names, at = [], 10
    for _ in range(count):
        size = struct.unpack_from(">h", answer, at)[0]
        names.append(answer[at + 2:at + 2 + size].decode())
        at += 2 + size
    return error, names


def authenticate(client, token, version=1):
    """The error, its message, the token, and how long the session lasts in ms."""
    answer = client.ask(raw.frame(raw.header(AUTHENTICATE, version) + struct.pack(">i", len(token)) + token))
    error, size = struct.unpack_from(">hh", answer, 4)
    at = 8 + max(size, 0)
    message = answer[8:at].decode()
    count = struct.unpack_from(">i", answer, at)[0]
    at += 4 + max(count, 0)
    lifetime = struct.unpack_from(">q", answer, at)[0] if version >= 1 else 0
    return error, message, answer[at - max(count, 0):at], lifetime


class Scram:
    """A client's side of SCRAM, made by hand (RFC 5802)."""

    def __init__(self, user, password, name="sha512"):
        self.hash, self.password = name, password
        self.nonce = base64.b64encode(os.urandom(18)).decode()
        self.bare = f"n={user},r={self.nonce}"

    def first(self):
        return f"n,,{self.bare}".encode()

    def final(self, server_first):
        """The message; what the server has to prove is kept."""
        fields = dict(part.split("=", 1) for part in server_first.decode().split(","))
        salted = hashlib.pbkdf2_hmac(self.hash, self.password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        bare = f"c=biws,r={self.nonce_of(fields)}"
        text = f"{self.bare},{server_first.decode()},{bare}".encode()
        key = hmac.digest(salted, b"Client Key", self.hash)
        signature = hmac.digest(hashlib.new(self.hash, key).digest(), text, self.hash)
        self.server_signature = hmac.digest(hmac.digest(salted, b"Server Key", self.hash), text, self.hash)
        proof = bytes(a ^ b for a, b in zip(key, signature))
        return f"{bare},p={base64.b64encode(proof).decode()}".encode()

    def nonce_of(self, fields):
        return fields["r"]

    def log_in(self, client, version=1, mechanism="SCRAM-SHA-512"):
        assert handshake(client, mechanism)[0] == 0
        error, message, server_first, _ = authenticate(client, self.first(), version)
        assert error == 0, message
        return authenticate(client, self.final(server_first), version)


class OldLibrdkafka(Scram):
    """Before 2.6.1 it sent its own part of the nonce twice."""

    def nonce_of(self, fields):
        return self.nonce + fields["r"]


def kcat_logs_in_with_each_mechanism(binary):
    if shutil.which("kcat") is None:
        return "kcat is not installed"
    with sasl(binary) as running:
        for mechanism, user, password in (("SCRAM-SHA-512", "alice", PASSWORD), ("SCRAM-SHA-256", "alice", PASSWORD),
                                          ("PLAIN", "paul", "paul-secret")):
            topic = mechanism.lower()
            done = kcat(running, user, password, "-P", "-t", topic, mechanism=mechanism, given="one\ntwo\n")
            assert done.returncode == 0, done.stderr
            back = kcat(running, user, password, "-C", "-t", topic, "-e", "-q", "-o", "beginning", mechanism=mechanism)
            assert back.stdout == "one\ntwo\n", back.stderr
        for secret in (PASSWORD, "paul-secret", "broker-secret"):
            assert secret not in running.log.read_text()
    return None


def the_wrong_password_user_and_mechanism_are_told_apart_by_nobody_but_the_log(binary):
    with sasl(binary, mechanisms="SCRAM-SHA-512,PLAIN") as running:
        said = []
        for user, password in (("alice", "wrong"), ("nobody", "wrong")):
            with raw.Raw(running.port) as client:
                error, message, _, _ = Scram(user, password).log_in(client)
                assert error == AUTHENTICATION_FAILED
                said.append(message)
                assert client.is_closed_by_peer()
        assert said[0] == said[1] and "SCRAM-SHA-512" in said[0], said
        node.log_has(running, "nobody", "SCRAM-SHA-512")
        with raw.Raw(running.port) as client:
            error, names = handshake(client, "SCRAM-SHA-256")
            assert error == UNSUPPORTED_MECHANISM and sorted(names) == ["PLAIN", "SCRAM-SHA-512"]
        node.log_has(running, "SCRAM-SHA-256", "sasl.enabled.mechanisms")


def an_unknown_user_has_the_same_salt_each_time(binary):
    def server_first(client, user):
        assert handshake(client, "SCRAM-SHA-512")[0] == 0
        answer = authenticate(client, Scram(user, "x").first())[2].decode()
        return answer.split(",", 1)[1]

    with sasl(binary) as running:
        said = {}
        for user in ["alice", *(f"ghost {number}" for number in range(20))] * 2:
            with raw.Raw(running.port) as client:
                answer = server_first(client, user)
                assert said.setdefault(user, answer) == answer
        assert len(set(said.values())) == len(said)
        # A number of 130 bits in base 36, as Kafka makes them: 25 or 26 digits, and one in sixty times fewer.
        digits = []
        for user, answer in said.items():
            salt, iterations = re.fullmatch("s=([^,]+),i=([0-9]+)", answer).groups()
            text = base64.b64decode(salt, validate=True).decode()
            assert re.fullmatch("[0-9a-z]{20,26}", text) and iterations == "4096", (user, answer)
            digits.append(len(text))
        assert sum(count >= 25 for count in digits) > 15, digits


def every_version_of_handshake_and_authenticate_logs_in(binary):
    with sasl(binary) as running:
        for version in (0, 1):
            with raw.Raw(running.port) as client:
                scram = Scram("alice", PASSWORD)
                error, message, token, _ = scram.log_in(client, version)
                assert error == 0, message
                assert token == b"v=" + base64.b64encode(scram.server_signature)
                assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        with raw.Raw(running.port) as client:
            assert handshake(client, "PLAIN", 0)[0] == 0
            assert client.ask(raw.frame(b"\0paul\0paul-secret")) == b"", "tokens stand alone after a handshake of version 0"
            assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))


def nothing_is_served_before_the_login(binary):
    with sasl(binary) as running:
        with raw.Raw(running.port) as client:
            assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
            client.send(raw.frame(raw.header(raw.METADATA, 1) + struct.pack(">i", -1)))
            assert client.is_closed_by_peer()
        with raw.Raw(running.port) as client:
            client.send(struct.pack(">i", 100_000))
            assert client.is_closed_by_peer(), "no frame as long as that is needed yet"


def an_old_librdkafka_is_let_in_with_a_hint_unless_it_must_not(binary):
    with sasl(binary) as running:
        with raw.Raw(running.port) as client:
            error, message, _, _ = OldLibrdkafka("alice", PASSWORD).log_in(client)
            assert error == 0, message
        node.log_has(running, "librdkafka", "2.6.1", "klamm.sasl.scram.strict.nonce")
    with sasl(binary, {"klamm.sasl.scram.strict.nonce": "true"}) as running, raw.Raw(running.port) as client:
        assert OldLibrdkafka("alice", PASSWORD).log_in(client)[0] == AUTHENTICATION_FAILED


def a_nonce_that_is_not_the_servers_is_refused(binary):
    class Replayed(Scram):
        def nonce_of(self, fields):
            return self.nonce + "x" * 20

    with sasl(binary) as running, raw.Raw(running.port) as client:
        assert Replayed("alice", PASSWORD).log_in(client)[0] == AUTHENTICATION_FAILED


def another_authorization_id_is_refused(binary):
    with sasl(binary) as running:
        with raw.Raw(running.port) as client:
            assert handshake(client, "PLAIN")[0] == 0
            assert authenticate(client, b"root\0paul\0paul-secret")[0] == AUTHENTICATION_FAILED
        with raw.Raw(running.port) as client:
            assert handshake(client, "SCRAM-SHA-512")[0] == 0
            scram = Scram("alice", PASSWORD)
            assert authenticate(client, f"n,a=root,{scram.bare}".encode())[0] == AUTHENTICATION_FAILED


def sleep_until(moment):
    time.sleep(max(0, moment - time.monotonic()))


def sessions_end_and_are_renewed_by_the_same_user_alone(binary):
    # A machine that stalls between two steps for less than 5 s does no harm.
    seconds = 12
    with sasl(binary, {"connections.max.reauth.ms": seconds * 1000}) as running:
        with raw.Raw(running.port) as client:
            error, message, _, lifetime = Scram("alice", PASSWORD).log_in(client)
            first_is_over = time.monotonic() + seconds + 0.2
            assert error == 0 and 0 < lifetime <= seconds * 1000, (message, lifetime)
            time.sleep(5.5)
            assert Scram("alice", PASSWORD).log_in(client)[0] == 0
            second_is_over = time.monotonic() + seconds + 0.2
            sleep_until(first_is_over)
            assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0))), "the renewed session is longer than the first"
            sleep_until(second_is_over)
            client.send(raw.frame(raw.header(raw.API_VERSIONS, 0)))
            assert client.is_closed_by_peer()
        with raw.Raw(running.port) as client:
            assert Scram("alice", PASSWORD).log_in(client)[0] == 0
            time.sleep(1.2)
            assert Scram("broker", "broker-secret").log_in(client)[0] == AUTHENTICATION_FAILED


def failures_are_answered_late_and_the_connection_ends(binary):
    with sasl(binary, {"connection.failed.authentication.delay.ms": 600}) as running, raw.Raw(running.port) as client:
        began = time.monotonic()
        assert Scram("alice", "wrong").log_in(client)[0] == AUTHENTICATION_FAILED
        assert time.monotonic() - began > 0.5
        assert client.is_closed_by_peer()


def scram_over_tls(binary):
    if shutil.which("kcat") is None:
        return "kcat is not installed"
    with tempfile.TemporaryDirectory(prefix="klamm-certificates-") as folder:
        made = certificates.Authority(folder).leaf("broker")
        with sasl(binary, certificates.pem_settings(made, "broker"), protocol="SASL_SSL") as running:
            more = ["security.protocol=SASL_SSL", f"ssl.ca.location={made / 'root.crt'}"]
            assert kcat(running, "alice", PASSWORD, "-P", "-t", "t", more=more, given="x\n").returncode == 0
            back = kcat(running, "alice", PASSWORD, "-C", "-t", "t", "-e", "-q", more=more)
            assert back.stdout == "x\n", back.stderr
    return None


if __name__ == "__main__":
    node.claims([kcat_logs_in_with_each_mechanism, the_wrong_password_user_and_mechanism_are_told_apart_by_nobody_but_the_log,
                 an_unknown_user_has_the_same_salt_each_time, every_version_of_handshake_and_authenticate_logs_in,
                 nothing_is_served_before_the_login, an_old_librdkafka_is_let_in_with_a_hint_unless_it_must_not,
                 a_nonce_that_is_not_the_servers_is_refused, another_authorization_id_is_refused,
                 sessions_end_and_are_renewed_by_the_same_user_alone, failures_are_answered_late_and_the_connection_ends, scram_over_tls])
