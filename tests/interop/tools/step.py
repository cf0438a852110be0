"""One step of the script: a tool with arguments, run alike against two brokers, and how their outputs are compared."""
import dataclasses
import re
import typing


@dataclasses.dataclass
class Step:
    name: str
    tool: str
    arguments: str = ""  # split at blanks; {folder} is the side's folder for files
    given: typing.Optional[str] = None  # stdin
    files: dict = dataclasses.field(default_factory=dict)  # written to {folder} first
    ordered: bool = True  # False where Kafka's order is that of a hash map: lines are sorted
    view: typing.Callable[[str], str] = staticmethod(lambda text: text)  # takes out what differs from run to run
    seconds: int = 60
    remark: typing.Callable[[str, str], str] = staticmethod(lambda theirs, ours: "")  # what else to print


@dataclasses.dataclass
class Outcome:
    code: int
    text: str


# What no two runs have in common, and what stands for it.
NORMAL = [
    (re.compile(r"\b1[6-9]\d{11}\b"), "<ms>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d+Z?"), "<time>"),
    (re.compile(r"(TopicId: |ClusterId: +|Cluster ID: |DirectoryId: |\[topicId=)[A-Za-z0-9_-]{22}"), r"\1<uuid>"),
    (re.compile(r'("directoryId": ?)"[A-Za-z0-9_-]{22}"'), r'\1"<uuid>"'),
    (re.compile(r"\b(producer|admin client|adminclient|console-consumer|perf-producer-client)-\d+\b"), r"\1-<n>"),
]


def normal(step, side, done):
    """The output of both streams without ids, ports, times and paths."""
    streams = []
    for name, text in (("out", done.stdout), ("err", done.stderr)):
        text = text.replace(str(side.node.folder), "<node>").replace(str(side.folder), "<folder>")
        text = text.replace(f":{side.node.controller_port}", ":<controller port>").replace(f":{side.node.port}", ":<port>")
        # Some tools print the port alone.
        text = re.sub(rf"\b{side.node.port}\b", "<port>", text)
        text = re.sub(rf"\b{side.node.controller_port}\b", "<controller port>", text)
        text = step.view(text)
        for pattern, stands in NORMAL:
            text = pattern.sub(stands, text)
        lines = [re.sub(r"[ \t]+$", "", line) for line in text.splitlines()]
        # Where in Kafka's tool an error was thrown follows from the error.
        lines = [line for line in lines if not re.match(r"\s+at [\w.$]+[/(]|\s+at [\w.$]+\.\S+\(|\s*\.\.\. \d+ more", line)]
        if not step.ordered:
            lines.sort()
        streams += [f"{name}: {line}" for line in lines if line]
    return Outcome(done.returncode, "\n".join([*streams, f"exit code {done.returncode}"]))
