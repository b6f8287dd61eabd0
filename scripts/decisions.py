#!/usr/bin/env python3
"""Decisions for people: decisions.py REQUESTS INTERP JIT [EXPECTED].

Prints a line for each request, and fails if the engines disagree or a decision is not the recorded one."""
import json
import sys


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f if line.strip()]


def replayable(decision):
    """What replay covers: all but explanation and the engine's name."""
    return {k: v for k, v in decision.items() if k not in ("rules", "engine")}


def signers(decision):
    return ", ".join(f"{o['quorum']} of {o['by']}" if o["quorum"] > 1 else o["by"] for o in decision.get("ask", []))


def why(decision):
    if decision.get("error"):
        return decision["error"]
    for rule in decision.get("rules", []):
        if rule["kind"] in ("deny", "block", "never"):
            return rule.get("because") or rule.get("at") or rule["rule"]
    if decision["verdict"] == "deny":
        return "no rule allows it"
    return ""


def main():
    requests, interp, jit = (lines(p) for p in sys.argv[1:4])
    expected = lines(sys.argv[4]) if len(sys.argv) > 4 else None
    wrong = 0
    if not len(requests) == len(interp) == len(jit):
        sys.exit(f"decisions: {len(requests)} requests, {len(interp)} and {len(jit)} decisions")
    for i, (request, a, b) in enumerate(zip(requests, interp, jit)):
        call = request.get("call", {})
        asks = f"  signers: {signers(a)}" if a["verdict"] == "ask" else ""
        reason = why(a) if a["verdict"] == "deny" else ""
        print(f"  {a['verdict']:5}  {call.get('tool', '?'):16}  risk {a['risk']:>3}  lane {a['lane']:7}{asks}  {reason}".rstrip())
        if replayable(a) != replayable(b):
            wrong += 1
            print("         the engines disagree:", json.dumps(replayable(b)))
        if expected:
            differs = {k: a.get(k) for k, v in expected[i].items() if a.get(k) != v}
            if differs:
                wrong += 1
                print("         recorded:", json.dumps({k: expected[i][k] for k in differs}), "now:", json.dumps(differs))
    print(f"{len(requests)} decisions, on two engines, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
