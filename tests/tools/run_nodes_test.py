"""Three nodes in one terminal, over a program that plays the node: what is formatted, what is told, and that nothing stays."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config/three-nodes"
# Says what it is asked for in `asked`. A server says so, and runs until it is told to end, or nobody is there to tell it.
KLAMM = """#!/bin/sh
echo "$@" >> asked
case "$1 $2" in
"storage random-uuid") echo new-id ;;
"storage format")
  [ -e refuse ] && { echo "no such key" >&2; exit 1; }
  data=$(sed -n 's/^log.dirs=//p' "$4"); mkdir -p "$data"; echo "cluster.id=$6" > "$data/meta.properties" ;;
server*)
  if [ -e stubborn ]; then trap '' TERM; else trap 'echo closing; exit 0' TERM; fi
  echo "ready"
  while kill -0 $PPID; do sleep 0.05; done ;;
esac
"""


class RunNodes(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "klamm").write_text(KLAMM)
        (self.folder / "klamm").chmod(0o755)
        self.running = None

    def start(self, *arguments):
        self.running = subprocess.Popen([sys.executable, ROOT / "tools/run_nodes.py", "--binary", self.folder / "klamm", *arguments],
                                        cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(self.running.stdout.close)
        self.addCleanup(self.running.wait)
        self.addCleanup(self.running.kill)
        self.said = ""

    def hear(self, pattern, times=1):
        """What was said, until this was in so many lines of it."""
        while times:
            line = self.running.stdout.readline()
            self.assertTrue(line, f"never said {pattern}:\n{self.said}")
            self.said += line
            times -= bool(re.search(pattern, line))
        return self.said

    def tell(self, how):
        self.running.send_signal(how)

    def pids(self):
        """Of the nodes, once all run."""
        said = self.hear("processes") if "processes" not in self.said else self.said
        return [int(pid) for pid in re.search(r"processes (\d+), (\d+), (\d+)", said).groups()]

    def run_once(self, *arguments):
        self.start(*arguments)
        self.hear(r"\| ready", 3)
        self.tell(signal.SIGINT)
        self.hear(r"\| ended with exit code 0", 3)
        return self.running.wait()

    def formatted(self):
        asked = (self.folder / "asked").read_text().splitlines()
        (self.folder / "asked").unlink()
        return [re.sub(r"--config \S+/", "--config ", line) for line in asked if "format" in line]

    def test_three_nodes_of_one_cluster_run_until_ctrl_c(self):
        self.assertEqual(self.run_once("--nodes", "3"), 0)
        self.assertEqual(self.formatted(), [f"storage format --config node-{node}.properties --cluster-id new-id" for node in (1, 2, 3)])
        self.assertEqual(sorted(re.findall(r"^\d \| closing$", self.said, re.M)), [f"{node} | closing" for node in (1, 2, 3)])

    def test_what_is_there_is_not_formatted_again(self):
        self.run_once()
        self.formatted()
        self.run_once()
        self.assertEqual(self.formatted(), [])

    def test_one_that_was_emptied_is_formatted_for_the_cluster_of_the_others(self):
        for node in (1, 3):
            (self.folder / f"data-{node}").mkdir()
            (self.folder / f"data-{node}/meta.properties").write_text("#made\nversion=1\ncluster.id=old-id\n")
        self.run_once()
        self.assertEqual(self.formatted(), ["storage format --config node-2.properties --cluster-id old-id"])

    def test_directories_of_several_clusters_are_refused(self):
        for node in (1, 2):
            (self.folder / f"data-{node}").mkdir()
            (self.folder / f"data-{node}/meta.properties").write_text(f"cluster.id=id-{node}\n")
        self.start()
        self.hear("data-1, data-2, data-3 belong to several clusters")
        self.assertEqual(self.running.wait(), 1)

    def test_the_others_go_on_when_one_is_killed(self):
        self.start()
        self.hear(r"\| ready", 3)
        pids = self.pids()
        os.kill(pids[2], signal.SIGKILL)
        self.hear(r"3 \| ended by signal 9")
        self.assertTrue(all(os.path.exists(f"/proc/{pid}") for pid in pids[:2]))
        self.tell(signal.SIGTERM)
        self.hear(r"[12] \| ended with exit code 0", 2)
        self.assertEqual(self.running.wait(), 0)

    def test_a_second_ctrl_c_kills_what_does_not_end(self):
        (self.folder / "stubborn").touch()
        self.start()
        self.hear(r"\| ready", 3)
        pids = self.pids()
        self.tell(signal.SIGINT)
        self.hear("once more")
        self.assertTrue(all(os.path.exists(f"/proc/{pid}") for pid in pids))
        self.tell(signal.SIGINT)
        self.hear(r"\| ended by signal 9", 3)
        self.running.wait()
        self.assertFalse(any(os.path.exists(f"/proc/{pid}") for pid in pids))

    def test_when_all_have_ended_by_themselves_that_is_a_failure(self):
        self.start()
        self.hear(r"\| ready", 3)
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.hear(r"\| ended by signal 9", 3)
        self.assertEqual(self.running.wait(), 1)

    def test_a_directory_that_cannot_be_formatted_is_told_of(self):
        (self.folder / "refuse").touch()
        self.start()
        self.hear("no such key")
        self.assertEqual(self.running.wait(), 1)

    def test_another_number_of_nodes_than_there_are_samples_is_refused(self):
        self.start("--nodes", "4")
        self.hear("is for 3 nodes, not for 4")
        self.assertEqual(self.running.wait(), 1)

    def test_every_node_gets_the_overrides(self):
        self.run_once("--override", "num.partitions=3")
        servers = [line for line in (self.folder / "asked").read_text().splitlines() if line.startswith("server")]
        self.assertEqual(len(servers), 3)
        self.assertTrue(all(line.endswith("node-%d.properties --override num.partitions=3" % node)
                            for node, line in enumerate(sorted(servers), 1)))

    def test_it_is_said_what_to_try(self):
        self.run_once()
        self.assertIn("kcat -b 127.0.0.1:9192,127.0.0.1:9292,127.0.0.1:9392 -L", self.said)


class Samples(unittest.TestCase):
    def of(self, kind, number):
        text = (SAMPLES / kind / f"node-{number}.properties").read_text().replace("\\\n", "")
        return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))

    def test_the_files_of_a_cluster_differ_in_the_node_and_in_nothing_else(self):
        for kind in ("plain", "mtls", "scram"):
            first = self.of(kind, 1)
            own = {"node.id", "listeners", "log.dirs", "klamm.admin.listener"} | ({"ssl.keystore.location"} if kind != "plain" else set())
            for number in (2, 3):
                each = self.of(kind, number)
                self.assertEqual({key for key in {*first, *each} if first.get(key) != each.get(key)}, own)
                for key in own:
                    self.assertEqual(each[key], re.sub(r"(node-|data-|:9|^(?=.$))1", rf"\g<1>{number}", first[key]))

    def test_each_node_is_the_voter_that_the_others_take_it_for(self):
        for kind in ("plain", "mtls", "scram"):
            for number in (1, 2, 3):
                each = self.of(kind, number)
                controller = each["listeners"].rpartition("CONTROLLER://")[2]
                self.assertIn(f"{each['node.id']}@{controller}", each["controller.quorum.voters"].split(","))

    def test_what_is_marked_in_the_first_file_is_what_differs(self):
        for kind in ("plain", "mtls", "scram"):
            text = (SAMPLES / kind / "node-1.properties").read_text()
            marked = re.findall(r"^# \[node\].*\n(?:#.*\n)*(?:[a-z.]+\.type=PEM\n)?([a-z.]+)=", text, re.M)
            other = self.of(kind, 2)
            self.assertEqual(sorted(marked), sorted(key for key, value in self.of(kind, 1).items() if other[key] != value))


if __name__ == "__main__":
    unittest.main()
