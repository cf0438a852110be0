#!/usr/bin/env python3
"""The group tests of tests/clients, against Apache Kafka 4.3.1: what they ask of Klamm is what Kafka does.

  clients.py [--build TREE] [--kafka-jars FOLDER] [--only PART OF A NAME] [--kills N]

--build is where the clients are. Closes with `N passed, N failed, N skipped`.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "kafka"))
import kafka  # noqa: E402
import group_test  # noqa: E402
import kill_groups_test  # noqa: E402


def main():
    arguments = kafka.parser(__doc__.split("\n")[0])
    arguments.add_argument("--only", default="")
    arguments.add_argument("--kills", type=int, default=4, help="rounds of the test that kills")
    options = arguments.parse_args()
    tests = [test for test in [*group_test.TESTS, kill_groups_test.test_of(options.kills)] if options.only in test.__name__]
    tools, reason = kafka.find(options)
    if tools is None:
        print(f"skipped: {reason}\n0 passed, 0 failed, {len(tests)} skipped")
        return 0
    kafka.node.kind = lambda _, folder, overrides: kafka.KafkaNode(tools, folder, overrides)
    failed = kafka.node.judged(tests, kafka.binary_of(options))
    print(f"{len(tests) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
