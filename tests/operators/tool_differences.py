"""What Klamm's tools do not say that Kafka's say, and the reverse; beside it, tests/interop/tools/differences.py has what differs
between the nodes. What a node does not serve it says itself, in ApiVersions."""
import dataclasses
import re
import types

from allowed import Allowed

# Of the output of a Java program: log4j's lines end with the logger's name; a trace is a class with its message, and frames.
LOGGED = re.compile(r"(ERROR|WARN|INFO) (.*)")
LOGGER = re.compile(r"(?:^|(.*) )\(((?:[a-z]\w*\.)+[\w.$]+)\)$")
THROWN = re.compile(r"((?:[a-z]\w*\.)+[A-Z][\w$]*)(?:: (.*))?")
FRAME = re.compile(r"\s+at |\s*\.\.\. \d+ |\s*(Caused by|Suppressed): ")
TABLE = re.compile(r"Option( \(\* = required\))?\s+Description\s*$")
# Whose errors are the tool's own; all others are of Kafka's clients, which log what they are about to try again.
TELLERS = re.compile(r"(org\.apache\.kafka|kafka)\.(tools|admin)\.|org\.apache\.kafka\.clients\.producer\.internals\.ErrorLoggingCallback$")
OF_FUTURE = re.compile(r"java\.util\.concurrent\.(Execution|Completion)Exception: ")
# A record that cannot be printed; which class of Java's tells it is not the point, what it says is.
UNPRINTABLE = re.compile(r"((?:Unknown error when running consumer|Error processing message, skipping this message):) +[\w.$]+(: )")


def without_table(lines):
    """Without the options and their help, which is everybody's own; nothing comes behind them."""
    end = next((i for i, line in enumerate(lines) if TABLE.match(line)), len(lines))
    return lines[:end]


def without_java_logs(lines):
    """The tool's own errors, each in one line with its exception; nothing of other log lines."""
    at = 0
    while at < len(lines):
        begun = LOGGED.match(lines[at])
        if not begun:
            yield lines[at]
            at += 1
            continue
        end = next((i for i in range(at, len(lines)) if LOGGER.match(lines[i])), at)
        named = LOGGER.match(lines[end])
        message = begun[2] if end > at or not named else LOGGED.match(named[1] or "").group(2)
        at = end + 1
        thrown = ""
        if at < len(lines) and THROWN.fullmatch(lines[at]):
            thrown = lines[at]
            at += 1
        while at < len(lines) and FRAME.match(lines[at]):
            at += 1
        # A trace that is logged itself has been told as a message before.
        if begun[1] == "ERROR" and named and TELLERS.match(named[2]) and not THROWN.fullmatch(message):
            yield f"ERROR {message.strip()} {thrown}".strip()


def without_traces(lines, said):
    """Without frames, and without the first line of a trace whose message has been told: in `said`, or before it."""
    kept = []
    for line in lines:
        if FRAME.match(line):
            continue
        message, is_thrown = line, False
        while (thrown := THROWN.fullmatch(message)) and thrown[2]:
            message, is_thrown = thrown[2], True
        if not (is_thrown and any(message in other for other in (*said, *kept))):
            kept.append(line)
    return kept


def without_native_logs(lines):
    """As of Java's, where the exception stands in the line or behind it."""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith(("WARN ", "INFO ")):
            continue
        if line.startswith("ERROR ") and line.endswith(":") and at < len(lines) and THROWN.fullmatch(lines[at]):
            line = f"{line} {lines[at]}"
            at += 1
        yield line


def common(lines):
    """What both would say in the same way."""
    lines = [OF_FUTURE.sub("", line) if THROWN.fullmatch(line) else line for line in lines]
    return "\n".join(UNPRINTABLE.sub(r"\1 <exception>\2", line) for line in lines)


def plain(done, is_java):
    """What a run of a tool has said, without what follows from Java, and without tables of options."""
    out, err = done.stdout.split("\n"), without_table(done.stderr.split("\n"))
    if is_java:
        out = without_traces(out, [])
        err = without_traces(list(without_java_logs(err)), out)
    else:
        err = list(without_native_logs(err))
    return types.SimpleNamespace(stdout=common(out), stderr=common(err), returncode=done.returncode)


ALLOWED = [
    Allowed("ZooKeeper", "Klamm says what to write in its place",
            kafka=r"err: zookeeper is not a recognized option", klamm=r"err: zookeeper is not a recognized option: .*"),
    Allowed("delete records of (nothing|a partition that is not there)", "Klamm says at once what Kafka's client asks for until its "
            "time is over", kafka=r"out: partition: .*", klamm=r"out: partition: .*"),
    Allowed("no broker|an upgrade .*", "the line of usage has the options in another order", kafka=r"err: (usage:| ).*",
            klamm=r"err: (usage:| ).*"),
    Allowed("properties that are not there", "a file that cannot be read is told with the reason", kafka=r"err: <folder>/nothere.*",
            klamm=r"err: .*<folder>/nothere.*"),
    Allowed("format refused: .*", "which options do not go together, and what there is in their place, is told in words of its own",
            kafka=r"err: .*", klamm=r"err: .*"),
]
ADVICE = Allowed(".*", "Kafka's consumer recommends its newer protocol", kafka=r"err: The consumer rebalance protocol \(KIP-848\) is .*")


def allowed(step):
    """For a native tool, in this step."""
    is_advised = step.tool == "kafka-console-consumer" and "--partition" not in step.arguments.split()
    return [*ALLOWED, ADVICE] if is_advised else ALLOWED


@dataclasses.dataclass
class Unserved:
    """Steps that need an API: where a node does not serve it, a tool has to fail and to say so."""
    api: int
    steps: str
    says: str = r"[Nn]ot support|[Uu]nsupported"

    def covers(self, step, outcome):
        return bool(re.fullmatch(self.steps, step)) and outcome.code != 0 and bool(re.search(self.says, outcome.text))


END_TXN, ALTER_REASSIGNMENTS, LIST_REASSIGNMENTS, DESCRIBE_QUOTAS, ALTER_QUOTAS, UPDATE_FEATURES, ADD_VOTER, REMOVE_VOTER = (
    26, 45, 46, 48, 49, 57, 80, 81)
# No list of what a release leaves out: an entry counts for the nodes whose ApiVersions lacks its API.
UNSERVED = [
    Unserved(END_TXN, "transactions of a producer", ""),
    Unserved(ALTER_REASSIGNMENTS, "a reassignment.*"),
    Unserved(LIST_REASSIGNMENTS, "no reassignments.*|a reassignment.*"),
    Unserved(DESCRIBE_QUOTAS, "users|a user described.*|.*quota.*"),
    Unserved(ALTER_QUOTAS, ".*quota.*"),
    Unserved(UPDATE_FEATURES, "an upgrade .*|a downgrade .*|a feature .*"),
    Unserved(ADD_VOTER, "a controller added.*"),
    Unserved(REMOVE_VOTER, "a controller removed.*"),
]


def unserved(step, outcome, served):
    """Whether an outcome is what a node that serves these APIs has to say; None is a node that serves all of them."""
    return served is not None and any(entry.api not in served and entry.covers(step.name, outcome) for entry in UNSERVED)
