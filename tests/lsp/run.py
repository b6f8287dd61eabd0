#!/usr/bin/env python3
"""Runs client.py in an environment of its own. usage: run.py REMIT WORK

Exits 77 where the client's packages cannot be installed."""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def main():
    remit, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    venv, wanted, stamp = work / "venv", HERE / "requirements.txt", work / "venv/requirements"
    if sys.version_info < (3, 10):
        print("Python is too old")
        sys.exit(SKIPPED)
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        shutil.rmtree(venv, ignore_errors=True)
        install = [venv / "bin/pip", "install", "--quiet", "--retries", "1", "-r", wanted]
        if any(subprocess.run([str(w) for w in command], timeout=180).returncode for command in ([sys.executable, "-m", "venv", venv], install)):
            shutil.rmtree(venv, ignore_errors=True)
            print("pygls cannot be installed")
            sys.exit(SKIPPED)
        shutil.copy(wanted, stamp)
    sys.exit(subprocess.run([str(venv / "bin/python"), str(HERE / "client.py"), remit, str(work / "workspace")], timeout=60).returncode)


main()
