"""What can go wrong, as exceptions. A denial is none: it is an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Status(IntEnum):
    """Of remit/base.h, with its numbers."""

    OK = 0
    BAD_ARGUMENT = 1
    BAD_HANDLE = 2
    BAD_VERSION = 3
    TOO_LARGE = 4
    WRONG_POLICY = 5
    STALE = 6
    UNKNOWN_NAME = 7
    BAD_POLICY = 8
    BAD_IMAGE = 9
    NO_NATIVE = 10
    NOT_READY = 11
    BUSY = 12
    CALLBACK = 13
    NO_MEMORY = 14
    INTERNAL = 15


@dataclass(frozen=True)
class Diagnostic:
    """One thing that the compiler has to say. Lines and columns count from 1; without a place they are 0."""

    code: str
    name: str
    severity: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    help: str = ""
    notes: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}"


class RemitError(Exception):
    """Any failure; `status` says which."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class ClosedError(RemitError):
    """A policy, session or call was closed."""


class StaleError(RemitError):
    """A tool that was looked up before the policy was reloaded: look it up again."""


class UnknownNameError(RemitError, LookupError):
    """The policy knows no tool, parameter, symbol or state of this name."""


class PolicyError(RemitError):
    """The text of a policy has errors. `report` is for people, with the lines in question."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...], report: str) -> None:
        super().__init__(Status.BAD_POLICY, message)
        self.diagnostics = diagnostics
        self.report = report


_CLASSES: dict[int, type[RemitError]] = {
    Status.BAD_HANDLE: ClosedError,
    Status.STALE: StaleError,
    Status.UNKNOWN_NAME: UnknownNameError,
}


def error_of(status: int, message: str) -> RemitError:
    try:
        known = Status(status)
    except ValueError:
        known, message = Status.INTERNAL, f"status {status}: {message}"
    return _CLASSES.get(known, RemitError)(known, message)


def diagnostics_of(text: str) -> tuple[Diagnostic, ...]:
    """From the JSON of remit_compiled."""
    known = Diagnostic.__dataclass_fields__
    found = []
    for entry in json.loads(text) if text else []:
        fields = {key: value for key, value in entry.items() if key in known and value is not None}
        fields["notes"] = tuple(fields.get("notes", ()))
        found.append(Diagnostic(**fields))
    return tuple(found)
