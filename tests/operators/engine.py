"""buildah and podman for tests: storage of their own in a folder, no network but a loopback, no daemon.

`Engine` has the image; a `Box` is one network namespace with the containers in it, removed with it.
"""
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE = "localhost/klamm"
REGISTRY_BASE = "docker.io/library/debian:12-slim"
OWN_BASE = "localhost/klamm-debian"
# What debootstrap has made, for the next time.
OWN_SYSTEM = ROOT / "build/operators/debian-12.tar"
MIRROR = "http://deb.debian.org/debian"
PULL_SECONDS_MAX = 120
INSTALL_SECONDS_MAX = 900
# Programs, and Debian's packages that have them.
PROGRAMS = {"buildah": "buildah", "podman": "podman", "crun": "crun", "kcat": "kcat", "ip": "iproute2", "openssl": "openssl",
            "strip": "binutils", "debootstrap": "debootstrap"}
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
# Machines differ in what of cgroups they have, and in whether root may raise a limit, as podman does by itself; what works first is taken.
CGROUPS = (["--cgroups=disabled"], ["--cgroups=disabled", "--pids-limit=-1"], ["--pids-limit=-1"], [])
LIMITS = ([], ["--ulimit=host"])
WAYS = [[*cgroups, *limits] for cgroups in CGROUPS for limits in LIMITS]


class NotHere(Exception):
    """Something that this machine does not have, which is no fault of what is tested."""


def found(program):
    return shutil.which(program, path=PATH) is not None


def missing():
    """Installs what is not there. Why that cannot be, or nothing."""
    if os.geteuid() != 0:
        return "containers are run by root here"
    os.environ["PATH"] = PATH
    packages = [package for program, package in PROGRAMS.items() if not found(program)]
    if packages:
        print(f"installing {' '.join(packages)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]):
            try:
                done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=INSTALL_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                return f"{' '.join(command)} does not end within {INSTALL_SECONDS_MAX} s"
            if done.returncode:
                return f"{' '.join(command)}: {done.stderr.strip()[-500:]}"
    return ""


def readable(folder, mode=0o755):
    """A folder, and the files in it, for users whose ids are others."""
    os.chmod(folder, mode)
    for path in pathlib.Path(folder).iterdir():
        path.chmod(0o644)


def run(*command, given=None, seconds=120, check=True):
    done = subprocess.run([str(part) for part in command], input=given, capture_output=True, text=True, timeout=seconds)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done


def overlay_works(folder):
    lower, upper, work, merged = (folder / f"try/{name}" for name in ("lower", "upper", "work", "merged"))
    for made in (lower, upper, work, merged):
        made.mkdir(parents=True)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    if run("mount", "-t", "overlay", "overlay", "-o", options, merged, check=False).returncode:
        return False
    run("umount", merged)
    return True


def make_system(tar, folder, packages=()):
    """Debian 12 with some packages, as a tar; made by debootstrap, in a folder, unless it is there already."""
    if tar.exists():
        return
    system = folder / "debian"
    more = [f"--include={','.join(packages)}"] if packages else []
    try:
        run("debootstrap", "--variant=minbase", *more, "bookworm", system, MIRROR, seconds=900)
    except (RuntimeError, subprocess.TimeoutExpired) as failed:
        raise NotHere(f"no base: {failed}") from failed
    take_sources(system)
    tar.parent.mkdir(parents=True, exist_ok=True)
    written = tar.with_name(tar.name + ".new")
    run("tar", "-C", system, "-cf", written, ".", seconds=300)
    written.replace(tar)
    shutil.rmtree(system, ignore_errors=True)


def take_sources(system):
    """Packages come from where this machine has its own; what debootstrap fetched goes."""
    for listed in pathlib.Path("/etc/apt/sources.list.d").glob("debian*.sources"):
        shutil.copy(listed, system / "etc/apt/sources.list.d")
        (system / "etc/apt/sources.list").write_text("")
    for setting in pathlib.Path("/etc/apt/apt.conf.d").iterdir():
        if setting.read_text(errors="replace").startswith("Acquire::"):
            shutil.copy(setting, system / "etc/apt/apt.conf.d")
    shutil.rmtree(system / "var/cache/apt", ignore_errors=True)
    shutil.rmtree(system / "var/lib/apt/lists", ignore_errors=True)


class Engine:
    def __init__(self, keep=False):
        self.keep = keep
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="klamm-image-", dir="/var/tmp"))
        self.base = ""
        self.boxes = 0
        # Copies work where an overlay, as in a container, does not.
        driver = "overlay" if overlay_works(self.folder) else "vfs"
        self.storage = ["--root", self.folder / "root", "--runroot", self.folder / "runroot", "--storage-driver", driver]
        self.cgroups = []
        self.limited = None  # the same for containers with limits; None where there can be none

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.keep:
            print(f"kept in {self.folder}")
            return
        # Layers that are still mounted are not removed with their folder.
        for command in ("rm", "rmi"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.podman(command, "--all", "--force", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def podman(self, *arguments, **options):
        return run("podman", *self.storage, "--tmpdir", self.folder / "tmp", "--runtime", "crun", "--cgroup-manager", "cgroupfs",
                   "--events-backend", "none", *arguments, **options)

    def build(self, binary, base=""):
        """The image, out of a binary that has been built, on Debian's image or on a base that is made here."""
        self.base = base if base not in ("", "debootstrap") else self.debian(may_ask_registry=not base)
        context = self.folder / "context"
        (context / "prebuilt").mkdir(parents=True)
        shutil.copy(ROOT / "Dockerfile", context)
        shutil.copytree(ROOT / "image", context / "image")
        run("strip", "-o", context / "prebuilt/klamm", binary)
        began = time.monotonic()
        run("buildah", *self.storage, "bud", "--format", "docker", "--isolation", "chroot", "--network", "host",
            "--build-arg", f"DEBIAN={self.base}", "-t", IMAGE, context, seconds=900)
        print(f"measured build of the image: {time.monotonic() - began:.0f} s", flush=True)
        self.choose_cgroups()

    def debian(self, may_ask_registry):
        """Debian's image where a registry can be reached; else the same system, by debootstrap."""
        if may_ask_registry:
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self.podman("pull", "-q", REGISTRY_BASE, seconds=PULL_SECONDS_MAX)
                return REGISTRY_BASE
            print(f"skip base image of the registry: {REGISTRY_BASE} cannot be reached, debootstrap makes the base", flush=True)
        make_system(OWN_SYSTEM, self.folder)
        self.podman("import", "-q", OWN_SYSTEM, OWN_BASE, seconds=300)
        return OWN_BASE

    def choose_cgroups(self):
        reasons = []
        self.cgroups = next((options for options in WAYS if self.runs_with(options, reasons)), None)
        if self.cgroups is None:
            raise NotHere(f"podman runs nothing here: {'; '.join(reasons)}")
        self.limited = next((options for options in WAYS
                             if "--cgroups=disabled" not in options and self.runs_with([*options, "--memory", "1g"], reasons)), None)

    def runs_with(self, options, reasons):
        try:
            done = self.podman("run", "--rm", "--network", "none", "--log-driver", "none", "--no-healthcheck", *options, IMAGE, "true",
                               check=False)
        except subprocess.TimeoutExpired as late:
            reasons.append(str(late)[-300:])
            return False
        if done.returncode:
            reasons.append(done.stderr.strip()[-300:])
        return done.returncode == 0

    def inspect(self, image):
        return json.loads(self.podman("image", "inspect", image).stdout)[0]

    def size(self, image):
        return self.inspect(image)["Size"]

    def box(self):
        self.boxes += 1
        return Box(self, f"klamm-{os.getpid()}-{self.boxes}")


class Box:
    """One network namespace with nothing but its loopback, and the containers that share it."""

    def __init__(self, made, name):
        self.made, self.name = made, name
        self.containers = []

    def __enter__(self):
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            print(self.logs())
        for container in list(self.containers):
            container.remove()
        run("ip", "netns", "del", self.name, check=False)

    def run(self, name, variables=None, options=(), command=(), entrypoint=None):
        """Starts a container under a host name. `entrypoint` "" leaves the image's out, as a pod's command does."""
        given = [part for key, value in (variables or {}).items() for part in ("-e", f"{key}={value}")]
        if entrypoint is not None:
            given += ["--entrypoint", entrypoint]
        container = Container(self, f"{self.name}-{name}")
        # Health checks are timers of systemd, which need not be there.
        self.made.podman("run", "-d", "--name", container.name, "--hostname", name, "--network", f"ns:/run/netns/{self.name}",
                         "--log-driver", "k8s-file", "--no-healthcheck", *self.made.cgroups, *given, *options, IMAGE, *command)
        self.containers.append(container)
        return container

    def beside(self, *command, given=None, seconds=15):
        """A program of this machine in the nodes' network; its exit code 124 says that it took too long."""
        try:
            return run("ip", "netns", "exec", self.name, *command, given=given, seconds=seconds, check=False)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 124, "", f"nothing after {seconds} s")

    def logs(self):
        return "\n".join(f"--- {container.name}\n{container.log()[-3000:]}" for container in self.containers)


class Container:
    def __init__(self, box, name):
        self.box, self.name = box, name
        self.podman = box.made.podman

    def start(self):
        self.podman("start", self.name)

    def stop(self):
        """As `podman stop` does it; the exit code."""
        self.podman("stop", "-t", 30, self.name)
        return self.state()["ExitCode"]

    def wait(self, seconds=60):
        return int(self.podman("wait", self.name, seconds=seconds).stdout.split()[-1])

    def remove(self):
        self.podman("rm", "--force", "--volumes", "--time", 0, self.name, check=False)
        self.box.containers.remove(self)

    def execute(self, *command):
        return self.podman("exec", self.name, *command, check=False)

    def state(self):
        return json.loads(self.podman("container", "inspect", self.name).stdout)[0]["State"]

    def log(self):
        done = self.podman("logs", self.name, check=False)
        return done.stdout + done.stderr

    def wait_for(self, part, seconds):
        deadline = time.monotonic() + seconds
        while part not in (log := self.log()):
            assert self.state()["Running"], f"{self.name} has ended: {log[-3000:]}"
            assert time.monotonic() < deadline, f"no {part!r} after {seconds} s: {log[-3000:]}"
            time.sleep(0.05)

    def ready_ms(self):
        """From the start of the container to the line that says that the node has started; the container's clock is in UTC."""
        line = next(line for line in self.log().splitlines() if "Kafka Server started" in line)
        at = re.search(r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3})\]", line)
        ready = datetime.datetime.strptime(f"{at[1]}.{at[2]}+0000", "%Y-%m-%d %H:%M:%S.%f%z")
        started = re.match(r"([\d-]+)[T ]([\d:]+)(\.\d{1,6})?\d*\s*(Z|[+-]\d\d:?\d\d)", self.state()["StartedAt"])
        zone = "+0000" if started[4] == "Z" else started[4].replace(":", "")
        begun = datetime.datetime.strptime(f"{started[1]} {started[2]}{started[3] or '.0'}{zone}", "%Y-%m-%d %H:%M:%S.%f%z")
        return round((ready - begun).total_seconds() * 1000)
