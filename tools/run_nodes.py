#!/usr/bin/env python3
"""Several nodes as processes of one terminal: formats what is empty, starts them, and ends them with itself (./dev run --nodes 3).

A node that ends by itself, or is killed to see what happens, leaves the others running. A second ctrl-c kills what still runs.
"""
import argparse
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
END_SECONDS_MAX = 30
ENDED, PATIENCE_IS_OVER = b"\0", b"!"
TELLING = threading.Lock()


def tell(text):
    with TELLING:
        print(text, flush=True)


def settings_in(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Node:
    def __init__(self, binary, file, overrides):
        self.file, settings = file, settings_in(file)
        self.number, self.data = settings["node.id"], pathlib.Path(settings["log.dirs"])
        self.address = settings["listeners"].split(",")[0].partition("://")[2]
        self.command = [binary, "server", file, *overrides]
        self.process = None

    def cluster_id(self):
        """Of the directory; None where it is empty."""
        meta = self.data / "meta.properties"
        return settings_in(meta)["cluster.id"] if meta.exists() else None

    def start(self, teller):
        # In a session of its own, so that ctrl-c comes to it from here alone.
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors="replace", start_new_session=True)
        threading.Thread(target=self.carry_output, args=(teller,)).start()

    def carry_output(self, teller):
        for line in self.process.stdout:
            tell(f"{self.number} | {line.rstrip()}")
        code = self.process.wait()
        tell(f"{self.number} | ended {f'by signal {-code}' if code < 0 else f'with exit code {code}'}")
        os.write(teller, ENDED)

    def end(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)


class Nodes:
    def __init__(self, binary, files, overrides):
        self.binary = binary
        self.nodes = [Node(binary, file, overrides) for file in files]
        self.is_ending = False
        # What signals and threads have to say to the one that decides. A signal that comes just before somebody waits is not missed.
        self.events, self.teller = os.pipe()
        os.set_blocking(self.teller, False)

    def format(self):
        """Directories that are empty, for the cluster that the others belong to."""
        known = {node.number: node.cluster_id() for node in self.nodes}
        ids = sorted(set(known.values()) - {None}) or [self.storage("random-uuid").strip()]
        if len(ids) > 1:
            sys.exit(f"{', '.join(str(node.data) for node in self.nodes)} belong to several clusters: remove those that are not wanted")
        for node in self.nodes:
            if known[node.number] is None:
                self.storage("format", "--config", node.file, "--cluster-id", ids[0])

    def storage(self, *arguments):
        done = subprocess.run([self.binary, "storage", *arguments], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"storage {arguments[0]} has failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def run(self):
        """Until all have ended; the exit code."""
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(how, lambda *_: None)
        signal.set_wakeup_fd(self.teller)
        for node in self.nodes:
            node.start(self.teller)
        tell(self.what_to_try())
        running = len(self.nodes)
        while running:
            if os.read(self.events, 1) == ENDED:
                running -= 1
            else:
                self.end()
        return 0 if self.is_ending or not any(node.process.returncode for node in self.nodes) else 1

    def end(self):
        for node in self.nodes:
            node.end(signal.SIGKILL if self.is_ending else signal.SIGTERM)
        if not self.is_ending:
            self.is_ending = True
            tell("the nodes are told to end; ctrl-c once more kills them")
            patience = threading.Timer(END_SECONDS_MAX, os.write, [self.teller, PATIENCE_IS_OVER])
            patience.daemon = True
            patience.start()

    def what_to_try(self):
        servers, last = ",".join(node.address for node in self.nodes), self.nodes[-1]
        again = shlex.join(map(str, last.command))
        return f"""{len(self.nodes)} nodes run as processes {', '.join(str(node.process.pid) for node in self.nodes)}; ctrl-c ends them.
Once they say that they have started, try them in another terminal:
  printf 'hello\\nworld\\n' | kcat -b {servers} -P -t greetings -X acks=all
  kcat -b {servers} -C -t greetings -e
  kcat -b {servers} -L
Two of them go on without the third:
  kill -9 {last.process.pid}
  {again}    # is back"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--nodes", type=int, default=3)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/klamm")
    arguments.add_argument("--config", type=pathlib.Path, default=ROOT / "config/three-nodes/plain", help="a folder of node-N.properties")
    options, overrides = arguments.parse_known_args()
    files = sorted(options.config.glob("node-*.properties"))
    if options.nodes != len(files):
        sys.exit(f"{options.config} is for {len(files)} nodes, not for {options.nodes}")
    nodes = Nodes(options.binary, files, overrides)
    nodes.format()
    return nodes.run()


if __name__ == "__main__":
    sys.exit(main())
