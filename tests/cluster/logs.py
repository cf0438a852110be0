"""What nodes have on their disks: the batches of their partitions as Kafka's dump tool sees them, compared between nodes."""
import pathlib
import re

METADATA = "__cluster_metadata-0"
BATCH = re.compile(r"^baseOffset: (\d+) lastOffset: (\d+) ")
DUMP_SECONDS = 120


def partitions_of(node):
    """The names of its partitions' directories."""
    return sorted(path.name for path in node.data.iterdir() if path.is_dir() and re.search(r"-\d+$", path.name))


def segments(node, directory):
    return sorted((node.data / directory).glob("*.log"))


def snapshots(node):
    """The offsets of the metadata log's snapshots, oldest first."""
    return sorted(int(path.name.split("-")[0]) for path in (node.data / METADATA).glob("*.checkpoint"))


def batches(tools, node, directories=None):
    """By directory, base offset to the tool's line for the batch, but for where in its file it lies; the batch's CRC is in it."""
    files = [path for directory in directories or partitions_of(node) for path in segments(node, directory)]
    done = tools.run("kafka-dump-log", "--files", ",".join(map(str, files)), seconds=DUMP_SECONDS)
    if done.returncode:
        raise RuntimeError(f"kafka-dump-log of node {node.spec.number}: {done.stderr[-1000:]}")
    found, directory = {}, None
    for line in done.stdout.splitlines():
        if line.startswith("Dumping "):
            directory = pathlib.Path(line[len("Dumping "):]).parent.name
            found.setdefault(directory, {})
        elif batch := BATCH.match(line):
            found[directory][int(batch[1])] = re.sub(r" position: \d+", "", line)
    return found


def end_of(found):
    """The offset behind the last batch."""
    return max((int(BATCH.match(line)[2]) + 1 for line in found.values()), default=0)


def unequal(by_node, directory, high_watermark=0, nodes=()):
    """Complaints where the nodes' batches differ, up to where the shortest log ends, which has to be the high watermark at least, and
    where one of `nodes` has no such directory; and how many offsets are the same."""
    found = {number: each[directory] for number, each in by_node.items() if directory in each}
    lacking = sorted(set(nodes) - set(found))
    if lacking:
        return [f"{directory}: not there on nodes {lacking}"], 0
    ends = {number: end_of(each) for number, each in found.items()}
    end, start = min(ends.values()), max(min(each, default=0) for each in found.values())
    complaints = [f"{directory}: ends {ends}, the high watermark was {high_watermark}"] if end < high_watermark else []
    first = min(found)
    for number, each in found.items():
        for offset in sorted(set(each) | set(found[first])):
            one, other = found[first].get(offset), each.get(offset)
            if start <= offset < end and one != other:
                complaints.append(f"{directory} at {offset}: node {first} has {one}, node {number} has {other}")
    return complaints, end - start
