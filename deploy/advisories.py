# ruff: noqa: INP001 - a script, as its neighbours
"""Which locked versions an advisory speaks of: a folder of OSV records (``osv.dev``'s PyPI/all.zip, unpacked), no network.

    python -m deploy.advisories FOLDER [requirements/run.txt …]

Exit codes: 0 none · 30 at least one · 2 no records in the folder. How old the records are is told: a list without a
date proves nothing about yesterday.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from facts.counting import counted

ROOT = Path(__file__).parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_FOUND, _NOTHING_READ = 30, 2


def locked(files: list[Path]) -> dict[str, set[str]]:
    """Every pinned version by the package's plain name."""
    pins: dict[str, set[str]] = {}
    for file in files:
        for name, version in _PIN.findall(file.read_text("utf-8")):
            pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def hits(record: Mapping[str, Any], pins: Mapping[str, set[str]]) -> Iterator[str]:
    """One line for every pinned version that the record speaks of; a withdrawn record speaks of none."""
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") != "PyPI":
            continue
        for version in sorted(pins.get(name, ())):
            if version in affected.get("versions", ()) or _in_ranges(version, affected.get("ranges", ())):
                summary = " ".join(str(record.get("summary") or record.get("details", "")).split())[:120]
                yield f"{name} {version}: {record['id']} {summary}"


def _in_ranges(version: str, ranges: list[Mapping[str, Any]]) -> bool:
    return any(one.get("type") == "ECOSYSTEM" and _in_range(Version(version), one["events"]) for one in ranges)


def _in_range(version: Version, events: list[Mapping[str, str]]) -> bool:
    """The events in their order turn the fault on and off."""
    inside = False
    for event in events:
        ((kind, at),) = event.items()
        try:
            bound = Version(at)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= bound:
            inside = True
        elif (kind == "fixed" and version >= bound) or (kind == "last_affected" and version > bound):
            inside = False
    return inside


def main(arguments: list[str]) -> int:
    """Prints what was found and how new the newest record is."""
    if not arguments:
        sys.stderr.write("usage: advisories.py FOLDER [FILE …]\n")
        return _NOTHING_READ
    records = [json.loads(file.read_text("utf-8")) for file in sorted(Path(arguments[0]).rglob("*.json"))]
    if not records:
        sys.stderr.write(f"{arguments[0]}: got no OSV record, expected osv.dev's PyPI/all.zip, unpacked there\n")
        return _NOTHING_READ
    files = [Path(one) for one in arguments[1:]] or sorted((ROOT / "requirements").glob("*.txt"))
    pins = locked(files)
    found = sorted({line for record in records for line in hits(record, pins)})
    newest = max(str(record.get("modified", "")) for record in records)
    sys.stdout.write("".join(f"✗ {line}\n" for line in found))
    sys.stdout.write(
        f"{counted(len(pins), 'package')} against {counted(len(records), 'advisory')}, the newest of {newest}: {len(found)}\n"
    )
    return _FOUND if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
