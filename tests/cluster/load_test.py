#!/usr/bin/env python3
"""What load.py holds against a cluster finds each fault that is planted, and none where there is none."""
import types
import unittest

import load
import logs
import network


def ack(number, offset, acked=0, topic="t", partition=0):
    return load.Ack(number, topic, partition, offset, acked - 1, acked)


WHOLE = {("t", 0, 0): ("k0", "java", 0), ("t", 0, 1): ("k1", "java", 1), ("t", 0, 2): ("k0", "java", 2)}
ACKS = [("java", ack(number, number)) for number in range(3)]
READ = {(where, record[1:]) for where, record in WHOLE.items()}


class Checkers(unittest.TestCase):
    def test_a_log_that_keeps_its_promises_has_no_complaints(self):
        self.assertEqual([load.lost(ACKS, WHOLE), load.twice(WHOLE, [types.SimpleNamespace(name="java")]), load.disordered(WHOLE),
                          load.unlike(READ, WHOLE)], [[], [], [], []])

    def test_an_acknowledged_record_that_is_not_there_is_lost(self):
        left = {where: record for where, record in WHOLE.items() if where[2] != 1}
        self.assertEqual(len(load.lost(ACKS, left)), 1)

    def test_an_acknowledged_offset_that_holds_another_record_is_lost(self):
        self.assertEqual(len(load.lost(ACKS, {**WHOLE, ("t", 0, 1): ("k1", "java", 9)})), 1)

    def test_a_record_at_two_offsets_is_there_twice(self):
        twice = {**WHOLE, ("t", 0, 3): WHOLE[("t", 0, 2)]}
        self.assertEqual(len(load.twice(twice, [types.SimpleNamespace(name="java")])), 1)

    def test_a_record_that_nobody_sent_is_found(self):
        self.assertEqual(len(load.twice(WHOLE, [types.SimpleNamespace(name="librdkafka")])), 3)

    def test_records_of_one_key_in_another_order_are_found(self):
        swapped = {**WHOLE, ("t", 0, 0): WHOLE[("t", 0, 2)], ("t", 0, 2): WHOLE[("t", 0, 0)]}
        self.assertEqual(len(load.disordered(swapped)), 1)

    def test_a_record_that_was_never_read_is_found(self):
        self.assertEqual(len(load.unlike(set(list(READ)[1:]), WHOLE)), 1)

    def test_a_record_that_was_once_read_as_another_is_found(self):
        self.assertEqual(len(load.unlike(READ | {(("t", 0, 1), ("java", 9))}, WHOLE)), 1)

    def test_a_record_that_was_read_and_is_gone_is_found(self):
        self.assertEqual(len(load.unlike(READ | {(("t", 0, 7), ("java", 7))}, WHOLE)), 1)


class Gaps(unittest.TestCase):
    def gaps(self, acks, began, ended, topics=None):
        producer = types.SimpleNamespace(name="java", acks=acks)
        return load.Load.gaps(types.SimpleNamespace(producers=[producer]), began, ended, topics)["java"]

    def test_the_longest_pause_of_one_partition_counts_though_others_go_on(self):
        acks = [ack(number, number, number * 10_000, partition=1) for number in range(100)]
        acks += [ack(0, 0, 100_000), ack(1, 1, 700_000)]
        self.assertEqual(self.gaps(sorted(acks, key=lambda each: each.acked), 200_000, 900_000), 600)

    def test_a_pause_that_ended_before_does_not_count(self):
        self.assertEqual(self.gaps([ack(0, 0, 0), ack(1, 1, 500_000), ack(2, 2, 600_000), ack(3, 3, 650_000)], 510_000, 900_000), 100)

    def test_topics_that_are_not_looked_at_do_not_count(self):
        acks = [ack(0, 0, 100_000, "u"), ack(1, 0, 100_000), ack(1, 1, 150_000), ack(2, 1, 900_000, "u")]
        self.assertEqual(self.gaps(acks, 120_000, 950_000, {"t"}), 50)


class Logs(unittest.TestCase):
    def lines(self, *crcs):
        return {offset: f"baseOffset: {offset} lastOffset: {offset} count: 1 crc: {crc}" for offset, crc in enumerate(crcs)}

    def test_logs_that_agree_as_far_as_both_go_are_equal(self):
        self.assertEqual(logs.unequal({1: {"t-0": self.lines(5, 6, 7)}, 2: {"t-0": self.lines(5, 6)}}, "t-0", 2), ([], 2))

    def test_a_batch_that_differs_is_found(self):
        self.assertEqual(len(logs.unequal({1: {"t-0": self.lines(5, 6)}, 2: {"t-0": self.lines(5, 7)}}, "t-0")[0]), 1)

    def test_a_log_that_ends_below_the_high_watermark_is_found(self):
        self.assertEqual(len(logs.unequal({1: {"t-0": self.lines(5, 6)}, 2: {"t-0": {}}}, "t-0", 2)[0]), 1)

    def test_a_log_that_is_not_there_at_all_is_found(self):
        complaints, equal = logs.unequal({1: {"t-0": self.lines(5, 6)}, 2: {}}, "t-0", 2, {1, 2})
        self.assertEqual((complaints, equal), (["t-0: not there on nodes [2]"], 0))


class Ports(unittest.TestCase):
    def test_no_port_is_given_out_twice(self):
        found = [port for _ in range(20) for port in network.free_ports(5)]
        self.assertEqual(len(found), len(set(found)))


if __name__ == "__main__":
    unittest.main()
