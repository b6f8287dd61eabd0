#!/usr/bin/env python3
"""claims_broken.py REMIT CLAIMS: a claim that the rules of claims.remit do not keep denies the call that breaks it, and no other."""
import pathlib
import subprocess
import sys
import tempfile

BROKEN = {  # by a call of t.x, or of t.y
    "always isolate microvm for t.x": "t.x",
    "always isolate sandbox by session for t.x": "t.x",
    "always record plan, rollback for t.x": "t.x",
    "always redact args.a for t.*": "t.y",
    "always limit 2 parallel per session for t.x": "t.x",
    "always limit 3 parallel per tenant for t.x": "t.x",
    "always quota 9 over 1h per tenant for t.x": "t.x",
    "always quota 10 over 3h per tenant for t.x": "t.x",
    "never risk >= 40 for t.x": "t.x",
    "always lane == low for t.x": "t.x",
    "always risk == 40": "t.y",
    "never lane < medium": "t.y",
    "never reach saas": "t.y",
    "always ask owner for t.x": "t.x",
    "always ask 3 of boss for t.x": "t.x",
    "always block t.x": "t.x",
    "never allow t.y": "t.y",
}


def main():
    remit, claims = sys.argv[1], pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
    rules, wrong = claims[: claims.index("\ntest ")], 0
    with tempfile.TemporaryDirectory() as folder:
        policy = pathlib.Path(folder) / "broken.remit"
        for claim, tool in BROKEN.items():
            tests = "".join(f'test "{t}" {{\n  call t.{t}(a: 1)\n  expect {"deny" if tool == "t." + t else "allow"}\n}}\n' for t in "xy")
            policy.write_text(f"{rules}\n{claim}\n{tests}", encoding="utf-8")
            done = subprocess.run([remit, "test", "--engine", "both", policy], capture_output=True, text=True, timeout=60)
            if done.returncode != 0:
                wrong += 1
                print(f"{claim}:\n{done.stdout}{done.stderr}")
    print(f"{len(BROKEN)} claims, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
