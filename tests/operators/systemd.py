#!/usr/bin/env python3
"""config/systemd: the unit is valid and shuts much off, Type=notify is spoken as systemd hears it, and the sample of three machines forms
a cluster as docs/operations/systemd.md says.

  systemd.py [--build TREE | --binary KLAMM] [--keep FOLDER] [--only unit|folders|notify|three|running|booted] [--json FILE]

In `notify` and `three` a socket of the test is the service manager. Where systemd is process 1, and this is root, `running` runs the unit
itself, under another name; elsewhere `booted` has systemd-nspawn start a Debian of the test's own with systemd, and `running` is played
in there. The sample needs keytool and kcat. Closes with `N passed, N failed, N skipped`.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import ground
import engine
import node

UNIT = ground.CONFIG / "systemd/klamm.service"
SAMPLE = ground.CONFIG / "systemd/three-nodes"
PAGE = ground.ROOT / "docs/operations/systemd.md"
EXPOSURE_MAX = 15  # of 100, as systemd-analyze counts
WATCHDOG_SECONDS = 2
BOOTED_SECONDS_MAX = 420


class Manager:
    """A service manager's end of NOTIFY_SOCKET: what came, and when."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                text = self.socket.recv(65_536).decode()
                self.heard += [(time.monotonic(), line) for line in text.splitlines()]

    def environment(self):
        return {**os.environ, "NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000)}

    def lines(self):
        return [line for _, line in self.heard]

    def times(self, line):
        return [when for when, each in self.heard if each == line]

    def wait(self, line, seconds=30):
        ground.until(f"{line} is said, after {self.lines()[-5:]}", lambda: line in self.lines(), seconds)


def unit(world):
    if world.lacks("unit", "systemd-analyze:systemd"):
        return
    folder = world.own_folder("unit")
    there = folder / "klamm.service"
    there.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={world.binary}", UNIT.read_text()))
    done = ground.run("systemd-analyze", "--recursive-errors=no", "verify", there)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "klamm" in line]
    world.found.claim(done.returncode == 0 and not ours, "systemd-analyze verify", done.stdout + done.stderr)
    done = ground.run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", UNIT)
    said = done.stdout.strip().splitlines()[-1:] or [done.stderr]
    world.found.claim(done.returncode == 0, f"systemd-analyze security: at most {EXPOSURE_MAX / 10} of 10: {said[0]}", said[0])
    ground.measured("systemd-analyze security", said[0])


def folders(world):
    """What sysusers and tmpfiles make of their files, in a root of the test's own."""
    if os.geteuid() != 0 or world.lacks("folders", "systemd-sysusers:systemd", "systemd-tmpfiles:systemd"):
        return world.found.skip("folders", "another root takes root")
    root = world.own_folder("root")
    (root / "etc").mkdir()
    ground.succeed("systemd-sysusers", f"--root={root}", ground.CONFIG / "systemd/sysusers.d/klamm.conf")
    users = [line.split(":") for line in (root / "etc/passwd").read_text().splitlines()]
    ours = next((each for each in users if each[0] == "klamm"), None)
    world.found.claim(ours and ours[5] == "/var/lib/klamm" and ours[6].endswith("nologin"), "the node's user is made, and cannot log in",
                      str(users))
    ground.succeed("systemd-tmpfiles", f"--root={root}", "--create", ground.CONFIG / "systemd/tmpfiles.d/klamm.conf")
    found = {path: (root / path).stat() for path in ("etc/klamm", "etc/klamm/tls", "var/lib/klamm")}
    modes = {path: (stat.st_mode & 0o777, stat.st_uid != 0) for path, stat in found.items()}
    world.found.claim(modes == {"etc/klamm": (0o750, False), "etc/klamm/tls": (0o750, False), "var/lib/klamm": (0o750, True)},
                      "its folders are made, data the node's and configuration root's", str(modes))


def notify(world):
    """One node, from its start to its end, as the manager hears of it."""
    folder = world.own_folder("notify")
    manager = Manager(folder)
    one = node.Node(world.binary, folder, {"klamm.admin.listener": ""})
    one.format()
    with open(one.log, "ab") as log:
        process = subprocess.Popen(one.server_command(), stdout=log, stderr=log, env=manager.environment())
    try:
        manager.wait("READY=1")
        before = manager.lines()[:manager.lines().index("READY=1")]
        world.found.claim("STATUS=Starting" in before and any(line.startswith("EXTEND_TIMEOUT_USEC=") for line in before),
                          "a start says so, and asks for time", str(before))
        world.found.claim("Kafka Server started" in one.log.read_text(), "READY=1 comes when the node serves")
        time.sleep(3 * WATCHDOG_SECONDS)
        signs = manager.times("WATCHDOG=1")
        gaps = [later - earlier for earlier, later in zip(signs, signs[1:])]
        world.found.claim(len(signs) > 5 and max(gaps) < WATCHDOG_SECONDS / 2, "signs of life come twice as often as they are wanted",
                          str(gaps))
        process.send_signal(signal.SIGTERM)
        manager.wait("STOPPING=1")
        code = process.wait(60)
        world.found.claim(code == 0 and "READY=1" not in manager.lines()[manager.lines().index("STOPPING=1"):],
                          "SIGTERM is a stop that is said, and ends with 0", f"exit code {code}")
    finally:
        process.kill()


# --- three machines


class Machine:
    def __init__(self, folder, number, ports):
        self.number, self.folder = number, folder / f"machine-{number}"
        self.folder.mkdir()
        self.port, self.controller_port = next(ports), next(ports)
        self.properties, self.log = self.folder / "server.properties", self.folder / "node.log"
        self.process, self.manager = None, Manager(self.folder)


class Three:
    """The sample on one machine: its ports, folders and names are other ones, and nothing else is."""

    def __init__(self, world):
        self.folder, self.binary = world.own_folder("three"), world.binary
        ports = iter(ground.network.free_ports(6))
        self.machines = [Machine(self.folder, number, ports) for number in (1, 2, 3)]
        self.bash(ground.block(PAGE, "certificates").replace("kafka-$n.example.com", "localhost"))
        cluster_id = ground.succeed(self.binary, "storage", "random-uuid").strip()
        for each in self.machines:
            each.properties.write_text(self.moved((SAMPLE / f"node-{each.number}.properties").read_text(), each))
            text = ground.block(PAGE, "format").replace("runuser -u klamm -- klamm", str(self.binary))
            self.bash(text.replace("/etc/klamm/server.properties", str(each.properties)), ID=cluster_id)

    def bash(self, text, **environment):
        done = ground.run("bash", "-euc", text, cwd=self.folder, env={**os.environ, **environment})
        if done.returncode:
            raise RuntimeError(f"{text}\nended with {done.returncode}: {done.stdout}{done.stderr}")

    def moved(self, text, own):
        for each in self.machines:
            text = text.replace(f"kafka-{each.number}.example.com:9094", f"localhost:{each.controller_port}")
            text = text.replace(f"kafka-{each.number}.example.com:9093", f"localhost:{each.port}")
        text = text.replace("//:9093", f"//:{own.port}").replace("//:9094", f"//:{own.controller_port}")
        text = text.replace("/etc/klamm/tls/keystore.jks", str(self.folder / f"keystore-{own.number}.jks"))
        text = text.replace("/etc/klamm/tls/truststore.jks", str(self.folder / "truststore.jks"))
        text = text.replace("/var/lib/klamm/data", str(own.folder / "data"))
        settings = [line for line in text.splitlines() if not line.startswith("#")]
        left = [line for line in settings if "example.com" in line or "/etc/" in line or "/var/lib/klamm" in line]
        assert not left, left
        return text + "klamm.admin.listener=\n"

    def start(self, *numbers):
        for each in self.machines:
            if each.number in numbers:
                environment = {**each.manager.environment(), "KAFKA_OPTS": f"-Djava.security.auth.login.config={SAMPLE / 'jaas.conf'}"}
                with open(each.log, "ab") as log:
                    each.process = subprocess.Popen([self.binary, "server", each.properties], stdout=log, stderr=log, env=environment)

    def stop(self):
        for each in self.machines:
            if each.process is not None and each.process.poll() is None:
                each.process.kill()
                each.process.wait(30)

    def kcat(self, *arguments, given=None):
        settings = {"security.protocol": "SASL_SSL", "ssl.ca.location": self.folder / "ca.crt", "sasl.mechanism": "SCRAM-SHA-512",
                    "sasl.username": "admin", "sasl.password": "change-me-admin"}
        options = [part for key, value in settings.items() for part in ("-X", f"{key}={value}")]
        servers = ",".join(f"localhost:{each.port}" for each in self.machines)
        return ground.run("kcat", "-b", servers, *options, *arguments, given=given)

    def said(self):
        return "\n".join(f"{each.number}: {each.log.read_text()[-1500:]}" for each in self.machines if each.log.exists())


def three(world):
    if world.lacks("three machines", "keytool:openjdk-17-jre-headless", "openssl:openssl", "kcat:kcat"):
        return
    cluster = Three(world)
    try:
        first = cluster.machines[0].manager
        cluster.start(1)
        first.wait("STATUS=Waiting for the cluster's metadata")
        time.sleep(3)
        asked = [line for line in first.lines() if line.startswith("EXTEND_TIMEOUT_USEC=")]
        world.found.claim("READY=1" not in first.lines() and len(asked) > 2, "one of three waits for another, and asks for time",
                          str(first.lines()))
        cluster.start(2, 3)
        for each in cluster.machines:
            each.manager.wait("READY=1", 60)
        world.found.claim(True, "three nodes form a cluster from the sample, with JKS stores and a JAAS file")
        wrote = ground.until("admin writes", lambda: cluster.kcat("-P", "-t", "tried", "-X", "acks=all", given="one\n").returncode == 0, 60)
        cluster.machines[2].process.kill()
        ground.until("and goes on without one",
                     lambda: cluster.kcat("-P", "-t", "tried", "-X", "acks=all", given="two\n").returncode == 0, 60)
        read = cluster.kcat("-C", "-t", "tried", "-o", "beginning", "-e")
        world.found.claim(wrote and {"one", "two"} <= set(read.stdout.split()), "admin writes and reads, also without one of them",
                          read.stderr)
    except Exception:
        print(cluster.said(), flush=True)
        raise
    finally:
        cluster.stop()


# --- the unit itself

NAME = "klamm-unit-test"


def systemctl(*arguments):
    return ground.run("systemctl", *arguments, seconds=120)


def shown(what):
    return systemctl("show", "--value", "--property", what, NAME).stdout.strip()


def under_systemd(world):
    if os.geteuid() != 0:
        return world.found.skip("the unit under systemd", "this is not root")
    place = pathlib.Path("/run") / NAME
    file = pathlib.Path("/run/systemd/system") / f"{NAME}.service"
    place.mkdir(mode=0o755)
    state = pathlib.Path("/var/lib") / NAME
    try:
        shutil.copy2(world.binary, place / "klamm")
        one = node.Node(place / "klamm", place, {"log.dirs": state / "data", "klamm.admin.listener": ""})
        text = UNIT.read_text().replace("/usr/bin/klamm", str(place / "klamm")).replace("/etc/klamm/server.properties", str(one.properties))
        text = text.replace("User=klamm\nGroup=klamm", "DynamicUser=no\nUser=nobody\nGroup=nogroup").replace("StateDirectory=klamm",
                                                                                                             f"StateDirectory={NAME}")
        file.write_text(text.replace("/var/lib/klamm", str(state)))
        state.mkdir(mode=0o750)
        shutil.chown(state, "nobody", "nogroup")
        ground.succeed("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", place / "klamm", "storage", "format", "-t",
                       one.storage("random-uuid").strip(), "-c", one.properties)
        systemctl("daemon-reload")
        done = systemctl("start", NAME)
        world.found.claim(done.returncode == 0 and shown("StatusText") == "Serving", "the unit starts, and is active when the node serves",
                          done.stderr + ground.run("journalctl", "-n", "20", "-u", NAME).stdout)
        os.kill(int(shown("MainPID")), signal.SIGKILL)
        ground.until("it is started again", lambda: shown("NRestarts") == "1" and shown("ActiveState") == "active", 60)
        world.found.claim(True, "a node that is killed is started again")
        systemctl("stop", NAME)
        world.found.claim(shown("Result") == "success", "a stop is clean", shown("Result"))
    finally:
        systemctl("stop", NAME)
        file.unlink(missing_ok=True)
        systemctl("daemon-reload")
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)


# --- systemd, where it is not process 1

PLAYED = """[Unit]
Description=A script of the tests
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
TimeoutStartSec=300
ExecStart=/usr/bin/python3 {script} --binary {binary} --only running
StandardOutput=file:/results/said
StandardError=inherit
"""
RESULT = re.compile(r"(ok|FAILED|skipped)  (.*)")


def libraries():
    """What the page installs for the binary."""
    found = re.search(r"apt-get install --no-install-recommends ((?:.*\\\n)*.*)", PAGE.read_text())
    return found[1].replace("\\\n", " ").split()


def is_process_1():
    return pathlib.Path("/run/systemd/system").is_dir()


def booted(world):
    """What `running` says in a system that has systemd and what the page asks for."""
    if is_process_1():
        return None
    what = "the unit in a system of its own"
    if os.geteuid() != 0:
        return world.found.skip(what, "this is not root")
    if world.lacks(what, "systemd-nspawn:systemd-container", "debootstrap:debootstrap"):
        return None
    folder = world.own_folder("booted")
    root, results = folder / "root", folder / "results"
    root.mkdir()
    results.mkdir()
    tar = ground.ROOT / "build/operators/debian-12-systemd.tar"
    try:
        engine.make_system(tar, folder, ["systemd", "systemd-sysv", "python3", *libraries()])
    except engine.NotHere as reason:
        return world.found.skip(what, str(reason))
    ground.succeed("tar", "-C", root, "-xf", tar, seconds=300)
    wanted = root / "etc/systemd/system/multi-user.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (wanted.parent / "played.service").write_text(PLAYED.format(script=pathlib.Path(__file__).resolve(), binary=world.binary))
    (wanted / "played.service").symlink_to("../played.service")
    command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off", "--link-journal=no",
               "--console=read-only", f"--machine=klamm-{os.getpid()}", f"--directory={root}", f"--bind-ro={ground.ROOT}",
               f"--bind-ro={world.binary}", f"--bind={results}:/results", "--boot"]
    with ground.process(command, folder / "console.log") as system, contextlib.suppress(subprocess.TimeoutExpired):
        system.wait(BOOTED_SECONDS_MAX)
    said = (results / "said").read_text() if (results / "said").exists() else ""
    found = [RESULT.match(line) for line in said.splitlines()]
    found = [each for each in found if each]
    if not found:
        console = (folder / "console.log").read_text(errors="replace")
        return world.found.skip(what, f"systemd does not come so far in a container here: {(said + console)[-1500:]}")
    for each in found:
        if each[1] == "skipped":
            world.found.skip(f"in a system of its own: {each[2]}", "as it says")
        else:
            world.found.claim(each[1] == "ok", f"in a system of its own: {each[2]}", said)
    return None


def running(world):
    if not is_process_1():
        return print("    not here: systemd is not process 1", flush=True)
    return under_systemd(world)


def play(world):
    for name, part in (("unit", unit), ("folders", folders), ("notify", notify), ("three", three), ("running", running),
                       ("booted", booted)):
        world.part(name, lambda: part(world))


if __name__ == "__main__":
    sys.exit(ground.main(__doc__, play))
