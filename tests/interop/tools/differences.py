"""Where Klamm's answer may differ from Apache Kafka's, and why. Everything else that differs is a fault.

An entry names steps by a pattern; `kafka` and `klamm` are patterns for the lines that only the one side may have.
"""
import dataclasses
import re


@dataclasses.dataclass
class Allowed:
    steps: str
    reason: str
    kafka: str = "$^"
    klamm: str = "$^"
    used: bool = False

    def covers(self, step, sign, line):
        pattern = self.kafka if sign == "-" else self.klamm
        found = re.fullmatch(self.steps, step) and re.fullmatch(pattern, line)
        self.used = self.used or bool(found)
        return found


ALLOWED = [
]
