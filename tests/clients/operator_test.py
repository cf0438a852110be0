#!/usr/bin/env python3
"""Mistakes that operators make, and machines that stop at any moment: one line says what is wrong, and nothing is lost."""
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import node
import raw

# A node that is refused ends at once.
REFUSAL_SECONDS_MAX = 5
KCAT = ["kcat", "-m", "60"]
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class Formatted:
    """A formatted node that is not started, in a folder that everybody may enter."""

    def __init__(self, binary):
        self.binary = binary

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="klamm-test-")
        os.chmod(self.scratch.name, 0o755)
        made = node.Node(self.binary, self.scratch.name)
        made.format()
        return made

    def __exit__(self, *_):
        self.scratch.cleanup()


def refusal(made, *overrides, before=(), descriptors=None):
    """What a node says that does not start; it has to end by itself, with exit code 1 and one error."""
    command = [*before, *made.server_command()]
    if descriptors:
        command = ["prlimit", f"--nofile={descriptors}:{descriptors}", *command]
    for override in overrides:
        command += ["--override", override]
    done = subprocess.run(command, capture_output=True, text=True, timeout=REFUSAL_SECONDS_MAX)
    errors = [line for line in (done.stdout + done.stderr).splitlines() if " error " in line]
    assert done.returncode == 1, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    assert len(errors) == 1, errors
    return errors[0]


def says(text, *parts):
    missing = [part for part in parts if part not in text]
    assert not missing, f"{missing} is not in {text!r}"


def a_foreign_or_unformatted_directory_is_refused(binary):
    with Formatted(binary) as made:
        says(refusal(made, f"log.dirs={made.folder}/empty"), "is not formatted", "klamm storage format")
        voters = f"controller.quorum.voters=2@127.0.0.1:{made.controller_port}"
        says(refusal(made, "node.id=2", voters), "node id 1", "node.id=2", "log.dirs")
        meta = made.folder / "data/meta.properties"
        right = meta.read_text()
        meta.write_text(right.replace("version=1", "version=7"))
        says(refusal(made), "version=7", "0 or 1")
        meta.write_text("\n".join(line for line in right.splitlines() if "cluster.id" not in line))
        says(refusal(made), "cluster.id is missing")


def a_wrong_cluster_id_does_not_format_again(binary):
    with Formatted(binary) as made:
        done = subprocess.run(made.storage_command("format", "-t", "AAAAAAAAAAAAAAAAAAAAAg", "-c", made.properties,
                                                   "--ignore-formatted"), capture_output=True, text=True)
        assert done.returncode == 1
        says(done.stderr + done.stdout, "AAAAAAAAAAAAAAAAAAAAAg", "meta.properties")
        made.start()
        assert made.stop() == 0


def a_second_node_on_a_directory_or_a_port_is_refused(binary):
    with node.running(binary) as running, Formatted(binary) as made:
        elsewhere = f"listeners=PLAINTEXT://127.0.0.1:{made.port},CONTROLLER://127.0.0.1:{made.controller_port}"
        says(refusal(running, elsewhere), "is in use", ".lock", "log.dirs")
        says(refusal(running), f"{running.port} is in use", "choose another port")
        taken = f"listeners=PLAINTEXT://127.0.0.1:{running.port},CONTROLLER://127.0.0.1:{made.controller_port}"
        says(refusal(made, taken), f"{running.port} is in use", "choose another port")
        made.start()
        assert made.stop() == 0, "what was refused has left the directory whole"


BAD_VALUES = {
    "num.partitions=many": ["num.partitions", "many"],
    "num.io.threads=0": ["num.io.threads", "at least 1"],
    "log.segment.bytes=5": ["log.segment.bytes", "1048576"],
    "node.id=99999999999": ["node.id", "99999999999"],
    "process.roles=king": ["process.roles", "broker, controller"],
    "listeners=PLAINTEXT:/x": ["listeners", "NAME://host:port"],
    "listeners=PLAINTEXT://127.0.0.1:99999": ["listeners", "65535"],
    "listener.security.protocol.map=PLAINTEXT:SSL,CONTROLLER:PLAINTEXT": ["PLAINTEXT", "SSL"],
    "advertised.listeners=PLAINTEXT://0.0.0.0:9092": ["0.0.0.0", "advertised.listeners"],
    "controller.quorum.voters=1@x": ["controller.quorum.voters", "id@host:port"],
    "controller.quorum.voters=": ["controller.quorum.voters is missing"],
    "authorizer.class.name=com.example.Own": ["authorizer.class.name", "StandardAuthorizer"],
    "inter.broker.listener.name=NOPE": ["inter.broker.listener.name", "NOPE"],
    "log.dirs=/a,/b": ["log.dirs", "one directory"],
}


def a_bad_value_is_named_with_what_would_be_right(binary):
    with Formatted(binary) as made:
        for setting, parts in BAD_VALUES.items():
            says(refusal(made, setting), *parts)
        made.properties.rename(made.folder / "elsewhere")
        says(refusal(made), "server.properties", "No such file")


def too_few_descriptors_are_named(binary):
    with Formatted(binary) as made:
        says(refusal(made, descriptors=64), "only 64 files", "LimitNOFILE")


def files_of_another_user_are_named(binary):
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return "only root can become another user"
    with Formatted(binary) as made:
        made.properties.chmod(0o644)
        reached = [*NOBODY, "sh", "-c", 'test -x "$0" && test -r "$1"', binary, made.properties]
        if subprocess.run(reached, stderr=subprocess.DEVNULL).returncode != 0:
            return "others than root do not reach the program or the temporary folder"
        says(refusal(made, before=NOBODY), f"{made.folder}/data", "Permission denied", "the user that runs the node")
        (made.folder / "data").chmod(0o777)
        (made.folder / "data/meta.properties").chmod(0)
        (made.folder / "data/.lock").unlink(missing_ok=True)
        says(refusal(made, before=NOBODY), "meta.properties", "Permission denied")
        made.properties.chmod(0)
        says(refusal(made, before=NOBODY), "server.properties", "Permission denied")
    return None


def a_format_that_is_killed_can_be_done_again(binary):
    chance = random.Random(7)
    for _ in range(25):
        with tempfile.TemporaryDirectory(prefix="klamm-test-") as folder:
            made = node.Node(binary, folder)
            uuid = made.storage("random-uuid").strip()
            command = made.storage_command("format", "-t", uuid, "-c", made.properties)
            killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, 0.025))
            killed.kill()
            killed.wait()
            if not (pathlib.Path(folder) / "data/meta.properties").exists():
                says(refusal(made), "is not formatted")
            made.storage("format", "-t", uuid, "-c", made.properties, "--ignore-formatted")
            says((pathlib.Path(folder) / "data/meta.properties").read_text(), f"cluster.id={uuid}", "directory.id=")


def a_start_that_is_interrupted_loses_nothing(binary):
    chance = random.Random(8)
    with Formatted(binary) as made:
        made.start()
        kcat = [*KCAT, "-b", made.address, "-t", "kept"]
        subprocess.run([*kcat, "-P"], input="x\n" * 1000, text=True, check=True)
        assert made.stop() == 0
        for how in (signal.SIGTERM, signal.SIGKILL) * 12:
            with open(made.log, "ab") as log:
                interrupted = subprocess.Popen(made.server_command(), stdout=log, stderr=log)
            time.sleep(chance.uniform(0, 0.08))
            interrupted.send_signal(how)
            interrupted.wait(timeout=60)
        made.start()
        with raw.Raw(made.port) as client:
            assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        back = subprocess.run([*kcat, "-C", "-e", "-q"], capture_output=True, text=True, check=True).stdout
        assert back == "x\n" * 1000
        assert made.stop() == 0


def what_ends_a_start_is_no_failure(binary):
    chance = random.Random(9)
    with Formatted(binary) as made:
        made.start()
        assert made.stop() == 0
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 5:
            with open(made.log, "ab") as log:
                # Held back until the node has its own mind about them: before, they end any process.
                held = subprocess.Popen(made.server_command(), stdout=log, stderr=log,
                                        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [how]))
            time.sleep(chance.uniform(0, 0.06))
            held.send_signal(how)
            code = held.wait(timeout=60)
            assert code == 0, f"{how.name} ends the node with {code}: {made.log.read_text()[-500:]}"
        assert " error " not in made.log.read_text()


def a_hangup_stops_a_node_and_is_ignored_under_nohup(binary):
    with node.running(binary) as running:
        assert running.stop(signal.SIGHUP) == 0
        assert (running.folder / "data/.kafka_cleanshutdown").exists()
    with Formatted(binary) as made:
        made.server_command = lambda: ["nohup", made.binary, "server", made.properties]
        made.start()
        made.process.send_signal(signal.SIGHUP)
        with raw.Raw(made.port) as client:
            assert client.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        assert made.stop() == 0


def a_node_whose_directory_is_gone_does_not_end_well(binary):
    with node.running(binary) as running:
        subprocess.run([*KCAT, "-b", running.address, "-t", "lost", "-P"], input="x\n", text=True, check=True)
        while (running.folder / "data").exists():  # the node makes new files meanwhile
            shutil.rmtree(running.folder / "data", ignore_errors=True)
        assert running.stop() == 1
        says(running.log.read_text(), " error ", "No such file")


def metadata(*topics):
    """A whole request of Metadata version 4, which makes the topics that are missing."""
    names = b"".join(struct.pack(">h", len(name)) + name.encode() for name in topics)
    return raw.frame(raw.header(raw.METADATA, 4) + struct.pack(">i", len(topics)) + names + b"\1")


def idle_connections_leave_the_descriptors_to_logs(binary):
    with Formatted(binary) as made:
        made.server_command = lambda: ["prlimit", "--nofile=1024:1024", binary, "server", made.properties]
        made.start()
        with raw.Raw(made.port) as alive:
            assert alive.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
            idle, is_full = [], False
            # Until the backlog is full, too: a node that only is slow has let nobody wait yet.
            while len(idle) < 1060 and not is_full:
                try:
                    idle.append(socket.create_connection(("127.0.0.1", made.port), 2))
                except TimeoutError:
                    is_full = "lets new connections wait" in made.log.read_text()
            alive.socket.settimeout(60)
            names = [f"made{i}" for i in range(50)]
            alive.ask(metadata(*names))
            for name in names:
                assert (made.folder / f"data/{name}-0/partition.metadata").exists(), name
            says(made.log.read_text(), "lets new connections wait", "LimitNOFILE")
            assert " error " not in made.log.read_text()
            for client in idle:
                client.close()
            # The others may have been among those that were closed for the logs' sake.
        with raw.Raw(made.port) as late:
            late.socket.settimeout(60)
            assert late.ask(raw.frame(raw.header(raw.API_VERSIONS, 0)))
        assert made.stop() == 0


def damage_to_small_files_is_survived_or_named(binary):
    with Formatted(binary) as made:
        made.start()
        subprocess.run([*KCAT, "-b", made.address, "-t", "kept", "-P"], input="x\n", text=True, check=True)
        assert made.stop() == 0
        data = made.folder / "data"
        (data / "replication-offset-checkpoint").write_text("damage")
        made.start()
        assert made.stop() == 0
        says(made.log.read_text(), "replication-offset-checkpoint, line 1", "as if the file were empty")
        for file, remedy in ((data / "kept-0/partition.metadata", "or remove the file"),
                             (data / "bootstrap.checkpoint", "remove the file, which only begins an empty log")):
            right = file.read_bytes()
            file.write_bytes(b"damage")
            says(refusal(made), str(file), remedy)
            file.unlink()
            made.start()
            assert made.stop() == 0, f"the remedy for {file}"
            if file.name == "bootstrap.checkpoint":
                file.write_bytes(right)
        made.start()
        back = subprocess.run([*KCAT, "-b", made.address, "-t", "kept", "-C", "-e", "-q"], capture_output=True,
                              text=True, check=True).stdout
        assert back == "x\n"
        assert made.stop() == 0


if __name__ == "__main__":
    # Whoever runs the tests under nohup or in the background of a script has these ignored, and so would the nodes.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    node.claims([a_foreign_or_unformatted_directory_is_refused, a_wrong_cluster_id_does_not_format_again,
                 a_second_node_on_a_directory_or_a_port_is_refused, a_bad_value_is_named_with_what_would_be_right,
                 too_few_descriptors_are_named, files_of_another_user_are_named, a_format_that_is_killed_can_be_done_again,
                 a_start_that_is_interrupted_loses_nothing, what_ends_a_start_is_no_failure,
                 a_hangup_stops_a_node_and_is_ignored_under_nohup, a_node_whose_directory_is_gone_does_not_end_well,
                 idle_connections_leave_the_descriptors_to_logs, damage_to_small_files_is_survived_or_named])
