#!/usr/bin/env python3
"""Checks the modules of stdlib/: check.py REMIT [--write].

Each has a policy tests/stdlib/NAME_test.remit that uses it; all policies there check without warnings and pass their tests on both engines;
none allows anything; and docs/stdlib.md holds what its comments say (--write brings the page up to date)."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/stdlib.md"
MARKS = re.compile(r"(<!-- modules -->\n).*?(<!-- /modules -->)", re.S)


def run(remit, *arguments):
    done = subprocess.run([remit, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    return done.returncode, done.stdout


def section(module):
    """A module's part of the page: its first comment, what else it uses, and its rules."""
    text = module.read_text(encoding="utf-8")
    lines = text.splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("//"))
    about = [line[3:] if line.startswith("// ") else line[2:] for line in lines[:end]]
    about[0] = about[0].split(": ", 1)[1]
    about[0] = about[0][0].upper() + about[0][1:]
    body = "\n".join(lines[end:]).strip("\n")
    return f"### std.{module.stem}\n\n" + "\n".join(about) + f"\n\n```\n{body}\n```\n"


def generated(modules):
    return "\n".join(section(module) for module in modules)


def problems(remit, modules):
    for module in modules:
        name, test = module.stem, ROOT / f"tests/stdlib/{module.stem}_test.remit"
        text = module.read_text(encoding="utf-8")
        if not text.startswith(f"// std.{name}: "):
            yield f"{module.name}: begins with `// std.{name}: ` and what it is for"
        if re.search(r"^allow\b", text, re.M):
            yield f"{module.name}: a module only narrows, and allows nothing"
        if not test.exists() or f"use std.{name}\n" not in test.read_text(encoding="utf-8"):
            yield f"{module.name}: no tests in {test.relative_to(ROOT)}"
    for test in sorted((ROOT / "tests/stdlib").glob("*_*.remit")):
        for arguments in (["check", "--deny-warnings"], ["test", "--engine", "both"]):
            status, out = run(remit, *arguments, str(test.relative_to(ROOT)))
            if status != 0:
                yield f"remit {' '.join(arguments)} {test.name} exits {status}:\n{out}"
    if MARKS.search(PAGE.read_text(encoding="utf-8")).group(0) != f"<!-- modules -->\n{generated(modules)}<!-- /modules -->":
        yield "docs/stdlib.md: not what the modules say; run tests/stdlib/check.py REMIT --write"


def main():
    modules = sorted((ROOT / "stdlib").glob("*.remit"))
    if "--write" in sys.argv:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MARKS.sub(lambda m: m.group(1) + generated(modules) + m.group(2), page), encoding="utf-8")
        return
    wrong = list(problems(str(pathlib.Path(sys.argv[1]).resolve()), modules))
    print("\n".join([*wrong, f"{len(modules)} modules, {len(wrong)} problems"]))
    sys.exit(1 if wrong or not modules else 0)


main()
