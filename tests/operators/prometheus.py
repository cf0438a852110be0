"""Debian's Prometheus over a cluster of the tests: config/prometheus as it is, but for addresses and for patience."""
import json
import re
import time
import urllib.parse

import ground

RULES = ground.CONFIG / "prometheus/alerts.yml"
SCRAPE = ground.CONFIG / "prometheus/prometheus.yml"
# What minutes become, so that an alert takes seconds to fire and to clear.
FOR, RANGE = "3s", "20s"


def hurried(rules):
    """The same rules with less patience: every `for` and every range of a rate."""
    rules, waits = re.subn(r"(?m)^( +for: )\d+m$", rf"\g<1>{FOR}", rules)
    rules, ranges = re.subn(r"\[5m\]", f"[{RANGE}]", rules)
    assert waits == 12 and ranges == 2, f"{waits} waits and {ranges} ranges: is there another alert?"
    return rules


def scraping(addresses, text):
    """The scrape configuration with other targets, each second."""
    text = re.sub(r"(_interval: )\d+s", r"\g<1>1s", text)
    targets = "".join(f"    - {address}\n" for address in addresses)
    return re.sub(r"(?m)(^  - targets:\n)(    - \S+\n)+", lambda found: found[1] + targets, text)


class Asked:
    """A server that runs at a port of this machine."""

    def __init__(self, port):
        self.port = port

    def is_ready(self):
        return ground.get(f"http://127.0.0.1:{self.port}/-/ready")[0] == 200

    def ask(self, path, **values):
        status, text = ground.get(f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(values)}", 30)
        assert status == 200, f"{path} {values}: {status} {text}"
        return json.loads(text)["data"]

    def query(self, expression):
        """An instant vector: labels and values."""
        return [(each["metric"], float(each["value"][1])) for each in self.ask("query", query=expression)["result"]]

    def range(self, expression, seconds, step=1):
        """A matrix of the last seconds: labels, and [time, value] for each step."""
        now = time.time()
        found = self.ask("query_range", query=expression, start=now - seconds, end=now, step=step)["result"]
        return [(each["metric"], [(at, float(value)) for at, value in each["values"]]) for each in found]

    def firing(self):
        """Names of alerts that fire, with their labels."""
        return [(each["labels"]["alertname"], each["labels"]) for each in self.ask("alerts")["alerts"] if each["state"] == "firing"]


class Prometheus(Asked):
    """A server of the test's own; `with Prometheus(world, cluster) as prometheus`."""

    def __init__(self, world, cluster):
        super().__init__(ground.network.free_ports(1)[0])
        self.folder = world.own_folder("prometheus")
        addresses = [f"127.0.0.1:{port}" for port in cluster.admin_ports.values()]
        (self.folder / "alerts.yml").write_text(hurried(RULES.read_text()))
        (self.folder / "prometheus.yml").write_text(scraping(addresses, SCRAPE.read_text()))
        self.running = ground.process(["prometheus", f"--config.file={self.folder / 'prometheus.yml'}",
                                       f"--storage.tsdb.path={self.folder / 'data'}", f"--web.listen-address=127.0.0.1:{self.port}"],
                                      self.folder / "prometheus.log")

    def __enter__(self):
        self.running.__enter__()
        try:
            ground.until("Prometheus answers", self.is_ready, 60)
        except BaseException as problem:
            self.running.__exit__(type(problem), problem, problem.__traceback__)
            raise
        return self

    def __exit__(self, *problem):
        return self.running.__exit__(*problem)
