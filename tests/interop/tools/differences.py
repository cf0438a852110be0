"""Where Klamm's answer may differ from Apache Kafka's, and why. Everything else that differs is a fault.

An entry names steps by a pattern; `kafka` and `klamm` are patterns for the lines that only the one side may have.
"""
from allowed import Allowed

LATER = "not served in this release"
ALLOWED = [
    Allowed("all broker settings", "Klamm has settings of its own", klamm=r"out:   klamm\..*"),
    Allowed("produce to a topic that is made for it", "docs/decisions/002: Metadata waits for the topic that it creates",
            kafka=r"err: WARN .*UNKNOWN_TOPIC_OR_PARTITION.*"),
    Allowed("transactions", f"transactions are {LATER}", kafka=r"out: TransactionalId.*|exit code 0",
            klamm=r"err: .*LIST_TRANSACTIONS.*|exit code 1"),
    Allowed("API versions", LATER, kafka=r"out: \w+\(\d+\): \d+.* \[usable: \d+\]", klamm=r"out: \w+\(\d+\): UNSUPPORTED"),
    Allowed("too many more partitions", "Kafka's controller fails on this and answers UNKNOWN_SERVER_ERROR",
            kafka=r"(out|err): .*(unexpected error when processing|UnknownServerException).*",
            klamm=r"(out|err): .*Excessively large number of partitions per request.*"),
]
