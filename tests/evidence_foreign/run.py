#!/usr/bin/env python3
"""Reads the logs and packets that write_logs.cpp and write_packets.cpp wrote with a verifier that is not ours.

usage: run.py go|node|openssl LOGS PACKETS WORK

Exits 77 where the verifier, or what it needs from its language's registry, cannot be had."""

import base64
import json
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


def go(logs, packets, work):
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


def node(logs, packets, work):
    need("node", "--version", (18, 17))
    need("npm", "--version", (8, 0))
    target = copy("node", work)
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    if run("npm", "ci", "--prefer-offline", "--fetch-retries=0", "--no-audit", "--no-fund", "--ignore-scripts", cwd=target, env=environment):
        skip("the packages cannot be had")
    return run("node", "main.mjs", logs, packets, cwd=target)


def openssl_accepts(message, signature, key, work):
    (work / "message").write_bytes(message)
    (work / "signature").write_bytes(signature)
    files = ["-inkey", key, "-in", work / "message", "-sigfile", work / "signature"]
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-rawin", *files]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode == 0


def checkpoint_of(log):
    """What is signed of a log's checkpoint, and the log's signature."""
    text, signatures = (log / "log/checkpoint").read_text(encoding="utf-8").split("\n\n")
    return f"{text}\n".encode(), base64.b64decode(signatures.splitlines()[0].split(" ")[2])[4:]


def envelope_of(packet):
    """What is signed of a DSSE envelope, and its signature."""
    envelope = json.loads(packet.read_text(encoding="utf-8"))
    kind, body = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)
    return signed, base64.b64decode(envelope["signatures"][0]["sig"])


def openssl(logs, packets, work):
    need("openssl", "version", (3, 0))
    work = work / "openssl"
    work.mkdir(parents=True, exist_ok=True)
    cases = [(folder, checkpoint_of, logs, folder / "concerns") for folder in sorted(logs.glob("*/*"))]
    cases += [(file, envelope_of, packets, file.with_suffix(".concerns")) for file in sorted(packets.glob("*/*.json"))]
    counts = {True: 0, False: 0}
    wrong = 0
    for path, signed_of, root, concerns in cases:
        good = path.parent.name == "good"
        if path.parent.name not in ("good", "bad") or not good and "openssl" not in concerns.read_text(encoding="utf-8").split():
            continue
        accepted = openssl_accepts(*signed_of(path), root / "public.pem", work)
        print(f"{path.relative_to(root)}: {'accepted' if accepted else 'refused'}")
        counts[accepted] += 1
        wrong += accepted != good
    return 1 if wrong or not all(counts.values()) else 0


def main():
    logs, packets, work = (pathlib.Path(path).resolve() for path in sys.argv[2:5])
    sys.exit({"go": go, "node": node, "openssl": openssl}[sys.argv[1]](logs, packets, work))


main()
