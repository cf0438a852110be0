#!/usr/bin/env python3
"""TLS with real clients (kcat, openssl s_client, Python's ssl): who is let in, who is not and what the log says of it, and
certificates that change while clients are connected."""
import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

import certificates
import node
import raw
import wire

# The node looks at its files once a second.
RELOAD_SECONDS_MAX = 30
RELOAD_SECONDS = 2.5


def every_listener_tls(settings):
    """Lines for a node whose listeners, the controller's included, all speak TLS and want a certificate."""
    return lambda made: {
        "listeners": f"SSL://127.0.0.1:{made.port},CONTROLLER://127.0.0.1:{made.controller_port}",
        "advertised.listeners": f"SSL://127.0.0.1:{made.port}",
        "listener.security.protocol.map": "SSL:SSL,CONTROLLER:SSL",
        "inter.broker.listener.name": "SSL",
        "ssl.client.auth": "required",
        **settings,
    }


@contextlib.contextmanager
def authority():
    with tempfile.TemporaryDirectory(prefix="klamm-certificates-") as folder:
        yield certificates.Authority(folder).leaf("broker").leaf("client")


@contextlib.contextmanager
def mtls(binary, more=None, made=None):
    with contextlib.ExitStack() as stack:
        made = made or stack.enter_context(authority())
        settings = {**certificates.pem_settings(made, "broker"), **(more or {})}
        yield made, stack.enter_context(node.running(binary, every_listener_tls(settings)))


def client_context(made, name="client", version=None, root="root.crt"):
    context = ssl.create_default_context(cafile=made / root)
    if version:
        context.minimum_version = context.maximum_version = version
    if name:
        context.load_cert_chain(made / f"{name}.pem", made / f"{name}.key")
    return context


class Secure(raw.Raw):
    """A client that speaks bytes through TLS."""

    def __init__(self, port, context):
        super().__init__(port)
        self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")

    def versions(self):
        return self.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))

    def served_serial(self):
        return self.socket.getpeercert()["serialNumber"]


def kcat(running, made, name, *arguments, given=None):
    return subprocess.run(["kcat", "-m", "60", "-b", running.address, *certificates.kcat_options(made, name), *arguments], input=given,
                          capture_output=True, text=True, timeout=120)


def kcat_with_a_certificate_produces_and_consumes(binary):
    if shutil.which("kcat") is None:
        return "kcat is not installed"
    with mtls(binary) as (made, running):
        text = "".join(f"line {number}\n" for number in range(10_000))
        done = kcat(running, made, "client", "-P", "-t", "secured", given=text)
        assert done.returncode == 0, done.stderr
        back = kcat(running, made, "client", "-C", "-t", "secured", "-e", "-q", "-o", "beginning")
        assert back.stdout == text, back.stderr
    return None


def both_protocols_are_spoken_and_s_client_verifies(binary):
    with mtls(binary) as (made, running):
        for port in (running.port, running.controller_port):
            for option, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
                done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", option, "-CAfile", made / "root.crt",
                                       "-cert", made / "client.pem", "-cert_chain", made / "client.pem",
                                       "-key", made / "client.key", "-verify_return_error"],
                                      input="", capture_output=True, text=True, timeout=120)
                assert done.returncode == 0 and "Verify return code: 0 (ok)" in done.stdout, done.stdout + done.stderr
                assert re.search(rf"(Protocol *: |New, ){name}", done.stdout), done.stdout
                assert "CN = intermediate" in done.stdout, "the whole chain is sent"


def big_records_come_back_whole_in_both_protocols(binary):
    if shutil.which("kcat") is None:
        return "kcat is not installed"
    text = ("x" * 900_000 + "\n") * 20
    for protocol in ("TLSv1.2", "TLSv1.3"):
        with mtls(binary, {"ssl.enabled.protocols": protocol}) as (made, running):
            assert kcat(running, made, "client", "-P", "-t", "big", given=text).returncode == 0
            back = kcat(running, made, "client", "-C", "-t", "big", "-e", "-q", "-o", "beginning")
            assert back.stdout == text, protocol
    return None


def refused(running, context):
    """Whether a client with this context is kept out. In TLS 1.3 it learns so with its first read."""
    try:
        with Secure(running.port, context) as client:
            client.versions()
        return False
    except (ssl.SSLError, EOFError, ConnectionError):
        return True


def clients_without_a_good_certificate_are_refused_with_their_reason(binary):
    with mtls(binary) as (made, running), tempfile.TemporaryDirectory() as elsewhere:
        made.leaf("late", days=-1)
        stranger = certificates.Authority(elsewhere, "strangers").leaf("stranger")
        for name in ("stranger.pem", "stranger.key"):
            shutil.copy(stranger / name, made / name)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            assert not refused(running, client_context(made, "client", version))
            assert refused(running, client_context(made, None, version))
            assert refused(running, client_context(made, "late", version))
            assert refused(running, client_context(made, "stranger", version))
        node.log_has(running, "listener SSL", "no certificate", "ssl.client.auth")
        node.log_has(running, "listener SSL", "expired", "CN=late")
        node.log_has(running, "listener SSL", "not trusted", "O=strangers", "ssl.truststore")
        assert "-----BEGIN" not in running.log.read_text()


def plaintext_and_tls_meet_with_a_line_that_says_so(binary):
    with mtls(binary) as (_, running), raw.Raw(running.port) as plain:
        plain.send(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        with contextlib.suppress(EOFError, ConnectionResetError):
            while plain.read(1):
                pass
        node.log_has(running, "listener SSL", "without TLS", "security.protocol")
    with node.running(binary) as running:
        context = ssl.create_default_context()
        with contextlib.suppress(ssl.SSLError, ConnectionError, OSError), socket.create_connection(("127.0.0.1", running.port)) as plain:
            context.wrap_socket(plain, server_hostname="localhost")
        node.log_has(running, "TLS", "listener PLAINTEXT")


def swap(made, source, target):
    """As a rename does it: whoever looks sees the old file or the new one."""
    for ending in (".both.pem", ".pem", ".key"):
        shutil.copy(made / (source + ending), made / (target + ending + ".new"))
        os.replace(made / (target + ending + ".new"), made / (target + ending))


def wait_for_serial(running, context, old, seconds=RELOAD_SECONDS_MAX):
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with Secure(running.port, context) as client:
            if client.served_serial() != old:
                return client.served_serial()
        time.sleep(0.1)
    raise AssertionError(f"the old certificate is still served after {seconds} s")


def a_certificate_that_changes_on_disk_is_served_and_nobody_is_cut_off(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        with Secure(running.port, context) as early:
            old = early.served_serial()
            made.leaf("next", subject="/CN=broker")
            swap(made, "next", "broker")
            new = wait_for_serial(running, context, old)
            early.versions()
            (made / "broker.both.pem").write_text("this is no certificate\n")
            node.log_has(running, "ssl.keystore.location", "broker.both.pem", "goes on with")
            with Secure(running.port, context) as late:
                assert late.served_serial() == new
                late.versions()
            early.versions()


def kubernetes_swaps_a_link_and_that_is_seen(binary):
    with authority() as made:
        mounted = made / "mounted"
        for version, name in (("first", "broker"), ("second", "next")):
            if name == "next":
                made.leaf("next", subject="/CN=broker")
            (mounted / version).mkdir(parents=True)
            shutil.copy(made / f"{name}.both.pem", mounted / version / "tls.pem")
        os.symlink("first", mounted / "..data")
        os.symlink("..data/tls.pem", mounted / "tls.pem")
        with mtls(binary, {"ssl.keystore.location": mounted / "tls.pem"}, made) as (_, running):
            context = client_context(made)
            with Secure(running.port, context) as client:
                old = client.served_serial()
            os.symlink("second", mounted / "..data.new")
            os.replace(mounted / "..data.new", mounted / "..data")
            wait_for_serial(running, context, old)


class SecureWire(wire.Wire):
    """Messages through TLS."""

    def __init__(self, port, context):
        super().__init__(port)
        self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")


def altered(running, context, name, value, port=None):
    """The error code and text that kafka-configs --alter of this broker is answered with."""
    with SecureWire(port or running.port, context) as client:
        answer = client.call("IncrementalAlterConfigs", 1, resources=[
            {"resource_type": 4, "resource_name": "1", "configs": [{"name": name, "config_operation": 0, "value": value}]}])
    return answer["responses"][0]["error_code"], answer["responses"][0]["error_message"]


KEY_STORE = "listener.name.ssl.ssl.keystore.location"


def stores_that_are_of_no_use_are_refused_when_they_are_altered(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        made.leaf("other", subject="/CN=somebody else")
        for path, why in ((made / "none.pem", "none.pem cannot be read"), (made / "other.both.pem", "ssl.allow.dn.changes")):
            code, text = altered(running, context, KEY_STORE, str(path))
            assert code == 42 and KEY_STORE in text and why in text, (code, text)
        with Secure(running.port, context) as client:
            client.versions()


def stores_that_are_altered_are_served_also_after_a_restart(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        with Secure(running.port, context) as early:
            old = early.served_serial()
            made.leaf("next", subject="/CN=broker")
            assert altered(running, context, KEY_STORE, str(made / "next.both.pem"))[0] == 0
            new = wait_for_serial(running, context, old)
            early.versions()
        assert running.stop() == 0
        running.start()
        with Secure(running.port, context) as first:
            assert first.served_serial() == new, "the file's certificate is served at first"


TRUST_STORE = "listener.name.ssl.ssl.truststore.location"


def stores_of_the_file_may_go_once_there_are_others(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        made.leaf("next", subject="/CN=broker")
        with Secure(running.port, context) as early:
            old = early.served_serial()
            for store in (KEY_STORE, KEY_STORE.replace(".ssl.", ".controller.", 1)):
                assert altered(running, context, store, str(made / "next.both.pem"))[0] == 0
            wait_for_serial(running, context, old)
        assert running.stop() == 0
        (made / "broker.both.pem").unlink()
        running.start()
        node.log_has(running, "broker.both.pem cannot be read", "may have given listener SSL others")
        with Secure(running.port, context) as client:
            client.versions()


def who_is_trusted_no_longer_is_not_let_in_by_a_restart(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        trusted = made / "trusted.crt"
        trusted.write_bytes((made / "root.crt").read_bytes())
        assert altered(running, context, TRUST_STORE, str(trusted))[0] == 0
        assert running.stop() == 0
        trusted.unlink()
        try:
            running.start()
        except RuntimeError:
            node.log_has(running, "listener SSL was given its stores with kafka-configs", "they trust others")
        else:
            raise AssertionError("the node trusts whom the file trusts")


def stores_that_do_not_fit_together_leave_those_that_are_served(binary):
    with mtls(binary) as (made, running):
        context = client_context(made)
        with Secure(running.port, context) as early:
            old = early.served_serial()
            made.leaf("next", subject="/CN=broker")
            assert altered(running, context, KEY_STORE, str(made / "next.both.pem"))[0] == 0
            new = wait_for_serial(running, context, old)
        # At its listener a controller asks no broker what it thinks of its settings.
        key_type = KEY_STORE.replace("location", "type")
        assert altered(running, context, key_type, "PKC12", running.controller_port) == (0, None)
        node.log_has(running, "Listener SSL goes on with the stores that it has: those it was given are of no use")
        time.sleep(RELOAD_SECONDS)
        with Secure(running.port, context) as late:
            assert late.served_serial() == new, "the file's certificate is served again"


def principals_are_named_by_the_rules(binary):
    with authority() as made:
        made.leaf("named", subject="/O=Klamm/OU=Service Users/CN=Billing")
        rules = r"RULE:^CN=(.*?)\,OU=Service Users.*$/$1/L,DEFAULT"
        more = {"ssl.principal.mapping.rules": rules.replace("\\", "\\\\"), "super.users": "User:billing",
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer"}
        if shutil.which("kcat") is None:
            return "kcat is not installed"
        with mtls(binary, more, made) as (_, running):
            assert kcat(running, made, "named", "-P", "-t", "mine", given="x\n").returncode == 0
            other = kcat(running, made, "client", "-P", "-t", "mine", "-X", "message.timeout.ms=30000", given="x\n")
            assert other.returncode != 0 and "authorization" in other.stderr.lower(), other.stderr
            node.log_has(running, "Principal = User:", "is Denied operation = ", ":LITERAL:mine for request = ")
    return None


def sessions_are_resumed(binary):
    with mtls(binary) as (made, running):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = client_context(made, version=version)
            with Secure(running.port, context) as first:
                first.versions()
                session = first.socket.session
            with socket.create_connection(("127.0.0.1", running.port)) as plain, \
                    context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as again:
                assert again.session_reused, version
                again.sendall(raw.frame(raw.header(raw.API_VERSIONS, 0)))
                assert again.recv(4)


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        print("skip tls: there is no openssl program")
    else:
        node.claims([kcat_with_a_certificate_produces_and_consumes, both_protocols_are_spoken_and_s_client_verifies,
                     big_records_come_back_whole_in_both_protocols,
                     clients_without_a_good_certificate_are_refused_with_their_reason,
                     plaintext_and_tls_meet_with_a_line_that_says_so,
                     a_certificate_that_changes_on_disk_is_served_and_nobody_is_cut_off,
                     kubernetes_swaps_a_link_and_that_is_seen, stores_that_are_of_no_use_are_refused_when_they_are_altered,
                     stores_that_are_altered_are_served_also_after_a_restart,
                     stores_of_the_file_may_go_once_there_are_others, who_is_trusted_no_longer_is_not_let_in_by_a_restart,
                     stores_that_do_not_fit_together_leave_those_that_are_served,
                     principals_are_named_by_the_rules, sessions_are_resumed])
