"""What a node lives through before its files are judged: rolls, codecs, idempotent producers, deletions, kills."""
import json
import random
import signal
import subprocess

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
CLEAN = (0, 143)  # a JVM that SIGTERM has ended says 143
# Small segments and frequent snapshots, so that there is much to find fault with.
SETTINGS = {
    "num.partitions": 2, "log.segment.bytes": 1048576, "log.index.interval.bytes": 1024,
    "metadata.log.max.record.bytes.between.snapshots": 3000, "log.retention.check.interval.ms": 1000,
}


def lines_of(count, size, seed):
    choose = random.Random(seed)
    words = ["".join(choose.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(300)]
    return "".join(f"k{number % 9}:{' '.join(choose.choices(words, k=size // 8))}\n" for number in range(count))


def kcat_produce(node, topic, text, *options):
    subprocess.run(["kcat", "-b", node.address, "-P", "-t", topic, "-K:", *options], input=text, text=True, check=True,
                   capture_output=True, timeout=120)


class Life:
    """Each chapter leaves the node running; `chapters` is their order."""

    def __init__(self, kafka, node):
        self.kafka, self.node = kafka, node

    def tool(self, name, *arguments, given=None):
        done = self.kafka.run(name, "--bootstrap-server", self.node.address, *arguments, given=given)
        if done.returncode:
            raise RuntimeError(f"{name} {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def topics_and_settings(self):
        for topic, settings in (("deleted", []), ("timed", ["message.timestamp.type=LogAppendTime"]),
                                ("rolled", ["segment.ms=200"]), ("short", ["retention.ms=100", "segment.ms=100"]),
                                ("trimmed", []), ("kept", [])):
            given = [part for setting in settings for part in ("--config", setting)]
            self.tool("kafka-topics", "--create", "--topic", topic, *given)
        self.tool("kafka-topics", "--alter", "--topic", "kept", "--partitions", "4")
        self.tool("kafka-configs", "--alter", "--entity-type", "topics", "--entity-name", "kept", "--add-config",
                  "max.message.bytes=900000,retention.ms=86400000")
        self.tool("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config",
                  "log.retention.ms=86400000")
        self.tool("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default", "--add-config",
                  "num.io.threads=4")

    def codecs(self):
        for number, codec in enumerate(CODECS):
            kcat_produce(self.node, f"codec-{codec}", lines_of(12_000, 400, number), "-z", codec)
            kcat_produce(self.node, f"codec-{codec}", lines_of(500, 100, number), "-z", codec, "-X", "enable.idempotence=true")

    def java_producers(self):
        for codec in CODECS:
            self.tool("kafka-producer-perf-test", "--topic", "kept", "--num-records", "5000", "--record-size", "300",
                      "--throughput", "-1", "--command-property", f"compression.type={codec}")
        self.tool("kafka-verifiable-producer", "--topic", "kept", "--max-messages", "500")

    def times(self):
        for topic in ("timed", "rolled", "short"):
            for turn in range(4):
                kcat_produce(self.node, topic, lines_of(300, 200, turn), "-X", "enable.idempotence=true")

    def deletions(self):
        kcat_produce(self.node, "trimmed", lines_of(20_000, 300, 7))
        plan = self.node.folder / "delete.json"
        plan.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": "trimmed", "partition": 0, "offset": 5000}, {"topic": "trimmed", "partition": 1, "offset": -1}]}))
        self.tool("kafka-delete-records", "--offset-json-file", str(plan))
        self.tool("kafka-topics", "--delete", "--topic", "deleted")

    def restart(self):
        assert self.node.stop() in CLEAN
        self.node.start()
        kcat_produce(self.node, "kept", lines_of(300, 200, 11))

    def kill(self):
        writing = subprocess.Popen(["kcat", "-E", "-b", self.node.address, "-P", "-t", "kept", "-K:"],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        text = lines_of(60_000, 300, 12)
        writing.stdin.write(text[:len(text) // 2])
        self.node.stop(signal.SIGKILL)
        self.node.start()
        writing.stdin.write(text[len(text) // 2:])
        writing.stdin.close()
        writing.wait(timeout=60)

    def chapters(self):
        return [self.topics_and_settings, self.codecs, self.java_producers, self.times, self.deletions, self.restart,
                self.kill, self.restart]
