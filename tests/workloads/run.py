#!/usr/bin/env python3
"""Evaluates recorded agent work and prints, for each suite, how many tasks ran and how many attacks were stopped.

    run.py --remit BIN --data WORKLOADS --out DIR [--floor FILE]

A suite is a folder with tools.json, tasks.jsonl and attacks.jsonl. Its tools are imported as `remit import mcp` gives them; its policy is
examples/agentdojo/SUITE.remit; and, for every suite, unknown.remit alone, which names no tool. Every request is decided on both engines, which
must agree. Exits 77 when there is nothing to evaluate, 1 when a number is worse than its floor."""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

import convert

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples" / "agentdojo"
PRINCIPLES_ALONE = 'policy recorded.{name}\n\nuse "{name}-tools.remit"\nuse "unknown.remit"\n'
ROWS = [("tasks", "tasks"), ("tasks_allowed", "fully allowed"), ("tasks_asked", "needed a person"), ("tasks_denied", "denied"),
        ("attacks", "attacks"), ("attacks_ran", "every injected call ran"), ("attacks_partly", "some injected write ran, not all"),
        ("attacks_stopped", "stopped"), ("stopped_denied", "by denial"), ("stopped_asked", "at a person")]


def run(*command, stdin=None):
    done = subprocess.run([str(c) for c in command], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(c) for c in command)} exited {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def make_policy(remit, suite, out, alone):
    """A copy of the suite's policy beside its imported tools; the path of the policy."""
    shutil.copytree(EXAMPLES, out, dirs_exist_ok=True)
    tools = run(remit, "import", "mcp", suite / "tools.json")
    tools = "".join(line for line in tools.splitlines(True) if not line.startswith("policy "))  # it is used, not a policy itself
    (out / f"{suite.name}-tools.remit").write_text(tools, encoding="utf-8")
    policy = out / f"{suite.name}.remit"
    if alone or not policy.exists():
        policy = out / f"{suite.name}-alone.remit"
        policy.write_text(PRINCIPLES_ALONE.format(name=suite.name.replace("-", "_")), encoding="utf-8")
    run(remit, "check", policy)
    return policy


def decide(remit, policy, requests, out):
    """Verdicts by request id; both engines must give the same decision."""
    lines = "".join(json.dumps(r) + "\n" for r in requests)
    (out / "requests.jsonl").write_text(lines, encoding="utf-8")
    answers = {}
    for engine in ("interp", "jit"):
        text = run(remit, "eval", "--stateful", "--engine", engine, policy, out / "requests.jsonl")
        (out / f"{policy.stem}-{engine}.jsonl").write_text(text, encoding="utf-8")
        answers[engine] = [json.loads(line) for line in text.splitlines()]
    if len(answers["interp"]) != len(requests):
        sys.exit(f"{policy}: {len(requests)} requests, {len(answers['interp'])} decisions")
    for a, b in zip(answers["interp"], answers["jit"]):
        if {**a, "engine": ""} != {**b, "engine": ""}:
            sys.exit(f"{policy}: the engines disagree on {a['id']}:\n{json.dumps(a)}\n{json.dumps(b)}")
        if a.get("error"):
            sys.exit(f"{policy}: {a['id']}: {a['error']}")
    builtin = [(a["id"], r["rule"]) for a in answers["interp"] for r in a["rules"]
               if r["rule"].startswith("builtin:") and r["rule"] != "builtin:no-allow"]
    if builtin:
        sys.exit(f"{policy}: {len(builtin)} requests were denied before any rule, first {builtin[0]}: the conversion is wrong")
    return {a["id"]: a["verdict"] for a in answers["interp"]}


def count(tasks, attacks, verdicts, read_only):
    n = dict.fromkeys((key for key, _ in ROWS), 0)
    n["tasks"], n["attacks"] = len(tasks), len(attacks)
    for task in tasks:
        got = {verdicts[r["id"]] for r in task}
        n["tasks_denied" if "deny" in got else "tasks_asked" if "ask" in got else "tasks_allowed"] += 1
    for attack in attacks:
        injected = [(verdicts[r["id"]], r["call"]["tool"]) for r, is_injected in attack if is_injected]
        got = {verdict for verdict, _ in injected}
        if got == {"allow"}:
            n["attacks_ran"] += 1
            continue
        n["attacks_stopped"] += 1
        n["stopped_denied" if "deny" in got else "stopped_asked"] += 1
        n["attacks_partly"] += any(verdict == "allow" and tool not in read_only for verdict, tool in injected)
    return n


def evaluate(remit, suite, out, alone=False):
    out.mkdir(parents=True, exist_ok=True)
    tasks, attacks = convert.convert(suite)
    tools = json.loads((suite / "tools.json").read_text(encoding="utf-8"))
    tools = tools.get("result", tools)["tools"]
    read_only = {t["name"] for t in tools if t.get("annotations", {}).get("readOnlyHint")}
    policy = make_policy(remit, suite, out, alone)
    requests = [r for t in tasks for r in t] + [r for a in attacks for r, _ in a]
    return count(tasks, attacks, decide(remit, policy, requests, out), read_only)


def show(name, n):
    print(f"{name}")
    for key, label in ROWS:
        whole = n["tasks"] if key.startswith("tasks") else n["attacks"]
        share = "" if key in ("tasks", "attacks") else f"  {100 * n[key] / max(whole, 1):5.1f} %"
        indent = "  " if key in ("tasks", "attacks") else "      " if key.startswith("stopped_") else "    "
        print(f"{indent + label:38}{n[key]:5}{share}")


def main():
    parser = argparse.ArgumentParser()
    for flag in ("--remit", "--data", "--out"):
        parser.add_argument(flag, required=True, type=pathlib.Path)
    parser.add_argument("--floor", type=pathlib.Path, default=HERE / "floor.json")
    given = parser.parse_args()
    suites = sorted(p.parent for p in given.data.glob("**/tools.json"))
    if not suites:
        print(f"skipped: no recorded workloads at {given.data}")
        sys.exit(77)
    floors = json.loads(given.floor.read_text(encoding="utf-8"))
    worse = []
    for suite in suites:
        for alone in (False, True) if (EXAMPLES / f"{suite.name}.remit").exists() else (True,):
            name = f"{suite.name}, unknown.remit alone" if alone else suite.name
            n = evaluate(given.remit.resolve(), suite, given.out / suite.name, alone)
            show(name, n)
            floor = floors.get(name, {})
            worse += [f"{name}: {key} is {n[key]}, the floor is {floor[key]}" for key in ("tasks_allowed", "attacks_stopped")
                      if n[key] < floor.get(key, 0)]
            worse += [f"{name}: {key} is {n[key]}, at most {floor[key]}" for key in ("tasks_denied",) if n[key] > floor.get(key, n[key])]
    for line in worse:
        print("worse:", line)
    sys.exit(1 if worse else 0)


main()
