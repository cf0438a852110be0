"""The binary is swapped under a data directory: what one wrote, the other serves, and takes more."""
import difflib
import re
import shutil
import subprocess

import life


def state(kafka, node):
    """What a client can see of a node: topics and their ids, settings, offsets, and every record."""
    def tool(name, *arguments):
        done = kafka.run(name, "--bootstrap-server", node.address, *arguments)
        if done.returncode:
            raise RuntimeError(f"{name} {' '.join(arguments)}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def sorted_settings(found):
        return "Configs: " + ",".join(sorted(found[1].split(",")))

    topics = re.sub(r"Configs: (\S+)", sorted_settings, tool("kafka-topics", "--describe"))
    settings = sorted(tool("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-name", "1").splitlines()
                      + tool("kafka-configs", "--describe", "--entity-type", "brokers", "--entity-default").splitlines())
    ends, starts, largest = (tool("kafka-get-offsets", "--time", time) for time in ("latest", "earliest", "max-timestamp"))
    # Of a partition whose records have all been deleted, Kafka still names one that is below the log's start.
    empty = {line.rsplit(":", 1)[0] for line in set(ends.splitlines()) & set(starts.splitlines())}
    largest = [line for line in largest.splitlines() if line.rsplit(":", 1)[0] not in empty]
    seen = {"topics": topics, "broker settings": "\n".join(settings), "end offsets": ends, "start offsets": starts,
            "largest timestamps": "\n".join(largest)}
    for line in ends.splitlines():
        topic, partition, end = line.split(":")
        read = subprocess.run(["kcat", "-b", node.address, "-C", "-t", topic, "-p", partition, "-o", "beginning", "-e", "-q",
                               "-f", "%o %T %k %h %s\n"], capture_output=True, text=True, timeout=120, check=True).stdout
        seen[f"records of {topic}-{partition}"] = read
    return seen


def unequal(before, after):
    """The names of the parts that differ, with their first lines that do."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        left, right = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        if left != right:
            lines = list(difflib.unified_diff(left, right, lineterm="", n=0))[2:]
            found += [f"{name}: {line[:300]}" for line in lines[:10] if not line.startswith("@@")]
    return found


def take_over(old, new):
    """`new` gets the data directory and the ports of `old`, which has been stopped."""
    shutil.rmtree(new.folder / "data", ignore_errors=True)
    shutil.copytree(old.folder / "data", new.folder / "data", symlinks=True)
    settings = old.properties.read_text().replace(str(old.folder), str(new.folder))
    new.properties.write_text(settings)
    new.port, new.controller_port = old.port, old.controller_port


def swap(kafka, old, new):
    """Stops `old`, starts `new` on a copy of its directory; what differs. Both directories have been added to."""
    before = state(kafka, old)
    if old.stop() not in life.CLEAN:
        return ["the first node did not stop cleanly"]
    take_over(old, new)
    new.start()
    found = unequal(before, state(kafka, new))
    life.kcat_produce(new, "kept", life.lines_of(200, 200, 99), "-X", "enable.idempotence=true")
    done = kafka.run("kafka-topics", "--bootstrap-server", new.address, "--create", "--topic", f"by-{new.folder.name}")
    if done.returncode:
        found.append(f"no topic can be created after the swap: {done.stdout}{done.stderr}")
    return found
