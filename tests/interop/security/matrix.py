#!/usr/bin/env python3
"""The authorization matrix: each API served x resource x operation x pattern x permission, on a node of Klamm and one of
Apache Kafka.

  matrix.py [--build TREE | --binary KLAMM] [--kafka-jars FOLDER] [--parts PARTS] [--only APIS] [--quick] [--show]

Three parts. On the broker's listener a client without a name asks (User:ANONYMOUS, no security there); on the controller's a
user who has logged in; the third (matrix_topics.py) asks for topics that are made on the way. A super user on another listener
puts one set of access control entries in place after the other. For each set every API of the listener is asked in every
version, in the ways that matrix_requests.py has, and what came of it is noted: errors, their texts, names, authorized
operations. The two notes are compared cell by cell; what may differ, and why, is in `DECIDED`. Closes with the counts of each
part and `N same, N different, N decided`.
"""
import collections
import concurrent.futures
import contextlib
import pathlib
import re
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "kafka"), str(HERE.parent / "groups")]
import kafka  # noqa: E402
import matrix_requests  # noqa: E402
import matrix_topics  # noqa: E402
import wire  # noqa: E402
from matrix_side import (ALLOW, ASKS, BROKER, CLUSTER, CONTROLLER, DENY, GROUP, LITERAL, NAMES, OPERATIONS, PREFIXED,  # noqa: E402
                         TOPIC, Side, entry, everything, settings)

# API, what it is, what Kafka notes, what Klamm notes, each a pattern; and the page that says why.
NO_TRANSACTIONS = "transactions are not served in this release"
WORDING = "docs/decisions/008: Kafka quotes an object of its own there"
DECIDED = [
    ("(Describe|Create|Delete)Acls|AlterUserScramCredentials|DescribeCluster", "", r"error_code: 31, error_message: Request Request\(",
     r"error_code: 31, error_message: Cluster authorization failed\.", WORDING),
    ("AlterConfigs", "loggers", r"Unknown resource type 8|Unexpected resource type BROKER_LOGGER\.", "with IncrementalAlterConfigs",
     "docs/decisions/008: the text says what to use"),
    ("(Incremental)?AlterConfigs", "broker", "error_code: 42, error_message: (Invalid value|Unexpected broker id)",
     r"^\{responses: \[\{error_code: 42, resource_type: 4(, resource_name: \d)?\}\]\}$",
     "docs/decisions/008: what is wrong is told without its text to who may not alter it"),
    ("Produce", "of a transaction", r"error_code: (?!53)|^\{\}|partitions?_responses: \[\{\}", r"error_code: (?!53)", NO_TRANSACTIONS),
    ("InitProducerId", "of a transaction", r"^\{(error_code: (?!53)\d+)?\}$", r"^\{error_code: 16\}$", NO_TRANSACTIONS),
    ("FindCoordinator", "of a transaction", "", "error_code: 15, error_message: Transactions are not served yet",
     NO_TRANSACTIONS),
]


def sets_of_entries(quick, asks):
    """(name, entries): none; each operation on each resource in each pattern, allowed; all but it, denied; hosts and principals.

    `asks` is the principal that they are for.
    """
    yield "nothing", []
    patterns = [("literal", LITERAL, None), ("prefixed", PREFIXED, 7), ("any", LITERAL, "*")]
    for kind, operations in OPERATIONS.items():
        for operation in operations:
            for what, pattern, cut in patterns:
                if kind == CLUSTER and what != "literal" or quick and what != "literal":
                    continue
                name = NAMES[kind] if cut is None else cut if cut == "*" else NAMES[kind][:cut]
                one = entry(kind, name, pattern, operation, ALLOW, asks)
                yield f"allow {operation} on {kind} {what}", [one]
                yield f"deny {operation} on {kind} {what}", [*everything(asks), {**one, "permission_type": DENY}]
    for kind in (TOPIC, GROUP, CLUSTER):
        one = entry(kind, NAMES[kind], LITERAL, 2, ALLOW, asks)
        yield f"another host on {kind}", [{**one, "host": "10.9.9.9"}]
        yield f"this host on {kind}", [{**one, "host": "127.0.0.1"}]
        yield f"anybody on {kind}", [{**one, "principal": "User:*"}]
        yield f"somebody else on {kind}", [{**one, "principal": "User:other"}]


class Tally:
    """Counts of cells, and those that differ."""

    def __init__(self):
        self.counts, self.why, self.shown = collections.Counter(), collections.Counter(), collections.defaultdict(list)

    def decided(self, why):
        self.counts["decided"] += 1
        self.why[why] += 1

    def compare(self, cell, theirs, ours):
        """`cell` is the set of entries, the API, its version, and what it is."""
        name, version, what = cell[1:]
        if theirs == ours:
            self.counts["same"] += 1
            return
        for api, case, kafka_says, klamm_says, why in DECIDED:
            if re.fullmatch(api, name) and re.search(case, what) and re.search(kafka_says, theirs) and re.search(klamm_says, ours):
                self.decided(why)
                return
        self.counts["different"] += 1
        self.shown[name, what, theirs, ours].append(f"{cell[0]} v{version}")

    def __str__(self):
        return ", ".join(f"{self.counts[kind]} {kind}" for kind in ("same", "different", "decided"))

    def add(self, other):
        self.counts.update(other.counts)

    def tell(self):
        for (_, what, theirs, ours), cells in sorted(self.shown.items(), key=lambda item: -len(item[1]))[:200]:
            print(f"DIFFERENT  {what} in {len(cells)} cells, as in {cells[0]}\n    - {theirs[:600]}\n    + {ours[:600]}")
        for why, count in sorted(self.why.items()):
            print(f"{count} decided: {why}")


def name_of(key):
    return next(kind.name for kind in wire.messages().values() if kind.key == key).removesuffix("Request").removesuffix("Response")


def apis_of(sides, only):
    """The APIs that Klamm serves on the listener, in the versions that both do."""
    theirs, ours = (side.served() for side in sides)
    chosen = []
    for key in sorted(ours):
        name = name_of(key)
        assert name in matrix_requests.REQUESTS, f"matrix_requests.py has nothing for {name}"
        if re.search(only, name):
            low, high = max(ours[key][0], theirs[key][0]), min(ours[key][1], theirs[key][1])
            low = 3 if name == "Produce" else low  # 0 to 2 are named, and not served
            chosen.append((name, range(low, high + 1)))
    return chosen


def strangers(sides, nodes, only):
    """The APIs that a broker's listener has, and this one has on neither side: in one version each."""
    here = [side.served() for side in sides]
    elsewhere = Side(nodes[1]).served()
    keys = sorted(key for key in elsewhere if not any(key in served for served in here))
    return [(name_of(key), [elsewhere[key][1]]) for key in keys if re.search(only, name_of(key))]


def play_listener(nodes, listener, options):
    sides = [Side(node, listener).prepare() for node in nodes]
    apis, tally = apis_of(sides, options.only) + strangers(sides, nodes, options.only), Tally()
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for what, entries in sets_of_entries(options.quick, ASKS[listener]):
            theirs, ours = both.map(lambda side: side.play(entries, apis), sides)
            assert theirs.keys() == ours.keys()
            for cell in theirs:
                tally.compare((what, *cell), theirs[cell], ours[cell])
            if options.show:
                print(f"{what}: {tally}", flush=True)
    return tally


def play_topics(nodes, options):
    sides, tally = [Side(node) for node in nodes], Tally()
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for what, entries, play in matrix_topics.plays(options.quick):
            theirs, ours = both.map(lambda side: play(side, entries), sides)
            for cell in theirs:
                # Kafka answers that there is nothing yet, and makes it; Klamm has to answer what Kafka does once it is there.
                if ours[cell] != theirs[cell] and ours[cell] == theirs.get(matrix_topics.again(cell)):
                    tally.decided(matrix_topics.WAITS)
                else:
                    tally.compare((what, *cell), theirs[cell], ours[cell])
            if options.show:
                print(f"{what}: {tally}", flush=True)
    return tally


@contextlib.contextmanager
def running(tools, options, settings_of):
    """A node of Kafka and one of Klamm."""
    with tempfile.TemporaryDirectory(prefix="klamm-matrix-") as scratch:
        folders = [pathlib.Path(scratch) / name for name in ("kafka", "klamm")]
        for folder in folders:
            folder.mkdir()
        nodes = [kafka.KafkaNode(tools, folders[0], settings_of), kafka.node.Node(kafka.binary_of(options), folders[1], settings_of)]
        try:
            for one in nodes:
                one.format()
                one.start()
            yield nodes
        finally:
            for one in nodes:
                one.stop(signal.SIGKILL)


def tallies(tools, options):
    """(part, its tally) of those that are asked for."""
    listeners = [listener for listener in (BROKER, CONTROLLER) if listener in options.parts]
    if listeners:
        with running(tools, options, settings) as nodes:
            for listener in listeners:
                yield f"the {listener}'s listener", play_listener(nodes, listener, options)
    if "topics" in options.parts:
        with running(tools, options, lambda node: settings(node, auto_create="true")) as nodes:
            yield "topics made on the way", play_topics(nodes, options)


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--parts", default="broker,controller,topics", help="which of broker,controller,topics; by default all")
    arguments.add_argument("--only", default="", help="a pattern for the names of the APIs")
    arguments.add_argument("--quick", action="store_true", help="literal patterns alone")
    arguments.add_argument("--show", action="store_true", help="say how far it is")
    options = arguments.parse_args()
    options.parts = options.parts.split(",")
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 same, 0 different, 0 decided")
        return 0
    whole = Tally()
    for part, tally in tallies(tools, options):
        tally.tell()
        print(f"{part}: {tally}", flush=True)
        whole.add(tally)
    print(f"{sum(whole.counts.values())} cells")
    print(whole)
    return 1 if whole.counts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
