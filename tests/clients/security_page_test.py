#!/usr/bin/env python3
"""docs/security.md is true: a node starts with each of its configurations, and a client of that kind gets in."""
import pathlib
import re
import tempfile

import certificates
import node
import sasl_test
import tls_test

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/security.md"


def blocks():
    """What stands in its fences, by the key that tells one from the other."""
    found = re.findall(r"```properties\n(.*?)```", PAGE.read_text(), re.S)
    assert len(found) == 4, "the page has another block: give it a test"
    return [dict(line.split("=", 1) for line in block.replace("\\\n", " ").strip().splitlines()) for block in found]


def settings_of(block, made, running):
    """The block for a node on this machine: its ports, and its files in place of /etc/klamm."""
    settings = {}
    for key, value in block.items():
        value = value.replace("//:9093", f"//127.0.0.1:{running.port}").replace(":9094", f":{running.controller_port}")
        value = value.replace("/etc/klamm/broker.pem", str(made / "broker.both.pem")).replace("/etc/klamm/ca.pem", str(made / "root.crt"))
        settings[key] = value.replace("${file:/etc/klamm/secrets:broker}", "broker-secret")
    name = block["listeners"].split(":")[0]
    return {**settings, "advertised.listeners": f"{name}://127.0.0.1:{running.port}"}


def the_tls_listener_and_its_rules_let_a_client_in(binary):
    tls, rules, _, _ = blocks()
    with tls_test.authority() as made:
        made.leaf("named", subject="/O=Example/OU=services/CN=Billing")
        with node.running(binary, lambda running: {**settings_of(tls, made, running), **rules}) as running:
            with tls_test.Secure(running.port, tls_test.client_context(made, "named")) as client:
                assert client.versions()
            assert tls_test.refused(running, tls_test.client_context(made, None))


def the_sasl_listener_and_the_authorizer_let_a_user_in(binary):
    _, _, sasl, authorizer = blocks()
    with tempfile.TemporaryDirectory(prefix="klamm-certificates-") as folder, tempfile.TemporaryDirectory(prefix="klamm-test-") as home:
        made = certificates.Authority(folder).leaf("broker")
        running = sasl_test.ScramNode(binary, home, lambda one: {**settings_of(sasl, made, one), **authorizer})
        running.format()
        try:
            running.start()
            more = ["security.protocol=SASL_SSL", f"ssl.ca.location={made / 'root.crt'}"]
            seen = sasl_test.kcat(running, "alice", sasl_test.PASSWORD, "-L", more=more)
            assert seen.returncode == 0 and "1 brokers" in seen.stdout, seen.stderr
            wrong = sasl_test.kcat(running, "alice", "wrong", "-L", "-m", "3", more=more)
            assert wrong.returncode != 0
        finally:
            running.stop(9)


if __name__ == "__main__":
    node.claims([the_tls_listener_and_its_rules_let_a_client_in, the_sasl_listener_and_the_authorizer_let_a_user_in])
