#!/usr/bin/env python3
"""Lines of the log that scripts and test containers wait for, word by word, and the one that says that all is done behind the others."""
import re

import node

# Patterns as they stand in modules for test containers, operators' scripts and runbooks.
AT_START = [r"Transitioning from STARTING to RECOVERY", r"Registered broker 1\b", r".*Transitioning from RECOVERY to RUNNING.*",
            r"\[KafkaRaftServer nodeId=1\] Kafka Server started"]
AT_STOP = [r"Terminating process due to signal SIGTERM", r"Transitioning from \w+ to SHUTTING_DOWN"]


def times(pattern, text):
    return [number for number, line in enumerate(text.splitlines()) if re.search(pattern, line)]


def the_lines_that_scripts_wait_for_come_once_each(binary):
    with node.running(binary) as running:
        node.log_has(running, "Kafka Server started", seconds=30)
        for pattern in AT_START:
            found = times(pattern, running.log.read_text())
            assert len(found) == 1, f"{pattern}: lines {found} of\n{running.log.read_text()}"
        # Who waits for the last one finds a broker that serves.
        text = running.log.read_text()
        last = times(AT_START[-1], text)[0]
        assert all(times(pattern, text)[0] < last for pattern in AT_START[:-1]), text


def a_stop_says_why_and_how_far_it_is(binary):
    with node.running(binary) as running:
        node.log_has(running, "Kafka Server started", seconds=30)
        assert running.stop() == 0
        text = running.log.read_text()
        for pattern in AT_STOP:
            assert times(pattern, text), f"{pattern} is not in\n{text}"


if __name__ == "__main__":
    node.claims([the_lines_that_scripts_wait_for_come_once_each, a_stop_says_why_and_how_far_it_is])
