#!/usr/bin/env python3
"""Code in docs/embedding.md stands, line for line, in examples/embed, which the tests build and run."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUFFIXES = {"c": ".c", "cpp": ".cpp", "cmake": "CMakeLists.txt", "text": ".txt"}

page = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page, re.M | re.S)
wrong = []
for language, text in blocks:
    if language == "sh":
        continue
    files = [p for p in (ROOT / "examples/embed").rglob("*") if p.name.endswith(SUFFIXES[language])]
    if not any(text in p.read_text(encoding="utf-8") for p in files):
        wrong.append(text)
for text in wrong:
    print(f"no file of examples/embed contains:\n{text}")
print(f"{len(blocks)} blocks, {len(wrong)} wrong")
sys.exit(1 if wrong or not blocks else 0)
