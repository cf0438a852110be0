"""What Prometheus reads, read strictly: the text format 0.0.4, and OpenMetrics 1.0.0 as far as Klamm writes it."""
import gzip
import re
import socket
import time

SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\S+)(?: \d+)?')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
SUFFIXES = {"counter": ("", "_total"), "gauge": ("",), "unknown": ("",), "untyped": ("",), "summary": ("", "_sum", "_count")}
OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


class Scrape:
    """One answer of /metrics: `values` by name and labels, {("name", (("label", "value"), ...)): float}; `complaints` are what a
    scraper would not take, or not take as it was meant."""

    def __init__(self, text):
        self.values, self.types, self.complaints = {}, {}, []
        self.family, self.is_over = None, False
        for line in text.splitlines():
            self.read(line)

    def complain(self, what, line):
        if len(self.complaints) < 20:
            self.complaints.append(f"{what}: {line[:200]}")

    def read(self, line):
        if self.is_over:
            self.complain("behind the end", line)
        elif line == "# EOF":
            self.is_over = True
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in self.types:
                self.complain("told twice", line)
            self.family, self.types[name] = name, kind
        elif not line.startswith("# HELP "):
            self.read_sample(line)

    def read_sample(self, line):
        found = SAMPLE.fullmatch(line)
        if not found:
            return self.complain("no sample", line)
        name, labels, value = found.groups()
        family = self.family or ""
        if not name.startswith(family) or name[len(family):] not in SUFFIXES[self.types.get(family, "untyped")]:
            self.complain(f"a sample of another family than {family}", line)
        series = (name, tuple(sorted(LABEL.findall(labels or ""))))
        if series in self.values:
            self.complain("told twice", line)
        self.values[series] = float(value)
        return None

    def get(self, name, **labels):
        """The value of the one series with just these labels; None where there is none."""
        return self.values.get((name, tuple(sorted(labels.items()))))

    def total(self, name, **labels):
        """The sum over all series of the name that have these labels."""
        wanted = set(labels.items())
        return sum(value for (found, of), value in self.values.items() if found == name and wanted <= set(of))

    def names(self):
        return {name for name, _ in self.values}


class Answer:
    """What a GET came to: `status`, `headers` in lower case, `body` as it was meant, and how long it took in seconds: until the
    first byte, and altogether; `wire_bytes` is what came over the connection."""

    def __init__(self, raw, first_seconds, seconds):
        self.first_seconds, self.seconds, self.wire_bytes = first_seconds, seconds, len(raw)
        head, _, body = bytes(raw).partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if self.headers.get("transfer-encoding") == "chunked":
            body = unchunked(body)
        self.body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body

    @property
    def text(self):
        return self.body.decode()


def unchunked(body):
    pieces, at = [], 0
    while True:
        end = body.index(b"\r\n", at)
        size = int(body[at:end], 16)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2:end + 2 + size])
        at = end + 2 + size + 2


def get(port, path="/metrics", headers=None, host="127.0.0.1", seconds=60):
    """Nothing is looked at before all of it is there, so that the time is the server's."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    raw = bytearray()
    began = time.monotonic()
    first = None
    with socket.create_connection((host, port), seconds) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        buffer = bytearray(1 << 20)
        while size := connection.recv_into(buffer):
            first = first or time.monotonic()
            raw += memoryview(buffer)[:size]
    ended = time.monotonic()
    return Answer(raw, (first or ended) - began, ended - began)


def scrape(port, **how):
    return Scrape(get(port, **how).text)
