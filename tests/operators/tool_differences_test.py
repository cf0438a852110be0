#!/usr/bin/env python3
"""What is left of a tool's output where Klamm's is held against Kafka's: no more goes than follows from Java, so that a message that is
another one is seen."""
import pathlib
import sys
import types
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "interop/tools")]
import step as steps  # noqa: E402  (the path has to be known first)
import tool_differences  # noqa: E402

CONSUMER = "(org.apache.kafka.tools.consumer.ConsoleConsumer)"
ERRORS = "org.apache.kafka.common.errors"
FRAMES = "\tat org.apache.kafka.Some.thing(Some.java:7) ~[kafka.jar:?]\n"


def plain(out="", err="", is_java=True):
    left = tool_differences.plain(types.SimpleNamespace(stdout=out, stderr=err, returncode=1), is_java)
    return left.stdout, left.stderr


class Plain(unittest.TestCase):
    def test_an_error_of_the_tool_stands_in_one_line_with_its_exception(self):
        theirs = f"ERROR Error processing message, terminating consumer process:  {CONSUMER}\n{ERRORS}.TimeoutException\n{FRAMES}" \
            "Processed a total of 1 messages\n"
        ours = f"ERROR Error processing message, terminating consumer process: {ERRORS}.TimeoutException\nProcessed a total of 1 messages\n"
        self.assertEqual(plain(err=theirs), ("", ours))
        self.assertEqual(plain(err=ours, is_java=False), ("", ours))

    def test_what_kafka_s_clients_log_goes(self):
        logged = "ERROR [Consumer clientId=a] JoinGroup failed (org.apache.kafka.clients.consumer.internals.ConsumerCoordinator)\n" \
            "WARN [Producer clientId=b] Got error (org.apache.kafka.clients.producer.internals.Sender)\n"
        self.assertEqual(plain(err=logged + "said\n"), ("", "said\n"))

    def test_a_trace_that_is_logged_goes(self):
        logged = f"ERROR {ERRORS}.InvalidTopicException: bad\n{FRAMES} (org.apache.kafka.tools.TopicCommand)\nsaid\n"
        self.assertEqual(plain("Error while executing topic command : bad\n", logged),
                         ("Error while executing topic command : bad\n", "said\n"))

    def test_of_a_trace_stays_the_message_that_nobody_has_told(self):
        trace = f"java.util.concurrent.ExecutionException: {ERRORS}.SomeException: bad\n{FRAMES}Caused by: {ERRORS}.SomeException: bad\n"
        self.assertEqual(plain(err=trace), ("", f"{ERRORS}.SomeException: bad\n"))
        self.assertEqual(plain("Error: bad\n", trace), ("Error: bad\n", ""))
        self.assertEqual(plain(f"Error: bad\n{trace}"), ("Error: bad\n", ""))

    def test_of_a_record_that_cannot_be_printed_the_class_is_not_looked_at(self):
        theirs = plain(err=f"ERROR Unknown error when running consumer:  {CONSUMER}\n{ERRORS}.SerializationException: too long\n")
        ours = "ERROR Unknown error when running consumer: org.apache.kafka.common.KafkaException: {}\n"
        self.assertEqual(plain(err=ours.format("too long"), is_java=False), theirs)
        self.assertNotEqual(plain(err=ours.format("too short"), is_java=False), theirs)

    def test_the_table_of_options_goes(self):
        self.assertEqual(plain(err="Missing\nOption                 Description   \n------   -----\n--a   b\n"), ("", "Missing"))


class NotServed(unittest.TestCase):
    step = steps.Step("no reassignments", "kafka-reassign-partitions", "--list")
    told = steps.Outcome(1, "out: Error: The node does not support LIST_PARTITION_REASSIGNMENTS\nexit code 1")

    def test_what_a_node_does_not_serve_has_to_be_told(self):
        self.assertTrue(tool_differences.unserved(self.step, self.told, {0, 1}))
        self.assertFalse(tool_differences.unserved(self.step, steps.Outcome(1, "out: something else"), {0, 1}))
        self.assertFalse(tool_differences.unserved(self.step, steps.Outcome(0, self.told.text), {0, 1}))

    def test_what_it_serves_has_to_work(self):
        served = {entry.api for entry in tool_differences.UNSERVED}
        self.assertFalse(tool_differences.unserved(self.step, self.told, served))
        self.assertFalse(tool_differences.unserved(self.step, self.told, None))


class Advice(unittest.TestCase):
    def test_kafka_s_consumer_may_recommend_its_protocol_where_no_partition_is_named(self):
        line = "err: The consumer rebalance protocol (KIP-848) is production-ready!"
        for arguments, expected in (("--topic t", True), ("--topic t --partition 0", False)):
            step = steps.Step("consume", "kafka-console-consumer", arguments)
            covered = any(entry.covers(step.name, "-", line) for entry in tool_differences.allowed(step))
            self.assertEqual(covered, expected, arguments)


if __name__ == "__main__":
    unittest.main()
