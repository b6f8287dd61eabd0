#!/usr/bin/env python3
"""Checks the whole policies of examples/: check.py REMIT.

Each is without a warning and in canonical layout, its tests pass, and its requests are decided as recorded, on both engines."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = {  # folder: the policy that decides its requests
    "support": "support.remit",
    "coding-agent": "coding_agent.remit",
    "data-analyst": "data_analyst.remit",
    "payments": "payments.remit",
    "infrastructure": "infrastructure.remit",
    "saas": "globex.remit",
}


def run(*command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    return done.returncode, done.stdout


def problems(remit, folder, policy):
    policies = sorted(folder.glob("*.remit"))
    commands = [
        (remit, "check", "--deny-warnings", *(p for p in policies if p.name != "vocabulary.remit")),  # that one is for `use`
        (remit, "fmt", "--check", *policies),
        (remit, "test", "--engine", "both", folder),
    ]
    with tempfile.TemporaryDirectory() as out:
        decisions = []
        for engine in ("interp", "jit"):
            status, text = run(remit, "eval", "--engine", engine, folder / policy, folder / "requests.jsonl")
            decisions.append(pathlib.Path(out) / engine)
            decisions[-1].write_text(text, encoding="utf-8")
            if status != 0:
                yield f"eval exits {status}:\n{text}"
        commands.append((sys.executable, ROOT / "scripts/decisions.py", folder / "requests.jsonl", *decisions, folder / "expected.jsonl"))
        for command in commands:
            status, text = run(*command)
            if status != 0:
                yield f"{' '.join(str(word) for word in command[1:])}: exits {status}:\n{text}"
    if not (folder / "README.md").exists():
        yield "has no README.md"


def main():
    remit, wrong = sys.argv[1], 0
    for name, policy in EXAMPLES.items():
        for problem in problems(remit, ROOT / "examples" / name, policy):
            wrong += 1
            print(f"{name}: {problem}")
    print(f"{len(EXAMPLES)} examples, {wrong} problems")
    sys.exit(1 if wrong else 0)


main()
