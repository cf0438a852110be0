"""Where Klamm's answer may differ from Apache Kafka's, and why: entries as in ../tools/differences.py."""

ALLOWED = []
