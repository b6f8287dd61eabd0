"""Time of a decision, typed and as JSON: python3 bench.py POLICY. Medians of five runs,
in time of the processor."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import remit

NOW = 1_790_000_000_000_000_000


def nanoseconds(name: str, count: int, body: Callable[[int], None]) -> None:
    runs = []
    for _ in range(5):
        begin = time.process_time_ns()
        body(count)
        runs.append((time.process_time_ns() - begin) / count)
    print(f"{name}: {statistics.median(runs):,.0f} ns")


def main() -> None:
    policy = remit.compile(open(sys.argv[1], encoding="utf-8").read())
    if remit.has_native():
        policy.wait_native()
    about = {"id": "s-9", "tier": "prod", "tenant": "acme", "owner": "ops@acme.example", "retention": "standard"}
    session = policy.bind(**about, roles=["clerk"], scope=["*"], expires=1_800_000_000_000_000_000)
    call = policy.open_call()
    refund = policy.tool("payments.refund")
    order, amount = refund.parameter("order"), refund.parameter("amount")
    request = remit.Request(session, refund, NOW).set(order, "A-1").label(order, [remit.USER])
    request.set_state(policy.state("warned"), False).set_state(policy.state("refunded"), 0)

    def typed(count: int) -> None:
        for cents in range(count):
            request.set_number(amount, cents % 10_000)
            if not call.judge(request).allowed:
                raise SystemExit("denied")

    def with_text(count: int) -> None:
        for cents in range(count):
            request.set(order, "A-1").set_number(amount, cents % 10_000)
            if not call.judge(request).allowed:
                raise SystemExit("denied")

    text = json.dumps(
        {
            "id": "r",
            "session": {
                **about,
                "roles": ["clerk"],
                "scope": ["*"],
                "expires": "2027-01-15T08:00:00Z",
                "revoked": False,
            },
            "call": {
                "id": "c",
                "tool": "payments.refund",
                "args": {"order": "A-1", "amount": "9.00"},
                "labels": {"order": {"sources": ["user"]}},
            },
            "facts": [],
            "state": {"version": 1, "marks": {"warned": False}, "counts": {"refunded": "0.00"}},
            "context": {"time": "2026-09-21T14:13:20Z"},
            "signatures": [],
        }
    )
    if policy.decide(text)["verdict"] != "allow":
        raise SystemExit("denied")

    def as_json(count: int) -> None:
        for _ in range(count):
            policy.decide_text(text)

    nanoseconds("typed, a number changes", 100_000, typed)
    nanoseconds("typed, a number and a text change", 100_000, with_text)
    nanoseconds("JSON text to JSON text", 10_000, as_json)


main()
