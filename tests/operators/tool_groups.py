"""The script of tests/interop/groups for the tools: groups that are alive, empty and simple, and a reader whose output nobody reads."""
import subprocess

import console
import group
import offsets
from scene import Scene

# As that script has its nodes.
SETTINGS = {**group.SETTINGS, "group.max.size": 4, "log.retention.ms": -1, "offsets.retention.check.interval.ms": 1000,
            "num.partitions": 1}
# More than a pipe and the buffers at its ends hold.
LINES = 100_000
LEAVES_SECONDS_MAX = 10
TOLD = "Unable to write to standard out, closing consumer."


def cut_off(side):
    """`kafka-console-consumer ... | head -1`: the member leaves, rather than being missed when its session is over, and what nobody can
    have read is not committed."""
    group.create_topic(side.port, "long", 1)
    side.cast.producer("long", LINES, partitions=1)
    command = side.tools.command("kafka-console-consumer", "--bootstrap-server", side.node.address, "--topic", "long", "--group",
                                 "cut-off", "--from-beginning")
    done = subprocess.run(["bash", "-c", '"$@" | head -1; echo "status ${PIPESTATUS[0]}"', "bash", *map(str, command)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
    group.until("the group to be empty", lambda: group.described(side.port, "cut-off")["group_state"] == "Empty", LEAVES_SECONDS_MAX)
    committed = group.committed(side.port, "cut-off", "long", 1).get(("long", 0), -1)
    is_fair = 0 < committed < LINES
    return "\n".join([*done.stdout.splitlines(), f"told: {TOLD in done.stderr.splitlines()}", "empty",
                      f"committed: {'what may have been read' if is_fair else committed}"])


STEPS = [*console.STEPS, *offsets.STEPS, *console.LAST, Scene("kafka-console-consumer | head -1", "a reader that is cut off", cut_off)]
