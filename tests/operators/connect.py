#!/usr/bin/env python3
"""config/connect: a distributed worker of Kafka Connect 4.3.1 beside a node of Klamm, Debezium's JDBC sink, and Debian's PostgreSQL. Ten
JSON records of a topic that their producer has created become ten rows; then both are restarted, and ten more come.

  connect.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--json FILE]

Needs a JDK, Maven once for the jars, postgresql, and kcat. Closes with `N passed, N failed, N skipped`.
"""
import json
import os
import pathlib
import pwd
import shutil
import sys
import tempfile
import urllib.error
import urllib.request

import ground
import kafka
import node

CONNECT = ground.CONFIG / "connect"
POMS = ground.HERE / "connect"
JARS = ground.ROOT / "build/operators"
WORKER = "org.apache.kafka.connect.cli.ConnectDistributed"
ROWS = "select id, text from demo_messages order by id"


def jars(name):
    """The folder of what a pom names; a sentence where it cannot be had."""
    there = JARS / name
    if (there / "complete").exists():
        return there, ""
    if shutil.which("mvn") is None:
        return None, "there is no Maven (maven)"
    done = ground.run("mvn", "-q", "-B", "-f", POMS / f"{name}.xml", "dependency:copy-dependencies", "-DincludeScope=runtime",
                      f"-Dmaven.repo.local={ground.ROOT / 'build/interop/maven'}", f"-DoutputDirectory={there}", seconds=900)
    if done.returncode:
        return None, f"Maven Central is out of reach: {done.stdout[-500:]}"
    (there / "complete").touch()
    return there, ""


class Postgres:
    """A server in a folder of its own, which does not run as root."""

    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="klamm-postgres-")
        self.folder, self.port = pathlib.Path(self.scratch.name), ground.network.free_ports(1)[0]
        binaries = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.binaries = binaries[-1] if binaries else None
        self.prefix = []
        if self.binaries and os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.prefix = ["setpriv", "--reuid=postgres", f"--regid={pwd.getpwnam('postgres').pw_gid}", "--clear-groups"]

    def __enter__(self):
        ground.succeed(*self.prefix, self.binaries / "initdb", "-A", "trust", "-U", "postgres", self.folder / "data")
        ground.succeed(*self.prefix, self.binaries / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o",
                       f"-p {self.port} -k {self.folder}", "start")
        try:
            self.sql("create role demo login password 'change-me'", user="postgres", database="postgres")
            self.sql("create database demo owner demo", user="postgres", database="postgres")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        ground.run(*self.prefix, self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        self.scratch.cleanup()

    def sql(self, text, user="demo", database="demo"):
        """Rows as lists of texts."""
        said = ground.succeed("psql", "-h", "127.0.0.1", "-p", self.port, "-U", user, "-d", database, "-At", "-F", "\t", "-c", text)
        return [line.split("\t") for line in said.splitlines()]

    def rows(self):
        """Those that the connector has written; none before it has made the table."""
        try:
            return self.sql(ROWS)
        except RuntimeError as problem:
            if "does not exist" not in str(problem):
                raise
            return []


class Worker:
    """The sample's worker, at this test's addresses."""

    def __init__(self, world, running, libraries, plugins):
        self.folder, self.libraries = world.own_folder("worker"), libraries
        self.port = ground.network.free_ports(1)[0]
        self.log = self.folder / "worker.log"
        text = (CONNECT / "worker.properties").read_text().replace("127.0.0.1:9092", running.address).replace("8083", str(self.port))
        # A folder of plugins has one for each.
        (self.folder / "plugins").mkdir()
        (self.folder / "plugins/debezium").symlink_to(plugins)
        text = text.replace("/usr/share/kafka/plugins", str(self.folder / "plugins"))
        self.properties = self.folder / "worker.properties"
        self.properties.write_text(text)

    def running(self):
        command = ["java", "-Xmx512m", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={kafka.HERE / 'log4j2.yaml'}",
                   "-cp", f"{self.libraries}/*", WORKER, self.properties]
        return ground.process(command, self.log)

    def wait(self):
        try:
            ground.until("the worker answers", lambda: ground.get(f"http://127.0.0.1:{self.port}/connectors")[0] == 200, 180)
        except BaseException:
            print(self.log.read_text()[-3000:], flush=True)
            raise

    def create(self, connector):
        """Whether it is made; a worker that has only just come into its group says 409, and one that is busy nothing."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/connectors", json.dumps(connector).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with ground.OPENER.open(request, timeout=60) as answer:
                return answer.status in (200, 201)
        except urllib.error.HTTPError as refused:
            said = refused.read().decode()
            if refused.code in (409, 500) and ("rebalance" in said or "timed out" in said):
                return False
            if refused.code == 409 and "already exists" in said:  # of a try before, which was made all the same
                return True
            raise RuntimeError(f"the connector is refused: {refused.code} {said[:2000]}") from refused

    def runs(self, name):
        status, text = ground.get(f"http://127.0.0.1:{self.port}/connectors/{name}/status")
        if status != 200:
            return False
        said = json.loads(text)
        states = [said["connector"]["state"], *(task["state"] for task in said["tasks"])]
        assert "FAILED" not in states, text[:3000]
        return len(states) > 1 and set(states) == {"RUNNING"}


def expected(first, last):
    return [[str(i), f"message {i}"] for i in range(first, last + 1)]


def send(running, first):
    ground.succeed(CONNECT / "demo-messages.sh", first, running.address)


def sink(world):
    if world.lacks("connect", "java:openjdk-17-jre-headless", "psql:postgresql-client", "kcat:kcat"):
        return
    database = Postgres()
    if database.binaries is None:
        return world.found.skip("connect", "there is no PostgreSQL (Debian: postgresql)")
    libraries, reason = jars("worker")
    plugins, reason = jars("plugin") if libraries else (None, reason)
    if plugins is None:
        return world.found.skip("connect", reason)
    connector = json.loads((CONNECT / "demo-messages-sink.json").read_text())
    connector["config"]["connection.url"] = f"jdbc:postgresql://127.0.0.1:{database.port}/demo"
    running = node.Node(world.binary, world.own_folder("node"), {"klamm.admin.listener": ""})
    running.format()
    running.start()
    worker = Worker(world, running, libraries, plugins)
    try:
        with database:
            with worker.running():
                worker.wait()
                send(running, 1)
                ground.until("the connector is taken", lambda: worker.create(connector), 120)
                ground.until("the connector runs", lambda: worker.runs(connector["name"]), 120)
                ground.until(lambda: f"ten rows are there, of {database.rows()}", lambda: database.rows() == expected(1, 10), 120)
                world.found.claim(True, "ten records of a topic that was created for them are ten rows")
            code = running.stop()
            world.found.claim(code == 0, "the node stops", f"exit code {code}")
            running.start()
            send(running, 11)
            with worker.running():
                worker.wait()
                ground.until("the connector runs again", lambda: worker.runs(connector["name"]), 180)
                ground.until(lambda: f"twenty rows are there, of {database.rows()}", lambda: database.rows() == expected(1, 20), 120)
                world.found.claim(True, "worker and node were restarted: each record is a row, once")
    finally:
        if running.process is not None:
            running.stop(9)


def play(world):
    world.part("sink", lambda: sink(world))


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
