#!/usr/bin/env python3
"""Builds examples/embed/object with nothing but an object file, its header and a C compiler, and runs it.

usage: object.py WORK REMIT"""
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/embed/object"


def run(*command):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexits {done.returncode}:\n{done.stdout}")
    return done.stdout


work, remit = (pathlib.Path(a).resolve() for a in sys.argv[1:])
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
for stage, name in (("obj", "gateway.o"), ("header", "gateway.h")):
    run(remit, "build", ROOT / "examples/embed/gateway.remit", "--emit", stage, "-o", work / name)
shown = [line.split()[1:] for line in run("nm", "--extern-only", work / "gateway.o").splitlines()]
if shown != [["T", "acme_gateway_decide"]]:
    sys.exit(f"the object shows {shown}")
for compiler, standard in (("cc", "c99"), ("c++", "c++17")):
    language = ("-x", "c++") if compiler == "c++" else ("-x", "c")
    run(compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{work}", *language, EXAMPLE / "refund.c",
        "-x", "none", work / "gateway.o", "-o", work / "refund")
    got = run(work / "refund")
    if got != (EXAMPLE / "expected.txt").read_text(encoding="utf-8"):
        sys.exit(f"{compiler}: refund prints\n{got}")
print("one object, in C and in C++")
