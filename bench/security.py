"""The rows of security: what TLS costs a broker per record, what getting in costs (handshakes, SCRAM logins), and what those cost
who never get in.

Each broker has a plain listener beside, one with TLS that wants a certificate, and one with SASL; both TLS listeners have
the same certificate on a P-256 key. Beside the table stands what one core encrypts at all (`openssl speed`).
"""
import pathlib
import re
import subprocess
import sys

from brokers import ROOT, free_port

sys.path.append(str(ROOT / "tests/clients"))
import certificates  # noqa: E402  (the path has to be known first)

SUITES = {"aes128": "TLS_AES_128_GCM_SHA256", "aes256": "TLS_AES_256_GCM_SHA384"}
SIZES = {"1KiB": (1024, 96), "64KiB": (65536, 8)}  # record size, records per request
LOGINS, HOSTILE = 2000, 10_000
USER, PASSWORD = "bench", "bench-secret"
KINDS = ("silent", "slow", "huge", "hello")
LIVE_MIB = 96


def tls_rows():
    return [{"name": f"tls-{way}-{size}-{suite}", "way": way, "size": size, "suite": suite, "alone": True}
            for size in SIZES for suite in SUITES for way in ("produce", "consume")]


def login_rows():
    return [{"name": "tls-handshakes", "way": "tls", "alone": True}, {"name": "scram-logins", "way": "scram", "alone": True}]


def hostile_rows():
    return [{"name": f"hostile-{kind}-{listener}", "kind": kind, "way": listener, "alone": True}
            for listener in ("tls", "scram") for kind in KINDS if (kind, listener) != ("hello", "scram")]


class SecurityRows:
    def __init__(self, bench, words, hostile):
        self.bench, self.options = bench, bench.options
        rows = hostile_rows() if hostile else tls_rows() + login_rows()
        self.rows = [row for row in rows if not words or any(word in row["name"] for word in words)]
        self.made = None

    def settings(self, broker):
        """Lines of server.properties; the broker's ports of TLS and SASL are set."""
        broker.tls_port, broker.sasl_port = free_port(), free_port()
        login = f'org.apache.kafka.common.security.scram.ScramLoginModule required username="{USER}" password="{PASSWORD}";'
        ports = {"PLAINTEXT": broker.port, "SSL": broker.tls_port, "SASL_PLAINTEXT": broker.sasl_port}
        listeners = ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())
        segment = (LIVE_MIB << 20) // 4
        return {
            "listeners": f"{listeners},CONTROLLER://127.0.0.1:{broker.controller_port}",
            "advertised.listeners": listeners,
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config": login,
            "ssl.client.auth": "required",
            **certificates.pem_settings(self.made, "broker"),
            "message.max.bytes": 16 << 20,
            "log.segment.bytes": segment, "log.retention.bytes": 2 * segment, "log.retention.check.interval.ms": 200,
            "log.segment.delete.delay.ms": 0, "log.initial.task.delay.ms": 500,
            # Thousands come at once: a SYN that is dropped is sent again after a second.
            "socket.listen.backlog.size": 4096,
        }

    def run(self, kinds, folder):
        self.made = certificates.Authority(pathlib.Path(folder)).leaf("broker").leaf("client")
        for run in range(self.options.runs):
            mine = [row for row in self.rows if not all(self.bench.has(run, row["name"], kind.name) for kind in kinds)]
            if mine:
                self.bench.run_brokers(kinds, mine, self.settings, run, self.measure)

    def measure(self, row, broker):
        listener = "tls" if "suite" in row else row["way"]
        arguments = ["--topic", row["name"], "--warmup", self.options.warmup, "--seconds", self.options.seconds]
        if listener == "tls":
            arguments += ["--ca", self.made / "root.crt", "--certificate", self.made / "client.pem", "--key", self.made / "client.key"]
        else:
            arguments += ["--user", USER, "--password", PASSWORD]
        port = broker.tls_port if listener == "tls" else broker.sasl_port
        if "suite" in row:
            size, records = SIZES[row["size"]]
            arguments += ["--cipher", SUITES[row["suite"]], "--record-size", size, "--request-records", records]
            if row["way"] == "consume":
                arguments += ["--fill-mib", LIVE_MIB // 3, "--retention-bytes", LIVE_MIB << 21]
            numbers = self.bench.load_at(row["way"], port, broker, *arguments)
            return {**numbers, "mb_per_s": numbers["records_per_s"] * size / 1e6}
        if "kind" in row:
            return self.bench.load_at("hostile", port, broker, "--kind", row["kind"], "--count", HOSTILE, *arguments)
        return self.bench.load_at("logins", port, broker, "--count", LOGINS, *arguments)

    # ---- The report

    def report(self, kinds):
        names = [kind.name for kind in kinds]
        lines = [f"Median (least-most) of {self.options.runs} alternated runs. {speed()}"]
        lines += self.bench.table(names, self.chosen(tls_rows()), [
            ("CPU ns/record", "cpu_ns_per_record", 0), ("MB/s", "mb_per_s", 0), ("p99 µs", "p99_us", 0)])
        lines += self.bench.table(names, self.chosen(login_rows()), [
            ("CPU µs each", "cpu_us_each", 0), ("a second", "logins_per_s", 0), ("good client's p99 µs meanwhile", "p99_us", 0),
            ("quiet", "quiet_p99_us", 0)])
        lines += self.bench.table(names, self.chosen(hostile_rows()), [
            ("RSS MiB meanwhile", "rss_during_mib", 0), ("before", "rss_before_mib", 0), ("after", "rss_after_mib", 0),
            ("good client's p99 µs meanwhile", "p99_us", 0), ("quiet", "quiet_p99_us", 0)])
        return "\n".join(lines) + "\n"

    def chosen(self, rows):
        return [row for row in rows if any(row["name"] == each["name"] for each in self.rows)]


def speed():
    """What one core of this machine encrypts in a second."""
    found = []
    for suite, name in (("AES-128-GCM", "aes-128-gcm"), ("AES-256-GCM", "aes-256-gcm")):
        done = subprocess.run(["openssl", "speed", "-seconds", "2", "-bytes", "16384", "-evp", name], capture_output=True, text=True)
        rate = re.search(r"([\d.]+)k\s*$", done.stdout.strip())
        found.append(f"{suite} {float(rate[1]) / 1000:,.0f} MB/s" if rate else f"{suite} unknown")
    return f"openssl speed of one core, 16 KiB: {', '.join(found)}."
