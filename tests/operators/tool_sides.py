"""What is played: a side is some tools and the node that they are pointed at; and two sides' outcomes beside each other."""
import dataclasses
import functools
import shlex
import subprocess

import differences
import kafka
import native_tools
import scene
import side_by_side
import step as steps
import tool_differences
import wire

# They look at files, and are given no server.
OFFLINE = ("kafka-storage", "kafka-dump-log")
LINES_SHOWN = 60
# A claim that does not hold is told with no more than this.
TEXT_SHOWN = 1400


@dataclasses.dataclass
class Played:
    """One part of the script: all of its outcome, and what a tool that is no Java program would say, too."""
    whole: steps.Outcome
    plain: steps.Outcome


class Side(scene.Side):
    """`programs` is the folder of Klamm's binary."""

    def __init__(self, name, tools, node, folder, programs):
        super().__init__(tools, node, folder, programs)
        self.name = name

    @functools.cached_property
    def served(self):
        """The APIs that the node says it serves; None of Kafka's, which is the measure."""
        if isinstance(self.node, kafka.KafkaNode):
            return None
        with wire.Wire(self.port) as client:
            return {api["api_key"] for api in client.call("ApiVersions", 0)["api_keys"]}

    def is_native(self, tool):
        return isinstance(self.tools, native_tools.Native) and self.tools.has(tool)

    def words(self, step):
        """The arguments, with the places of this side."""
        text = step.arguments
        is_told = "{address}" in text or "{controllers}" in text or step.tool in OFFLINE
        for mark, value in (("{folder}", self.folder), ("{node}", self.node.folder), ("{address}", self.node.address),
                            ("{controllers}", f"127.0.0.1:{self.node.controller_port}")):
            text = text.replace(mark, str(value))
        return [*([] if is_told else ["--bootstrap-server", self.node.address]), *shlex.split(text)]

    def run(self, part):
        if isinstance(part, scene.Scene):
            outcome = part.run(self)
            return Played(outcome, outcome)
        for name, text in part.files.items():
            (self.folder / name).write_text(text.replace("{folder}", str(self.folder)))
        try:
            done = self.tools.run(part.tool, *self.words(part), given=part.given, seconds=part.seconds)
        except subprocess.TimeoutExpired:
            outcome = steps.Outcome(-1, f"does not end within {part.seconds} s")
            return Played(outcome, outcome)
        plain = tool_differences.plain(done, is_java=not self.is_native(part.tool))
        return Played(steps.normal(part, self, done), steps.normal(part, self, plain))


def is_compared(side, part):
    """Where Klamm has no such tool its side plays Kafka's, so that all have done the same."""
    return isinstance(part, scene.Scene) or not isinstance(side.tools, native_tools.Native) or side.is_native(part.tool)


def compare(found, side, part, first, other):
    """Claims that a part has come out as by Kafka's tool at Kafka."""
    is_native = side.is_native(part.tool)
    theirs, ours = (first.plain, other.plain) if is_native else (first.whole, other.whole)
    allowed = [*(tool_differences.allowed(part) if is_native else []), *differences.ALLOWED]
    left, reasons = side_by_side.compared(part.name, theirs, ours, allowed)
    if left and tool_differences.unserved(part, ours, side.served):
        left, reasons = [], ["not served by this node, and told so"]
    if isinstance(part, scene.Scene) and theirs.code:
        left.append(f"not played: {theirs.text}")
    but = f" (but: {'; '.join(reasons)})" if reasons else ""
    more = [f"... and {len(left) - LINES_SHOWN} lines more"] if len(left) > LINES_SHOWN else []
    found.claim(not left, f"{side.name}: {part.tool}: {part.name}{but}", "\n    ".join(["", *left[:LINES_SHOWN], *more])[:TEXT_SHOWN])


def show_table(found, names):
    """How much is the same, of each side; also of what an earlier run has claimed."""
    for name in names:
        verdicts = [verdict for verdict, what, _ in found.said if what.startswith(f"{name}: ")]
        print(f"{name}: {verdicts.count('ok')} same, {verdicts.count('FAILED')} different", flush=True)
