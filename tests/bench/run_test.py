"""The benchmark's table: a run that ended goes on where it was, and what is reported is what was measured."""

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest
import unittest.mock
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import brokers  # noqa: E402
import groups  # noqa: E402
import own_network  # noqa: E402
import run  # noqa: E402

ROWS = [row for row in run.rows() if row["name"] in ("produce-1KiB-lz4-1p-saturated", "produce-1KiB-lz4-1p-20k",
                                                     "consume-1KiB-lz4-12p-saturated")]


class Interrupted(Exception):
    pass


def broker_kind(broker_name, started):
    """A broker of which only the starts are kept."""
    class Kind:
        name = broker_name
        first_ack_ms = 5.0
        address, pid = "nowhere:1", 1

        def __init__(self, build, folder):
            self.folder = folder

        def start(self, settings):
            started.append(broker_name)
            self.settings = settings

        def stop(self):
            pass
    return Kind


class Bench(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.started, self.loaded = [], []
        self.kinds = [broker_kind(name, self.started) for name in ("klamm", "floor")]
        (self.folder / "klamm").write_text("one binary")
        quiet = contextlib.redirect_stderr(io.StringIO())
        quiet.__enter__()
        self.addCleanup(quiet.__exit__, None, None, None)

    def bench(self, ends_after=None, runs=2, nodes=1):
        """A bench whose load generator is interrupted when it has been asked so many times."""
        options = types.SimpleNamespace(build=self.folder, json=self.folder / "results.json", runs=runs, lock=None,
                                        folder=None, seconds=1, warmup=0, kafka_heap=None, load_mib=1,
                                        groups=True, nodes=nodes, many=7)
        made = run.Bench(options)
        self.loaded.clear()
        self.started.clear()

        def load(mode, broker, *arguments):
            if len(self.loaded) == ends_after:
                raise Interrupted
            topic = arguments[1] if mode in ("produce", "consume") else mode
            self.loaded.append((topic, broker.name))
            return {"cpu_ns_per_record": 10.0 * len(self.loaded), "p99_us": 7.0, "seconds": 1.36}  # as long as it took
        made.load = load
        return made

    def kept(self):
        results = json.loads((self.folder / "results.json").read_text())
        return [(result["run"], result["row"], result["broker"]) for result in results]


class Resuming(Bench):
    def test_a_whole_table_is_measured_once(self):
        self.bench().run_rows(self.kinds, ROWS)
        self.assertEqual(len(self.loaded), 2 * len(ROWS) * 2)
        again = self.bench()
        again.run_rows(self.kinds, ROWS)
        self.assertEqual((self.loaded, self.started), ([], []))

    def test_a_run_goes_on_wherever_it_ended(self):
        whole = 2 * len(ROWS) * 2
        for ended in range(whole):
            (self.folder / "results.json").unlink(missing_ok=True)
            with self.assertRaises(Interrupted):
                self.bench(ends_after=ended).run_rows(self.kinds, ROWS)
            before = self.kept() if ended else []
            self.bench().run_rows(self.kinds, ROWS)
            self.assertEqual(len(self.loaded), whole - len(before))
            self.assertEqual(len(set(self.kept())), whole)
            self.assertEqual(len(self.kept()), whole)

    def test_more_runs_than_before_add_only_those(self):
        self.bench(runs=1).run_rows(self.kinds, ROWS)
        self.bench(runs=3).run_rows(self.kinds, ROWS)
        self.assertEqual(len(self.loaded), 2 * len(ROWS) * 2)

    def test_the_brokers_take_turns_in_going_first(self):
        self.bench().run_rows(self.kinds, ROWS[:1])
        self.assertEqual([broker for _, broker in self.loaded], ["klamm", "floor", "floor", "klamm"])

    def test_results_of_another_binary_are_refused(self):
        self.bench().run_rows(self.kinds, ROWS[:1])
        (self.folder / "klamm").write_text("another binary")
        with self.assertRaises(SystemExit) as refused:
            self.bench()
        self.assertIn("another binary", str(refused.exception))

    def test_results_of_other_times_and_of_another_network_are_refused(self):
        self.bench().run_rows(self.kinds, ROWS[:1])
        whole = json.loads((self.folder / "results.json").read_text())
        for key, other in (("seconds", 2), ("warmup", 3), ("congestion_control", "another"), ("kafka_heap", "2G"),
                           ("load_mib", 2)):
            (self.folder / "results.json").write_text(json.dumps([{**whole[0], key: other}, *whole[1:]]))
            with self.assertRaises(SystemExit) as refused:
                self.bench()
            self.assertIn(f"another {key}", str(refused.exception))

    def test_an_interrupted_start_is_counted_once(self):
        with self.assertRaises(Interrupted):
            self.bench(ends_after=0, runs=1).run_starts(self.kinds[:1])
        self.assertEqual(self.kept(), [(0, "start", "klamm")])
        self.bench(runs=1).run_starts(self.kinds[:1])
        self.assertEqual(self.kept(), [(0, "start", "klamm"), (0, "idle", "klamm")])

    def test_a_quiet_minute_without_its_cold_reader_is_measured_anew(self):
        with self.assertRaises(Interrupted):
            self.bench(ends_after=2, runs=1).run_cold(self.kinds[:1])
        self.assertEqual(self.kept(), [(0, "quiet", "klamm")])
        self.bench(runs=1).run_cold(self.kinds[:1])
        self.assertEqual(self.kept(), [(0, "quiet", "klamm"), (0, "cold-reader", "klamm")])

    def test_the_file_is_whole_when_the_run_ends_while_it_is_written(self):
        bench = self.bench()
        klamm = self.kinds[0](None, None)
        bench.note(0, "start", klamm, {})

        def write_half(path, text):
            with open(path, "w") as file:
                file.write(text[:len(text) // 2])
            raise Interrupted
        with unittest.mock.patch.object(pathlib.Path, "write_text", write_half), self.assertRaises(Interrupted):
            bench.note(0, "idle", klamm, {})
        self.assertEqual(self.kept(), [(0, "start", "klamm")])


class Reporting(Bench):
    def test_a_folder_of_jars_that_lacks_some_is_named_with_what_it_lacks(self):
        self.addCleanup(setattr, brokers.Kafka, "jars", None)
        (self.folder / "kafka_2.13-4.3.1.jar").touch()
        with self.assertRaises(SystemExit) as refused:
            brokers.Kafka.resolve(self.folder)
        self.assertEqual(str(refused.exception), f"{self.folder} has no log4j-slf4j-impl-*.jar")
        (self.folder / "log4j-slf4j-impl-2.25.4.jar").touch()
        brokers.Kafka.resolve(self.folder)
        self.assertEqual(brokers.Kafka.jars, self.folder)

    def test_the_middle_and_the_spread_are_shown(self):
        bench = self.bench()
        for number, value in enumerate((30.0, 10.0, 1000.0)):
            bench.note(number, "row", self.kinds[0](None, None), {"cpu_ns_per_record": value})
        self.assertEqual(bench.cell("row", "klamm", "cpu_ns_per_record"), "30 (10-1,000)")
        self.assertEqual(bench.cell("row", "klamm", "p99_us"), "-")

    def test_a_ratio_is_of_medians_and_needs_both(self):
        bench = self.bench()
        klamm, floor = (kind(None, None) for kind in self.kinds)
        for number, (ours, theirs) in enumerate(((30.0, 10.0), (20.0, 20.0), (10.0, 60.0))):
            bench.note(number, "row", klamm, {"cpu_ns_per_record": ours})
            bench.note(number, "row", floor, {"cpu_ns_per_record": theirs})
        self.assertEqual(bench.ratio("row", "cpu_ns_per_record", "klamm", "floor"), "1.00")
        self.assertEqual(bench.ratio("row", "cpu_ns_per_record", "klamm", "kafka"), "-")

    def test_every_row_and_broker_is_in_the_report(self):
        bench = self.bench()
        bench.run_starts(self.kinds[:1])
        bench.run_rows(self.kinds, ROWS)
        report = bench.report(self.kinds, ROWS)
        for row in ROWS:
            self.assertEqual(report.count(f"| {row['name']} |"), 1)
        self.assertIn("| klamm | 5.0 (5.0-5.0) |", report)
        self.assertIn("| floor | - |", report)


class Fetching(unittest.TestCase):
    def test_maven_can_read_what_it_is_given(self):
        """In XML a comment that holds two dashes is no comment, and Maven reads no further."""
        project = xml.etree.ElementTree.parse(pathlib.Path(run.__file__).parent / "kafka/pom.xml").getroot()
        named = [found.text for found in project.iter("{http://maven.apache.org/POM/4.0.0}artifactId")]
        self.assertEqual(named, ["bench-kafka", "kafka_2.13", "log4j-slf4j-impl"])


class Groups(Bench):
    def rows(self, ends_after=None, words=()):
        """The groups' rows, of which a broker's settings are kept, and loads of partitions that only end."""
        bench = self.bench(ends_after, runs=1)
        self.delays = {}
        load = bench.load

        def load_row(mode, broker, *arguments):
            if arguments[1] == "warm-up":
                return {}
            self.delays[arguments[1]] = broker.settings[groups.DELAY]
            return {**load(arguments[1], broker), "stable_s": 1.5, "requests_per_s": 3000.0}
        bench.load = load_row
        made = groups.GroupRows(bench, words)
        made.load_offsets = lambda broker, row: {**load(row["name"], broker), "load_mb_per_s": 500.0}
        return made

    def test_every_row_is_measured_once_and_reported(self):
        rows = self.rows()
        rows.run(self.kinds)
        everything = [each["name"] for each in groups.load_rows() + groups.offsets_rows()]
        self.assertEqual(sorted(self.loaded), sorted((name, kind.name) for name in everything for kind in self.kinds))
        report = rows.report(self.kinds)
        for name in everything:
            self.assertEqual(report.count(f"| {name} |"), 1)
        again = self.rows()
        again.run(self.kinds)
        self.assertEqual((self.loaded, self.started), ([], []))

    def test_a_run_goes_on_wherever_it_ended(self):
        whole = 2 * len(groups.load_rows() + groups.offsets_rows())
        for ended in range(whole):
            (self.folder / "results.json").unlink(missing_ok=True)
            with self.assertRaises(Interrupted):
                self.rows(ends_after=ended).run(self.kinds)
            before = self.kept() if ended else []
            self.rows().run(self.kinds)
            self.assertEqual(len(self.loaded), whole - len(before))
            self.assertEqual(len(set(self.kept())), whole)

    def test_rows_without_a_delay_have_brokers_without_one(self):
        self.rows(words=["join"]).run(self.kinds)
        self.assertEqual(self.delays, {"groups-join-delay-3s": 3000, "groups-join-no-delay": 0,
                                       "groups-join-no-delay-beat-100ms": 0})

    def test_what_a_row_costs_is_told_in_microseconds(self):
        rows = self.rows(words=["commit-10p"])
        rows.run(self.kinds[:1])
        self.assertIn("| groups-commit-10p-saturated | 3,000 | 0.0 | 7 |", rows.report(self.kinds[:1]))


class LoadingOffsets(Bench):
    """A broker whose folder is there; that it has run is what the test writes into its log."""

    def setUp(self):
        super().setUp()
        self.bench = self.bench()
        self.rows = groups.GroupRows(self.bench, [])
        self.broker = types.SimpleNamespace(name="klamm", folder=self.folder, end=lambda: None,
                                            loaded=brokers.Klamm.loaded)
        (self.folder / "data/orders-0").mkdir(parents=True)
        (self.folder / "data/orders-0/partition.metadata").write_text("version: 0\ntopic_id: AAAAAAAAAAcAAAAAAAAACA\n")
        (self.folder / "data/.kafka_cleanshutdown").write_text("")
        (self.folder / "log").write_text("Loaded __consumer_offsets-0 in epoch 0 in 1 ms: 3 records, 9 bytes (0 MB/s)\n")
        self.asked = []

        def load(mode, broker, *arguments):
            self.asked.append((mode, dict(zip(arguments[::2], arguments[1::2]))))
            return {"records": 20.0}
        self.bench.load = load

    def serve(self, said):
        def served(broker, keys, records):
            with open(self.folder / "log", "a", encoding="utf-8") as log:
                log.write(said)
            return {"served_ms": 2500.0}
        self.rows.served = served
        return self.rows.load_offsets(self.broker, {"name": "row", "keys": 7})

    def test_the_load_that_counts_is_of_what_was_written(self):
        found = self.serve("Loaded __consumer_offsets-0 in epoch 1 in 40 ms: 20 records, 8000000 bytes (200 MB/s)\n")
        self.assertEqual((found["load_s"], found["load_mb_per_s"], found["served_s"]), (0.04, 200.0, 2.5))
        self.assertEqual(self.asked[1][0], "offsets-write")
        self.assertEqual(self.asked[1][1]["--topic-id"], "AAAAAAAAAAcAAAAAAAAACA")
        self.assertFalse((self.folder / "data/.kafka_cleanshutdown").exists())

    def test_a_load_of_less_than_was_written_is_no_result(self):
        with self.assertRaisesRegex(RuntimeError, "19 of 20"):
            self.serve("Loaded __consumer_offsets-0 in epoch 1 in 40 ms: 19 records, 8000000 bytes (200 MB/s)\n")

    def test_a_log_without_a_load_is_shown(self):
        with self.assertRaisesRegex(RuntimeError, "no load of .*(?s:.)*it burns"):
            self.serve("Loaded __consumer_offsets-01 in epoch 1 in 4 ms: 20 records, 8 bytes (2 MB/s)\nit burns\n")

    def test_kafka_tells_the_same_in_its_own_words(self):
        said = ("[2026-11-21 10:00:00,000] INFO Finished loading of metadata from __consumer_offsets-0 with epoch 2 in "
                "250ms where 3ms was spent in the scheduler. Loaded 20 records which total to 50000000 bytes. (x.Y)\n")
        self.assertEqual(groups.loaded_of(said, brokers.Kafka.loaded),
                         {"records": 20, "load_s": 0.25, "load_mb_per_s": 200.0})


class OwnNetwork(unittest.TestCase):
    SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import own_network
own_network.enter(__file__, sys.argv[1:])
own_network.prepare()
print(json.dumps([own_network.congestion_control(), os.readlink("/proc/self/ns/net")]))
"""

    def measured(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "script.py"
            script.write_text(self.SCRIPT)
            said = subprocess.run([sys.executable, script, own_network.__file__.rpartition("/")[0]], check=True,
                                  capture_output=True, text=True)
        return json.loads(said.stdout)

    def test_the_network_is_its_own_with_the_kernels_default_control(self):
        tools = own_network.tools()
        if not all(tools.values()) or subprocess.run([tools["unshare"], "--net", tools["ip"], "link", "set", "lo", "up"],
                                                     stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no network namespace may be made here")
        known = pathlib.Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text().split()
        if own_network.CONTROL not in known:
            self.skipTest(f"this kernel has no {own_network.CONTROL}")
        control, namespace = self.measured()
        self.assertNotEqual(namespace, os.readlink("/proc/self/ns/net"))
        self.assertEqual(control, own_network.CONTROL)

    def test_where_there_are_no_tools_it_is_the_hosts(self):
        with unittest.mock.patch.object(own_network, "tools", lambda: {"ip": None, "unshare": None}), \
                unittest.mock.patch.object(own_network.os, "execv") as gone:
            own_network.enter(__file__, [])
        gone.assert_not_called()


if __name__ == "__main__":
    unittest.main()
