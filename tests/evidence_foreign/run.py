#!/usr/bin/env python3
"""Reads the logs that write_evidence_logs wrote with a verifier that is not ours.

usage: run.py go|node|openssl LOGS WORK

Exits 77 where the verifier, or what it needs from its language's registry, cannot be had."""

import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def skip(why):
    print(why)
    sys.exit(SKIPPED)


def run(*command, **options):
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], timeout=280, **options).returncode


def need(tool, version_of, least):
    if shutil.which(tool) is None:
        skip(f"{tool} is not installed")
    text = subprocess.run([tool, version_of], stdout=subprocess.PIPE, text=True, check=True).stdout
    version = tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))
    if version < least:
        skip(f"{tool} is too old: {text.strip()}")


def copy(language, work):
    """Tools of packaging write beside what they read."""
    target = work / language
    target.mkdir(parents=True, exist_ok=True)
    for file in (HERE / language).iterdir():
        if file.is_file():
            shutil.copy(file, target)
    return target


def go(logs, work):
    need("go", "version", (1, 24))
    unformatted = subprocess.run(["gofmt", "-l", HERE / "go"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if unformatted:
        print(f"gofmt would change:\n{unformatted}")
        return 1
    target = copy("go", work)
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    if run("go", "mod", "download", cwd=target, env=environment) != 0:
        skip("the modules cannot be had")
    if run("go", "vet", "./...", cwd=target, env=environment) or run("go", "build", "-o", "verify", ".", cwd=target, env=environment):
        return 1
    return run(target / "verify", logs)


def node(logs, work):
    need("node", "--version", (18, 17))
    need("npm", "--version", (8, 0))
    target = copy("node", work)
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    if run("npm", "ci", "--prefer-offline", "--fetch-retries=0", "--no-audit", "--no-fund", "--ignore-scripts", cwd=target, env=environment):
        skip("the packages cannot be had")
    return run("node", "main.mjs", logs, cwd=target)


def openssl_accepts(log, key, work):
    """Does the signature of the log's checkpoint hold for the text before it?"""
    text, signatures = (log / "checkpoint").read_text(encoding="utf-8").split("\n\n")
    raw = base64.b64decode(signatures.splitlines()[0].split(" ")[2])[4:]
    (work / "text").write_text(text + "\n", encoding="utf-8")
    (work / "signature").write_bytes(raw)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", work / "text", "-sigfile", work / "signature"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode == 0


def openssl(logs, work):
    need("openssl", "version", (3, 0))
    work = work / "openssl"
    work.mkdir(parents=True, exist_ok=True)
    counts = {True: 0, False: 0}
    wrong = 0
    for folder in sorted((logs / "good").iterdir()) + sorted((logs / "bad").iterdir()):
        good = folder.parent.name == "good"
        if not good and "openssl" not in (folder / "concerns").read_text(encoding="utf-8").split():
            continue
        accepted = openssl_accepts(folder / "log", logs / "public.pem", work)
        print(f"{folder.parent.name} log {folder.name}: {'accepted' if accepted else 'refused'}")
        counts[accepted] += 1
        wrong += accepted != good
    return 1 if wrong or not all(counts.values()) else 0


def main():
    verifier, logs, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    sys.exit({"go": go, "node": node, "openssl": openssl}[verifier](logs, work))


main()
