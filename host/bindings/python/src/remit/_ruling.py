"""What was decided, by numbers: the ruling, and the effects of the rules that spoke."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from enum import Enum, IntEnum

from . import _abi
from ._request import Isolation
from ._runtime import runtime


class Verdict(str, Enum):
    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Engine(IntEnum):
    """AUTO: the interpreter at once, native code as soon as it is made in the background."""

    AUTO = 0
    INTERPRETER = 1
    NATIVE = 2


class EffectKind(IntEnum):
    ASK = 1
    LIMIT = 2
    QUOTA = 3
    ISOLATE = 4
    REACH = 5
    RECORD = 6
    REDACT = 7
    RETAIN = 8
    MARK = 9
    COUNT = 10
    NEVER = 11


_VERDICTS = (Verdict.ALLOW, Verdict.ASK, Verdict.DENY)


class Ruling(_abi.RulingFields):
    """Of one decision. `risk`, `lane` (a rank, 0 the lowest), `obligations` and `effects` (how many there are) are plain ints."""

    risk: int
    lane: int
    obligations: int
    effects: int

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS[self._verdict]

    @property
    def allowed(self) -> bool:
        return self._verdict == 0  # type: ignore[no-any-return]

    @property
    def isolation(self) -> Isolation:
        """That the call must run in."""
        return Isolation(self._isolation)

    @property
    def engine(self) -> Engine:
        """That decided."""
        return Engine(self._engine)

    @property
    def denial(self) -> str | None:
        """The built-in denial, as "session-expired", if there was one."""
        name: bytes | None = runtime().library.denial_name(self._denial)
        return name.decode() if name else None

    @property
    def policy_hash(self) -> str:
        """Of the version that decided."""
        return hash_text(self._policy)

    def __repr__(self) -> str:
        return f"Ruling({self.verdict.value}, risk={self.risk}, lane={self.lane})"


def hash_text(digest: ctypes.Array[ctypes.c_uint8]) -> str:
    return "sha256:" + bytes(digest).hex()


@dataclass(frozen=True)
class Effect:
    """What a rule gives, standing for all rules that give the same. What `number`, `span`, `name` and `words` mean depends on `kind`,
    as remit/vm.h says (remit_effect)."""

    kind: EffectKind
    layer: int
    number: int
    span: int
    name: str
    because: str
    at: str
    words: tuple[str, ...]
    rule: str


def effect_of(fields: _abi.EffectFields) -> Effect:
    words = tuple(fields.words[i].text() for i in range(fields.word_count))
    return Effect(
        EffectKind(fields.kind),
        fields.layer,
        fields.number,
        fields.span,
        fields.name.text(),
        fields.because.text(),
        fields.at.text(),
        words,
        hash_text(fields.rule),
    )
