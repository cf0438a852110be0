"""Where Klamm's answer may differ from Apache Kafka's, and why: entries as in ../tools/differences.py."""
from allowed import Allowed

ALLOWED = [
    Allowed("the first FindCoordinator", "docs/decisions/002: the answer waits for the topic of offsets",
            kafka=r"out: first: .*error_code: 15.*", klamm=r"out: first: .*error_code: 0.*"),
    Allowed("FindCoordinator", "the wording of a message is Klamm's own",
            kafka=r"out: v[1-6] (a|no groups of a) (kind|share key) .*error_code: 42, .*", klamm=r"out: v[1-6] (a|no groups of a) (kind|share key) .*error_code: 42, .*"),
    Allowed("edges of the Admin client and the consumer", "ConsumerGroupDescribe, which refuses it, is not served in this release",
            kafka=r"out: describe: several: \{=InvalidGroupIdException.*", klamm=r"out: describe: several: \{= Empty Classic.*"),
]
