"""Times the peers' own tools over the sparse rules, with Remit's beside them: one line of JSON for each. Tools that are not there are left out.

usage: peers.py REMIT PEERS FOLDER    (FOLDER as bench_generate writes it; PEERS/cli holds the tools:
    GOBIN=PEERS/cli go install github.com/open-policy-agent/opa@v1.22.2
    cargo install --root PEERS cedar-policy-cli, and PEERS/bin/cedar moved to PEERS/cli)
"""
import json
import os
import sys

import verbs


def main():
    remit, peers, folder = sys.argv[1:4]
    at = lambda name: f"{folder}/policy.{name}"
    opa, cedar = f"{peers}/cli/opa", f"{peers}/cli/cedar"
    rows = [("Remit, sparse", "check", [remit, "check", at("remit")]), ("Remit, sparse", "fmt", [remit, "fmt", "--check", at("remit")]),
            ("OPA, sparse", "check", [opa, "check", at("rego")]), ("OPA, sparse", "fmt", [opa, "fmt", "--list", at("rego")]),
            ("Cedar, sparse", "check", [cedar, "check-parse", "--policies", at("cedar")]),
            ("Cedar, sparse", "fmt", [cedar, "format", "--check", "--policies", at("cedar")])]
    for side, stat, command in rows:
        if os.path.exists(command[0]):
            print(json.dumps({"side": side, "stat": stat, **verbs.timed(command)}), flush=True)


if __name__ == "__main__":
    main()
