#!/usr/bin/env python3
"""Mutual TLS with real clients: a node whose every listener, the controller's included, is SSL and wants a certificate.

  mtls.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER]

Root, intermediate and leaves are made by openssl; the node is started with PEM, with PKCS12 and with JKS by keytool; probes by
`openssl s_client`, Apache Kafka's Java clients and librdkafka (kcat) go through; clients without a certificate, with an expired
and with an untrusted one do not, and are told why; the node's certificate is replaced on disk under load.
Closes with `N passed, N failed, N skipped`.
"""
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka")]
import kafka  # noqa: E402
import certificates  # noqa: E402  (of tests/clients)
import claims  # noqa: E402
import tls_test  # noqa: E402

LOAD_SECONDS = 20


def make_certificates(folder):
    made = certificates.Authority(folder)
    made.leaf("broker").leaf("client").leaf("late", days=-1).leaf("next", subject="/CN=broker")
    made.trust()
    if certificates.has_keytool():
        for name in ("broker", "client", "next", "late"):
            made.jks(name)
    stranger = certificates.Authority(pathlib.Path(folder) / "strangers", "strangers").leaf("stranger")
    for ending in ("pem", "key", "p12"):
        shutil.copy(stranger / f"stranger.{ending}", made / f"stranger.{ending}")
    return made


def java_settings(made, name):
    """A Java client's; NAME is None for one that shows no certificate."""
    settings = {"security.protocol": "SSL", "ssl.truststore.type": "PKCS12", "ssl.truststore.location": made / "trust.p12",
                "ssl.truststore.password": certificates.PASSWORD, "request.timeout.ms": 8000, "default.api.timeout.ms": 9000,
                "max.block.ms": 9000, "delivery.timeout.ms": 9000}
    if name:
        settings.update({"ssl.keystore.type": "PKCS12", "ssl.keystore.location": made / f"{name}.p12",
                         "ssl.keystore.password": certificates.PASSWORD, "ssl.key.password": certificates.PASSWORD})
    return settings


def probe(found, made, node, kind):
    for port, where in ((node.port, "broker"), (node.controller_port, "controller")):
        for option, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
            done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", option, "-CAfile", made / "root.crt",
                                   "-cert", made / "client.pem", "-cert_chain", made / "client.pem",
                                   "-key", made / "client.key", "-verify_return_error"],
                                  input="", capture_output=True, text=True, timeout=30)
            ok = done.returncode == 0 and "Verify return code: 0 (ok)" in done.stdout and name in done.stdout
            found.claim(ok, f"{kind}: openssl s_client {option} at the {where}'s listener", done.stdout + done.stderr)


def clients(found, tools, made, node, kind, folder):
    java = claims.Tools(tools, node.address, claims.write_properties(folder / "client.properties", java_settings(made, "client")))
    done = java.run("kafka-topics", "--create", "--topic", "java", "--partitions", 2)
    found.claim(done.returncode == 0, f"{kind}: kafka-topics creates a topic", claims.last_error(done))
    done = java.produce("java", "one\ntwo\nthree\n")
    found.claim(done.returncode == 0 and "ERROR" not in done.stderr, f"{kind}: the console producer", claims.last_error(done))
    done = java.consume("java", 3, "--group", "readers")
    found.claim(sorted(done.stdout.split()) == ["one", "three", "two"], f"{kind}: the console consumer in a group", claims.last_error(done))
    done = tls_test.kcat(node, made, "client", "-P", "-t", "java", given="four\n")
    back = tls_test.kcat(node, made, "client", "-C", "-t", "java", "-e", "-q", "-o", "beginning")
    found.claim(done.returncode == 0 and sorted(back.stdout.split()) == ["four", "one", "three", "two"], f"{kind}: kcat", back.stderr)


REFUSED = {  # name -> the alert as a Java client reads it, and as kcat does; what the node's log says
    None: ("fatal alert: certificate_required", "alert certificate required", "no certificate"),
    "late": ("fatal alert: certificate_expired", "alert certificate expired", "expired"),
    # Java sends no certificate of an issuer whom the node has not named.
    "stranger": ("fatal alert: (unknown_ca|certificate_required)", "alert unknown ca", "not trusted"),
}


def refused(found, tools, made, node, kind, folder):
    for name, (by_java, by_kcat, in_log) in REFUSED.items():
        who = {None: "without a certificate", "late": "with an expired one", "stranger": "with an untrusted one"}[name]
        path = claims.write_properties(folder / f"{name}.properties", java_settings(made, name))
        done = claims.Tools(tools, node.address, path).run("kafka-topics", "--list")
        text = done.stdout + done.stderr
        ssl_said = re.search("SslAuthenticationException|SSLHandshake|SSLException", text)
        found.claim(done.returncode != 0 and re.search(by_java, text) and ssl_said,
                    f"{kind}: a Java client {who} is refused: {claims.last_error(done)[:150]}", text)
        done = tls_test.kcat(node, made, name, "-L", "-m", "5")
        found.claim(done.returncode != 0 and re.search(by_kcat, done.stderr), f"{kind}: kcat {who} is refused", done.stderr)
        try:
            line = kafka.node.log_has(node, in_log)
        except AssertionError as problem:
            line = ""
            found.claim(False, f"{kind}: the log says why", str(problem))
        if line:
            found.claim(True, f"{kind}: the log says why: {line[-200:]}")


class Load:
    """Producers and a consumer that go on while the certificate changes; what failed is kept."""

    def __init__(self, tools, made, node, folder):
        self.path = claims.write_properties(folder / "load.properties", java_settings(made, "client"))
        self.made, self.node, self.failures, self.connections = made, node, [], 0
        self.perf = subprocess.Popen(
            tools.command("kafka-producer-perf-test", "--topic", "load", "--num-records", 1000 * LOAD_SECONDS, "--record-size", 1000,
                          "--throughput", 1000, "--bootstrap-server", node.address, "--command-config", self.path),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.connect_again_and_again)
        self.thread.start()

    def connect_again_and_again(self):
        """New connections all the time: none may be refused at any moment of the change."""
        context = tls_test.client_context(self.made)
        while not self.stopping.is_set():
            try:
                with tls_test.Secure(self.node.port, context) as client:
                    client.versions()
                self.connections += 1
            except (OSError, EOFError) as problem:
                self.failures.append(repr(problem))
            time.sleep(0.01)

    def end(self):
        text = self.perf.communicate(timeout=LOAD_SECONDS * 4)[0]
        self.stopping.set()
        self.thread.join()
        return text


def replaced(found, tools, made, node, kind, folder, change):
    context = tls_test.client_context(made)
    with tls_test.Secure(node.port, context) as client:
        old = client.served_serial()
    load = Load(tools, made, node, folder)
    time.sleep(5)
    began = time.monotonic()
    change()
    try:
        tls_test.wait_for_serial(node, context, old)
        took = time.monotonic() - began
        found.claim(took < tls_test.RELOAD_SECONDS_MAX, f"{kind}: the new certificate is served after {took:.1f} s")
    except AssertionError as problem:
        found.claim(False, f"{kind}: the new certificate is served within 5 s", f"{problem}\n{node.log.read_text()[-1500:]}")
    text = load.end()
    total = text.strip().splitlines()[-1] if text.strip() else "nothing"
    clean = f"{1000 * LOAD_SECONDS} records sent" in text and not re.search("ERROR|WARN|Exception", text)
    found.claim(clean, f"{kind}: no request of the producer failed: {total}", text)
    found.claim(not load.failures and load.connections > 100,
                f"{kind}: none of {load.connections} new connections failed", str(load.failures[:3]))


def one_kind(found, tools, made, binary, kind, scratch):
    folder = scratch / kind
    folder.mkdir()
    working = folder / "stores"
    shutil.copytree(made.folder, working, ignore=shutil.ignore_patterns("strangers"))
    own = certificates.Authority.__new__(certificates.Authority)
    own.folder = working
    settings = (certificates.pem_settings(own, "broker") if kind == "PEM" else certificates.store_settings(own, "broker", kind))
    node = kafka.node.Node(binary, folder, tls_test.every_listener_tls(settings))
    node.format()
    try:
        seconds = node.start()
        print(f"{kind}: started in {seconds * 1000:.0f} ms")
        probe(found, made, node, kind)
        clients(found, tools, made, node, kind, folder)
        refused(found, tools, made, node, kind, folder)
        ending = {"PEM": "both.pem", "PKCS12": "p12", "JKS": "jks"}[kind]

        def change():
            shutil.copy(working / f"next.{ending}", working / "new")
            (working / "new").replace(working / f"broker.{ending}")
        replaced(found, tools, made, node, kind, folder, change)
        found.claim(certificates.PASSWORD not in node.log.read_text(), f"{kind}: no password in the log")
    finally:
        code = node.stop(signal.SIGTERM)
    found.claim(code == 0, f"{kind}: the node ends well", str(code))


def main():
    options = kafka.parser(__doc__.split("\n")[0]).parse_args()
    found = claims.Claims()
    tools, reason = kafka.find(options)
    missing = [program for program in ("openssl", "kcat") if shutil.which(program) is None]
    if tools is None or missing:
        found.skip("mutual TLS", reason or f"without {', '.join(missing)}")
        return found.close()
    with tempfile.TemporaryDirectory(prefix="klamm-mtls-") as scratch:
        made = make_certificates(pathlib.Path(scratch) / "certificates")
        for kind in ("PEM", "PKCS12", "JKS"):
            if kind == "JKS" and not certificates.has_keytool():
                found.skip(kind, "there is no keytool")
                continue
            one_kind(found, tools, made, kafka.binary_of(options), kind, pathlib.Path(scratch))
    return found.close()


if __name__ == "__main__":
    sys.exit(main())
