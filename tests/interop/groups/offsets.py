"""kafka-consumer-groups --reset-offsets in all its forms, and --delete-offsets."""
import time

from scene import Scene, no_ids
from step import Step

# Long enough for offsets.retention.check.interval.ms to come round, also on a busy machine.
EXPIRY_SECONDS = 4


def groups(name, arguments, **rest):
    return Step(name, "kafka-consumer-groups", arguments, ordered=False, view=no_ids, **rest)


def reset(name, arguments, **rest):
    return groups(name, "--reset-offsets " + arguments, **rest)


def there_and_back(side):
    """The plan that one run exports, another takes in; what is committed after it."""
    said = []
    for group, more in (("console", "--to-offset 5"), ("late", "--to-earliest")):
        plan = side.tool("kafka-consumer-groups", f"--reset-offsets --group {group} --topic t {more} --dry-run --export")
        (side.folder / f"{group}.csv").write_text(plan.stdout)
        said += ["exported:", *sorted(plan.stdout.splitlines())]
        took = side.tool("kafka-consumer-groups", f"--reset-offsets --group {group} --from-file {{folder}}/{group}.csv --execute")
        said += ["taken:", *sorted(took.stdout.splitlines()), f"exit code {took.returncode}"]
    both = side.tool("kafka-consumer-groups", "--reset-offsets --group console --group late --topic t --to-latest --dry-run --export")
    (side.folder / "both.csv").write_text(both.stdout)
    said += ["two groups:", *sorted(both.stdout.splitlines())]
    took = side.tool("kafka-consumer-groups", "--reset-offsets --group console --group late --from-file {folder}/both.csv --execute")
    said += ["taken:", *sorted(took.stdout.splitlines()), f"exit code {took.returncode}"]
    for group in ("console", "late"):
        said += [f"{group} is at:", *sorted(side.tool("kafka-consumer-groups", f"--describe --group {group}").stdout.splitlines())]
    return "\n".join(said)


CONSOLE = "--group console --topic t "
DATED = "--group by-property --topic dated "

STEPS = [
    reset("to the earliest, dry", CONSOLE + "--to-earliest --dry-run"),
    reset("nothing was done", CONSOLE + "--to-current --dry-run"),
    reset("to the earliest", CONSOLE + "--to-earliest --execute"),
    groups("at the earliest", "--describe --group console"),
    reset("to the latest", CONSOLE + "--to-latest --execute"),
    reset("to an offset", CONSOLE + "--to-offset 7 --execute"),
    reset("to an offset of some partitions", "--group console --topic t:0,2 --to-offset 4 --execute"),
    reset("to an offset that is too large", CONSOLE + "--to-offset 1000 --execute"),
    reset("to an offset below zero", CONSOLE + "--to-offset -5 --execute"),
    reset("shift back", CONSOLE + "--shift-by -3 --execute"),
    reset("shift on", CONSOLE + "--shift-by 2 --execute"),
    reset("shift too far back", CONSOLE + "--shift-by -100 --execute"),
    reset("shift too far on", CONSOLE + "--shift-by 100 --execute"),
    reset("to the current ones", CONSOLE + "--to-current --execute"),
    reset("by a duration", DATED + "--by-duration P1D --execute"),
    reset("by a duration before everything", DATED + "--by-duration P9000D --execute"),
    reset("to a date", DATED + "--to-datetime 2020-06-01T00:00:00.000 --execute"),
    reset("to a date with a zone", DATED + "--to-datetime 2021-06-01T00:00:00.000+02:00 --execute"),
    reset("to a date before everything", DATED + "--to-datetime 2001-01-01T00:00:00.000 --execute"),
    reset("to a date after everything", DATED + "--to-datetime 2025-01-01T00:00:00.000 --execute"),
    reset("to what is no date", DATED + "--to-datetime soon --execute"),
    groups("after dates", "--describe --group by-property"),
    reset("all topics of a group", "--group gone --all-topics --to-earliest --execute"),
    reset("two topics of a group", "--group gone --topic t --topic other:1,3 --to-latest --execute"),
    groups("after two topics", "--describe --group gone"),
    reset("from a file", "--group console --from-file {folder}/plan.csv --execute", files={"plan.csv": "t,0,1\nt,1,2\nt,3,4\n"}),
    reset("from a file, dry", "--group console --from-file {folder}/plan.csv --dry-run", files={"plan.csv": "t,0,9\n"}),
    reset("from a file with what is out of range", "--group console --from-file {folder}/far.csv --execute",
          files={"far.csv": "t,0,9999\n"}),
    reset("from a file for several groups", "--group console --group late --from-file {folder}/many.csv --execute",
          files={"many.csv": "console,t,0,3\nlate,t,1,4\n"}),
    groups("after files", "--describe --group console --group late"),
    reset("export", CONSOLE + "--to-earliest --dry-run --export"),
    reset("export of all groups", "--all-groups --topic dated --to-earliest --dry-run --export"),
    Scene("scene", "export and take back", there_and_back),
    reset("of several groups", "--group console --group late --topic t --to-offset 6 --execute"),
    reset("of a live group", "--group alive --topic t --to-earliest --execute"),
    reset("of a live group, dry", "--group alive --topic t --to-earliest --dry-run"),
    reset("of workers", "--group workers --topic t --to-earliest --execute"),
    reset("of a simple group", "--group simple --topic t:0 --shift-by 1 --execute"),
    reset("of a group that is not there", "--group made-by-reset --topic t --to-offset 2 --execute"),
    groups("a group that a reset made", "--describe --group made-by-reset"),
    groups("its state", "--describe --group made-by-reset --state"),
    reset("to the current ones where nothing is committed", "--group unheard-of --topic t --to-current --execute"),
    reset("shift where nothing is committed", "--group unheard-of2 --topic t --shift-by 1 --execute"),
    reset("of a topic that is not there", "--group console --topic nothere --to-earliest --execute"),
    reset("of a partition that is not there", "--group console --topic t:9 --to-earliest --execute"),
    reset("without saying what to do", CONSOLE + "--to-earliest"),
    groups("delete offsets", "--delete-offsets --group console --topic t:1"),
    groups("after deleting offsets", "--describe --group console"),
    groups("delete offsets of two partitions", "--delete-offsets --group console --topic t:0,2"),
    groups("delete offsets of two topics", "--delete-offsets --group gone --topic t --topic other"),
    groups("delete offsets that are not there", "--delete-offsets --group console --topic dated"),
    groups("delete offsets of a topic that is not there", "--delete-offsets --group console --topic nothere"),
    groups("delete offsets of a partition that is not there", "--delete-offsets --group console --topic t:9"),
    groups("delete offsets that a live group uses", "--delete-offsets --group alive --topic t"),
    groups("delete offsets of a live group's other topic", "--delete-offsets --group alive --topic other"),
    groups("delete offsets of workers", "--delete-offsets --group workers --topic t"),
    groups("delete offsets of a group that is not there", "--delete-offsets --group nothere --topic t"),
    groups("delete a simple group's offsets", "--delete-offsets --group simple --topic t"),
    Scene("scene", "a group without members and offsets is taken away", lambda side: time.sleep(EXPIRY_SECONDS)),
    groups("after deleting all of its offsets", "--describe --group simple"),
]
