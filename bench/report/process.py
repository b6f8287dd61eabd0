"""Times whole processes: `remit --version` beside an empty program, and `remit check` of a large policy. One line of JSON for each.

usage: process.py REMIT FOLDER
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def median_ms(command, runs=100):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def start_up(remit):
    with tempfile.TemporaryDirectory() as folder:
        source, empty = os.path.join(folder, "empty.cpp"), os.path.join(folder, "empty")
        with open(source, "w") as f:
            f.write("int main() {}\n")
        subprocess.run(["c++", "-O2", source, "-o", empty], check=True)
        return {"stat": "start", "empty_ms": median_ms([empty]), "remit_ms": median_ms([remit, "--version"])}


def check(remit, policy):
    start = time.perf_counter()
    child = subprocess.Popen([remit, "check", policy], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"remit check {policy} failed")
    return {"stat": "check", "ms": (time.perf_counter() - start) * 1e3, "rss_mb": usage.ru_maxrss / 1024}


if __name__ == "__main__":
    for figures in (start_up(sys.argv[1]), check(sys.argv[1], os.path.join(sys.argv[2], "policy.remit"))):
        print(json.dumps(figures))
