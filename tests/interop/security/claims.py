"""A row of claims about one node, each printed as it is found to hold or not."""
import re
import subprocess


class Claims:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.said = []  # of each claim, in their order: ok, FAILED or skipped; what; why

    def claim(self, holds, what, why=""):
        why = "" if holds else str(why)[-1500:]
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        self.said.append(("ok" if holds else "FAILED", what, why))
        print(f"{'ok' if holds else 'FAILED'}  {what}{'' if holds else f': {why}'}", flush=True)
        return bool(holds)

    def skip(self, what, why):
        self.skipped += 1
        self.said.append(("skipped", what, why))
        print(f"skipped  {what}: {why}", flush=True)

    def say_again(self, said):
        """Claims of an earlier run, which count in this one."""
        for verdict, what, why in said:
            self.skip(what, why) if verdict == "skipped" else self.claim(verdict == "ok", what, why)

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def last_error(done):
    """The first line of a tool's output that names what went wrong."""
    for line in (done.stdout + done.stderr).splitlines():
        if re.search(r"Exception|ERROR|Error|fail", line):
            return line.strip()
    return (done.stdout + done.stderr)[-300:]


class Tools:
    """Kafka's tools with one client's properties."""

    def __init__(self, kafka, address, properties):
        self.kafka, self.address, self.properties = kafka, address, properties

    def run(self, tool, *arguments, given=None, seconds=60):
        try:
            return self.kafka.run(tool, "--bootstrap-server", self.address, "--command-config", self.properties, *arguments,
                                  given=given, seconds=seconds)
        except subprocess.TimeoutExpired as problem:
            return subprocess.CompletedProcess(problem.cmd, -1, str(problem.stdout), f"does not end within {seconds} s")

    def produce(self, topic, lines, seconds=60):
        return self.run("kafka-console-producer", "--topic", topic, "--sync", given=lines, seconds=seconds)

    def consume(self, topic, count, *arguments, seconds=60):
        return self.run("kafka-console-consumer", "--topic", topic, "--from-beginning", "--max-messages", count, "--timeout-ms", 15000,
                        *arguments, seconds=seconds)


def write_properties(path, settings):
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    return path
