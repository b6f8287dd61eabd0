"""From Python's values to those of a typed request, exactly or not at all: nothing is rounded, and a float is never money."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Union

Number = Union[int, bool, str, Decimal, timedelta, datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MOST = 2**63 - 1


def nanoseconds(value: int | datetime | timedelta) -> int:
    """An int is nanoseconds already. A datetime must say its zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime needs its time zone")
        value = value - _EPOCH
    if isinstance(value, timedelta):
        return ((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1_000
    return value


def in_range(number: int) -> int:
    if not -_MOST - 1 <= number <= _MOST:
        raise OverflowError("the number needs more than 64 bits")
    return number


def scaled(value: Number, scale: int) -> int:
    """`value` times 10 to `scale`: 300 and Decimal("300.00") are both 30000 at scale 2."""
    if isinstance(value, (timedelta, datetime)):
        return in_range(nanoseconds(value))
    if isinstance(value, int):
        return in_range(int(value) * 10**scale)
    if not isinstance(value, (str, Decimal)):
        raise TypeError(f"a number is given as int, str or Decimal, not as {type(value).__name__}")
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    sign, digits, exponent = exact.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value!r} is no number")
    if not -100 < exponent < 100:
        raise OverflowError("the number needs more than 64 bits")
    number, rest = int("".join(map(str, digits))), 0
    if exponent + scale >= 0:
        number *= 10 ** (exponent + scale)
    else:
        number, rest = divmod(number, 10 ** -(exponent + scale))
    if rest:
        raise ValueError(f"{value!r} has more than {scale} decimals")
    return in_range(-number if sign else number)


def json_text(value: Any) -> str:
    """JSON of a value. Sets become lists, and decimals strings, as a request has them."""
    return json.dumps(value, default=_other, ensure_ascii=False, allow_nan=False)


def _other(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a datetime needs its time zone")
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no form in JSON")
