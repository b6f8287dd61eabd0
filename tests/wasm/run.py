#!/usr/bin/env python3
"""Tests of WebAssembly modules: run.py node|workerd REMIT WRITE_CASES FOLDER.

Makes modules and what is expected of them in FOLDER, then has Node's test runner compare. Exits 77, and says why, where
Node, npm or workerd cannot be had."""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = ROOT / "examples"
SKIP = 77
FRAMES = 2000


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIP)


def remit(*arguments):
    return subprocess.run([REMIT, *map(str, arguments)], check=True, stdout=subprocess.PIPE, timeout=120).stdout


def table_policy(rules):
    """Rules over numbers and symbols alone, which become tables: no runs, no texts."""
    lines = ["policy tests.tables", "tiers dev < stage < prod", "classes low < middle < high", "trust none < some",
             "role clerk", "role chief includes clerk",
             "tool pay(amount: decimal(2), count: int) write, trust some", "tool look(count: int) read, trust some",
             "allow clerk to look", "allow chief to pay", "allow clerk to pay when args.amount < 900.00"]
    tiers, classes = ("dev", "stage", "prod"), ("low", "middle", "high")
    for i in range(rules):
        tier, data, k = tiers[i % 3], classes[i // 3 % 3], 7 * i % 1000
        lines.append((f"block pay when session.tier == {tier} and args.count == {k} and data >= {data}",
                      f"risk r{i} +{1 + i % 9} for pay when args.amount > {k}.25",
                      f"block look when args.count == {k} and session.tier <= {tier}")[i % 3])
    return "\n".join(lines) + "\n"


def under_policy():
    """A child under the table policy, so that a module has two layers; with texts and addresses."""
    return "\n".join([
        "policy tests.child under tests.tables from \"tables.remit\"",
        "allow clerk to look, pay",
        "block pay when session.tenant == \"acme\" and args.count > 5",
        "ask owner for pay when args.amount > 100.00 within 1h", ""])


def network_policy():
    return "\n".join([
        "policy tests.network", "tiers dev < prod", "classes low < high", "trust none < some", "role clerk",
        "tool visit(at: ip, site: url, who: email, note: string) read, trust some",
        "allow clerk to visit",
        "block visit when args.at in \"10.0.0.0/8\"", "block visit when args.at in \"2001:db8::/32\"",
        "block visit when args.note starts \"sec\" or args.note contains \"://\"",
        "block visit when args.who.domain == \"evil.example\"",
        "ask owner for visit when args.site.host like \"*.example\" within 1h",
        "risk far +3 for visit when args.site.port == 8080", ""])


def build(folder, name, policy, requests=None):
    remit("build", policy, "--emit", "wasm", "-o", folder / f"{name}.wasm")
    remit("build", policy, "-o", folder / f"{name}.img")
    (folder / f"{name}.hash").write_bytes(remit("hash", policy))
    command = [WRITE_CASES, folder / f"{name}.img", str(FRAMES), "7"]
    cases = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    (folder / f"{name}.cases.json").write_bytes(cases)
    if requests:
        shutil.copy(requests, folder / f"{name}.requests.jsonl")
        (folder / f"{name}.decisions.jsonl").write_bytes(remit("eval", policy, requests, "--engine", "interp"))


def network_requests(folder):
    """Addresses in every spelling, whose normal form the C library writes."""
    base = json.loads((EXAMPLES / "support/requests.jsonl").read_text(encoding="utf-8").splitlines()[0])
    addresses = ["10.1.2.3", "010.1.2.3", "1.2.3", "::ffff:10.0.0.1", "2001:db8::1", "2001:DB8:0:0:1:0:0:1", "::", "::1", "1::",
                 "fe80::1%1",
                 "2001:db8:0:1:1:1:1:1", "0:0:0:0:0:ffff:1.2.3.4", "::1.2.3.4", "256.1.1.1", "", "12345::"]
    lines = []
    for i, at in enumerate(addresses):
        base["id"] = f"n{i}"
        base["session"] = dict(base["session"], tier="prod", roles=["clerk"], scope=["*"])
        base["call"] = {"id": "c", "tool": "visit", "args": {
            "at": at, "site": f"https://a{i}.example:8080/x", "who": f"x@{'evil' if i % 2 else 'fine'}.example",
            "note": "n"}}
        base["state"] = {"version": 1, "marks": {}, "counts": {}}
        lines.append(json.dumps(base))
    path = folder / "network.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_node(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in (("tables", table_policy(150)), ("child", under_policy()), ("network", network_policy())):
        (folder / f"{name}.remit").write_text(text, encoding="utf-8")
    build(folder, "support", EXAMPLES / "support/support.remit", EXAMPLES / "support/requests.jsonl")
    build(folder, "tables", folder / "tables.remit")
    build(folder, "child", folder / "child.remit")
    build(folder, "network", folder / "network.remit", network_requests(folder))
    build(folder, "coding", EXAMPLES / "coding-agent/coding_agent.remit")
    return node(HERE / "module_test.mjs", REMIT_CASES=folder)


def workerd_binary(folder):
    if shutil.which("npm") is None:
        skip("npm is not there")
    machine = {"x86_64": "64", "aarch64": "arm64"}.get(platform.machine(), "")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    binary = folder / f"node_modules/@cloudflare/workerd-linux-{machine}/bin/workerd"
    if not binary.exists():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True,
                              text=True)
        if done.returncode != 0 or not binary.exists():
            skip("npm cannot install workerd:\n" + done.stderr)
    if subprocess.run([binary, "--version"], capture_output=True).returncode != 0:
        skip("workerd does not run on this machine")
    return binary


def test_workerd(folder):
    folder.mkdir(parents=True, exist_ok=True)
    binary = workerd_binary(folder)
    for name in ("worker.mjs", "policy.mjs", "workerd.capnp"):
        shutil.copy(EXAMPLES / "wasm" / name, folder / name)
    policy, requests = EXAMPLES / "support/support.remit", EXAMPLES / "support/requests.jsonl"
    remit("build", policy, "--emit", "wasm", "-o", folder / "policy.wasm")
    (folder / "hash").write_bytes(remit("hash", policy))
    shutil.copy(requests, folder / "requests.jsonl")
    (folder / "decisions.jsonl").write_bytes(remit("eval", policy, requests, "--engine", "interp"))
    return node(HERE / "workerd_test.mjs", REMIT_WORKER=folder, REMIT_WORKERD=binary)


def node(script, **variables):
    environment = dict(os.environ, **{name: str(value) for name, value in variables.items()})
    return subprocess.run(["node", "--test", script], env=environment).returncode


if __name__ == "__main__":
    WHAT, REMIT, WRITE_CASES, FOLDER = sys.argv[1:]
    if shutil.which("node") is None:
        skip("node is not there")
    sys.exit({"node": test_node, "workerd": test_workerd}[WHAT](pathlib.Path(FOLDER).resolve()))
