#!/usr/bin/env python3
"""The node is ended, by kill -9 or SIGTERM, in the middle of rebalances and commits, again and again.

Each round: members come, leave and die, records are read and committed without pause, and the node goes at some moment
of that. When it is back, no offset is below what was acknowledged, and within a bound the partitions are shared out among the
members that live and everything is read and committed.

  kill_groups_test.py --build TREE [--rounds N] [--seed N]     a few rounds by default; the proof is 200
"""
import argparse
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import group
import group_test
import node

TOPIC, GROUP = "t", "g"
RECORDS, PER_SECOND = 600, 500  # a round
STABLE_SECONDS = 60
MEMBERS_MAX = 4
ASSIGNORS = [{}, group_test.COOPERATIVE]


class Committer:
    """Has the members commit all the time."""

    def __init__(self, members):
        self.members, self.over = members, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.02):
            for member in list(self.members):
                member.tell("commit-later")

    def stop(self):
        self.over.set()
        self.thread.join()


def promised(everyone):
    """The highest offset of each partition whose commit was acknowledged to anyone."""
    highest = {}
    for member in everyone:
        for event in member.said("commit"):
            for topic, partition, offset, _, error in event["offsets"]:
                if event["error"] == error == "NO_ERROR" and offset >= 0:
                    highest[(topic, partition)] = max(offset, highest.get((topic, partition), 0))
    return highest


class Drama:
    """The rounds' state: who lives, how much was written."""

    def __init__(self, cast, choose, settings):
        self.cast, self.choose, self.settings = cast, choose, settings
        self.alive, self.written, self.rebalances, self.kills = [], 0, 0, 0

    def enter(self):
        static = {"group_instance_id": f"i{self.choose.random()}"} if self.choose.random() < 0.3 else {}
        self.alive.append(self.cast.member(GROUP, TOPIC, **group.SHORT_SESSION, **self.settings, **static))

    def exit(self):
        member = self.alive.pop(self.choose.randrange(len(self.alive)))
        member.kill() if self.choose.random() < 0.5 else member.tell("close")

    def begin_to_write(self):
        """Records that come while the node goes, so that there is always something to commit."""
        producer = subprocess.Popen([self.cast.programs / "klamm_acked_producer", self.cast.running.address, TOPIC,
                                     str(RECORDS), str(PER_SECOND), "4", str(self.written)], stdout=subprocess.DEVNULL)
        self.written += RECORDS
        return producer

    def upset(self):
        """Something that makes the group rebalance."""
        if len(self.alive) >= MEMBERS_MAX or (len(self.alive) > 1 and self.choose.random() < 0.4):
            self.exit()
        else:
            self.enter()

    def end_the_node(self):
        node_itself, choose = self.cast.running, self.choose
        killed = choose.random() < 0.7
        self.kills += killed
        time.sleep(choose.uniform(0, 0.6))
        node_itself.stop(signal.SIGKILL if killed else signal.SIGTERM)
        if choose.random() < 0.3:
            self.upset()
        time.sleep(choose.uniform(0, 0.3))
        before = promised(self.cast.members)
        node_itself.start()
        return before

    def check_nothing_is_lost(self, before):
        kept = group.committed(self.cast.running.port, GROUP, TOPIC, seconds=STABLE_SECONDS)
        lost = {each: (offset, kept.get(each)) for each, offset in before.items() if kept.get(each, -1) < offset}
        assert not lost, f"acknowledged, and what is left: {lost}"
        invented = {each: offset for each, offset in kept.items() if offset > self.written // 4}
        assert not invented, f"beyond the end: {invented}"

    def check_the_group_goes_on(self):
        group.wait_shared(self.alive, TOPIC, seconds=STABLE_SECONDS)
        ends = {(TOPIC, number): self.written // 4 for number in range(4)}
        kept = {}

        def all_committed():
            kept.update(group.committed(self.cast.running.port, GROUP, TOPIC))
            return kept == ends
        group.until(lambda: f"{ends} committed: {kept}", all_committed, STABLE_SECONDS)
        failed = [event for member in self.alive for event in member.said("error") if event["fatal"]]
        assert not failed, failed

    def round(self):
        producer = self.begin_to_write()
        committing = Committer(self.alive)
        try:
            time.sleep(self.choose.uniform(0, 0.5))
            self.upset()
            before = self.end_the_node()
            self.check_nothing_is_lost(before)
            assert producer.wait(STABLE_SECONDS) == 0, "records are not acknowledged"
            self.check_the_group_goes_on()
        finally:
            committing.stop()
            producer.kill()


def play(binary, rounds, seed):
    choose = random.Random(seed)
    began = time.monotonic()
    with group_test.stage(binary, TOPIC) as cast:
        drama = Drama(cast, choose, choose.choice(ASSIGNORS))
        drama.enter()
        for number in range(rounds):
            try:
                drama.round()
            except Exception as problem:
                raise AssertionError(f"round {number} of seed {seed}: {problem}") from problem
        # What is committed was said by a member, but may not have been heard yet.
        written = {str(number) for number in range(drama.written)}

        def never_read():
            return written - {value for member in cast.members for _, _, _, value in member.messages()}
        group.until(lambda: f"{len(never_read())} records read, seed {seed}", lambda: not never_read())
        commits = sum(len(member.said("commit")) for member in cast.members)
        print(f"seed {seed}: {rounds} rounds, {drama.kills} by kill -9, {len(cast.members)} members, {commits} commits, "
              f"{sum(promised(cast.members).values())} records, {time.monotonic() - began:.0f} s")


def test_of(rounds, seed=None):
    def no_committed_offset_is_lost_and_no_group_is_stuck_when_the_node_is_killed(binary):
        # Some rounds with each node, so that 200 are not all with one assignor.
        first = seed if seed is not None else random.randrange(1 << 30)
        for begun in range(0, rounds, 20):
            play(binary, min(20, rounds - begun), first + begun // 20)
    return no_committed_offset_is_lost_and_no_group_is_stuck_when_the_node_is_killed


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", required=True, type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=4)
    arguments.add_argument("--seed", type=int)
    options = arguments.parse_args()
    sys.exit(node.judged([test_of(options.rounds, options.seed)], options.build / "klamm"))


if __name__ == "__main__":
    main()
