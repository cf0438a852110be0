"""Records: the console tools, offsets, deletion, the performance tool, the verifiable producer."""
import json
import re

from step import Step

KEYED = "".join(f"k{number % 4}:value {number}\n" for number in range(40))
HEADED = "".join(f"h1:v{number},h2:w\tk{number}\tvalue {number}\n" for number in range(5))
# The admin client asks again about what is not there until this is over.
SOON = "default.api.timeout.ms=2500\nrequest.timeout.ms=2000\n"


def produce(name, topic, text, more=""):
    return Step(name, "kafka-console-producer", f"--topic {topic} {more}", given=text)


def consume(name, arguments, **rest):
    return Step(name, "kafka-console-consumer", f"--timeout-ms 4000 {arguments}", **rest)


def offsets(name, arguments):
    return Step(name, "kafka-get-offsets", arguments, ordered=False)


def no_numbers(text):
    return re.sub(r"\d+([.,]\d+)?", "N", text)


def no_patience(text):
    """A client that gives up says what it was waiting for just then."""
    return re.sub(r"(TimeoutException): .*", r"\1", no_numbers(text))


def last_line(text):
    """Throughput and latency are what they are; the shape of the summary is not."""
    return no_numbers(text.strip().split("\n")[-1]) if text.strip() else ""


def json_lines(text):
    """Each line as JSON with sorted keys; the rate is what it is."""
    lines = []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            lines.append(line)
            continue
        entry.pop("timestamp", None)
        entry.pop("avg_throughput", None)
        lines.append(json.dumps(entry, sort_keys=True))
    return "\n".join(lines)


WITH_ALL = ("--formatter-property print.key=true --formatter-property print.headers=true"
            " --formatter-property print.timestamp=true --formatter-property print.partition=true"
            " --formatter-property print.offset=true --formatter-property print.epoch=true")

STEPS = [
    Step("topic for records", "kafka-topics", "--create --topic records --partitions 4 --replication-factor 1"),
    Step("topic for text", "kafka-topics", "--create --topic text --partitions 1 --replication-factor 1"),
    Step("topic for checks", "kafka-topics", "--create --topic checks --partitions 1 --replication-factor 1"),
    Step("topic for small records", "kafka-topics", "--create --topic small --partitions 1 --replication-factor 1"
         " --config max.message.bytes=1000"),
    Step("topic with the broker's time", "kafka-topics", "--create --topic stamped --partitions 2 --replication-factor 1"
         " --config message.timestamp.type=LogAppendTime"),
    offsets("offsets of empty partitions", "--topic records"),
    offsets("largest timestamp of empty partitions", "--topic records --time max-timestamp"),
    produce("produce with keys", "records", KEYED, "--reader-property parse.key=true --reader-property key.separator=:"),
    produce("produce with headers", "text", HEADED,
            "--reader-property parse.key=true --reader-property parse.headers=true"),
    produce("produce lines", "text", "".join(f"line {number}\n" for number in range(20))),
    produce("produce synchronously, acks 1", "text", "one\ntwo\n", "--sync --command-property acks=1"),
    produce("produce with acks 0", "text", "zero\n", "--command-property acks=0"),
    produce("produce without idempotence", "text", "plain\n", "--command-property enable.idempotence=false"),
    produce("produce empty values", "text", "\n\n"),
    produce("produce null values", "text", "a:NULL\nb:full\n", "--reader-property parse.key=true"
            " --reader-property key.separator=: --reader-property null.marker=NULL"),
    *(produce(f"produce with {codec}", "text", "".join(f"{codec} {'x' * 60} {number}\n" for number in range(50)),
              f"--compression-codec {codec}") for codec in ("none", "gzip", "snappy", "lz4", "zstd")),
    produce("produce what is too large", "small", "y" * 5000 + "\n"),
    produce("produce to a topic that is made for it", "made-by-producer", "first\n"),
    produce("produce to a bad name", "bad/name", "first\n", "--command-property max.block.ms=3000"),
    consume("consume from the beginning", "--topic text --partition 0 --from-beginning --max-messages 310"),
    consume("consume with everything printed", f"--topic text --partition 0 --offset earliest --max-messages 45 {WITH_ALL}"),
    *(consume(f"consume keys of partition {number}", f"--topic records --partition {number} --offset earliest {WITH_ALL}")
      for number in range(4)),
    consume("consume from an offset", f"--topic text --partition 0 --offset 7 --max-messages 4 {WITH_ALL}"),
    consume("consume from the end", "--topic text --partition 0 --offset latest"),
    consume("consume beyond the end", "--topic text --partition 0 --offset 100000"),
    consume("consume what is committed", "--topic text --partition 0 --offset 40 --max-messages 3"
            " --isolation-level read_committed"),
    consume("consume a partition that is not there", "--topic text --partition 9 --offset earliest"),
    consume("consume small fetches", "--topic text --partition 0 --offset earliest --max-messages 300"
            " --command-property fetch.max.bytes=1024 --command-property max.partition.fetch.bytes=100"),
    *(offsets(f"offsets at {time}", f"--topic records --time {time}")
      for time in ("latest", "earliest", "earliest-local", "latest-tiered", "earliest-pending-upload",
                   "-1", "-2", "-4", "-5", "-6", "0", "9999999999999", "-7")),
    # Two records of one batch may or may not share a millisecond, so the times here are the broker's.
    produce("produce with the broker's time", "stamped", KEYED, "--reader-property parse.key=true"
            " --reader-property key.separator=:"),
    offsets("largest timestamp", "--topic stamped --time max-timestamp"),
    offsets("largest timestamp as a number", "--topic stamped --time -3"),
    consume("consume with the broker's time", f"--topic stamped --partition 0 --offset earliest --max-messages 3 {WITH_ALL}"),
    offsets("offsets of one partition", "--topic-partitions records:1,text:0"),
    offsets("offsets by pattern", "--topic-partitions rec.*:0-2"),
    offsets("offsets of a partition that is not there", "--topic-partitions text:5"),
    offsets("offsets of a topic that is not there", "--topic nothere"),
    offsets("offsets without internal topics", "--exclude-internal-topics --topic-partitions text,records,small"),
    Step("delete records", "kafka-delete-records", "--offset-json-file {folder}/delete.json", files={
        "delete.json": '{"version": 1, "partitions": [{"topic": "text", "partition": 0, "offset": 12}]}'}),
    Step("delete all records", "kafka-delete-records", "--offset-json-file {folder}/all.json", files={
        "all.json": '{"version": 1, "partitions": [{"topic": "records", "partition": 0, "offset": -1}]}'}),
    Step("delete records beyond the end", "kafka-delete-records", "--offset-json-file {folder}/beyond.json", files={
        "beyond.json": '{"version": 1, "partitions": [{"topic": "text", "partition": 0, "offset": 999999}]}'}),
    Step("delete records before the start", "kafka-delete-records", "--offset-json-file {folder}/before.json", files={
        "before.json": '{"version": 1, "partitions": [{"topic": "text", "partition": 0, "offset": 3}]}'}),
    Step("delete records of nothing", "kafka-delete-records", "--offset-json-file {folder}/nothing.json --command-config"
         " {folder}/soon.properties", view=no_patience, files={"soon.properties": SOON, "nothing.json": '{"version": 1, "partitions": [{"topic": "nothere", "partition": 0, "offset": 1}]}'}),
    Step("delete records of a partition that is not there", "kafka-delete-records", "--offset-json-file {folder}/part.json"
         " --command-config {folder}/soon.properties", view=no_patience, files={"soon.properties": SOON, "part.json": '{"version": 1, "partitions": [{"topic": "text", "partition": 7, "offset": 1}]}'}),
    offsets("earliest after deleting", "--topic text --time earliest"),
    offsets("earliest after deleting all", "--topic records --time earliest"),
    consume("consume after deleting", f"--topic text --partition 0 --offset earliest --max-messages 2 {WITH_ALL}"),
    consume("consume from a deleted offset", f"--topic text --partition 0 --offset 2 --max-messages 2 {WITH_ALL}"),
    Step("performance", "kafka-producer-perf-test", "--topic checks --num-records 20000 --record-size 100 --throughput -1"
         " --command-property linger.ms=5", view=last_line),
    Step("performance at a rate", "kafka-producer-perf-test", "--topic checks --num-records 2000 --record-size 1000"
         " --throughput 2000 --command-property compression.type=lz4", view=last_line),
    Step("verifiable producer", "kafka-verifiable-producer", "--topic checks --max-messages 40 --value-prefix 3",
         view=json_lines, ordered=False),
    Step("verifiable producer, acks 1", "kafka-verifiable-producer", "--topic text --max-messages 10 --acks 1",
         view=json_lines),
    offsets("offsets at the end", "--topic-partitions text,records,small,checks"),
]
