"""Two outcomes of one step beside each other: the lines that differ, and which of them may."""
import difflib

LINES_SHOWN = 60


def compared(name, first, second, allowed):
    """The lines that differ and may not, and the reasons for those that may."""
    left, reasons = [], set()
    for line in difflib.unified_diff(first.text.split("\n"), second.text.split("\n"), lineterm="", n=0):
        if line.startswith(("---", "+++", "@@")):
            continue
        covering = [entry for entry in allowed if entry.covers(name, line[0], line[1:])]
        reasons.update(entry.reason for entry in covering)
        if not covering:
            left.append(line)
    return left, sorted(reasons)


def is_same(part, first, second, allowed, took="", remark=""):
    """Prints what came of the step, and says whether it is the same."""
    left, reasons = compared(part.name, first, second, allowed)
    but = f" (but: {'; '.join(reasons)})" if reasons else ""
    print(f"{'DIFFERENT' if left else 'same'}  {part.tool}: {part.name}{but}{took}")
    for line in [*([remark] if remark else []), *left[:LINES_SHOWN]]:
        print(f"    {line}")
    if len(left) > LINES_SHOWN:
        print(f"    ... and {len(left) - LINES_SHOWN} lines more")
    return not left


def print_unused(allowed):
    for entry in allowed:
        if not entry.used:
            print(f"no longer seen: {entry.steps}: {entry.reason}")
