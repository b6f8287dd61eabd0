"""Times whole processes: `remit --version` beside an empty program, and `remit check` of a 10,000-rule file.

usage: process.py REMIT BENCH_GENERATE
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time


def median_ms(command, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times), min(times)


def start_up(remit, folder):
    source, empty = os.path.join(folder, "empty.cpp"), os.path.join(folder, "empty")
    with open(source, "w") as f:
        f.write("int main() {}\n")
    subprocess.run(["c++", "-O2", source, "-o", empty], check=True)
    results = {}
    for name, command in (("empty program", [empty]), ("remit --version", [remit, "--version"])):
        results[name] = median_ms(command, 100)
        print(f"start: {name:<16} median {results[name][0]:6.2f} ms   min {results[name][1]:6.2f} ms")
    print(f"start: difference       median {results['remit --version'][0] - results['empty program'][0]:6.2f} ms")


def check_large(remit, generate, folder, rules):
    subprocess.run([generate, str(rules), folder], check=True)
    path = os.path.join(folder, f"policy_{rules}.remit")
    start = time.perf_counter()
    child = subprocess.Popen([remit, "check", path], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    print(f"check: {rules} rules, {os.path.getsize(path)} bytes: {seconds:.2f} s, {usage.ru_maxrss / 1024:.0f} MiB, exit {os.waitstatus_to_exitcode(status)}")


def main():
    remit, generate = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        start_up(remit, folder)
        for rules in (1_000, 10_000):
            check_large(remit, generate, folder, rules)


if __name__ == "__main__":
    main()
