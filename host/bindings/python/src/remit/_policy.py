"""Policies, and what is made of them: sessions and calls."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Union

from . import _abi
from ._errors import Diagnostic, PolicyError, Status, diagnostics_of, error_of
from ._names import State, Tool, find_symbol
from ._request import Request
from ._ruling import Effect, Engine, Ruling, effect_of, hash_text
from ._runtime import Owned, TextOut, as_bytes, call, check, new_error, runtime, str_of
from ._values import json_text, nanoseconds

ReadFile = Callable[[str], Union[str, bytes]]

_RULING_SIZE = ctypes.sizeof(_abi.RulingFields)
_EXPLAIN = 1


class _Compiling:
    """A source for the compiler and where its results go. Must live while the compiler runs."""

    def __init__(
        self, text: str | bytes | None, path: str, read_file: ReadFile | None, wants_image: bool = False
    ) -> None:
        self.failure: BaseException | None = None
        self.read_file = read_file
        callback = _abi.ReadFile(self._read) if read_file else _abi.ReadFile()
        self.source = _abi.Source(size=ctypes.sizeof(_abi.Source), path=str_of(path), read_file=callback)
        if text is not None:
            self.source.text = str_of(text)
        elif read_file is None:
            raise ValueError("without a text there must be a function that reads it")
        self.image, self.diagnostics, self.report = TextOut(), TextOut(), TextOut()
        self.compiled = _abi.Compiled(
            size=ctypes.sizeof(_abi.Compiled), diagnostics=self.diagnostics.pointer, report=self.report.pointer
        )
        if wants_image:
            self.compiled.image = self.image.pointer

    def _read(self, _user: int | None, path: _abi.View, out: Any) -> int:
        assert self.read_file is not None
        try:
            return int(runtime().library.text_set(out, str_of(self.read_file(path.text()))))
        except OSError as error:
            reason = error.strerror or str(error)
        except BaseException as error:  # must not go through the compiler's frames; raised again when they are gone
            self.failure = error
            reason = str(error)
        runtime().library.text_set(out, str_of(reason))
        return Status.CALLBACK

    def run(self, function: Any, *arguments: Any) -> None:
        error = new_error()
        status = function(runtime().pointer, *arguments, error)
        if self.failure is not None:
            raise self.failure
        if status == Status.BAD_POLICY:
            raise PolicyError(
                error.message.decode("utf-8", "replace"), diagnostics_of(self.diagnostics.str()), self.report.str()
            )
        check(status, error)


def _options(engine: Engine) -> _abi.PolicyOptions:
    return _abi.PolicyOptions(ctypes.sizeof(_abi.PolicyOptions), engine)


def compile(
    text: str | bytes | None = None,
    *,
    path: str = "policy.remit",
    read_file: ReadFile | None = None,
    engine: Engine = Engine.AUTO,
) -> Policy:
    """A policy that decides, from its text. `read_file` reads what it names by `use "file"` (and the policy itself, if no text is
    given), and says which paths are allowed; an OSError of it becomes a diagnostic."""
    job = _Compiling(text, path, read_file)
    handle = _abi.Handle()
    job.run(runtime().library.policy_compile, job.source, _options(engine), job.compiled, handle)
    return Policy(handle, diagnostics_of(job.diagnostics.str()))


def compile_image(
    text: str | bytes | None = None, *, path: str = "policy.remit", read_file: ReadFile | None = None
) -> bytes:
    """An image, for `load` here or elsewhere."""
    job = _Compiling(text, path, read_file, wants_image=True)
    job.run(runtime().library.compile, job.source, job.compiled)
    return job.image.bytes()


def load(image: bytes, *, engine: Engine = Engine.AUTO) -> Policy:
    handle = _abi.Handle()
    call(runtime().library.policy_load, str_of(bytes(image)), _options(engine), handle)
    return Policy(handle, ())


class Policy(Owned):
    """A policy that runs. Any number of threads may decide with it, reload and close it."""

    _what = "policy"

    def __init__(self, handle: _abi.Handle, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(handle, runtime().library.policy_free)
        self.diagnostics = diagnostics
        """Warnings of the compiler."""

    # ---- versions

    def reload(self, image: bytes) -> None:
        """Replaces what decides, for all threads at once. On failure it goes on as it was."""
        call(runtime().library.policy_reload, self._handle, str_of(bytes(image)))

    def recompile(
        self, text: str | bytes | None = None, *, path: str = "policy.remit", read_file: ReadFile | None = None
    ) -> None:
        """As reload, from a text."""
        job = _Compiling(text, path, read_file)
        job.run(runtime().library.policy_recompile, self._handle, job.source, job.compiled)
        self.diagnostics = diagnostics_of(job.diagnostics.str())

    @property
    def hash(self) -> str:
        """Of the version that decides now: "sha256:" and 64 hex digits."""
        return hash_text(self._inspect().hash)

    @property
    def version(self) -> int:
        """1, and one more with each reload."""
        return int(self._inspect().version)

    @property
    def engine(self) -> Engine:
        """That decides now."""
        return Engine(self._inspect().engine)

    def wait_native(self, seconds: float = 60) -> None:
        """Until native code of this version is there. For benchmarks and tests."""
        milliseconds = max(0, min(int(seconds * 1000), 2**32 - 1))
        call(runtime().library.policy_await, self._handle, milliseconds)

    def describe(self) -> dict[str, Any]:
        """What the policy declares."""
        out = TextOut()
        call(runtime().library.policy_describe, self._handle, out.pointer)
        description: dict[str, Any] = json.loads(out.bytes())
        return description

    def _inspect(self) -> _abi.PolicyStatus:
        out = _abi.PolicyStatus(size=ctypes.sizeof(_abi.PolicyStatus))
        call(runtime().library.policy_inspect, self._handle, out)
        return out

    # ---- decisions as JSON

    def decide(self, request: Mapping[str, Any] | str | bytes, *, explain: bool = False) -> dict[str, Any]:
        """Decides one request, given as JSON or as what JSON is made of."""
        text = request if isinstance(request, (str, bytes)) else json_text(request)
        decision: dict[str, Any] = json.loads(self.decide_text(text, explain=explain))
        return decision

    def decide_text(self, request: str | bytes, *, explain: bool = False) -> str:
        """As `decide`, from JSON to JSON."""
        out = TextOut()
        call(runtime().library.decide, self._handle, str_of(request), _EXPLAIN if explain else 0, out.pointer)
        return out.str()

    def decide_all(self, requests: Iterable[str | bytes], *, explain: bool = False) -> list[str]:
        """Decides many by one version of the policy, from JSON to JSON."""
        texts = [str_of(one) for one in requests]
        out = TextOut()
        array = (_abi.Str * len(texts))(*texts)
        call(runtime().library.decide_all, self._handle, array, len(texts), _EXPLAIN if explain else 0, out.pointer)
        return out.str().split("\n")[:-1]

    # ---- typed calls

    def tool(self, name: str) -> Tool:
        return Tool(self, name)

    def state(self, name: str) -> State:
        """A mark or a count."""
        return State(self, name)

    def symbol(self, vocabulary: int, name: str) -> int:
        """The number of a tier, class or trust level (Vocabulary), or of an enum's symbol (Parameter.vocabulary)."""
        return find_symbol(self, vocabulary, name)

    def bind(
        self,
        *,
        id: str = "",
        tier: str = "",
        tenant: str = "",
        owner: str = "",
        retention: str = "",
        principal: str = "",
        roles: Iterable[str] = (),
        scope: Iterable[str] = (),
        expires: int | datetime | None = None,
        revoked: bool = False,
    ) -> Session:
        """Binds a session, once; any number of threads may decide with it."""
        role_texts, scope_texts = [str_of(one) for one in roles], [str_of(one) for one in scope]
        fields = _abi.SessionFields(
            ctypes.sizeof(_abi.SessionFields),
            bool(revoked),
            str_of(id),
            str_of(tier),
            str_of(tenant),
            str_of(owner),
            str_of(retention),
            str_of(principal),
            (_abi.Str * len(role_texts))(*role_texts),
            len(role_texts),
            (_abi.Str * len(scope_texts))(*scope_texts),
            len(scope_texts),
            0 if expires is None else nanoseconds(expires),
        )
        handle = _abi.Handle()
        call(runtime().library.session_bind, self._handle, fields, handle)
        return Session(self, handle)

    def open_call(self) -> Call:
        """Memory to decide in: one for each thread."""
        handle = _abi.Handle()
        call(runtime().library.call_open, self._handle, handle)
        return Call(self, handle)


class Session(Owned):
    """An agent's session, bound to a policy. Stays valid when the policy is reloaded."""

    _what = "session"

    def __init__(self, policy: Policy, handle: _abi.Handle) -> None:
        super().__init__(handle, runtime().library.session_free)
        self.policy = policy


class Call(Owned):
    """Decides typed requests. Belongs to one thread at a time; remembers nothing from one decision to the next."""

    _what = "call"

    def __init__(self, policy: Policy, handle: _abi.Handle) -> None:
        super().__init__(handle, runtime().library.call_free)
        self.policy = policy
        self._judge = runtime().library.judge
        self._runtime = runtime().pointer
        self._error = new_error()

    def judge(self, request: Request) -> Ruling:
        ruling = Ruling(_RULING_SIZE)
        status = self._judge(self._runtime, self._handle, request._address, ctypes.addressof(ruling), self._error)
        if status:
            raise error_of(status, self._error.message.decode("utf-8", "replace"))
        return ruling

    def effects(self) -> list[Effect]:
        """Of the latest `judge`; a second time there are none."""
        found: list[Effect] = []
        fields = _abi.EffectFields(size=ctypes.sizeof(_abi.EffectFields))
        while True:
            call(runtime().library.next_effect, self._handle, fields)
            if fields.kind == 0:
                return found
            found.append(effect_of(fields))

    def explain(self, request: Request, *, terms: bool = False) -> dict[str, Any]:
        """The whole decision of the same request, as `Policy.decide` gives it; with `terms` those of the risk sum."""
        out = TextOut()
        call(runtime().library.explain, self._handle, request._address, _EXPLAIN if terms else 0, out.pointer)
        decision: dict[str, Any] = json.loads(out.bytes())
        return decision
