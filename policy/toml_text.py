import re
import tomllib
from collections import defaultdict
from datetime import date, datetime, time
from typing import Any

from facts.counting import counted
from facts.errors import Fault

_ID = re.compile(r"""^\s*(?:id|name)\s*=\s*["']([^"']*)["']""")
# Python would work for ever to make a fraction of a number such as 1e999999999.
_EXPONENT = re.compile(r"\s*[-+]?[\d_.]+[eE][-+]?\d[\d_]*\s*")
_MOST_CHARACTERS = 1_000_000
_MOST_NUMBER = 10**12


class IdLines:
    """Where in a TOML text each id or name stands, the second time it occurs as well."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(text.splitlines(), start=1):
            if found := _ID.match(line):
                self._lines[found.group(1)].append(number)
        self._seen: dict[str, int] = defaultdict(int)

    def next_line(self, name: str) -> int:
        """The line of the next occurrence of the id; 0 where the text spells it in a way that is not found."""
        lines = self._lines.get(name, [])
        index = self._seen[name]
        self._seen[name] += 1
        return lines[index] if index < len(lines) else 0


def toml_tree(text: str, name: str, faults: list[Fault]) -> dict[str, Any]:
    """The TOML as the plain values that the codec reads, or nothing and a fault."""
    if len(text) > _MOST_CHARACTERS:
        faults.append(Fault(name, counted(len(text), "character"), f"at most {_MOST_CHARACTERS}", "split the rulebook"))
        return {}
    try:
        text.encode()
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.append(Fault(name, f"text that is not TOML ({error})", "a TOML document"))
        return {}
    plain = _plain(tree, name, faults)
    return plain if isinstance(plain, dict) else {}


def _plain(value: object, where: str, faults: list[Fault]) -> Any:  # noqa: ANN401 - TOML values are of any kind
    if isinstance(value, dict):
        return {key: _plain(item, f"{where}: {key}", faults) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{where}[{index}]", faults) for index, item in enumerate(value)]
    if fault := _scalar_fault(value, where):
        faults.append(fault)
        return None
    return value.isoformat() if isinstance(value, date) else value


def _scalar_fault(value: object, where: str) -> Fault | None:
    if isinstance(value, datetime | time):
        return Fault(where, "a time of day", "a date such as 2024-10-16")
    if isinstance(value, int) and abs(value) > _MOST_NUMBER:
        return Fault(where, "a number too large", f"at most {_MOST_NUMBER}")
    if isinstance(value, str) and _EXPONENT.fullmatch(value):
        return Fault(where, f'"{value[:40]}"', 'an exact fraction such as "80/100"')
    return None
