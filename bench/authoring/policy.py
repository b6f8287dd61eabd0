"""Writes a policy as people write them: N rules in the proportions of the examples, one `never` for each hundred rules, one test for each ten,
comments; and the same policy with ten rules changed.

usage: policy.py RULES FOLDER
"""
import pathlib
import random
import sys

TIERS = ["dev", "stage", "prod"]
CLASSES = ["public", "internal", "confidential", "restricted"]
TRUST = ["untrusted", "vetted", "first_party"]
VERBS_OF_TOOLS = ["read", "search", "list", "update", "create", "delete", "send", "refund"]
CHANGES = 10


def tool(i):
    return f"area{i // 8}.{VERBS_OF_TOOLS[i % 8]}"


def writes(i):
    return i % 8 >= 3


def header(tools, roles):
    out = ["policy bench.authoring", ""]
    out += [f"role r{r}" + (f" includes r{r - 1}" if r % 4 else "") for r in range(roles)]
    out += ['egress saas { "api.saas.example:443" }', ""]
    for i in range(tools):
        effect = "write" if writes(i) else "read"
        out.append(f"tool {tool(i)}(id: string max 64, amount: decimal(2) min 0.00 max 10000.00, to: email optional) "
                   f"{effect}, trust {TRUST[i % 3]}, gives {CLASSES[i % 4]}")
    return out + [""]


def rule(rng, n, tools, roles):
    i = rng.randrange(tools)
    guard = f"args.amount > {rng.randrange(1, 9000)}.00"
    kind = n % 10
    if kind < 4:
        return f"allow r{rng.randrange(roles)} to {tool(i)} when session.tier <= {rng.choice(TIERS)} and args.amount <= {rng.randrange(100, 10000)}.00"
    if kind < 6:
        return f'block {tool(i)} when {guard} and data >= {rng.choice(CLASSES[1:])} because "rule {n}"'
    if kind < 8:
        return f"risk t{n} +{rng.randrange(5, 40)} for {tool(i)} when {guard}"
    if kind < 9:
        return f"ask {rng.randrange(1, 3)} of r{rng.randrange(roles)} for {tool(i)} when risk >= {rng.randrange(10, 90)} within 1h"
    return rng.choice([f"limit {rng.randrange(1, 9)} parallel per session for {tool(i)}",
                       f"isolate sandbox for {tool(i)} when {guard}",
                       f"record prompt for {tool(i)}",
                       f"reach saas for {tool(i)} when session.tier >= stage"])


def rules(n, tools, roles, seed=1):
    rng = random.Random(seed)
    return [rule(rng, k, tools, roles) for k in range(n)]


def nevers(n, tools):
    return [f'never allow {tool(k * 7 % tools)} when args.amount > {9000 + k % 900}.00 and data >= restricted unless signed by owner' for k in range(max(1, n // 100))]


def tests(n, tools, roles):
    out = []
    for k in range(max(1, n // 10)):
        i = k % tools
        out.append(f'test "case {k}" {{\n  session {{ role r{k % roles}, tier {TIERS[k % 3]} }}\n'
                   f'  call    {tool(i)}(id: "x{k}", amount: {k % 9000}.00) data {CLASSES[k % 4]}\n  expect  not lane high\n}}')
    return out


def text(lines, n, tools, roles):
    out = header(tools, roles)
    for k, line in enumerate(lines):
        if k % 20 == 0:
            out.append(f"// section {k // 20}")
        out.append(line)
    out += [""] + nevers(n, tools) + [""] + tests(n, tools, roles)
    return "\n".join(out) + "\n"


def main():
    n, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    tools, roles = max(16, n // 16), 32
    lines = rules(n, tools, roles)
    (folder / "policy.remit").write_text(text(lines, n, tools, roles))
    rng = random.Random(2)
    for k in rng.sample(range(n), CHANGES):
        lines[k] = rule(rng, k, tools, roles)
    (folder / "changed.remit").write_text(text(lines, n, tools, roles))


if __name__ == "__main__":
    main()
