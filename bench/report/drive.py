"""Runs the parts of the benchmark and writes bench/results/. Called by bench/run, which builds.

usage: drive.py BUILD [PART...]
"""
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import plot
import report

HERE = pathlib.Path(__file__).resolve().parent
BENCH = HERE.parent
RESULTS = BENCH / "results"
SHAPES = ["sparse", "dense", "adversarial"]
SIZES = [10, 100, 1_000, 10_000, 100_000]
APPLICATIONS = ["github", "gdrive", "tinytodo"]
ENTITIES = [10, 50]
REQUESTS = 2048
AUTHORED = [100, 1_000, 10_000]
SECONDS = os.environ.get("BENCH_SECONDS", "0.3")
PATIENCE = 20  # seconds for a peer to load, answer and be timed; a linear scan takes what it takes


def java(build):
    """A Java 17 or newer; JAVA_HOME's if that is set."""
    home = os.environ.get("JAVA_HOME")
    return [f"{home}/bin/java" if home else "java", "-cp", f"{build}/peers/java/peers-0.jar:{build}/peers/java/libraries/*", "bench.Sapl"]


def peers(build):
    if os.environ.get("BENCH_QUICK"):
        return {}
    return {
        "Cedar": [f"{build}/peers/rust/release/cedar"],
        "regorus": [f"{build}/peers/rust/release/regorus"],
        "OPA": [f"{build}/peers/go/opa"],
        "cel-go": [f"{build}/peers/go/cel"],
        "casbin": [f"{build}/peers/go/casbin"],
        "SAPL": java(build),
    }


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Run:
    """One run's measurements: a list of dictionaries, each with the part and workload it belongs to."""

    def __init__(self):
        self.lines = []

    def measure(self, where, command, patience=None, **place):
        """Runs one side. Returns why it has no figures, or None."""
        try:
            done = subprocess.run(command + [str(where), SECONDS], capture_output=True, text=True, timeout=patience)
        except subprocess.TimeoutExpired:
            return f"more than {patience} s"
        if done.returncode != 0:
            return (done.stderr.strip().splitlines() or ["failed"])[-1][:200]
        for line in done.stdout.splitlines():
            figures = json.loads(line)
            if figures.get("wrong"):
                sys.exit(f"bench: {figures['side']} ({figures.get('column')}) gives {figures['wrong']} wrong answers in {where}")
            self.lines.append({**place, **figures})
        return None

    def missing(self, side, why, **place):
        self.lines.append({**place, "side": side, "column": "per call", "missing": why})
        say(f"  {side}: {why}")


def sides(run, build, folder, ours, given_up, **place):
    """All sides of one workload, one after the other."""
    problem = run.measure(folder, [f"{build}/bin/{ours}"], **place)
    if problem:
        sys.exit(f"bench: {ours} {folder}: {problem}")
    for name, command in peers(build).items():
        if name in given_up:
            run.missing(name, f"not tried: {given_up[name]}", **place)
            continue
        if name == "SAPL" and not (folder / "policy.sapl").exists():
            run.missing(name, "no policy for it", **place)
            continue
        problem = run.measure(folder, command, PATIENCE, **place)
        if problem:
            run.missing(name, problem, **place)
            given_up[name] = f"{problem} at {place.get('n')}"


def rules(build, shape, n):
    """The folder of a workload, which is made."""
    folder = build / "data" / f"{shape}-{n}"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([f"{build}/bin/bench_generate", shape, str(n), str(REQUESTS), str(folder)], check=True)
    return folder


def shapes(run, build):
    for shape in SHAPES:
        given_up = {}
        for n in SIZES:
            folder = rules(build, shape, n)
            say(f"{shape}, {n} rules")
            place = {"part": "shapes", "workload": shape, "n": n}
            sides(run, build, folder, "bench_decide", given_up, **place)
            wasm(run, build, folder, **place)


def wasm(run, build, folder, **place):
    """The policy as WebAssembly, in Node."""
    made = subprocess.run([f"{build}/bin/remit", "build", str(folder / "policy.remit"), "--emit", "wasm", "-o", str(folder / "policy.wasm")],
                          capture_output=True, text=True)
    problem = (made.stderr.strip().splitlines() or ["not built"])[0] if made.returncode != 0 else run.measure(
        folder, ["node", str(BENCH / "ours" / "wasm.mjs")], 60, **place)
    if problem:
        run.missing("Remit wasm", problem, **place)


def apps(run, build):
    for app in APPLICATIONS:
        given_up = {}
        for n in ENTITIES:
            folder = build / "data" / f"{app}-{n}"
            subprocess.run([sys.executable, "-B", str(BENCH / "apps" / "generate.py"), app, str(n), str(REQUESTS), str(folder)], check=True)
            say(f"{app}, {n} entities of each kind")
            sides(run, build, folder, "bench_apps", given_up, part="apps", workload=app, n=n)


def reload(run, build):
    """Compiling, editing and replacing a policy of 10,000 sparse rules."""
    folder = rules(build, "sparse", 10_000)
    for name in ("bench_cold", "bench_reload"):
        say(name)
        problem = run.measure(folder, [f"{build}/bin/{name}"], part="reload", workload="sparse", n=10_000)
        if problem:
            sys.exit(f"bench: {name}: {problem}")


def process(run, build):
    say("whole processes")
    done = subprocess.run([sys.executable, "-B", str(HERE / "process.py"), f"{build}/bin/remit", str(rules(build, "sparse", 10_000))],
                          capture_output=True, text=True, check=True)
    run.lines += [{"part": "process", **json.loads(line)} for line in done.stdout.splitlines()]


def evidence(run, build):
    """Durable appends beside the bare disk and other stores, and what is done with a log afterwards. On the disk that holds the build."""
    folder = build / "data" / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    stores = ["raw", "remit"] if os.environ.get("BENCH_QUICK") else []
    seconds = str(max(1.0, float(SECONDS)))
    for command in ([f"{build}/bin/bench_evidence", str(folder), seconds, *stores], [f"{build}/bin/bench_evidence_review", str(folder)],
                    [f"{build}/bin/bench_evidence_replay", str(folder), str(BENCH.parent / "examples/support")]):
        say(pathlib.Path(command[0]).name)
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        run.lines += [{"part": "evidence", **json.loads(line)} for line in done.stdout.splitlines()]


def authoring(run, build):
    """What an author waits for, and the same from the peers' tools over the same rules."""
    here = BENCH / "authoring"
    for n in AUTHORED:
        folder = build / "data" / f"authoring-{n}"
        say(f"authoring, {n} rules")
        subprocess.run([sys.executable, "-B", str(here / "policy.py"), str(n), str(folder)], check=True)
        for command in ([str(here / "verbs.py"), f"{build}/bin/remit", str(folder)],
                        [str(here / "keystrokes.py"), f"{build}/bin/remit", str(folder / "policy.remit")],
                        [str(here / "peers.py"), f"{build}/bin/remit", f"{build}/peers", str(rules(build, "sparse", n))]):
            done = subprocess.run([sys.executable, "-B", *command], stdout=subprocess.PIPE, text=True, check=True)
            run.lines += [{"part": "authoring", "n": n, "side": "Remit", **json.loads(line)} for line in done.stdout.splitlines()]


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"part": "machine", "processor": model, "cores": os.cpu_count(), "system": platform.release(),
            "load": os.getloadavg()[0], "date": datetime.date.today().isoformat(), "seconds": SECONDS}


PARTS = {"shapes": shapes, "apps": apps, "reload": reload, "process": process, "evidence": evidence, "authoring": authoring}


def main():
    build, chosen = pathlib.Path(sys.argv[1]), sys.argv[2:] or [*PARTS, "report"]
    raw = RESULTS / "results.jsonl"
    RESULTS.mkdir(exist_ok=True)
    unknown = [c for c in chosen if c not in PARTS and c != "report"]
    if unknown:
        sys.exit(f"bench: no such part: {unknown[0]}")
    parts = [p for p in PARTS if p in chosen]
    if parts:
        start = time.monotonic()
        kept = [json.loads(line) for line in raw.open()] if raw.exists() and set(parts) != set(PARTS) else []
        run = Run()
        run.lines = [machine()] + [k for k in kept if k["part"] not in parts and k["part"] != "machine"]
        for part in parts:
            PARTS[part](run, build)
            raw.write_text("".join(json.dumps(line) + "\n" for line in run.lines))
        say(f"took {time.monotonic() - start:.0f} s")
    lines = [json.loads(line) for line in raw.open()]
    (RESULTS / "README.md").write_text(report.markdown(lines))
    (RESULTS / "cost.svg").write_text(plot.svg(lines))
    say(f"wrote {os.path.relpath(RESULTS)}/README.md and cost.svg")


if __name__ == "__main__":
    main()
