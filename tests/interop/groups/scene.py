"""What the script of groups is made of: a side with its live members, and scenes, which are Python and give text."""
import contextlib
import dataclasses
import re
import shlex
import subprocess
import types
import typing

import group
import step
import wire

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def no_ids(text):
    """Member ids end with an id that the broker makes; tables are as wide as what is in them."""
    text = re.sub(r"[ \t]+", " ", UUID.sub("<id>", text))
    text = re.sub(r"(Valid \w+ are: )(.*)", lambda found: found[1] + ", ".join(sorted(found[2].split(", "))), text)
    text = re.sub(r"(Configs: )(.*)", lambda found: found[1] + ",".join(sorted(found[2].split(","))), text)
    # Out of a hash table of the tool's, where two of the names share a place in the order of their answers.
    text = re.sub(r"(deleted successfully: )(.*)", lambda found: found[1] + ", ".join(sorted(found[2].split(", "))), text)
    return re.sub(r"(console-consumer|perf-consumer)-\d+", r"\1-<n>", text)


@dataclasses.dataclass
class Scene:
    """A part of the script that is more than one run of a tool. `play(side)` gives the text to compare."""
    tool: str
    name: str
    play: typing.Callable
    ordered: bool = True
    view: typing.Callable[[str], str] = staticmethod(no_ids)

    def run(self, side):
        try:
            text, code = self.play(side), 0
        except Exception as problem:  # whatever kept it from being played is what the side has to show
            text, code = f"{type(problem).__name__}: {problem}", 1
        return step.normal(self, side, types.SimpleNamespace(stdout=text or "", stderr="", returncode=code))


class Side:
    """A broker, Kafka's tools pointed at it, and the members that live through the script."""

    def __init__(self, tools, node, folder, programs):
        self.tools, self.node, self.folder, self.programs = tools, node, folder, programs
        folder.mkdir()
        self.stage = contextlib.ExitStack()
        self.cast = self.stage.enter_context(group.Cast(programs / "klamm", node))
        self.kept = {}  # what one scene leaves for another

    @property
    def port(self):
        return self.node.port

    def close(self):
        self.stage.close()

    def tool(self, name, arguments, given=None, seconds=90):
        words = shlex.split(arguments.replace("{folder}", str(self.folder)))
        return self.tools.run(name, "--bootstrap-server", self.node.address, *words, given=given, seconds=seconds)

    def wire(self, client_id="wire", seconds=30):
        return self.stage.enter_context(wire.Wire(self.port, client_id, seconds))

    def run(self, part):
        if isinstance(part, Scene):
            return part.run(self)
        for name, text in part.files.items():
            (self.folder / name).write_text(text)
        try:
            done = self.tool(part.tool, part.arguments, part.given, part.seconds)
        except subprocess.TimeoutExpired:
            return step.Outcome(-1, f"does not end within {part.seconds} s")
        return step.normal(part, self, done)
