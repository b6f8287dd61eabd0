#!/usr/bin/env python3
"""Installs the build into a folder, moves it, and builds and runs hosts against it by find_package and by pkg-config.

usage: installed.py BUILD WORK REMIT"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/embed"
POLICIES = [EXAMPLES / "gateway.remit", EXAMPLES / "stricter.remit"]


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexits {done.returncode}:\n{done.stdout}")
    return done.stdout


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}:\n--- expected\n{expected}\n--- got\n{got}")


def install(build, work):
    """The prefix, moved after the installation: nothing in it may know where it was."""
    shutil.rmtree(work, ignore_errors=True)
    run("cmake", "--install", build, "--prefix", work / "first", "--component", "embed")
    (work / "first").rename(work / "prefix")
    return work / "prefix"


def cmake_project(source, build, prefix, *options):
    run("cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", *options)
    run("cmake", "--build", build)


def flags_of(module, prefix):
    (folder,) = prefix.glob("lib*/**/pkgconfig")
    return run("pkg-config", "--cflags", "--libs", module, env={**os.environ, "PKG_CONFIG_PATH": str(folder)}).split()


def check_moved(prefix, build):
    """No text of the installation names where it was built or first installed."""
    for path in prefix.rglob("*"):
        if path.suffix in (".cmake", ".pc", ".h", ".hpp"):
            text = path.read_text(encoding="utf-8")
            for folder in (str(build), str(ROOT), str(prefix.parent)):
                if folder in text:
                    sys.exit(f"{path} names {folder}")


def check_exports(prefix):
    """The shared libraries show what the headers declare, and nothing else."""
    for library, headers in (("libremit_vm.so", ("base", "vm", "evidence")), ("libremit.so", ("base", "vm", "evidence", "compile"))):
        (path,) = prefix.glob(f"lib*/**/{library}")
        shown = {line.split()[2].split("@")[0] for line in run("nm", "-D", "--defined-only", path).splitlines() if " T " in line}
        other = [line for line in run("nm", "-D", "--defined-only", path).splitlines() if " T " not in line and " A " not in line]
        declared = set()
        for header in headers:
            text = (prefix / f"include/remit/{header}.h").read_text(encoding="utf-8")
            declared |= set(re.findall(r"REMIT_API [^;(]*?(remit_\w+)\(", text))
        check(f"functions of {library}", sorted(shown), sorted(declared))
        check(f"other symbols of {library}", other, [])


def main():
    build, work, remit = (pathlib.Path(a).resolve() for a in sys.argv[1:])
    prefix = install(build, work)
    expected = (EXAMPLES / "expected.txt").read_text(encoding="utf-8")
    check_moved(prefix, build)
    check_exports(prefix)

    cmake_project(EXAMPLES, work / "examples", prefix)
    cmake_project(ROOT / "tests/embed/consumer", work / "consumer", prefix, f"-DEXAMPLES={EXAMPLES}")
    hosts = [work / "examples/gateway_c", work / "examples/gateway_cpp", work / "consumer/gateway_static"]

    (library,) = prefix.glob("lib*/**/libremit.so")
    for compiler, standard, source in (("cc", "c99", "c/gateway.c"), ("c++", "c++17", "cpp/gateway.cpp")):
        host = work / f"pkgconfig_{compiler.replace('+', 'p')}"
        run(compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", EXAMPLES / source, "-o", host,
            *flags_of("remit", prefix), f"-Wl,-rpath,{library.parent}")
        hosts.append(host)
    for host in hosts:
        check(f"{host} prints", run(host, *POLICIES), expected)

    image = work / "support.image"
    requests = (ROOT / "examples/support/requests.jsonl").read_text(encoding="utf-8")
    run(remit, "build", ROOT / "examples/support/support.remit", "-o", image)
    wanted = re.findall(r'"verdict": ?"(\w+)"', (ROOT / "examples/support/expected.jsonl").read_text(encoding="utf-8"))
    for kind in ("vm", "vm_static"):
        out = run(work / f"consumer/decide_{kind}", image, input=requests)
        check(f"verdicts of decide_{kind}", re.findall(r'"verdict": ?"(\w+)"', out), wanted)
    print(f"{len(hosts)} gateways, 2 deciders, {len(wanted)} decisions each")


main()
