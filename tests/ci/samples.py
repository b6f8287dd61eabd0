#!/usr/bin/env python3
"""Runs every `remit` line of the sample workflows on the sample policy: samples.py REMIT WORK. Exits 77 without PyYAML."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "examples/ci"


def commands(node):
    """The shell lines of a workflow: `run` of GitHub, `script` and `after_script` of GitLab."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("run", "script", "after_script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from commands(value)
    elif isinstance(node, list):
        for item in node:
            yield from commands(item)


def main():
    try:
        import yaml
    except ImportError:
        print("PyYAML is not installed")
        sys.exit(77)
    remit = pathlib.Path(sys.argv[1]).resolve()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert os.access(ROOT / hooks[0]["entry"], os.X_OK) and {"id", "name", "language"} <= hooks[0].keys()
    ran = 0
    for sample in ("github-workflow.yml", "gitlab-ci.yml"):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "policies").mkdir()
            shutil.copy(SAMPLES / "desk.remit", pathlib.Path(folder, "policies/desk.remit"))
            shutil.copy(SAMPLES / "tools.json", pathlib.Path(folder, "live.json"))
            for line in commands(yaml.safe_load((SAMPLES / sample).read_text(encoding="utf-8"))):
                if not line.startswith("remit "):
                    continue
                done = subprocess.run(["bash", "-c", line], cwd=folder, env={**os.environ, "PATH": f"{remit.parent}:/usr/bin:/bin"},
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
                assert done.returncode == 0, f"{sample}: {line}\n{done.stdout}"
                ran += 1
    assert ran >= 8, ran
    print(f"{ran} commands of the samples run")


main()
