#!/usr/bin/env python3
"""A play that ended goes on where it was: each part counts once, and no claim that failed is forgotten."""
import contextlib
import io
import json
import pathlib
import tempfile
import types
import unittest

import stage
import claims
import failover


class Interrupted(BaseException):
    """As the end of a session."""


class Resuming(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.file = self.folder / "results.json"
        said = contextlib.redirect_stdout(io.StringIO())
        said.__enter__()
        self.addCleanup(said.__exit__, None, None, None)
        self.played = []

    def world(self, binary="one", quick=False, only=""):
        """Of a run that begins now."""
        self.played.clear()
        found, results = claims.Claims(), stage.Results(self.file, binary, quick)
        for failure in results.failures:
            found.say_again(failure["claimed"])
        return stage.World(types.SimpleNamespace(quick=quick, only=only), None, None, self.folder / "nodes", found, results)

    def part(self, world, name="part", holds=True, side="klamm", ends=None):
        def play():
            self.played.append(name)
            world.found.claim(holds, f"claim of {name}", "it does not")
            if ends:
                raise ends
            return {"ms": 7}
        return world.once(name, side, play)

    def counts(self, world):
        return world.found.passed, world.found.failed

    def test_a_part_that_is_over_is_not_played_again_and_counts(self):
        self.part(self.world())
        again = self.world()
        self.assertEqual(self.part(again), {"ms": 7})
        self.assertEqual((self.played, self.counts(again)), ([], (1, 0)))

    def test_a_claim_that_did_not_hold_does_not_hold_later_either(self):
        self.part(self.world(), holds=False)
        again = self.world()
        self.part(again)
        self.assertEqual(self.counts(again), (0, 1))

    def test_a_part_that_an_exception_ended_is_played_again_and_its_failure_stays(self):
        with self.assertRaises(RuntimeError):
            self.part(self.world(), ends=RuntimeError("no"))
        again = self.world()
        self.assertEqual(self.part(again), {"ms": 7})
        self.assertEqual((self.played, self.counts(again)), (["part"], (2, 1)))

    def test_a_part_that_was_interrupted_is_as_if_it_had_never_been(self):
        with self.assertRaises(Interrupted):
            self.part(self.world(), holds=False, ends=Interrupted())
        again = self.world()
        self.part(again)
        self.assertEqual((self.played, self.counts(again)), (["part"], (1, 0)))

    def test_results_of_another_binary_are_refused_but_for_those_of_kafka_alone(self):
        self.part(self.world(), "theirs", side="kafka")
        self.part(self.world("another"), "theirs", side="kafka")
        self.assertEqual(self.played, [])
        self.part(self.world("another"), "ours")
        with self.assertRaisesRegex(SystemExit, "another binary"):
            self.world()

    def test_results_of_a_quick_run_are_refused_in_one_that_is_not(self):
        self.part(self.world(quick=True))
        with self.assertRaisesRegex(SystemExit, "another --quick"):
            self.world()

    def test_a_part_of_which_only_something_was_played_is_another_one(self):
        self.part(self.world(only="tail"))
        self.part(self.world())
        self.assertEqual(self.played, ["part"])

    def test_folders_that_an_earlier_run_has_left_stay_as_they_are(self):
        first = self.world().own_folder("klamm-plain")
        (first / "node.log").write_text("said")
        self.assertNotEqual(self.world().own_folder("klamm-plain"), first)
        self.assertEqual((first / "node.log").read_text(), "said")

    def test_without_a_file_nothing_is_kept(self):
        self.file = None
        self.part(self.world())
        self.part(self.world())
        self.assertEqual(self.played, ["part"])

    def test_the_file_is_whole_when_the_run_ends_while_it_is_written(self):
        self.part(self.world())
        (self.folder / "results.json.new").write_text('{"parts": {')
        self.part(self.world(), "second")
        self.assertEqual(set(json.loads(self.file.read_text())["parts"]), {"part", "second"})


class Acts(unittest.TestCase):
    def test_all_kills_are_in_acts_and_more_kills_add_only_acts(self):
        self.assertEqual([failover.sizes_of_acts(kills) for kills in (1, 5, 20, 22)], [[1], [5], [5] * 4, [5] * 4 + [2]])

    def test_the_median_and_the_worst_are_of_all_acts(self):
        measured = {"both": [{"java": ms} for ms in (100, 300, 200)]}
        self.assertEqual(failover.rows("klamm", measured), [("klamm", "both", "java", 3, 200, 300)])


if __name__ == "__main__":
    unittest.main()
