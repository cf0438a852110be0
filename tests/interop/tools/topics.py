"""kafka-topics: what people do with topics, and what goes wrong when they do it."""
import re

from step import Step


def configs_sorted(text):
    """A topic's settings come in the order of a hash map."""
    def sort(found):
        return "Configs: " + ",".join(sorted(found[1].split(",")))
    return re.sub(r"Configs: (\S+)", sort, text)


def topics(name, arguments, **rest):
    return Step(name, "kafka-topics", arguments, **rest)


STEPS = [
    topics("no topics yet", "--list"),
    topics("create", "--create --topic one --partitions 3 --replication-factor 1"),
    topics("create with the broker's defaults", "--create --topic defaults"),
    topics("create with settings", "--create --topic set --partitions 2 --replication-factor 1 --config retention.ms=3600000"
           " --config cleanup.policy=delete --config segment.bytes=1048576 --config max.message.bytes=2000000"),
    topics("create with a dot and a dash", "--create --topic a.b-c_d --partitions 1 --replication-factor 1"),
    topics("create with a given assignment", "--create --topic placed --replica-assignment 1,1,1"),
    topics("create what exists", "--create --topic one --partitions 3 --replication-factor 1"),
    topics("create what exists, if not", "--create --topic one --if-not-exists"),
    topics("create a name that collides", "--create --topic a_b-c_d"),
    topics("create with an unknown setting", "--create --topic bad --config no.such.key=1"),
    topics("create with a bad value", "--create --topic bad --config retention.ms=soon"),
    topics("create with a value out of range", "--create --topic bad --config segment.bytes=3"),
    topics("create with a bad policy", "--create --topic bad --config cleanup.policy=shred"),
    topics("create with too many replicas", "--create --topic bad --partitions 1 --replication-factor 3"),
    topics("create with no replicas", "--create --topic bad --partitions 1 --replication-factor 0"),
    topics("create with no partitions", "--create --topic bad --partitions 0 --replication-factor 1"),
    topics("create with too many partitions", "--create --topic bad --partitions 20000 --replication-factor 1"),
    topics("create on a broker that is not there", "--create --topic bad --replica-assignment 1,7"),
    topics("create on one broker twice", "--create --topic bad --replica-assignment 1:1"),
    topics("create with assignments of two sizes", "--create --topic bad --replica-assignment 1,1:2"),
    topics("create a bad name", "--create --topic bad/name"),
    topics("create a name of dots", "--create --topic .."),
    topics("create a name that is too long", f"--create --topic {'n' * 250}"),
    topics("create an internal name", "--create --topic __cluster_metadata"),
    topics("list", "--list"),
    topics("list without internal ones", "--list --exclude-internal"),
    topics("describe one", "--describe --topic one"),
    topics("describe settings", "--describe --topic set", view=configs_sorted),
    topics("describe all", "--describe", view=configs_sorted),
    topics("describe a pattern", "--describe --topic o.*"),
    topics("describe what is not there", "--describe --topic nothere"),
    topics("describe what is not there, if it is", "--describe --topic nothere --if-exists"),
    topics("describe by an unknown id", "--describe --topic-id vWQsYqGUQQyxVYCzkqzRhA"),
    topics("describe overrides", "--describe --topics-with-overrides", view=configs_sorted),
    topics("describe under-replicated", "--describe --under-replicated-partitions"),
    topics("describe unavailable", "--describe --unavailable-partitions"),
    topics("describe below the minimum", "--describe --under-min-isr-partitions"),
    topics("describe at the minimum", "--describe --at-min-isr-partitions"),
    topics("describe two partitions at a time", "--describe --topic one --partition-size-limit-per-response 2"),
    topics("more partitions", "--alter --topic one --partitions 5"),
    topics("more partitions, seen", "--describe --topic one"),
    topics("more partitions, placed", "--alter --topic placed --partitions 5 --replica-assignment 1,1,1,1,1"),
    topics("as many partitions", "--alter --topic one --partitions 5"),
    topics("fewer partitions", "--alter --topic one --partitions 2"),
    topics("more partitions of nothing", "--alter --topic nothere --partitions 5"),
    topics("more partitions on a broker that is not there", "--alter --topic placed --partitions 6"
           " --replica-assignment 1,1,1,1,1,9"),
    topics("delete", "--delete --topic defaults"),
    topics("delete what is not there", "--delete --topic nothere"),
    topics("delete what is not there, if it is", "--delete --topic nothere --if-exists"),
    topics("delete what has gone", "--delete --topic defaults"),
    topics("list after deleting", "--list"),
    topics("create again under the same name", "--create --topic defaults --partitions 2 --replication-factor 1"),
    topics("describe what was created again", "--describe --topic defaults"),
]

# Kafka's controller fails on this one and gives up its leadership, so it comes after everything else.
LAST = [
    topics("too many more partitions", "--alter --topic one --partitions 20000"),
]
