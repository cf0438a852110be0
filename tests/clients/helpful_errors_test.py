#!/usr/bin/env python3
"""What is wrong with keys, certificates, stores, listeners and logins is said at the start in one line: the key, the file, the
cause and the remedy, and never a secret."""
import contextlib
import shutil
import tempfile

import certificates
import node
import tls_test
from operator_test import refusal, says

CANARY = "canary-secret"


@contextlib.contextmanager
def formatted(binary, settings):
    with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
        made = node.Node(binary, folder, settings)
        made.format()
        yield made


@contextlib.contextmanager
def tls_node(binary):
    """A node that would start, with its certificates; the tests spoil one thing at a time."""
    with tls_test.authority() as made:
        made.trust()
        settings = certificates.pem_settings(made, "broker")
        with formatted(binary, tls_test.every_listener_tls(settings)) as running:
            yield made, running


def refused_with(running, overrides, *parts):
    line = refusal(running, *(f"{key}={value}" for key, value in overrides.items()))
    says(line, *parts)
    assert CANARY not in line, line


def keys_and_certificates_that_do_not_fit_are_named(binary):
    with tls_node(binary) as (made, running):
        made.leaf("other").leaf("late", days=-1)
        mixed = made / "mixed.pem"
        mixed.write_text((made / "other.key").read_text() + (made / "broker.pem").read_text())
        refused_with(running, {"ssl.keystore.location": mixed}, "ssl.keystore.location", "mixed.pem", "not that of the certificate")
        refused_with(running, {"ssl.keystore.location": made / "late.both.pem"}, "late.both.pem", "expired", "CN=late")
        refused_with(running, {"ssl.keystore.location": made / "broker.pem"}, "broker.pem", "no private key")
        refused_with(running, {"ssl.keystore.location": made / "broker.key"}, "broker.key", "no certificate")
        refused_with(running, {"ssl.keystore.location": "/nowhere/b.pem"}, "ssl.keystore.location", "/nowhere/b.pem", "No such file")
        refused_with(running, {"ssl.truststore.location": made / "broker.key"}, "ssl.truststore.location", "no certificate")


def passwords_and_types_of_stores_are_told_apart(binary):
    with tls_node(binary) as (made, running):
        store = {"ssl.keystore.type": "PKCS12", "ssl.keystore.location": made / "broker.p12", "ssl.keystore.password": CANARY}
        refused_with(running, store, "ssl.keystore.password", "broker.p12", "does not open")
        refused_with(running, {**store, "ssl.keystore.type": "BKS"}, "ssl.keystore.type", "BKS", "JKS", "PKCS12", "PEM")
        refused_with(running, {**store, "ssl.keystore.location": made / "broker.both.pem"}, "broker.both.pem", "PEM", "ssl.keystore.type")
        pem_with_password = {"ssl.keystore.password": CANARY}
        refused_with(running, pem_with_password, "ssl.keystore.password", "PEM", "ssl.key.password")
        encrypted = made / "encrypted.pem"
        made.openssl("pkcs8", "-topk8", "-in", made / "broker.key", "-passout", f"pass:{certificates.PASSWORD}", "-out", made / "e.key")
        encrypted.write_text((made / "e.key").read_text() + (made / "broker.pem").read_text())
        refused_with(running, {"ssl.keystore.location": encrypted, "ssl.key.password": CANARY}, "ssl.key.password", "encrypted.pem")
        refused_with(running, {"ssl.keystore.location": encrypted}, "ssl.key.password", "encrypted.pem")


def protocols_and_ciphers_that_cannot_be_are_named(binary):
    with tls_node(binary) as (_, running):
        refused_with(running, {"ssl.enabled.protocols": "TLSv1.1"}, "ssl.enabled.protocols", "TLSv1.1", "TLSv1.2")
        refused_with(running, {"ssl.cipher.suites": "TLS_NO_SUCH_SUITE"}, "ssl.cipher.suites", "TLS_NO_SUCH_SUITE")
        refused_with(running, {"ssl.cipher.suites": "TLS_AES_128_GCM_SHA256", "ssl.enabled.protocols": "TLSv1.2"},
                     "ssl.cipher.suites", "ssl.enabled.protocols", "TLSv1.2")


def a_listener_without_its_store_or_mechanisms_is_told_the_line(binary):
    listeners = tls_test.every_listener_tls({})
    with formatted(binary, listeners) as running:
        says(refusal(running), "ssl.keystore.location", "listener")

    def sasl(made):
        return {**listeners(made), "listener.security.protocol.map": "SSL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"}
    with formatted(binary, sasl) as running:
        says(refusal(running), "sasl.enabled.mechanisms", "SCRAM-SHA-512")
        refused_with(running, {"sasl.enabled.mechanisms": "GSSAPI"}, "GSSAPI", "sasl.enabled.mechanisms")
        login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        refused_with(running, {"sasl.enabled.mechanisms": "SCRAM-SHA-512", "sasl.mechanism.inter.broker.protocol": "PLAIN",
                               "listener.name.ssl.scram-sha-512.sasl.jaas.config": login},
                     "sasl.mechanism.inter.broker.protocol=PLAIN", "SCRAM-SHA-512")
        refused_with(running, {"sasl.enabled.mechanisms": "SCRAM-SHA-512", "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512"},
                     "listener.name.ssl.scram-sha-512.sasl.jaas.config", "ScramLoginModule")
        broken = f'org.apache.kafka.common.security.scram.ScramLoginModule required username="x" password="{CANARY}"'
        refused_with(running, {"sasl.enabled.mechanisms": "SCRAM-SHA-512", "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
                               "listener.name.ssl.scram-sha-512.sasl.jaas.config": broken},
                     "listener.name.ssl.scram-sha-512.sasl.jaas.config", ";")


def an_authorizer_or_rules_that_are_not_known_are_refused(binary):
    with tls_node(binary) as (_, running):
        refused_with(running, {"authorizer.class.name": "com.example.Own"}, "authorizer.class.name", "com.example.Own", "Standard")
        refused_with(running, {"ssl.principal.mapping.rules": "RULE:broken"}, "ssl.principal.mapping.rules", "RULE:broken")
        standard = {"authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer"}
        refused_with(running, {**standard, "super.users": "alice"}, "super.users", "alice", "User:alice")


def nothing_is_wrong_yet_and_is_said(binary):
    with tls_test.authority() as made:
        made.leaf("soon", days=5).leaf("nameless", sans="")
        (made / "soon.alone.pem").write_text((made / "soon.key").read_text() + (made / "soon.crt").read_text())
        for file, parts in (("soon.both.pem", ["expires", "CN=soon"]), ("soon.alone.pem", ["chain", "is not complete", "CN=intermediate"]),
                            ("nameless.both.pem", ["CN=nameless", "subject alternative name"])):
            with tls_test.mtls(binary, {"ssl.keystore.location": made / file}, made) as (_, running):
                node.log_has(running, " warning ", *parts)


if __name__ == "__main__":
    if shutil.which("openssl") is None:
        print("skip errors of certificates: there is no openssl program")
    else:
        node.claims([keys_and_certificates_that_do_not_fit_are_named, passwords_and_types_of_stores_are_told_apart,
                     protocols_and_ciphers_that_cannot_be_are_named, a_listener_without_its_store_or_mechanisms_is_told_the_line,
                     an_authorizer_or_rules_that_are_not_known_are_refused, nothing_is_wrong_yet_and_is_said])
