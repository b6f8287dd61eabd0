"""Times what an author waits for: check, fmt, test, prove and diff, whole processes. One line of JSON for each.

usage: verbs.py REMIT FOLDER    (FOLDER as policy.py writes it)
"""
import json
import os
import statistics
import subprocess
import sys
import threading
import time

RUNS = 5
PATIENCE = 30  # seconds for one run


def timed(command, fine=(0, 1)):
    """Milliseconds, and the most memory that it had."""
    times, memory = [], 0
    for _ in range(RUNS):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        patience = threading.Timer(PATIENCE, child.kill)
        patience.start()
        _, status, usage = os.wait4(child.pid, 0)
        patience.cancel()
        if os.waitstatus_to_exitcode(status) == -9:
            return {"missing": f"more than {PATIENCE} s"}
        times.append((time.perf_counter() - start) * 1e3)
        memory = max(memory, usage.ru_maxrss / 1024)
        if os.waitstatus_to_exitcode(status) not in fine:
            return {"missing": f"exit {os.waitstatus_to_exitcode(status)}"}
        if times[-1] > 10_000:
            break
    return {"ms": statistics.median(times), "worst_ms": max(times), "rss_mb": memory}


def main():
    remit, folder = sys.argv[1:3]
    policy, changed = f"{folder}/policy.remit", f"{folder}/changed.remit"
    for verb, words in {"check": [policy], "fmt": ["--check", policy], "test": [policy], "prove": [policy], "diff": [policy, changed]}.items():
        print(json.dumps({"stat": verb, **timed([remit, verb, *words])}), flush=True)


if __name__ == "__main__":
    main()
