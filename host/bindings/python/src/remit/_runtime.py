"""The process's one runtime, and what every use of it needs: text in, text out, errors.

There is one for all, and it is never freed: so no order in which objects go can leave one of them with a runtime that is gone."""

from __future__ import annotations

import ctypes
import functools
import weakref
from typing import Any

from . import _abi
from ._errors import ClosedError, Status, error_of


class Runtime:
    def __init__(self) -> None:
        self.library = _abi.load_library()
        self.pointer = ctypes.c_void_p()
        error = new_error()
        check(self.library.runtime_new(None, ctypes.byref(self.pointer), error), error)


def new_error() -> _abi.Error:
    return _abi.Error(size=ctypes.sizeof(_abi.Error))


def check(status: int, error: _abi.Error) -> None:
    if status != 0:
        raise error_of(status, error.message.decode("utf-8", "replace"))


@functools.cache
def runtime() -> Runtime:
    return Runtime()


def call(function: Any, *arguments: Any) -> None:
    """One of the functions that take the runtime first and an error last."""
    error = new_error()
    check(function(runtime().pointer, *arguments, error), error)


def as_bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)


def str_of(text: str | bytes) -> _abi.Str:
    data = as_bytes(text)
    return _abi.Str(data, len(data))


class TextOut:
    """A remit_text, freed with this object."""

    def __init__(self) -> None:
        self.struct = _abi.Text()
        self.pointer = ctypes.pointer(self.struct)

    def __del__(self) -> None:
        if self.struct.data:
            runtime().library.text_free(self.pointer)

    def bytes(self) -> bytes:
        return ctypes.string_at(self.struct.data, self.struct.size) if self.struct.data else b""

    def str(self) -> str:
        return self.bytes().decode("utf-8", "replace")


class Owned:
    """What has a handle. It is freed by `close`, by `with`, when nothing refers to it any more, or at exit."""

    _what = "object"

    def __init__(self, handle: _abi.Handle, free: Any) -> None:
        self._handle = handle
        self._free = weakref.finalize(self, free, runtime().pointer, handle)

    @property
    def closed(self) -> bool:
        return not self._free.alive

    def close(self) -> None:
        """Frees it. A second time is an error."""
        if not self._free.alive:
            raise ClosedError(Status.BAD_HANDLE, f"the {self._what} was closed before")
        self._free()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        if self._free.alive:
            self.close()
