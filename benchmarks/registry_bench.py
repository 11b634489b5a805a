"""How fast a register's file becomes rows, beside `csv` and calamine that only cut the same file into cells.

    nice python -m benchmarks.registry_bench FOLDER [--rows 50000] [--rounds 5]

The file has fifteen columns of invented people. CPU seconds of this process; the best round of each, all taken in turn
so that a busy machine hinders all of them alike.
"""

import argparse
import csv
import gc
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from benchmarks.history_bench import ENROLMENTS_PER_CLASS, HEADER, KEYS, registry_cells
from benchmarks.history_county import County
from facts.registry import Registry
from ingest.registries.reader import read_registry
from runtime.claims.history import import_file
from storage.database.connection import sqlite_address
from storage.database.schema import open_database

AIM = 20_000


def main() -> int:
    wanted = argparse.ArgumentParser(description="reading registers")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--rows", type=int, default=50_000)
    wanted.add_argument("--rounds", type=int, default=5)
    chosen = wanted.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    text, book = drawn(chosen.folder, chosen.rows)
    base = chosen.folder / "registry.db"
    tasks: dict[str, Callable[[], object]] = {
        "csv alone": lambda: list(csv.reader(text.open(encoding="utf-8-sig", newline=""))),
        "calamine alone": lambda: CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python(),
        "CSV to rows": lambda: read_registry(text, Registry.REALNAME).rows,
        "XLSX to rows": lambda: read_registry(book, Registry.REALNAME).rows,
        "CSV to the last index": lambda: imported(base, text),
        "XLSX to the last index": lambda: imported(base, book),
    }
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(chosen.rounds):
        for name, task in tasks.items():
            best[name] = min(best[name], cpu_s(task))
    rates = {name: chosen.rows / seconds for name, seconds in best.items()}
    for name, rate in rates.items():
        print(f"{name}: {rate:,.0f} rows a CPU second")
    print(f"CSV to rows / csv alone: {rates['CSV to rows'] / rates['csv alone']:.3f}")
    print(f"XLSX to rows / calamine alone: {rates['XLSX to rows'] / rates['calamine alone']:.3f}")
    return 0 if min(rates["CSV to rows"], rates["XLSX to rows"]) >= AIM else 1


def drawn(folder: Path, rows: int) -> tuple[Path, Path]:
    """The same registry as CSV and as XLSX."""
    text, book = folder / "realname.csv", folder / "realname.xlsx"
    county = County(rows, rows // ENROLMENTS_PER_CLASS)
    lines = [registry_cells(one) for one in county.enrolled()]
    text.write_text("\n".join((HEADER, *map(",".join, lines))), "utf-8-sig")
    made = Workbook(write_only=True)
    sheet = made.create_sheet("登记")
    for line in (HEADER.split(","), *lines):
        sheet.append(line)
    made.save(book)
    return text, book


def imported(base: Path, table: Path) -> object:
    """From the file's bytes to the database's last index."""
    base.unlink(missing_ok=True)
    engine = open_database(sqlite_address(base))
    taken = import_file(engine, KEYS, table, Registry.REALNAME, date(2026, 1, 1))
    engine.dispose()
    return taken


def cpu_s(task: Callable[[], object]) -> float:
    """CPU seconds of one run, what the run before left being cleared away first."""
    gc.collect()
    before = time.process_time()
    made = task()
    spent = time.process_time() - before
    del made
    return spent


if __name__ == "__main__":
    sys.exit(main())
