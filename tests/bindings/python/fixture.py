"""What the tests share: the policy of refunds, a clerk's session, and the same refund typed and as JSON."""

import pathlib
from typing import Any

import remit

POLICY = (pathlib.Path(__file__).resolve().parents[1] / "refunds.remit").read_text(encoding="utf-8")
STRICTER = POLICY + 'block payments.refund because "refunds are closed"\n'
NOW = 1_790_000_000_000_000_000  # 2026-09-21T14:13:20Z


def bind_clerk(policy: remit.Policy, **other: Any) -> remit.Session:
    fields: dict[str, Any] = dict(
        id="s-9",
        tier="prod",
        tenant="acme",
        owner="ops@acme.example",
        retention="standard",
        roles=["clerk", "nobody"],
        scope=["*"],
        expires=1_800_000_000_000_000_000,
    )
    return policy.bind(**{**fields, **other})


def refund_json(amount: str) -> dict[str, object]:
    return {
        "id": "r",
        "session": {
            "id": "s-9",
            "roles": ["clerk"],
            "tier": "prod",
            "tenant": "acme",
            "owner": "ops@acme.example",
            "scope": ["*"],
            "retention": "standard",
            "expires": "2027-01-15T08:00:00Z",
            "revoked": False,
        },
        "call": {
            "id": "c",
            "tool": "payments.refund",
            "args": {"order": "A-1", "amount": amount},
            "labels": {"order": {"sources": ["user"]}},
        },
        "facts": [],
        "state": {"version": 1, "marks": {"warned": False}, "counts": {"refunded": "0.00"}},
        "context": {"time": "2026-09-21T14:13:20Z"},
        "signatures": [],
    }


class Desk:
    """A policy, a session and a call, and requests for refunds."""

    def __init__(self, policy: remit.Policy) -> None:
        self.policy = policy
        self.session = bind_clerk(policy)
        self.call = policy.open_call()
        self.look_up()

    def look_up(self) -> None:
        self.refund = self.policy.tool("payments.refund")
        self.order, self.amount, self.how, self.notes = map(self.refund.parameter, ("order", "amount", "how", "notes"))
        self.request = remit.Request(self.session, self.refund, NOW)
        self.request.set(self.order, "A-1").label(self.order, [remit.USER])
        self.request.set_state(self.policy.state("warned"), False).set_state(self.policy.state("refunded"), "0.00")

    def judge(self, amount: object) -> remit.Ruling:
        return self.call.judge(self.request.set(self.amount, amount))
