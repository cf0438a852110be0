"""The benchmark's clusters: what is measured on which node, in whose turn, and that nothing is left running."""
import contextlib
import io
import os
import pathlib
import signal
import sys
import tempfile
import types
import unittest
import unittest.mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import run_test  # noqa: E402  (knows where the bench is)
import brokers  # noqa: E402
import cluster  # noqa: E402

EVERYTHING = [each["name"] for each in cluster.load_rows() + cluster.many_rows()]
CONTROLLER = 2


def kind_of(kind_name):
    """A node whose process is a sleep, and whose directory is its configuration."""
    class Kind(brokers.Broker):
        name = kind_name

        def formatted(self, settings, cluster_id):
            (self.folder / "id").write_text(cluster_id)
            self.write_properties(settings)
            (self.folder / "log").write_text("it burns")
            return ["sleep", "300"]
    return Kind


class ThreeNodes(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.made = cluster.Cluster(kind_of("klamm"), self.folder, self.folder, 3)
        self.addCleanup(self.made.stop)
        self.said = io.StringIO()
        said = contextlib.redirect_stderr(self.said)
        said.__enter__()
        self.addCleanup(said.__exit__, None, None, None)

    def test_nodes_share_their_voters_and_the_cluster_and_nothing_else(self):
        self.made.start({"min.insync.replicas": 2}, "an-id")
        lines = [dict(line.split("=", 1) for line in (node.folder / "server.properties").read_text().splitlines())
                 for node in self.made.nodes]
        for key in ("controller.quorum.voters", "min.insync.replicas", "process.roles"):
            self.assertEqual(len({each[key] for each in lines}), 1)
        for key in ("node.id", "listeners", "advertised.listeners", "log.dirs"):
            self.assertEqual(len({each[key] for each in lines}), 3)
        voters = [f"{each['node.id']}@{each['listeners'].rpartition('CONTROLLER://')[2]}" for each in lines]
        self.assertEqual(lines[0]["controller.quorum.voters"], ",".join(voters))
        self.assertEqual({(node.folder / "id").read_text() for node in self.made.nodes}, {"an-id"})

    def test_a_cluster_is_a_broker_of_several_processes(self):
        self.made.start({}, "an-id")
        pids = [int(pid) for pid in self.made.pid.split(",")]
        self.assertEqual(len(set(pids)), 3)
        found = self.made.of_each()
        self.assertEqual([len(found["rss_mib_each"]), len(found["descriptors_each"])], [3, 3])
        self.assertTrue(all(0 < value < 100 for value in found["rss_mib_each"]))
        self.made.stop()
        self.assertFalse(any(os.path.exists(f"/proc/{pid}") for pid in pids))
        self.assertEqual(self.said.getvalue(), "")

    def test_a_node_that_has_ended_by_itself_is_told_of_with_what_it_said(self):
        self.made.start({}, "an-id")
        os.kill(self.made.nodes[1].pid, signal.SIGKILL)
        os.waitid(os.P_PID, self.made.nodes[1].pid, os.WEXITED | os.WNOWAIT)
        self.made.stop()
        self.assertEqual(self.said.getvalue(), "klamm has ended by itself:\nit burns\n")

    def test_one_that_does_not_end_when_told_is_killed(self):
        node = self.made.nodes[0]
        node.prepare({}, "an-id")
        ready = self.folder / "ready"
        node.command = ["sh", "-c", f"trap '' TERM; touch {ready}; while true; do sleep 0.05; done"]
        node.launch()
        while not ready.exists():
            pass
        pid = node.pid
        node.end(seconds=0.1)
        self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_ports_are_not_those_of_outgoing_connections_and_come_once(self):
        first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        ports = [brokers.free_port() for _ in range(50)]
        self.assertEqual(len(set(ports)), 50)
        self.assertLess(max(ports), max(first, 30_000))

    def test_a_limit_of_files_that_is_too_low_is_told_before_all_else(self):
        with unittest.mock.patch.object(cluster.resource, "getrlimit", lambda _: (1024, 4096)), \
                unittest.mock.patch.object(cluster.resource, "setrlimit"):
            cluster.raise_descriptor_limit(2000)
            with self.assertRaisesRegex(SystemExit, "4096 files open here, and 10000 partitions take 12000"):
                cluster.raise_descriptor_limit(10_000)


class FakeCluster:
    """Three nodes whose processes are numbers: 100 and the node's, and 10 more each time it is launched."""

    def __init__(self, kind, log):
        self.name, self.log, self.port, self.pid = kind.name, log, 1, "101,102,103"
        self.nodes = [self.node_of(number) for number in (1, 2, 3)]

    def node_of(self, number):
        node = types.SimpleNamespace(name=self.name, number=number, port=number, pid=100 + number)
        node.end = lambda seconds: self.log.append(("end", number))
        node.await_end = lambda: self.log.append(("gone", number))
        node.launch = lambda: self.log.append(("launch", number))
        return node

    node, beside = cluster.Cluster.node, cluster.Cluster.beside

    def start(self, settings, cluster_id):
        self.log.append(("start", self.name))

    def stop(self):
        self.log.append(("stop", self.name))

    def of_each(self):
        return {"rss_mib_each": [10.0, 30.0, 20.0], "descriptors_each": [5, 7, 6]}


class Rows(run_test.Bench):
    def setUp(self):
        super().setUp()
        self.kinds = [run_test.broker_kind(name, []) for name in ("klamm", "kafka")]
        unchanged = unittest.mock.patch.object(cluster, "raise_descriptor_limit")
        unchanged.start()
        self.addCleanup(unchanged.stop)

    def rows(self, ends_after=None, runs=1, words=()):
        """Rows on clusters that are none, of which the calls of the load generator are kept."""
        bench = self.bench(ends_after, runs, nodes=3)
        bench.new_id = lambda: "an-id"
        count = bench.load
        self.log = []

        def load_at(mode, port, broker, *arguments):
            asked = dict(zip(arguments[::2], arguments[1::2]))
            self.log.append((mode, port, broker.pid, asked))
            if mode == "controller":
                return {"node_id": float(CONTROLLER)}
            if mode in ("elections", "produce") and asked["--topic"] != "warm-up":
                count("produce", broker, "--topic", asked["--topic"])
            return {"created_ms": 2500.0, "unfenced_ms": 1000.0, "in_sync_ms": 3000.0, "elected_ms": 400.0, "served_ms": 500.0,
                    "partitions": 3.0, "cpu_ns_per_record": 10.0, "records_per_s": 96.0, "p99_us": 7.0}
        bench.load_at = load_at
        bench.load = lambda mode, broker, *arguments: load_at(mode, broker.port, broker, *arguments)
        made = cluster.ClusterRows(bench, words)
        made.make = lambda kind, folder: FakeCluster(kind, self.log)
        return made

    def modes(self, *wanted):
        return [entry for entry in self.log if entry[0] in wanted]

    def test_every_row_is_measured_once_and_reported(self):
        rows = self.rows(runs=2)
        rows.run(self.kinds)
        everything = [(run, name, kind.name) for run in (0, 1) for name in EVERYTHING for kind in self.kinds]
        self.assertEqual(sorted(self.kept()), sorted(everything))
        report = rows.report(self.kinds)
        for name in EVERYTHING:
            self.assertEqual(report.count(f"| {name} |"), 1)
        again = self.rows(runs=2)
        again.run(self.kinds)
        self.assertEqual(self.log, [])

    def test_a_run_goes_on_wherever_it_ended(self):
        for ended in range(2 * 5):
            (self.folder / "results.json").unlink(missing_ok=True)
            with self.assertRaises(run_test.Interrupted):
                self.rows(ends_after=ended).run(self.kinds)
            self.assertEqual(self.log[-1][0], "stop")
            self.rows().run(self.kinds)
            self.assertEqual(len(set(self.kept())), 2 * len(EVERYTHING))
            self.assertEqual(len(self.kept()), 2 * len(EVERYTHING))

    def test_a_row_that_fails_ends_its_cluster_and_no_other_and_is_measured_anew(self):
        rows = self.rows()
        load_at, bench = rows.bench.load_at, rows.bench

        def fails_once(mode, port, broker, *arguments):
            if (mode, broker.name) == ("elections", "klamm"):
                raise RuntimeError("the broker has closed the connection")
            return load_at(mode, port, broker, *arguments)
        bench.load_at = fails_once
        rows.run(self.kinds)
        lacking = [(0, "many-kill-broker", "klamm"), (0, "many-kill-controller", "klamm")]
        everything = [(0, name, kind.name) for name in EVERYTHING for kind in self.kinds]
        self.assertEqual(sorted(self.kept()), sorted(set(everything) - set(lacking)))
        self.assertIn("FAILED: run 1 of klamm ended before many-kill-broker, many-kill-controller: the broker has closed",
                      rows.report(self.kinds))
        self.assertEqual(len(self.modes("start")), len(self.modes("stop")))
        again = self.rows()
        again.run(self.kinds)
        self.assertEqual((sorted(self.kept()), again.failures), (sorted(everything), []))

    def test_clusters_take_turns_in_going_first_and_are_never_there_together(self):
        self.rows(runs=2, words=["saturated"]).run(self.kinds)
        self.assertEqual(self.modes("start", "stop"), [(what, name) for name in ("klamm", "kafka", "kafka", "klamm")
                                                       for what in ("start", "stop")])

    def test_many_partitions_are_made_anew_where_a_run_goes_on_behind_their_creation(self):
        self.rows(words=["many-create"]).run(self.kinds[:1])
        self.rows(words=["many-create", "many-produce"]).run(self.kinds[:1])
        self.assertEqual([(entry[0], entry[3]["--topic"]) for entry in self.modes("create", "fill", "produce")],
                         [("create", "formed"), ("create", "many"), ("fill", "many"), ("produce", "many")])

    def test_a_killed_node_is_the_controller_or_is_not_and_is_seen_through_another(self):
        self.rows(words=["kill-"]).run(self.kinds[:1])
        (_, port, pid, asked), (_, other_port, other_pid, other_asked) = self.modes("elections")
        self.assertEqual((pid, asked["--node-id"], port), (101, 1, 2))
        self.assertEqual((other_pid, other_asked["--node-id"], other_port), (102, 2, 1))
        self.assertEqual(self.modes("gone", "launch"), [("gone", 1), ("launch", 1), ("gone", 2), ("launch", 2)])

    def test_it_has_to_be_back_before_the_next_row(self):
        self.rows(words=["restart", "kill-broker"]).run(self.kinds[:1])
        self.assertEqual([entry[0] for entry in self.modes("end", "elections", "launch", "settle")],
                         ["end", "launch", "settle", "elections", "launch", "settle"])
        self.assertEqual({(entry[1], entry[3]["--node-id"]) for entry in self.modes("settle")}, {(2, 1)})

    def test_many_partitions_are_written_some_at_a_time(self):
        self.rows(words=["many-produce"]).run(self.kinds[:1])
        asked = self.modes("produce")[0][3]
        self.assertEqual([asked[f"--{name}"] for name in ("partitions", "request-partitions", "request-records", "rate")],
                         [7, 10, 10, 1000])

    def test_numbers_of_each_node_are_shown_as_their_middle_and_spread(self):
        rows = self.rows(words=["20k"])
        rows.run(self.kinds[:1])
        self.assertIn("| 20 (10-30) |", rows.report(self.kinds[:1]))

    def test_results_of_another_number_of_nodes_or_partitions_are_refused(self):
        self.rows(words=["20k"]).run(self.kinds[:1])
        whole = (self.folder / "results.json").read_text()
        for key, mine, other in (("nodes", 3, 5), ("many", 7, 8)):
            (self.folder / "results.json").write_text(whole.replace(f'"{key}": {mine}', f'"{key}": {other}'))
            with self.assertRaisesRegex(SystemExit, f"another {key}"):
                self.rows()


if __name__ == "__main__":
    unittest.main()
