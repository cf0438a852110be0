#!/usr/bin/env python3
"""A script of the operators' that ended goes on where it was: a part that is over is told again with its figures, one of which something
was skipped is played again, and a failure is not forgotten."""
import contextlib
import io
import pathlib
import tempfile
import types
import unittest

import ground
import claims
import stage


class Parts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.file = pathlib.Path(scratch.name) / "results.json"
        said = contextlib.redirect_stdout(io.StringIO())
        said.__enter__()
        self.addCleanup(said.__exit__, None, None, None)
        self.played = []

    def world(self, only=""):
        """Of a run that begins now."""
        self.played.clear()
        ground.FIGURES.clear()
        found, results = claims.Claims(), stage.Results(self.file, "a binary")
        for failure in results.failures:
            found.say_again(failure["claimed"])
        return ground.World(types.SimpleNamespace(only=only), pathlib.Path(), found, results=results)

    def play(self, world, name="part", skipped=False, ends=None):
        def part():
            self.played.append(name)
            world.found.claim(True, f"claim of {name}")
            ground.measured(f"size of {name}", "7 MiB")
            if skipped:
                world.found.skip(name, "a program is missing")
            if ends:
                raise ends
        world.part(name, part)

    def counts(self, world):
        return world.found.passed, world.found.failed, world.found.skipped

    def test_a_part_that_is_over_is_told_again_and_not_played(self):
        self.play(self.world())
        again = self.world()
        self.assertFalse(again.has_to_play(["part"]))
        self.play(again)
        self.assertEqual((self.played, self.counts(again), ground.FIGURES), ([], (1, 0, 0), [("size of part", "7 MiB")]))

    def test_a_part_of_which_something_was_skipped_is_played_again(self):
        self.play(self.world(), skipped=True)
        again = self.world()
        self.assertTrue(again.has_to_play(["part"]))
        self.play(again)
        self.assertEqual((self.played, self.counts(again)), (["part"], (1, 0, 0)))

    def test_a_part_that_an_exception_ended_is_played_again_and_its_failure_stays(self):
        self.play(self.world(), ends=RuntimeError("no"))
        again = self.world()
        self.play(again)
        self.assertEqual((self.played, self.counts(again)), (["part"], (2, 1, 0)))

    def test_a_part_that_was_not_asked_for_is_not_played(self):
        world = self.world(only="other")
        self.assertFalse(world.has_to_play(["part"]))
        self.play(world)
        self.assertEqual(self.played, [])


if __name__ == "__main__":
    unittest.main()
