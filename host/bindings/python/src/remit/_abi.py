"""The C ABI (remit/base.h, remit/vm.h, remit/compile.h) in ctypes: structs, functions, and nothing else.

Structs that begin with `size` are checked by the library, so that a layout that it does not know is an error and never a guess."""

from __future__ import annotations

import ctypes
import os
from ctypes import (
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any


class Str(Structure):
    """remit_str, of bytes of ours: the struct keeps them alive."""

    _fields_ = [("data", c_char_p), ("size", c_size_t)]


class View(Structure):
    """remit_str, of bytes of the library."""

    _fields_ = [("data", c_void_p), ("size", c_size_t)]

    def text(self) -> str:
        return ctypes.string_at(self.data, self.size).decode("utf-8", "replace") if self.data else ""


class Text(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t), ("capacity", c_size_t)]


class Error(Structure):
    _fields_ = [("size", c_uint32), ("status", c_int32), ("message", c_char * 504)]


class Handle(Structure):
    """remit_policy, remit_session, remit_call and remit_tool."""

    _fields_ = [("id", c_uint64)]


class PolicyOptions(Structure):
    _fields_ = [("size", c_uint32), ("engine", c_uint32)]


class PolicyStatus(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("version", c_uint32),
        ("engine", c_uint32),
        ("native", c_uint32),
        ("hash", c_uint8 * 32),
    ]


ReadFile = ctypes.CFUNCTYPE(c_int32, c_void_p, View, POINTER(Text))


class Source(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("reserved", c_uint32),
        ("path", Str),
        ("text", Str),
        ("read_file", ReadFile),
        ("user", c_void_p),
    ]


class Compiled(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("errors", c_uint32),
        ("warnings", c_uint32),
        ("reserved", c_uint32),
        ("image", POINTER(Text)),
        ("diagnostics", POINTER(Text)),
        ("report", POINTER(Text)),
    ]


class ParameterInfo(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("index", c_uint32),
        ("kind", c_uint32),
        ("scale", c_uint32),
        ("vocabulary", c_uint32),
        ("optional", c_uint32),
    ]


class StateInfo(Structure):
    _fields_ = [("size", c_uint32), ("index", c_uint32), ("kind", c_uint32), ("scale", c_uint32)]


class SessionFields(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("revoked", c_uint32),
        ("id", Str),
        ("tier", Str),
        ("tenant", Str),
        ("owner", Str),
        ("retention", Str),
        ("principal", Str),
        ("roles", POINTER(Str)),
        ("role_count", c_size_t),
        ("scope", POINTER(Str)),
        ("scope_count", c_size_t),
        ("expires", c_int64),
    ]


class Argument(Structure):
    _fields_ = [
        ("parameter", c_uint32),
        ("kind", c_uint32),
        ("number", c_int64),
        ("text", Str),
        ("origins", POINTER(c_uint32)),
        ("origin_count", c_uint32),
        ("data_class", c_uint32),
    ]


class StateValue(Structure):
    _fields_ = [("index", c_uint32), ("kind", c_uint32), ("number", c_int64), ("values", Str)]


class Fact(Structure):
    _fields_ = [("fact", Str), ("key", Str), ("value", Str), ("as_of", c_int64)]


class RequestFields(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("argument_count", c_uint32),
        ("session", Handle),
        ("tool", Handle),
        ("time", c_int64),
        ("arguments", POINTER(Argument)),
        ("states", POINTER(StateValue)),
        ("facts", POINTER(Fact)),
        ("state_count", c_uint32),
        ("fact_count", c_uint32),
        ("data", c_uint32),
        ("high_water", c_uint32),
        ("low_water", c_uint32),
        ("isolation", c_uint32),
        ("id", Str),
        ("parent", Str),
    ]


class RulingFields(Structure):
    _fields_ = [
        ("_size", c_uint32),
        ("_verdict", c_uint32),
        ("risk", c_int64),
        ("lane", c_uint32),
        ("_isolation", c_uint32),
        ("obligations", c_uint32),
        ("effects", c_uint32),
        ("_engine", c_uint32),
        ("_denial", c_uint32),
        ("_policy", c_uint8 * 32),
    ]


class EffectFields(Structure):
    _fields_ = [
        ("size", c_uint32),
        ("kind", c_uint32),
        ("layer", c_uint32),
        ("word_count", c_uint32),
        ("number", c_int64),
        ("span", c_int64),
        ("name", View),
        ("because", View),
        ("at", View),
        ("words", POINTER(View)),
        ("rule", c_uint8 * 32),
    ]


_E = POINTER(Error)
_T = POINTER(Text)

# Functions that take long, or wait, run without the interpreter's lock.
_RELEASING: dict[str, tuple[Any, list[Any]]] = {
    "remit_runtime_new": (c_int32, [c_void_p, POINTER(c_void_p), _E]),
    "remit_compile": (c_int32, [c_void_p, POINTER(Source), POINTER(Compiled), _E]),
    "remit_policy_compile": (
        c_int32,
        [c_void_p, POINTER(Source), POINTER(PolicyOptions), POINTER(Compiled), POINTER(Handle), _E],
    ),
    "remit_policy_recompile": (c_int32, [c_void_p, Handle, POINTER(Source), POINTER(Compiled), _E]),
    "remit_policy_load": (c_int32, [c_void_p, Str, POINTER(PolicyOptions), POINTER(Handle), _E]),
    "remit_policy_reload": (c_int32, [c_void_p, Handle, Str, _E]),
    "remit_policy_free": (c_int32, [c_void_p, Handle]),
    "remit_policy_await": (c_int32, [c_void_p, Handle, c_uint32, _E]),
    "remit_policy_describe": (c_int32, [c_void_p, Handle, _T, _E]),
    "remit_decide": (c_int32, [c_void_p, Handle, Str, c_uint32, _T, _E]),
    "remit_decide_all": (c_int32, [c_void_p, Handle, POINTER(Str), c_size_t, c_uint32, _T, _E]),
    "remit_session_bind": (c_int32, [c_void_p, Handle, POINTER(SessionFields), POINTER(Handle), _E]),
}
# Those that take less time than giving up the lock and taking it again. That a call is freed and used at once is ruled out by it, too.
_HOLDING: dict[str, tuple[Any, list[Any]]] = {
    "remit_version": (c_char_p, []),
    "remit_has_native": (c_int32, []),
    "remit_status_name": (c_char_p, [c_int32]),
    "remit_denial_name": (c_char_p, [c_uint32]),
    "remit_text_set": (c_int32, [_T, Str]),
    "remit_text_free": (None, [_T]),
    "remit_policy_inspect": (c_int32, [c_void_p, Handle, POINTER(PolicyStatus), _E]),
    "remit_tool_find": (c_int32, [c_void_p, Handle, Str, POINTER(Handle), _E]),
    "remit_parameter_find": (c_int32, [c_void_p, Handle, Handle, Str, POINTER(ParameterInfo), _E]),
    "remit_symbol_find": (c_int32, [c_void_p, Handle, c_uint32, Str, POINTER(c_uint32), _E]),
    "remit_state_find": (c_int32, [c_void_p, Handle, Str, POINTER(StateInfo), _E]),
    "remit_session_free": (c_int32, [c_void_p, Handle]),
    "remit_call_open": (c_int32, [c_void_p, Handle, POINTER(Handle), _E]),
    "remit_call_free": (c_int32, [c_void_p, Handle]),
    "remit_judge": (c_int32, [c_void_p, Handle, c_void_p, c_void_p, _E]),
    "remit_next_effect": (c_int32, [c_void_p, Handle, POINTER(EffectFields), _E]),
    "remit_explain": (c_int32, [c_void_p, Handle, c_void_p, c_uint32, _T, _E]),
}


class Library:
    """The functions of libremit, as attributes without their prefix."""

    def __init__(self, path: str) -> None:
        for loader, table in ((ctypes.CDLL, _RELEASING), (ctypes.PyDLL, _HOLDING)):
            handle = loader(path)
            for name, (result, arguments) in table.items():
                function = getattr(handle, name)
                function.restype, function.argtypes = result, arguments
                setattr(self, name.removeprefix("remit_"), function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def load_library() -> Library:
    """libremit from where REMIT_LIBRARY says, else from where the system's loader finds it."""
    path = os.environ.get("REMIT_LIBRARY", "libremit.so.0")
    try:
        return Library(path)
    except OSError as error:
        raise ImportError(f"cannot load libremit ({error}); install it, or set REMIT_LIBRARY to its path") from None
