#!/usr/bin/env python3
"""What set-ups for Kubernetes and systemd are expected to have stands in config/. Whether it works is for manifests.py and systemd.py,
which need more than Python."""
import pathlib
import re
import sys

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config"
KUBERNETES, SYSTEMD = "kubernetes/", "systemd/"
STATEFULSET = KUBERNETES + "base/statefulset.yaml"
ALERTS = KUBERNETES + "components/monitoring/alerts.yaml"
RULES = "prometheus/alerts.yml"
# A claim, its file, and patterns of which each has to be there; ^ and $ are a line's.
CLAIMS = {
    "three pods, rather not on one host": (STATEFULSET, [
        r"^  replicas: 3$", r"^        podAntiAffinity:\n(?:          .*\n)*? *topologyKey: kubernetes\.io/hostname$"]),
    "two minutes to stop": (STATEFULSET, [r"^      terminationGracePeriodSeconds: 120$"]),
    "user 1001 of group 0, never root": (STATEFULSET, [
        r"^        runAsNonRoot: true$", r"^        runAsUser: 1001$", r"^        runAsGroup: 0$", r"^        fsGroup: 0$"]),
    "user 1000, for volumes of other images": (KUBERNETES + "components/uid-1000/kustomization.yaml", [
        r"path: /spec/template/spec/securityContext/runAsUser\n +value: 1000$",
        r"path: /spec/template/spec/securityContext/fsGroup\n +value: 1000$"]),
    "nothing of the root file system can be written": (STATEFULSET, [
        r"^          readOnlyRootFilesystem: true$", r"^          allowPrivilegeEscalation: false$", r"^            - ALL$"]),
    "the claim is mounted at /var/lib/kafka/data-0": (STATEFULSET, [
        r"^        - name: data-0\n          mountPath: /var/lib/kafka/data-0$",
        r"^  volumeClaimTemplates:\n  - metadata:\n      name: data-0$"]),
    "ports for controllers, brokers, clients and metrics": (STATEFULSET, [
        rf"^        - name: {name}\n          containerPort: {port}$" for name, port in (
            ("tcp-controller", 9090), ("tcp-replication", 9091), ("tcp-clients", 9092), ("tcp-prometheus", 9404))]),
    "clients with certificates come in at 9093": (KUBERNETES + "overlays/mtls/kustomization.yaml", [
        r"^  - KAFKA_LISTENERS=CONTROLLER://:9090,REPLICATION://:9091,CLIENTS://:9093$",
        r"containers/0/ports/2/containerPort\n +value: 9093$"]),
    "a node's number is its pod's": (STATEFULSET, [r'export KAFKA_NODE_ID="\$\{POD_NAME##\*-\}"$']),
    "Services for the pods' names, to begin with, and for metrics": (KUBERNETES + "base/services.yaml", [
        r"^  name: klamm-headless\n(?:  .*\n)*spec:\n  clusterIP: None$", r"^  name: klamm-bootstrap$",
        r"^  name: klamm-metrics\n(?:  .*\n)*spec:\n  clusterIP: None$"]),
    "one pod at a time may be taken away by a drain": (KUBERNETES + "base/disruption.yaml", [
        r"^kind: PodDisruptionBudget$", r"^  maxUnavailable: 1$"]),
    "probes for start, life and readiness": (STATEFULSET, [
        rf"^        {kind}:\n          httpGet:\n            path: /{path}\n            port: tcp-prometheus$" for kind, path in (
            ("startupProbe", "startupz"), ("livenessProbe", "livez"), ("readinessProbe", "readyz"))]),
    "probes that open a connection": (KUBERNETES + "components/probes-tcp/kustomization.yaml", [
        rf"containers/0/{kind}\n +value:\n +tcpSocket:$" for kind in ("startupProbe", "livenessProbe", "readinessProbe")]),
    "a probe by openssl with a certificate": (KUBERNETES + "components/probes-openssl/kustomization.yaml", [
        r"openssl s_client -connect localhost:9093 -cert \S+ -key \S+$"]),
    "a root, an intermediate, and certificates for both ends": (KUBERNETES + "overlays/mtls/certificates.yaml", [
        r"^  selfSigned: \{\}$", r"^  name: klamm-root\nspec:\n(?:  .*\n)*?  isCA: true$",
        r"^  name: klamm-intermediate\nspec:\n(?:  .*\n)*?  isCA: true$", r"^  usages:\n(?:  - .*\n)*?  - server auth\n  - client auth$",
        r"^  additionalOutputFormats:\n  - type: CombinedPEM$"]),
    "certificates are mounted as PEM, without a container before": (KUBERNETES + "overlays/mtls/node-patch.yaml", [
        r"^              - key: tls-combined\.pem\n                path: node\.pem$", r"^          mountPath: /etc/kafka/tls$"]),
    "a ServiceMonitor": (KUBERNETES + "components/monitoring/scrape.yaml", [
        r"^kind: ServiceMonitor$", r"^  - port: tcp-prometheus$", r"^      replacement: kafka-cluster-kafka$"]),
    "manifests of a topic": (KUBERNETES + "components/declared/topics.yaml", [
        r"^kind: KafkaTopic$", r"^  partitions: \d+$", r"^  replicas: \d+$", r"^  config:$"]),
    "manifests of a user": (KUBERNETES + "components/declared/users.yaml", [
        r"^kind: KafkaUser$", r"^    type: scram-sha-512$", r"^    type: simple$", r"type: topic", r"type: group"]),
    "a unit that says when it serves, and is started again": (SYSTEMD + "klamm.service", [
        r"^Type=notify$", r"^Restart=on-failure$", r"^WatchdogSec=\S+$"]),
    "a user of its own, descriptors, and little else": (SYSTEMD + "klamm.service", [
        r"^User=klamm$", r"^LimitNOFILE=1048576$", r"^NoNewPrivileges=yes$", r"^ProtectSystem=strict$", r"^CapabilityBoundingSet=$",
        r"^SystemCallFilter=@system-service$"]),
}


def missing(text, patterns):
    return [each for each in patterns if not re.search(each, text, re.M)]


def alerts(path):
    return re.findall(r"(?m)^ +- alert: (\w+)$", (CONFIG / path).read_text())


def main():
    problems = []
    for claim, (path, patterns) in CLAIMS.items():
        problems += [f"{claim}: config/{path} has no {each}" for each in missing((CONFIG / path).read_text(), patterns)]
    if len(alerts(RULES)) != 12 or alerts(RULES) != alerts(ALERTS):
        problems.append(f"the twelve alerts, the same in both places: {alerts(RULES)} {alerts(ALERTS)}")
    for claim, (path, patterns) in CLAIMS.items():
        # Whatever a claim asks for is missing where every digit and every word is another one.
        if len(missing(re.sub(r"\w", "_", (CONFIG / path).read_text()), patterns)) != len(patterns):
            problems.append(f"{claim}: a pattern is found in any file")
    print("\n".join(problems) or f"{len(CLAIMS)} expectations stand in config/")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
