#!/usr/bin/env python3
"""Holds what `remit` writes for machines against the rules of those who read it: outputs.py REMIT WORK.

SARIF is validated against the standard's own JSON schema, which an npm package carries; JUnit XML and workflow commands by the rules that
their readers document. Exits 77 where the schema or a validator cannot be had."""
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE, MEMBER = "@microsoft/jest-sarif@1.0.0-beta.0", "package/lib/schemas/sarif-2.1.0-rtm.5.json"
ODD = 'policy a.b\nrole r\ntool t.x(a: int) read\nallow rr to t.x\nblock t.x when arg.a > 1 % \x01 because "<&>\\""\n'
GUESS = 'policy a.b\nrole worker\ntool t.x(a: int) read\nallow workr to t.x\n'


def skip(why):
    print(why)
    sys.exit(77)


def schema(work):
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema is not installed")
    archive = work / "sarif-schema.tgz"
    if not archive.exists():
        try:
            name = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=work, stdout=subprocess.PIPE, text=True, check=True,
                                  timeout=120).stdout.split()[-1]
        except (OSError, subprocess.SubprocessError, IndexError):
            skip(f"{PACKAGE}, which has the schema, cannot be had")
        (work / name).rename(archive)
    with tarfile.open(archive) as packed:
        document = json.load(packed.extractfile(MEMBER))
    kind = jsonschema.validators.validator_for(document)
    return kind(document, format_checker=kind.FORMAT_CHECKER)


def cases(work):
    """Commands whose output is to be read by machines."""
    (work / "odd name, 100%.remit").write_text(ODD, encoding="utf-8")
    (work / "guess.remit").write_text(GUESS, encoding="utf-8")
    (work / "bytes.remit").write_bytes(b"policy a.b\nrole \xff\n")
    examples = ROOT / "examples"
    yield ["check", "odd name, 100%.remit", "guess.remit", "bytes.remit"]
    yield ["check", str(examples / "support/support.remit")]
    yield ["check", "--budget", "1", "--costs", str(examples / "ci/desk.remit"), "guess.remit"]
    yield ["check", "--deny-warnings", str(ROOT / "tests/cli/support.remit")]
    yield ["import", "mcp", "--check", str(examples / "ci/desk.remit"), str(examples / "ci/drifted.json")]
    yield ["import", "mcp", "--check", str(examples / "ci/desk.remit"), str(examples / "ci/tools.json")]


def run(remit, arguments, kind, work):
    done = subprocess.run([remit, *arguments, "--format", kind], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.decode("utf-8"), done.returncode


def check_sarif(text, validator):
    document = json.loads(text)
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(document)]
    assert not errors, errors
    for result in document["runs"][0]["results"]:
        rule = document["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
    prints = [result["partialFingerprints"]["remitLine/v1"] for result in document["runs"][0]["results"]]
    assert len(prints) == len(set(prints)), "two results with one fingerprint"
    return len(prints)


def check_junit(text, status):
    root = xml.fromstring(text)
    assert root.tag == "testsuites"
    failures = 0
    for suite in root:
        assert suite.tag == "testsuite" and int(suite.get("tests")) == len(suite.findall("testcase"))
        failed = [case for case in suite.findall("testcase") if case.findall("failure")]
        assert int(suite.get("failures")) == len(failed)
        failures += len(failed)
        for case in suite:
            assert case.get("name") and case.get("classname")
            assert {child.tag for child in case} <= {"failure", "error", "system-out"}
    assert (failures > 0) == (status == 1), (failures, status)


def check_github(text):
    for line in text.splitlines():
        command = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert command, line
        for part in command.group(2).split(","):
            assert re.fullmatch(r"(file|line|endLine|col|endColumn|title)=[^,:]*", part), line


def check_names(remit, work):
    """What a reader needs to find the file again."""
    out, _ = run(remit, ["check", "odd name, 100%.remit"], "sarif", work)
    place = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "odd%20name%2C%20100%25.remit", place
    out, _ = run(remit, ["check", "odd name, 100%.remit"], "github", work)
    assert "file=odd name%2C 100%25.remit,line=" in out, out
    out, _ = run(remit, ["check", "guess.remit"], "sarif", work)
    fix = json.loads(out)["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert fix["insertedContent"]["text"] == "worker" and fix["deletedRegion"] == {
        "startLine": 4, "startColumn": 7, "endLine": 4, "endColumn": 12}, fix


def check_fingerprints(remit, work):
    """A finding keeps its fingerprint when lines come before it."""
    def prints(text):
        (work / "moved.remit").write_text(text, encoding="utf-8")
        out, _ = run(remit, ["check", "moved.remit"], "sarif", work)
        return [r["partialFingerprints"] for r in json.loads(out)["runs"][0]["results"]]
    assert prints(GUESS) == prints(GUESS.replace("role worker", "// more\n\nrole worker")) != []


def main():
    remit, work = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    for arguments in cases(work):
        check_junit(*run(remit, arguments, "junit", work))
        check_github(run(remit, arguments, "github", work)[0])
    check_names(remit, work)
    check_fingerprints(remit, work)
    validator = schema(work)
    results = sum(check_sarif(run(remit, arguments, "sarif", work)[0], validator) for arguments in cases(work))
    print(f"{results} results are valid SARIF 2.1.0")


main()
