"""A network namespace of the benchmark's own, with a loopback whose congestion control is cubic, the kernel's default.

Where a host's default is bbr, segments leave in the timers that pace them. On a loopback nothing needs pacing, and what
a segment costs is then charged to whoever those timers interrupt: the broker, its peer or nobody, by chance.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys

MARK = "KLAMM_BENCH_NETWORK"
CONTROL = "cubic"
LOOPBACK_ROUTES = ("127.0.0.0/8", "127.0.0.1")


def tools():
    """What `enter` needs, which minimal systems may lack; in sbin, where a user's PATH does not look."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return {name: shutil.which(name, path=path) for name in ("ip", "unshare")}


def enter(script, arguments):
    """Goes on as another process in the namespace. Returns when that is where we are, or where it cannot be."""
    if os.environ.get(MARK):
        return
    found = tools()
    if not all(found.values()):
        return
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    unshare = [found["unshare"], "--net", *as_root]
    # Asked first: from exec there is no way back.
    may = subprocess.run([*unshare, found["ip"], "link", "set", "lo", "up"], stderr=subprocess.DEVNULL)
    if may.returncode != 0:
        return
    os.environ[MARK] = "1"
    os.execv(unshare[0], [*unshare, sys.executable, str(pathlib.Path(script).resolve()), *arguments])


def prepare():
    """Inside the namespace: the loopback is up, and its connections have the kernel's default control."""
    if not os.environ.get(MARK):
        return
    ip = tools()["ip"]
    subprocess.run([ip, "link", "set", "lo", "up"], check=True)
    for route in LOOPBACK_ROUTES:
        # A kernel without the module keeps the host's control: `congestion_control` tells.
        subprocess.run([ip, "route", "change", "local", route, "dev", "lo", "table", "local", "proto", "kernel", "scope",
                        "host", "src", "127.0.0.1", "congctl", CONTROL], stderr=subprocess.DEVNULL, check=False)


def congestion_control():
    """What a connection on the loopback has."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        name = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16)
    return name.split(b"\0")[0].decode()
