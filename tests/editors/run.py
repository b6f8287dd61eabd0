#!/usr/bin/env python3
"""Builds, tests and packs the extension for VS Code in a copy of its folder. usage: run.py REMIT WORK

Leaves WORK/remit.vsix. Exits 77 where node is missing or old, or where its packages cannot be installed. Nothing is written into the repository."""

import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "editors/vscode"
SKIPPED = 77


def start(*command, **options):
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], timeout=240, **options).returncode


def run(*command, **options):
    if code := start(*command, **options):
        sys.exit(f"{command[0]} exits {code}")


def skip(why):
    print(why)
    sys.exit(SKIPPED)


def copy_sources(work):
    """The extension and what its tests read of the repository, in their places."""
    work.mkdir(parents=True, exist_ok=True)
    here = work / "editors/vscode"
    kept = here / "node_modules"
    for old in here.iterdir() if here.exists() else []:
        if old != kept:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(EXTENSION, here, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "out"))
    for path in ("grammar/Remit.g4", "host/lsp/index/words.def"):
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, work / path)
    shutil.copytree(ROOT / "examples", work / "examples", dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "build"))
    return here


def install(here, environment):
    stamp, wanted = here / "node_modules/.wanted", (here / "package.json").read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--fetch-retries=1", "--prefer-offline", "--loglevel=error"]
    if start(*command, cwd=here, env=environment):
        shutil.rmtree(here / "node_modules", ignore_errors=True)
        skip("the extension's packages cannot be installed")
    stamp.write_text(wanted, encoding="utf-8")


def packed(archive):
    """The package holds what it needs, and nothing else."""
    with zipfile.ZipFile(archive) as vsix:
        names = {name.removeprefix("extension/") for name in vsix.namelist() if name.startswith("extension/")}
    wanted = {"package.json", "readme.md", "out/extension.js", "out/icon.png", "icons/remit.svg", "language-configuration.json",
              "syntaxes/remit.tmLanguage.json"}
    if names != wanted:
        sys.exit(f"the package holds {sorted(names)}")


def main():
    remit, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < 20:
        skip(f"node is too old: {version.strip()}")
    environment = {**os.environ, "REMIT": str(remit), "npm_config_update_notifier": "false"}
    here = copy_sources(work / "tree")
    install(here, environment)
    for script in ("check", "build", "test", "package"):
        run("npm", "run", "--silent", script, cwd=here, env=environment)
    shutil.copy(here / "out/remit.vsix", work / "remit.vsix")
    packed(work / "remit.vsix")
    print(f"{work / 'remit.vsix'}: {(work / 'remit.vsix').stat().st_size} bytes")


main()
