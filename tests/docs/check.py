#!/usr/bin/env python3
"""Checks the examples of the documentation: check.py REMIT.

In README.md, docs/*.md and the READMEs of folders:
- a block ```remit must compile, and its tests pass. One that does not begin with `policy` stands after prelude.remit.
- a block ```remit R0104 must be refused with that code; a lint's (R05xx) under --pedantic --deny-warnings.
- a block ```remit file=NAME is written to NAME, and must compile too.
- a block ```console is run line by line: `$ remit ...` and what it prints. A line `...` in the output stands for any lines,
  and `...` at the end of a line for its rest.
Blocks of one page share a folder, which also has the repository's examples."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRELUDE = (ROOT / "tests/docs/prelude.remit").read_text(encoding="utf-8")
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.M | re.S)


def pages():
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for top in ("grammar", "compiler", "vm", "stdlib", "examples", "host", "tests", "bench"):
        found += sorted((ROOT / top).glob("**/*.md"))
    return found


def run(remit, arguments, folder):
    done = subprocess.run([remit, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120)
    return done.returncode, done.stdout


def check_policy(remit, info, text, folder):
    """What is wrong with a ```remit block, or nothing."""
    words = info.split()[1:]
    name = next((w[5:] for w in words if w.startswith("file=")), "example.remit")
    code = next((w for w in words if re.fullmatch(r"R\d{4}", w)), None)
    whole = text.lstrip().startswith("policy") or name != "example.remit"
    (folder / name).write_text(text if whole else PRELUDE + "\n" + text, encoding="utf-8")
    lint = ["--pedantic", "--deny-warnings"] if code and code.startswith("R05") else []
    status, out = run(remit, ["check", *lint, name], folder)
    if code:
        return None if status == 1 and code in out else f"expected {code}, exit {status}:\n{out}"
    if status != 0:
        return f"check exits {status}:\n{out}"
    if re.search(r"^test ", text, re.M):
        status, out = run(remit, ["test", name], folder)
        if status != 0:
            return f"test exits {status}:\n{out}"
    return None


def same_output(expected, got):
    """Whether `got` is `expected`, in which a line `...` stands for any lines, and `...` at a line's end for its rest."""
    def line_pattern(line):
        if line.strip() == "...":
            return "(?:.*\n)*?"
        if line.endswith("..."):
            return re.escape(line[:-3]) + ".*\n"
        return re.escape(line.rstrip()) + "[ \t]*\n"
    pattern = "".join(line_pattern(line) for line in expected)
    return re.fullmatch(pattern, got if got.endswith("\n") or not got else got + "\n") is not None


def check_console(remit, text, folder):
    command, expected = None, []
    for line in [*text.splitlines(), "$ "]:
        if not line.startswith("$ "):
            expected.append(line)
            continue
        if command and command.startswith("remit "):
            done = subprocess.run(["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=120, env={"PATH": f"{pathlib.Path(remit).parent}:/usr/bin:/bin", "TERM": "dumb"})
            if not same_output(expected, done.stdout):
                return f"$ {command}\nprints:\n{done.stdout}"
        command, expected = line[2:], []
    return None


def verbs_of_page():
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `remit (\w+)", page, re.M))


def check_verbs(remit):
    """The table of docs/cli.md against `remit --help`."""
    _, out = run(remit, ["--help"], ROOT)
    there = set(re.findall(r"^  (\w+)  +\S", out, re.M))
    return "" if there == verbs_of_page() else f"docs/cli.md: the table and `remit --help` differ in {there ^ verbs_of_page()}"


def main():
    remit = str(pathlib.Path(sys.argv[1]).resolve())
    checked, wrong = 1, 0
    problem = check_verbs(remit)
    if problem:
        wrong += 1
        print(problem)
    for page in pages():
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            (folder / "examples").symlink_to(ROOT / "examples")
            source = page.read_text(encoding="utf-8")
            for match in FENCE.finditer(source):
                info, text = match.group(1).strip(), match.group(2)
                if info.split()[:1] == ["remit"]:
                    problem = check_policy(remit, info, text, folder)
                elif info == "console":
                    problem = check_console(remit, text, folder)
                else:
                    continue
                checked += 1
                if problem:
                    wrong += 1
                    line = source[:match.start()].count("\n") + 1
                    print(f"{page.relative_to(ROOT)}:{line}: {problem}")
    print(f"{checked} examples, {wrong} wrong")
    sys.exit(1 if wrong or not checked else 0)


main()
