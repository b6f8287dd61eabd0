"""One typed call to be decided: a struct of the ABI that is filled once and changed between decisions."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, Union

from . import _abi
from ._names import Parameter, State, StateKind, Tool, ValueKind
from ._runtime import as_bytes, str_of
from ._values import in_range, json_text, nanoseconds, scaled

if TYPE_CHECKING:
    from ._policy import Session


class Isolation(IntEnum):
    NONE = 0
    PROCESS = 1
    SANDBOX = 2
    MICROVM = 3


class _Supplier:
    """Who supplied a value, if no tool did."""

    __slots__ = ("_origin", "_name")

    def __init__(self, origin: int, name: str) -> None:
        self._origin = origin
        self._name = name

    def __repr__(self) -> str:
        return self._name


USER: Final = _Supplier(0xFFFFFFFE, "USER")
AGENT: Final = _Supplier(0xFFFFFFFD, "AGENT")
Origin = Union[_Supplier, Tool]


def _origin(of: Origin) -> int:
    return of._handle.id & 0xFFFFF if isinstance(of, Tool) else of._origin


class Request:
    """May be changed and decided again. Belongs to one thread at a time."""

    __slots__ = (
        "_session",
        "_tool",
        "_fields",
        "_address",
        "_arguments",
        "_slots",
        "_states",
        "_state_slots",
        "_facts",
    )

    def __init__(self, session: Session, tool: Tool, time: int | datetime) -> None:
        self._fields = _abi.RequestFields(size=ctypes.sizeof(_abi.RequestFields))
        self._address = ctypes.addressof(self._fields)
        self._arguments: Any = (_abi.Argument * 0)()
        self._slots: dict[int, Any] = {}
        self._states: Any = (_abi.StateValue * 0)()
        self._state_slots: dict[int, Any] = {}
        self._facts: list[_abi.Fact] = []
        self.session = session
        self._tool = tool
        self._fields.tool = tool._handle
        self.time = time

    @property
    def session(self) -> Session:
        return self._session

    @session.setter
    def session(self, session: Session) -> None:
        self._session = session
        self._fields.session = session._handle

    @property
    def tool(self) -> Tool:
        return self._tool

    @property
    def time(self) -> int:
        """Now, in nanoseconds since 1970; a datetime may be assigned."""
        return int(self._fields.time)

    @time.setter
    def time(self, now: int | datetime) -> None:
        self._fields.time = now if type(now) is int else in_range(nanoseconds(now))

    # ---- arguments

    def set(self, parameter: Parameter, value: Any) -> Request:
        """Gives an argument: numbers as int, str or Decimal, times as datetime and timedelta, symbols by name, None for null, and
        for a list, a set or a record whatever has a form in JSON."""
        kind = parameter.kind
        if value is None:
            self._argument(parameter).kind = ValueKind.NULL
        elif kind == ValueKind.INTEGER:
            self.set_number(parameter, scaled(value, parameter.scale))
        elif kind == ValueKind.SYMBOL:
            self.set_number(parameter, parameter.symbol(value))
        else:
            data = as_bytes(value if kind == ValueKind.TEXT else json_text(value))
            slot = self._argument(parameter)
            slot.kind = kind
            slot.text.data = data
            slot.text.size = len(data)
        return self

    def set_number(self, parameter: Parameter, number: int) -> Request:
        """Gives an argument as the engine has it, and fastest: a decimal times 10 to its scale, times in nanoseconds, a symbol's number."""
        slot = self._slots.get(parameter.index)
        if slot is None:
            slot = self._argument(parameter)
        slot.kind = parameter.kind
        slot.number = number
        return self

    def label(self, parameter: Parameter, origins: Iterable[Origin], data_class: int = 0) -> Request:
        """Says who supplied an argument, and its class (a symbol of Vocabulary.CLASSES)."""
        numbers = [_origin(one) for one in origins]
        slot = self._argument(parameter)
        slot.origins = (ctypes.c_uint32 * len(numbers))(*numbers)
        slot.origin_count = len(numbers)
        slot.data_class = data_class
        return self

    def clear_arguments(self) -> Request:
        self._slots.clear()
        self._fields.argument_count = 0
        return self

    # ---- what the session has done, and facts

    def set_state(self, state: State, value: Any) -> Request:
        """A mark: a bool; a count: a number as in `set`; a distinct count: the values so far."""
        slot = self._state(state)
        slot.kind = state.kind
        if state.kind == StateKind.MARK:
            slot.number = bool(value)
        elif state.kind == StateKind.COUNT:
            slot.number = scaled(value, state.scale)
        else:
            slot.values = str_of(json_text(list(value)))
        return self

    def add_fact(self, name: str, key: Iterable[Any], value: dict[str, Any], as_of: int | datetime) -> Request:
        self._facts.append(
            _abi.Fact(str_of(name), str_of(json_text(list(key))), str_of(json_text(value)), nanoseconds(as_of))
        )
        self._fields.facts = (_abi.Fact * len(self._facts))(*self._facts)
        self._fields.fact_count = len(self._facts)
        return self

    def clear_facts(self) -> Request:
        self._facts.clear()
        self._fields.fact_count = 0
        return self

    # ---- the rest

    def set_data(self, data_class: int) -> Request:
        """The class of the call's data (a symbol of Vocabulary.CLASSES)."""
        self._fields.data = data_class
        return self

    def set_water(self, high: int = 0, low: int = 0) -> Request:
        """The highest class and the lowest trust that the session has read; 0 is the strictest."""
        self._fields.high_water = high
        self._fields.low_water = low
        return self

    def set_isolation(self, best: Isolation) -> Request:
        """The best that this host has."""
        self._fields.isolation = 1 + Isolation(best)
        return self

    def set_ids(self, id: str = "", parent: str = "") -> Request:
        """Of the call, and of the call that made it."""
        self._fields.id = str_of(id)
        self._fields.parent = str_of(parent)
        return self

    def _argument(self, parameter: Parameter) -> Any:
        slot = self._slots.get(parameter.index)
        if slot is not None:
            return slot
        if parameter.tool is not self._tool and parameter.tool._handle.id != self._tool._handle.id:
            raise ValueError(f"{parameter!r} is not of the request's tool")
        count = len(self._slots)
        if count == len(self._arguments):
            grown = (_abi.Argument * (2 * count + 4))(*self._arguments)
            for index, number in enumerate(self._slots):
                self._slots[number] = grown[index]
            self._arguments = self._fields.arguments = grown
        slot = self._slots[parameter.index] = self._arguments[count]
        ctypes.memset(ctypes.addressof(slot), 0, ctypes.sizeof(slot))
        slot.parameter = parameter.index
        self._fields.argument_count = count + 1
        return slot

    def _state(self, state: State) -> Any:
        slot = self._state_slots.get(state.index)
        if slot is not None:
            return slot
        count = len(self._state_slots)
        if count == len(self._states):
            grown = (_abi.StateValue * (2 * count + 4))(*self._states)
            for index, number in enumerate(self._state_slots):
                self._state_slots[number] = grown[index]
            self._states = self._fields.states = grown
        slot = self._state_slots[state.index] = self._states[count]
        slot.index = state.index
        self._fields.state_count = count + 1
        return slot
