"""Records to JSON and back, strictly: every unknown field, missing field and wrong unit is named at once."""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from facts.codec_scalars import brief, read_scalar
from facts.counting import counted
from facts.errors import Fault, FaultsError, InputError

SCHEMA = "xueshi.fact/1"
_UNITS = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "min": "minutes",
    "m": "metres",
    "km": "kilometres",
}
_UNITS |= {"fen": "fen", "yuan": "yuan", "bytes": "bytes", "kb": "kilobytes", "mb": "megabytes"}

Record = TypeVar("Record")


def plain(value: object) -> Any:
    """The value as JSON types: records as objects, times as ISO 8601, fractions as ``"4/5"``."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return value


_WRITERS: tuple[tuple[type, Any], ...] = (
    (Enum, lambda value: value.value),
    (date, lambda value: value.isoformat()),
    (timedelta, lambda value: value.total_seconds()),
    (Fraction, str),
)


def dumps(record: object) -> str:
    """One record as a line of JSON that says its schema version and its kind."""
    body = {"schema": SCHEMA, "kind": type(record).__name__, "value": plain(record)}
    return json.dumps(body, ensure_ascii=False, allow_nan=False)


def loads(kind: type[Record], text: str) -> Record:
    """The record that ``dumps`` wrote; every fault of the text is raised together."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{kind.__name__}: got text that is not JSON ({error}), expected one JSON object") from error
    if not isinstance(body, dict) or set(body) != {"schema", "kind", "value"}:
        raise InputError(f"{kind.__name__}: got {brief(body)}, expected an object with schema, kind and value")
    if body["schema"] != SCHEMA:
        raise InputError(
            f"{kind.__name__}.schema: got {brief(body['schema'])}, expected {SCHEMA!r}; use the version that wrote it"
        )
    if body["kind"] != kind.__name__:
        raise InputError(f"{kind.__name__}.kind: got {brief(body['kind'])}, expected {kind.__name__!r}")
    return build(kind, body["value"], kind.__name__)


def build(kind: type[Record], value: object, where: str) -> Record:
    """The record of this kind that the JSON value spells, or every fault in it at once."""
    faults: list[Fault] = []
    built = _read(kind, value, where, faults)
    if faults:
        raise FaultsError(faults)
    return cast("Record", built)


def _read(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    if hint is Any:
        return value
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _read_union(hint, value, where, faults)
    if origin is tuple:
        return _read_tuple(hint, value, where, faults)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _read_mapping(hint, value, where, faults)
    if is_dataclass(hint) and isinstance(hint, type):
        return _read_record(hint, value, where, faults)
    return read_scalar(hint, value, where, faults)


def _read_union(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    options = [option for option in get_args(hint) if option is not type(None)]
    if value is None and len(options) < len(get_args(hint)):
        return None
    attempts: list[list[Fault]] = []
    for option in options:
        own: list[Fault] = []
        built = _read(option, value, where, own)
        if not own:
            return built
        attempts.append(own)
    faults.extend(attempts[-1])
    return None


def _read_tuple(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    inner = get_args(hint)
    if not isinstance(value, list):
        faults.append(Fault(where, brief(value), "a list"))
        return ()
    if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(_read(inner[0], item, f"{where}[{index}]", faults) for index, item in enumerate(value))
    if len(value) != len(inner):
        faults.append(Fault(where, counted(len(value), "item"), counted(len(inner), "item")))
        return ()
    return tuple(
        _read(kind, item, f"{where}[{index}]", faults)
        for index, (kind, item) in enumerate(zip(inner, value, strict=True))
    )


def _read_mapping(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        faults.append(Fault(where, brief(value), "an object"))
        return {}
    kind = get_args(hint)[1]
    return {str(key): _read(kind, item, f"{where}.{key}", faults) for key, item in value.items()}


def _read_record(kind: type, value: Any, where: str, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        faults.append(Fault(where, brief(value), f"an object with the fields of {kind.__name__}"))
        return None
    known = {item.name: item for item in fields(kind)}
    before = len(faults)
    faults.extend(_unknown(where, key, known) for key in value if key not in known)
    hints = get_type_hints(kind)
    read = {key: _read(hints[key], item, f"{where}.{key}", faults) for key, item in value.items() if key in known}
    faults.extend(
        Fault(f"{where}.{name}", "nothing", "a value")
        for name, item in known.items()
        if name not in value and _needed(item)
    )
    if len(faults) > before:
        return None
    try:
        return kind(**read)
    except InputError as error:
        faults.append(Fault(where, str(error), f"a valid {kind.__name__}"))
        return None


def _needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _unknown(where: str, key: str, known: Mapping[str, object]) -> Fault:
    stem, _, unit = key.rpartition("_")
    for name in known:
        own_stem, _, own_unit = name.rpartition("_")
        if own_stem == stem and own_unit != unit and own_unit in _UNITS and unit in _UNITS:
            return Fault(
                f"{where}.{key}",
                f"a value in {_UNITS[unit]}",
                f"{name} in {_UNITS[own_unit]}",
                "convert it and rename the field",
            )
    close = get_close_matches(key, known, 1)
    hint = f"did you mean {close[0]}?" if close else "remove it"
    return Fault(f"{where}.{key}", "an unknown field", f"one of {', '.join(known)}", hint)
