#!/usr/bin/env python3
"""kcat (librdkafka) against a node: what was produced comes back, byte for byte and in order."""
import random
import shutil
import subprocess

import node

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def lines_of(count, size, seed):
    """Printable lines of `size` characters that compress about as real text does."""
    choose = random.Random(seed)
    words = ["".join(choose.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(500)]
    made = []
    for number in range(count):
        line = f"{number:010d} " + " ".join(choose.choices(words, k=size // 8 + 1))
        made.append(line[:size])
    return "\n".join(made) + "\n"


def kcat(*arguments, given=None):
    # Without -m it waits five seconds for metadata, and then fails.
    done = subprocess.run(["kcat", "-m", "60", *arguments], input=given, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def produce(running, topic, text, *options):
    kcat("-b", running.address, "-P", "-t", topic, *options, given=text)


def consume(running, topic, *options):
    return kcat("-b", running.address, "-C", "-t", topic, "-e", "-q", "-o", "beginning", *options)


def each_codec_brings_the_same_lines_back(binary):
    text = lines_of(20_000, 100, 1)
    with node.running(binary) as running:
        for codec in CODECS:
            produce(running, f"codec-{codec}", text, "-z", codec)
            assert consume(running, f"codec-{codec}") == text, codec


def lines_of_one_kibibyte_survive_a_restart(binary):
    text = lines_of(20_000, 1024, 2)
    with node.running(binary) as running:
        produce(running, "big", text, "-z", "lz4")
        assert running.stop() == 0
        running.start()
        assert consume(running, "big") == text


def keys_keep_their_order_over_twelve_partitions(binary):
    with node.running(binary, {"num.partitions": 12}) as running:
        text = "".join(f"key{number % 50}:{number}\n" for number in range(20_000))
        produce(running, "keyed", text, "-K:")
        seen = {}
        for line in consume(running, "keyed", "-K:").splitlines():
            key, value = line.split(":")
            seen.setdefault(key, []).append(int(value))
        assert len(seen) == 50
        assert all(values == sorted(values) for values in seen.values())
        assert sum(map(len, seen.values())) == 20_000


def metadata_names_the_node_and_its_topics(binary):
    with node.running(binary) as running:
        produce(running, "here", "x\n")
        listing = kcat("-b", running.address, "-L")
        assert f"broker 1 at {running.address}" in listing, listing
        assert 'topic "here" with 1 partitions' in listing, listing


if __name__ == "__main__":
    if shutil.which("kcat") is None:
        print("skip kcat: it is not installed")
    else:
        node.claims([each_codec_brings_the_same_lines_back, lines_of_one_kibibyte_survive_a_restart,
                     keys_keep_their_order_over_twelve_partitions, metadata_names_the_node_and_its_topics])
