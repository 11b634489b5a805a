"""Workbooks, lists, manifests and claims, spoilt in their archive, their XML and their values; read and judged.

No class here has a recording and no claim a report: nothing may pass, and nothing may be paid.
"""

import io
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from benchmarks.attack.lanes import Attack, Fate, Told
from benchmarks.attack.table_changes import bytewise, lines, spoilt
from demo.identity import identities
from facts.errors import InputError, RulebookError
from facts.registry import Registry
from facts.verdict import Status
from ingest.registries.reader import read_registry
from pipeline.verification.report import prepare
from policy.shelf import packaged
from runtime.claims.command import ScreeningRequest, screen_claim
from runtime.verification.class_folder import read_folder
from runtime.verification.law import law_of
from tests.fixtures.claim_files import HEAD, as_json, fill, people
from tests.fixtures.old_excel import xls
from tests.fixtures.sealed_packages import papers

DAY = date(2026, 4, 7)
PERSON = f"{identities(1)[0].name},{identities(1)[0].id_number.digits}"


@dataclass
class Desk:
    """Everything that takes a table in, each judged as far as it comes."""

    folder: Path
    clean: dict[str, bytes]

    def of_class(self, name: str, data: bytes, *, alone: bool = False) -> Told:
        """A class folder with one spoilt file, beside the other lists or beside the manifest alone."""
        for other in self.folder.iterdir():
            other.unlink()
        for kept, content in self.clean.items():
            if kept.partition(".")[0] != name.partition(".")[0] and not (alone and kept.endswith(".xlsx")):
                (self.folder / kept).write_bytes(content)
        (self.folder / name).write_bytes(data)
        found = read_folder(self.folder)
        verdicts = prepare(found.inputs, law_of(found.inputs, DAY)).judged({})
        if any(one.status is Status.PASS for one in verdicts):
            return Fate.WRONG, f"{name}: an hour passed without a recording"
        told = any(name in fault.where and not fault.note for fault in found.tables.faults)
        return (Fate.REFUSED if told else Fate.SURVIVED), name

    def of_claim(self, name: str, data: bytes) -> Told:
        """A claim, read and screened with no report at hand."""
        path = self.folder.parent / name
        path.write_bytes(data)
        made = screen_claim(ScreeningRequest(path, key="k" * 43, as_of=DAY), packaged())
        paid = made.screened.screen.supported.fen
        return (Fate.WRONG, f"{paid} fen supported without a verdict") if paid else (Fate.SURVIVED, name)

    def of_registry(self, name: str, data: bytes) -> Told:
        path = self.folder.parent / name
        path.write_bytes(data)
        found = read_registry(path, Registry.REALNAME)
        return (Fate.REFUSED if found.faults else Fate.SURVIVED), name


def csv_of(data: bytes) -> bytes:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = [",".join(str(one if one is not None else "") for one in row) for row in sheet.iter_rows(values_only=True)]
    return "\n".join(rows).encode("utf-8-sig")


def xls_of(data: bytes) -> bytes:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return xls([[str(one) if one is not None else None for one in row] for row in sheet.iter_rows(values_only=True)])


@dataclass(frozen=True)
class Tables:
    """Mutated tables and claims."""

    inputs: int
    name: str = "tables"

    def begin(self, folder: Path) -> Attack:
        place = papers(folder).folder
        clean = {path.name: path.read_bytes() for path in place.iterdir() if "请假" not in path.name}
        desk = Desk(place, clean)
        book = fill(folder / "claim.xlsx").read_bytes()
        plain = as_json(folder / "claim.json", {"header": HEAD, "people": people()}).read_bytes()
        registry = f"姓名,身份证号码,培训机构名称,开班日期,结业日期,补贴金额\n{PERSON},示范学校,2024-03-04,2024年3月13日,1500".encode()
        lists = [name for name in clean if name.endswith(".xlsx")]
        csvs = {name: csv_of(clean[name]) for name in lists}
        olds = {name: xls_of(clean[name]) for name in lists}

        def attack(number: int, rng: random.Random) -> Told:
            del number
            source, kind, alone = rng.choice(lists), rng.random(), rng.random() < 0.8
            try:
                if kind < 0.5:
                    return desk.of_class(source, spoilt(clean[source], rng), alone=alone)
                if kind < 0.65:
                    return desk.of_class(f"{source[:-5]}.csv", lines(csvs[source], rng), alone=alone)
                if kind < 0.72:
                    return desk.of_class(f"{source[:-5]}.xls", bytewise(olds[source], rng), alone=alone)
                if kind < 0.78:
                    return desk.of_class("class.toml", lines(clean["class.toml"], rng))
                if kind < 0.9:
                    return desk.of_claim("claim.xlsx", spoilt(book, rng))
                if kind < 0.95:
                    return desk.of_claim("claim.json", lines(plain, rng))
                return desk.of_registry("实名制.csv", lines(registry, rng))
            except (InputError, RulebookError) as fault:
                return Fate.REFUSED, str(fault)[:100]

        return attack
