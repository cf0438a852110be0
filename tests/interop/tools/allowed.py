"""An entry of differences.py: what may differ between the sides."""
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
