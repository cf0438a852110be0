"""Many hours of the simulator, over a program that plays it: what is run, what is kept, what is added up."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Says which seeds it is asked for in `asked`. Of two seeds one hour counts, unless `bad` names the first of them.
KLAMM_SIM = """#!/bin/sh
echo "$4" >> asked
if [ "$4" = "$(cat bad 2>/dev/null)" ]; then
  echo "FAILED one leader per epoch"
  exit 1
fi
echo "seeds 2  cluster-hours 2 (counted 1)  CPU 1.5 s  cluster-hours per CPU-hour 2400"
echo "kills $4  power losses 3"
echo "events 10 ($*)"
"""


class SimHours(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.file = self.folder / "hours.json"
        (self.folder / "klamm_sim").write_text(KLAMM_SIM)
        (self.folder / "klamm_sim").chmod(0o755)

    def run_hours(self, total, *more, level="quorum"):
        return subprocess.run([sys.executable, ROOT / "tools/sim_hours.py", "--binary", self.folder / "klamm_sim", "--level", level,
                               "--total", str(total), "--chunk", "2", "--jobs", "1", "--json", self.file, *more], cwd=self.folder,
                              capture_output=True, text=True)

    def asked(self):
        return [int(line) for line in (self.folder / "asked").read_text().split()]

    def test_hours_that_do_not_count_are_made_up_for_and_all_are_added(self):
        done = self.run_hours(3)
        self.assertEqual((done.returncode, self.asked()), (0, [1, 3, 5]))
        self.assertIn("seeds 6  cluster-hours 6 (counted 3)  CPU 4.5 s  cluster-hours per CPU-hour 2400\n"
                      "kills 9  power losses 9\nevents 30 ", done.stdout)

    def test_a_run_goes_on_where_it_ended_and_more_hours_add_only_those(self):
        self.run_hours(2)
        done = self.run_hours(4)
        self.assertEqual(self.asked(), [1, 3, 5, 7])
        self.assertIn("(counted 4)", done.stdout)
        self.run_hours(4)
        self.assertEqual(self.asked(), [1, 3, 5, 7])

    def test_a_seed_that_fails_ends_the_run_and_is_never_forgotten(self):
        (self.folder / "bad").write_text("3")
        for _ in range(2):
            done = self.run_hours(3)
            self.assertEqual((done.returncode, self.asked()), (1, [1, 3]))
            self.assertIn("FAILED in the seeds from 3 on: exit code 1\nFAILED one leader per epoch", done.stdout)
        done = self.run_hours(3, "--go-on")
        self.assertEqual((done.returncode, self.asked()), (1, [1, 3, 5, 7]))

    def test_hours_of_another_binary_or_with_other_options_are_refused(self):
        self.run_hours(1)
        self.assertIn("give another file", self.run_hours(1, "--flips", "1").stderr)
        with open(self.folder / "klamm_sim", "a") as program:
            program.write("# another\n")
        self.assertIn("give another file", self.run_hours(1).stderr)

    def test_other_options_are_those_of_the_simulator(self):
        self.run_hours(1, "--flips", "1", level="cluster")
        kept = json.loads(self.file.read_text())["chunks"]
        self.assertIn("--level cluster --seed 1 --seeds 2 --flips 1", kept["1"]["report"])


if __name__ == "__main__":
    unittest.main()
