"""Whole hours judged anew with other constants: further looks are taken where the constants call for them.

python -m benchmarks.rooms OUT [--memory DIR] [--only jan,stj3] [--try "as shipped"]

OUT is the folder that ``benchmarks.accuracy --out OUT`` filled. Every variant of a constant is tried on every hour;
what the networks found in a frame is kept in --memory, so that only the first variant waits for them. What one room
says of constants chosen in the others: ``benchmarks.left_out``.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

SHIPPED = "as shipped"
# Each lets more people count than the shipped ones do: what might have been chosen, had other rooms been at hand.
VARIANTS: Mapping[str, Mapping[str, float]] = {
    SHIPPED: {},
    "LIVE_PX .3": {"LIVE_PX": 0.3},
    "LIVE_STEPS .15": {"LIVE_STEPS": 0.15},
    "FOUND_SHARE .2": {"FOUND_SHARE": 0.2},
    "SAME_HEAD .6": {"SAME_HEAD": 0.6},
    "BODY_ALONE .3": {"BODY_ALONE": 0.3},
}
# The camera of these clips moves: no rule lets them pass.
MOVING = frozenset({"lokclassclip", "praclip"})
Row = Mapping[str, Any]


def main() -> None:
    """Tries every variant in a process of its own, and prints how many hours pass."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=Path)
    ask.add_argument("--memory", type=Path)
    ask.add_argument("--only", default="")
    ask.add_argument("--try", dest="tried", choices=VARIANTS, help="this variant alone, hour by hour")
    told = ask.parse_args()
    keys = [path.name.removesuffix(".truth.json") for path in sorted(told.out.glob("*.truth.json"))]
    keys = [key for key in keys if key not in MOVING and (not told.only or key in told.only.split(","))]
    if not keys:
        raise SystemExit(f"{told.out}: got no *.truth.json there, expected the --out of benchmarks.accuracy")
    if told.tried:
        for row in hours(told.out, keys, told.memory, VARIANTS[told.tried]):
            sys.stdout.write(json.dumps(row) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        memory = told.memory or Path(folder)
        found = {name: tried(name, told.out, memory, told.only) for name in VARIANTS}
    sys.stdout.write("\n".join(by_variant(found)) + "\n")


def tried(name: str, out: Path, memory: Path, only: str) -> list[Row]:
    """What one variant says of every hour."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.rooms",
        str(out),
        "--memory",
        str(memory),
        "--only",
        only,
        "--try",
        name,
    ]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    sys.stderr.write(f"{name}: {summary(rows)}\n")
    return rows


def summary(rows: Sequence[Row]) -> str:
    """Passes in one line."""
    honest, twins = _passed(rows, honest=True), _passed(rows, honest=False)
    return f"honest {honest[0]} of {honest[1]}, twins {twins[0]} of {twins[1]}"


def _passed(rows: Sequence[Row], *, honest: bool) -> tuple[int, int]:
    own = [row for row in rows if (row["want"] == "PASS") is honest]
    return sum(row["status"] == "PASS" for row in own), len(own)


def by_variant(found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """One row a variant, over all rooms."""
    yield "| constants | honest hours that pass | twins that pass |"
    yield "|---|---|---|"
    for name, rows in found.items():
        (passed, honest), (false, twins) = _passed(rows, honest=True), _passed(rows, honest=False)
        yield f"| {name} | {passed} of {honest} | {false} of {twins} |"


def hours(out: Path, keys: Sequence[str], memory: Path, constants: Mapping[str, float]) -> Iterator[Row]:
    """Every hour of the rooms, judged with these constants, which must be set before anything else of vision is read."""
    calibration = import_module("vision.calibration")
    for name, value in constants.items():
        if not hasattr(calibration, name):
            raise SystemExit(f"{name}: got no such constant in vision/calibration.py")
        setattr(calibration, name, value)
    judged_room = import_module("benchmarks.remembered").judged_room
    for key in keys:
        truth = json.loads((out / f"{key}.truth.json").read_text("utf-8"))
        for day, finding in judged_room(out / key, memory):
            yield {"room": key, **truth[day], "status": finding.status.value, "reason": finding.reason}


if __name__ == "__main__":
    main()
