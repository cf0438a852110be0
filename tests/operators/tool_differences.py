"""What Klamm's tools do not say that Kafka's say, and the reverse; beside it, tests/interop/tools/differences.py has what differs
between the nodes."""
import re

from allowed import Allowed

# Of a Java program: its log, the first lines of its traces (their frames are left out already), and its hints.
JAVA = re.compile(r"err: (ERROR|WARN|INFO|Caused by:|java\.util\.concurrent\.\w+Exception|joptsimple\.)|err: +\((org|kafka)\.[\w.$]+\)$")
THROWN = re.compile(r"err: [\w.$]+(?:Exception|Error): (.*)")
TABLE = re.compile(r"err: Option( \(\* = required\))?\s+Description")


def plain(text):
    """An outcome without what follows from Java, and without tables of options."""
    kept, last, in_table = [], "", False
    for line in text.split("\n"):
        in_table = line.startswith("err: ") and (in_table or bool(TABLE.match(line)))
        thrown = THROWN.match(line)
        # A message, and then the trace of the exception that has it.
        is_again = thrown and f"err: {thrown[1]}" == last
        if in_table or JAVA.match(line) or is_again:
            continue
        kept.append(line)
        last = line
    return "\n".join(kept)


ALLOWED = [
    Allowed("ZooKeeper", "Klamm says what to write in its place",
            kafka=r"err: zookeeper is not a recognized option", klamm=r"err: zookeeper is not a recognized option: .*"),
    Allowed("delete records of (nothing|a partition that is not there)", "Klamm says at once what Kafka's client asks for until its "
            "time is over", kafka=r"out: partition: .*", klamm=r"out: partition: .*"),
    Allowed("consume .*|produce .*", "Kafka's clients warn in the words of their logs", klamm=r"err: (WARN|ERROR) .*"),
    Allowed("no broker|an upgrade .*", "the line of usage has the options in another order", kafka=r"err: (usage:| ).*",
            klamm=r"err: (usage:| ).*"),
]

# At Klamm's node, whoever asks: what this release does not serve, so that every tool says no more than that.
UNSERVED = [
    Allowed("no reassignments|a reassignment( .*)?|an upgrade .*", "replicas are not moved and features not changed in this release",
            kafka=r"(out|err): .*|exit code \d",
            klamm=r"(out|err): .*([Uu]nsupported|[Nn]ot support|REASSIGN|FEATURES|failed).*|exit code 1"),
]
