#!/usr/bin/env python3
"""A node's log from its first line on: the levels that its file gives, and what is said of an environment made for a JVM."""
import contextlib
import signal
import subprocess

import node
from operator_test import REFUSAL_SECONDS_MAX, Formatted, says
from tools_test import stage

LOGGERS = ("--entity-type", "broker-loggers", "--entity-name", "1")
OF_RAFT, OF_SERVER = "Completed transition to ", "Kafka Server started"
SECRET = "canary-secret"
FOR_JAVA = {
    "KAFKA_HEAP_OPTS": "there is no JVM",
    "KAFKA_JVM_PERFORMANCE_OPTS": "there is no JVM",
    "KAFKA_GC_LOG_OPTS": "there is no JVM",
    "KAFKA_JMX_OPTS": "/metrics",
    "JMX_PORT": "/metrics",
    "KAFKA_LOG4J_OPTS": "klamm.log.levels",
}


def the_levels_of_the_file_hold_from_the_start(binary):
    with node.running(binary) as running:
        node.log_has(running, OF_SERVER, seconds=30)
        says(running.log.read_text(), OF_RAFT)
    with node.running(binary, {"klamm.log.levels": "root=WARN,kafka.server=INFO,nobody=DEBUG"}) as running:
        node.log_has(running, OF_SERVER, seconds=30)
        assert running.stop() == 0
        text = running.log.read_text()
        says(text, "no logger is called nobody; there are root, kafka,")
        assert OF_RAFT not in text, text


def the_levels_of_the_file_are_shown_and_give_way_while_the_node_runs(binary):
    with stage(binary, {"klamm.log.levels": "root=ERROR,kafka.network=FATAL"}) as tools:
        tools.says("kafka-configs", "--describe", *LOGGERS, parts=["root=ERROR", "kafka.network=FATAL", "kafka.server=ERROR"])
        tools.says("kafka-configs", "--alter", *LOGGERS, "--add-config", "kafka.server=INFO")
        tools.until("kafka-configs", "--describe", *LOGGERS, holds=lambda said: "kafka.server=INFO" in said)
        tools.says("kafka-configs", "--alter", *LOGGERS, "--delete-config", "kafka.network")
        tools.until("kafka-configs", "--describe", *LOGGERS, holds=lambda said: "kafka.network=ERROR" in said)


def a_log_that_is_off_has_no_line_and_a_start_that_fails_is_told_all_the_same(binary):
    with node.running(binary, {"klamm.log.levels": "root=OFF"}) as running:
        second = subprocess.run(running.server_command(), capture_output=True, text=True, timeout=REFUSAL_SECONDS_MAX)
        assert second.returncode == 1 and not second.stdout, second
        says(second.stderr, "is in use")
        assert running.stop() == 0
        assert not running.log.read_text(), running.log.read_text()


@contextlib.contextmanager
def started_with(binary, variables):
    """A node with more variables in its environment, no container around it."""
    with Formatted(binary) as made:
        command = ["env", *(f"{name}={value}" for name, value in variables.items()), *made.server_command()]
        made.server_command = lambda: command
        made.start()
        try:
            yield made
        finally:
            if made.process is not None:
                made.stop(signal.SIGKILL)


def what_is_for_a_jvm_is_told_of_once_each(binary):
    with started_with(binary, {name: f"-D{SECRET}" for name in FOR_JAVA}) as made:
        node.log_has(made, OF_SERVER, seconds=30)
        assert made.stop() == 0
        text = made.log.read_text()
        for name, part in FOR_JAVA.items():
            lines = [line for line in text.splitlines() if f" {name} ignored: " in line]
            assert len(lines) == 1 and part in lines[0], (name, lines)
        assert SECRET not in text, text


if __name__ == "__main__":
    node.claims([the_levels_of_the_file_hold_from_the_start, the_levels_of_the_file_are_shown_and_give_way_while_the_node_runs,
                 a_log_that_is_off_has_no_line_and_a_start_that_fails_is_told_all_the_same, what_is_for_a_jvm_is_told_of_once_each])
