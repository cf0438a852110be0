#!/usr/bin/env python3
"""SIGKILL in the middle of an idempotent acks=all producer: what was acknowledged is there once, in order."""
import signal
import subprocess
import time

import node

RECORDS, PER_SECOND, KILLS = 6_000, 2_000, 3


def consume(running, topic):
    done = subprocess.run(["kcat", "-m", "60", "-b", running.address, "-C", "-t", topic, "-e", "-q", "-o", "beginning"],
                          capture_output=True, text=True, timeout=120, check=True)
    return [int(line) for line in done.stdout.split()]


def acknowledged_records_survive_sigkill_once_and_in_order(binary):
    producer_program = binary.parent / "tests" / "klamm_acked_producer"
    with node.running(binary) as running:
        producer = subprocess.Popen([producer_program, running.address, "kept", str(RECORDS), str(PER_SECOND)],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(KILLS):
                time.sleep(RECORDS / PER_SECOND / (KILLS + 1))
                running.stop(signal.SIGKILL)
                running.start()
            output, errors = producer.communicate(timeout=180)
        finally:
            producer.kill()
        acknowledged = [int(line) for line in output.split()]
        assert producer.returncode == 0, f"exit code {producer.returncode}, {len(acknowledged)} acknowledged: {errors}"
        assert len(acknowledged) == RECORDS, f"{len(acknowledged)} acknowledged: {errors}"
        kept = consume(running, "kept")
        assert len(kept) == len(set(kept)), "a record is there twice"
        assert not set(acknowledged) - set(kept), "an acknowledged record is lost"
        assert kept == sorted(kept), "the order is not kept"
        assert len(kept) == RECORDS, "something was invented"


if __name__ == "__main__":
    node.claims([acknowledged_records_survive_sigkill_once_and_in_order])
