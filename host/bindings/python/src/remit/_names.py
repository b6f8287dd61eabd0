"""What is looked up once for each version of a policy: tools, parameters, symbols, marks and counts."""

from __future__ import annotations

import ctypes
from enum import IntEnum
from typing import TYPE_CHECKING

from . import _abi
from ._runtime import call, runtime, str_of

if TYPE_CHECKING:
    from ._policy import Policy


class Vocabulary(IntEnum):
    """Where the names of symbols are declared."""

    TIERS = 0
    CLASSES = 1
    TRUST = 2
    LANES = 3


class ValueKind(IntEnum):
    INTEGER = 1
    TEXT = 2
    SYMBOL = 3
    JSON = 4
    NULL = 5


class StateKind(IntEnum):
    MARK = 1
    COUNT = 2
    DISTINCT = 3


class Tool:
    """A tool of one version of a policy. After a reload its use raises StaleError."""

    __slots__ = ("name", "_handle", "_policy")

    def __init__(self, policy: Policy, name: str) -> None:
        self.name = name
        self._policy = policy
        self._handle = _abi.Handle()
        call(runtime().library.tool_find, policy._handle, str_of(name), self._handle)

    def parameter(self, name: str) -> Parameter:
        return Parameter(self, name)

    def __repr__(self) -> str:
        return f"Tool({self.name!r})"


class Parameter:
    """Of a tool: how its values are given."""

    __slots__ = ("name", "tool", "index", "kind", "scale", "vocabulary", "optional", "_symbols")

    def __init__(self, tool: Tool, name: str) -> None:
        info = _abi.ParameterInfo(size=ctypes.sizeof(_abi.ParameterInfo))
        call(runtime().library.parameter_find, tool._policy._handle, tool._handle, str_of(name), info)
        self.name = name
        self.tool = tool
        self.index: int = info.index
        self.kind = ValueKind(info.kind)
        self.scale: int = info.scale
        self.vocabulary: int = info.vocabulary
        self.optional = bool(info.optional)
        self._symbols: dict[str, int] = {}

    def symbol(self, name: str) -> int:
        """The number of a symbol of the parameter's enum."""
        known = self._symbols.get(name)
        if known is None:
            known = self._symbols[name] = find_symbol(self.tool._policy, self.vocabulary, name)
        return known

    def __repr__(self) -> str:
        return f"Parameter({self.tool.name}.{self.name})"


class State:
    """A mark or a count."""

    __slots__ = ("name", "index", "kind", "scale")

    def __init__(self, policy: Policy, name: str) -> None:
        info = _abi.StateInfo(size=ctypes.sizeof(_abi.StateInfo))
        call(runtime().library.state_find, policy._handle, str_of(name), info)
        self.name = name
        self.index: int = info.index
        self.kind = StateKind(info.kind)
        self.scale: int = info.scale


def find_symbol(policy: Policy, vocabulary: int, name: str) -> int:
    out = ctypes.c_uint32()
    call(runtime().library.symbol_find, policy._handle, vocabulary, str_of(name), out)
    return out.value
