"""Remit decides what an AI agent may do, by compiled policies.

policy = remit.compile(text)
decision = policy.decide({"session": {...}, "call": {...}, ...})          # JSON in, JSON out

session = policy.bind(id="s-9", tier="prod", roles=["clerk"], ...)        # once for each session
call = policy.open_call()                                                 # once for each thread
refund = policy.tool("payments.refund")                                   # once for each version of the policy
amount = refund.parameter("amount")
request = remit.Request(session, refund, time.time_ns()).set(amount, "300.00")
if call.judge(request).allowed: ...
"""

from ._errors import ClosedError, Diagnostic, PolicyError, RemitError, StaleError, Status, UnknownNameError
from ._names import Parameter, State, StateKind, Tool, ValueKind, Vocabulary
from ._policy import Call, Policy, ReadFile, Session, compile, compile_image, load
from ._request import AGENT, USER, Isolation, Origin, Request
from ._ruling import Effect, EffectKind, Engine, Ruling, Verdict
from ._runtime import runtime as _runtime

__all__ = [
    "AGENT",
    "USER",
    "Call",
    "ClosedError",
    "Diagnostic",
    "Effect",
    "EffectKind",
    "Engine",
    "Isolation",
    "Origin",
    "Parameter",
    "Policy",
    "PolicyError",
    "ReadFile",
    "RemitError",
    "Request",
    "Ruling",
    "Session",
    "StaleError",
    "State",
    "StateKind",
    "Status",
    "Tool",
    "UnknownNameError",
    "ValueKind",
    "Verdict",
    "Vocabulary",
    "compile",
    "compile_image",
    "has_native",
    "library_version",
    "load",
]


def library_version() -> str:
    """Of libremit."""
    version: bytes = _runtime().library.version()
    return version.decode()


def has_native() -> bool:
    """Was libremit built with native code?"""
    return bool(_runtime().library.has_native())
