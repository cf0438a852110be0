"""kafka-configs: settings of topics, of one broker and of all, of loggers, groups and users."""
import re

from step import Step


def configs(name, arguments, **rest):
    return Step(name, "kafka-configs", arguments, ordered=False, **rest)


def root_logger(text):
    """Each program has loggers of its own, and levels of its own; both have a root."""
    return re.sub(r"=[A-Z]+ ", "=LEVEL ", "\n".join(line for line in text.splitlines() if "=" not in line or " root=" in line))


TOPIC = "--entity-type topics --entity-name set "
BROKER = "--entity-type brokers --entity-name 1 "
CLUSTER = "--entity-type brokers --entity-default "

STEPS = [
    configs("topic settings", "--describe " + TOPIC),
    configs("all topic settings", "--describe --all " + TOPIC),
    configs("settings of every topic", "--describe --entity-type topics"),
    configs("set on a topic", "--alter --add-config retention.ms=7200000,min.insync.replicas=1 " + TOPIC),
    configs("set a list on a topic", "--alter --add-config cleanup.policy=[compact,delete] " + TOPIC),
    configs("settings after setting", "--describe " + TOPIC),
    configs("delete from a topic", "--alter --delete-config retention.ms,cleanup.policy " + TOPIC),
    configs("delete what is not set", "--alter --delete-config flush.ms " + TOPIC),
    configs("set an unknown key", "--alter --add-config no.such.key=1 " + TOPIC),
    configs("delete an unknown key", "--alter --delete-config no.such.key " + TOPIC),
    configs("set a bad value", "--alter --add-config retention.ms=soon " + TOPIC),
    configs("set a value out of range", "--alter --add-config min.insync.replicas=0 " + TOPIC),
    configs("set an empty value", "--alter --add-config retention.ms= " + TOPIC),
    configs("set and delete in one", "--alter --add-config retention.ms=1000 --delete-config segment.bytes " + TOPIC),
    configs("settings at the end", "--describe " + TOPIC),
    configs("settings of no topic", "--describe --entity-type topics --entity-name nothere"),
    configs("set on no topic", "--alter --add-config retention.ms=1 --entity-type topics --entity-name nothere"),
    configs("broker settings", "--describe " + BROKER),
    configs("all broker settings", "--describe --all " + BROKER),
    configs("cluster settings", "--describe " + CLUSTER),
    configs("set on one broker", "--alter --add-config log.retention.ms=86400000 " + BROKER),
    configs("set on the cluster", "--alter --add-config log.retention.ms=172800000,num.io.threads=4 " + CLUSTER),
    configs("broker settings after setting", "--describe " + BROKER),
    configs("cluster settings after setting", "--describe " + CLUSTER),
    configs("what a topic inherits", "--describe --all --entity-type topics --entity-name one"),
    configs("set what only the file can", "--alter --add-config log.dirs=/tmp/x " + BROKER),
    configs("set what only the file can, on the cluster", "--alter --add-config node.id=5 " + CLUSTER),
    configs("set a bad broker value", "--alter --add-config num.io.threads=many " + BROKER),
    configs("set too few threads", "--alter --add-config num.io.threads=0 " + CLUSTER),
    configs("set threads far apart", "--alter --add-config num.io.threads=5000 " + CLUSTER),
    configs("set an unknown broker key", "--alter --add-config no.such.key=1 " + BROKER),
    configs("set one broker's key on the cluster", "--alter --add-config advertised.listeners=PLAINTEXT://x:1 " + CLUSTER),
    configs("delete from a broker", "--alter --delete-config log.retention.ms " + BROKER),
    configs("delete from the cluster", "--alter --delete-config log.retention.ms,num.io.threads " + CLUSTER),
    configs("broker settings at the end", "--describe " + BROKER),
    configs("settings of a broker that is not there", "--describe --entity-type brokers --entity-name 9"),
    configs("settings of every broker", "--describe --entity-type brokers"),
    configs("client metrics", "--describe --entity-type client-metrics"),
    configs("groups", "--describe --entity-type groups"),
    configs("users", "--describe --entity-type users"),
    configs("a user's quota", "--alter --add-config producer_byte_rate=1000 --entity-type users --entity-name u"),
    configs("a client's quota", "--alter --add-config consumer_byte_rate=2000 --entity-type clients --entity-name c"),
    configs("an address's quota", "--alter --add-config connection_creation_rate=500 --entity-type ips --entity-name 10.0.0.1"),
    configs("a quota of nothing", "--alter --add-config producer_byte_rate=0 --entity-type users --entity-name u"),
    configs("a quota of a part", "--alter --add-config producer_byte_rate=1.5 --entity-type users --entity-name u"),
    configs("a quota of a user's client", "--alter --add-config request_percentage=99.5 --entity-type users --entity-name u "
            "--entity-type clients --entity-default"),
    configs("a user's quota shown", "--describe --entity-type users --entity-name u"),
    configs("a client's quota shown", "--describe --entity-type clients --entity-name c"),
    configs("an address's quota shown", "--describe --entity-type ips --entity-name 10.0.0.1"),
    configs("a quota removed", "--alter --delete-config producer_byte_rate --entity-type users --entity-name u"),
    configs("a quota removed twice", "--alter --delete-config producer_byte_rate --entity-type users --entity-name u"),
    configs("loggers", "--describe --entity-type broker-loggers --entity-name 1", view=root_logger),
]
