#!/usr/bin/env python3
"""Tests a package for another language against the tree that is installed in WORK/prefix.

usage: run.py python|node|go WORK

Exits 77 where the language is not installed. What checks types (mypy, TypeScript) comes from its registry, in the versions that are
written down; where that cannot be reached it is left out, and the output says so."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES, TESTS = ROOT / "host/bindings", ROOT / "tests/bindings"
SKIPPED = 77


def start(*command, **options):
    print("$", *command, flush=True)
    return subprocess.run([str(part) for part in command], timeout=550, **options)


def run(*command, **options):
    done = start(*command, **options)
    if done.returncode != 0:
        sys.exit(f"{command[0]} exits {done.returncode}")


def need(tool, version_of, least):
    """Skips unless `tool` is there in version `least` or later."""
    if shutil.which(tool) is None:
        print(f"{tool} is not installed")
        sys.exit(SKIPPED)
    text = subprocess.run([tool, version_of], stdout=subprocess.PIPE, text=True, check=True).stdout
    version = tuple(map(int, re.search(r"(\d+)\.(\d+)", text).groups()))
    if version < least:
        print(f"{tool} is too old: {text.strip()}")
        sys.exit(SKIPPED)


def fresh_copy(source, target):
    """A copy to build in: tools of packaging write beside what they read."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules", "build"))
    return target


def python(work, environment):
    if sys.version_info < (3, 10):
        print("Python is too old")
        sys.exit(SKIPPED)
    work.mkdir(exist_ok=True)
    package, tests = fresh_copy(PACKAGES / "python", work / "package"), fresh_copy(TESTS / "python", work / "tests")
    shutil.copy(TESTS / "refunds.remit", work)
    venv, wanted, stamp = work / "venv", package / "requirements-test.txt", work / "venv/requirements"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        shutil.rmtree(venv, ignore_errors=True)
        if (
            start(sys.executable, "-m", "venv", venv).returncode
            or start(venv / "bin/pip", "install", "--quiet", "--retries", "1", "-r", wanted).returncode
        ):
            shutil.rmtree(venv, ignore_errors=True)
            print("no wheel was made and no types were checked: what that needs cannot be installed")
            run(sys.executable, "-m", "unittest", cwd=tests, env={**environment, "PYTHONPATH": str(package / "src")})
            return
        shutil.copy(wanted, stamp)
    run(
        venv / "bin/pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        work / "wheels",
        package,
    )
    (wheel,) = (work / "wheels").glob("remit-*-py3-none-any.whl")
    run(venv / "bin/pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall", wheel)
    mypy = [venv / "bin/python", "-m", "mypy", "--config-file", package / "pyproject.toml", "--cache-dir", work / "mypy"]
    run(*mypy, "src", cwd=package)
    shutil.rmtree(package / "src")  # from here on only what the wheel has
    run(*mypy, ".", cwd=tests)
    run(venv / "bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", ".", cwd=tests, env=environment)


def node(work, environment):
    need("node", "--version", (18, 17))
    need("npm", "--version", (8, 0))
    binary = pathlib.Path(shutil.which("node")).resolve()
    if not (binary.parents[1] / "include/node/node_api.h").exists():
        print("the headers of Node are not installed")
        sys.exit(SKIPPED)
    environment = {**environment, "npm_config_nodedir": str(binary.parents[1]), "npm_config_update_notifier": "false"}
    work.mkdir(exist_ok=True)
    for old in work.glob("remit-*.tgz"):
        old.unlink()
    run("npm", "pack", "--silent", fresh_copy(PACKAGES / "node", work / "package"), cwd=work, env=environment)
    (archive,) = work.glob("remit-*.tgz")
    tests = fresh_copy(TESTS / "node", work / "tests")
    shutil.copy(TESTS / "refunds.remit", tests)
    checks_types = (
        start("npm", "ci", "--prefer-offline", "--fetch-retries=0", "--no-audit", "--no-fund", cwd=tests, env=environment).returncode == 0
    )
    install = ["npm", "install", "--no-save", "--offline", "--no-audit", "--no-fund"]
    if not checks_types:
        print("types are not checked: TypeScript cannot be installed")
        (tests / "package.json").write_text('{"private": true, "type": "module"}\n', encoding="utf-8")
        (tests / "package-lock.json").unlink()
    run(*install, archive, cwd=tests, env=environment)
    if checks_types:
        run("node", "node_modules/typescript/bin/tsc", "-p", ".", cwd=tests)
    run("node", "--test", *sorted(tests.glob("*.test.js")), cwd=tests, env=environment)


def go(work, environment):
    need("go", "version", (1, 24))
    need("gcc", "--version", (0, 0))
    environment = {**environment, "CGO_ENABLED": "1", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    unformatted = start("gofmt", "-l", PACKAGES / "go", TESTS / "go", stdout=subprocess.PIPE, text=True).stdout
    if unformatted:
        sys.exit(f"gofmt would change:\n{unformatted}")
    run("go", "vet", "remit", "./...", cwd=TESTS / "go", env=environment)
    run("go", "test", "-count=1", "./...", cwd=TESTS / "go", env=environment)


def main():
    language, work = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    need("pkg-config", "--version", (0, 0))
    (library,) = (work / "prefix").glob("lib*/**/libremit.so")
    environment = {
        **os.environ,
        "PKG_CONFIG_PATH": str(library.parent / "pkgconfig"),
        "LD_LIBRARY_PATH": str(library.parent),
    }
    {"python": python, "node": node, "go": go}[language](work / language, environment)


main()
