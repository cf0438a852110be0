"""Kafka's own dump tool over every file that a node wrote, and what in its output is a complaint."""
import dataclasses
import pathlib
import re

SUFFIXES = (".log", ".index", ".timeindex", ".txnindex", ".snapshot", ".checkpoint")
METADATA = "__cluster_metadata-0"
# All that the tool says on stderr is a complaint; these are what it says on stdout.
COMPLAINTS = re.compile(r"isvalid: false|isValid: false|invalid bytes at the end|Error at|mismatch|out of order"
                        r"|xception|not found|orrupt", re.IGNORECASE)
FILES_AT_ONCE = 200


@dataclasses.dataclass
class Findings:
    files: int = 0
    batches: int = 0
    records: int = 0
    complaints: list = dataclasses.field(default_factory=list)
    kinds: dict = dataclasses.field(default_factory=dict)  # record kinds of the metadata log -> how often

    def add(self, other):
        self.files, self.batches, self.records = (self.files + other.files, self.batches + other.batches,
                                                  self.records + other.records)
        self.complaints += other.complaints
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count


def without_noise(errors):
    """What the tool says on stderr, but for two things: where its own log goes, and that it believes the offset before
    each file's first to be -1."""
    noise = re.compile(r"Non-consecutive offsets in (\S*?/(\d{20})\.log)\n  -1 is followed by (\d+)(?=\n)(?!\n  )")
    errors = noise.sub(lambda found: "" if int(found[2]) == int(found[3]) else found[0], errors)
    return [line for line in errors.split("\n") if line.strip() and not line.startswith("SLF4J: ")]


def dump(kafka, files, *options):
    """One look at some files; each has to be named in the answer, so that none is passed over in silence."""
    found = Findings()
    for first in range(0, len(files), FILES_AT_ONCE):
        some = files[first:first + FILES_AT_ONCE]
        done = kafka.run("kafka-dump-log", "--files", ",".join(map(str, some)), *options, seconds=600)
        lines = done.stdout.split("\n")
        dumped = {line[len("Dumping "):] for line in lines if line.startswith("Dumping ")}
        found.files += len(dumped)
        found.complaints += [f"{file}: not looked at ({' '.join(options)})" for file in some if str(file) not in dumped]
        found.complaints += without_noise(done.stderr)
        # What records hold is not the tool's own word.
        words = (re.sub(r" payload: .*", "", line) for line in lines)
        found.complaints += [line for line in words if COMPLAINTS.search(line) and not line.startswith("Dumping ")]
        found.batches += sum(line.startswith("baseOffset: ") for line in lines)
        found.records += sum(int(count) for count in re.findall(r"(?m)^baseOffset: .* count: (\d+) ", done.stdout))
        for line in lines:
            kind = re.search(r'payload: \{"type":"(\w+)"', line)
            if kind:
                found.kinds[kind[1]] = found.kinds.get(kind[1], 0) + 1
        if done.returncode:
            found.complaints.append(f"kafka-dump-log ends with {done.returncode}")
    return found


def examine(kafka, folder):
    """Everything in a log directory: records deeply, indexes both ways, the metadata log and its snapshots decoded."""
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())
    metadata = [path for path in files if path.parent.name == METADATA]
    data = [path for path in files if path.parent.name != METADATA and path.parent != pathlib.Path(folder)]
    indexes = [path for path in files if path.suffix in (".index", ".timeindex")]
    looks = [
        ([path for path in data if path.suffix == ".log"], ["--deep-iteration", "--skip-record-metadata"]),
        ([path for path in metadata if path.suffix in (".log", ".checkpoint")], ["--cluster-metadata-decoder"]),
        ([path for path in files if path.suffix == ".checkpoint" and path.parent == pathlib.Path(folder)],
         ["--cluster-metadata-decoder"]),
        (indexes, ["--index-sanity-check"]),
        (indexes, ["--verify-index-only"]),
        ([path for path in files if path.suffix in (".snapshot", ".txnindex")], []),
    ]
    found = Findings()
    for some, options in looks:
        if some:
            found.add(dump(kafka, some, *options))
    left = [path for path in files if path.suffix not in SUFFIXES]
    found.complaints += [f"{path}: no file of Kafka's" for path in left
                         if path.name not in KNOWN and path.suffix != ".deleted"]
    return found


# Files that the dump tool does not read; that Kafka itself starts on them is for swap.py to show. `synced-offset` is
# Klamm's own (docs/format-metadata-log.md).
KNOWN = {"leader-epoch-checkpoint", "partition.metadata", "quorum-state", "meta.properties", ".lock",
         ".kafka_cleanshutdown", "cleaner-offset-checkpoint", "log-start-offset-checkpoint",
         "recovery-point-offset-checkpoint", "replication-offset-checkpoint", "synced-offset"}
