"""A class's people in the real-name registry's columns: masked until somebody says why, and readable as a registry again."""

import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from facts.registry import Registry
from ingest.registries.reader import read_registry
from pipeline.accounts.rights import Role
from runtime.classes.registry_rows import HEAD
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import Running

PEOPLE = sample_report().trainees


def rows(content: bytes) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    head, *lines = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert tuple(head) == HEAD
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_masked_until_somebody_says_why_and_then_whole_and_in_the_log(running_service: Running, tmp_path: Path) -> None:
    number = seeded(running_service)
    person = next(one for one in PEOPLE if one.id_number)
    assert person.id_number
    with running_service.as_(Role.REVIEWER) as reviewer:
        voucher = {"number": "Q1", "institution_id": 1, "name": person.name, "id_number": person.id_number.digits}
        assert reviewer.post("/api/v1/vouchers", json=voucher | {"applied": "2025-03-01"}).status_code == 201
    with running_service.as_(Role.CLERK) as clerk:
        masked = clerk.get(f"/api/v1/classes/{number}/registry.xlsx").content
        assert len(rows(masked)) == len(PEOPLE)
        assert all(person.id_number.digits not in str(one) and person.name not in str(one) for one in rows(masked))
        assert running_service.service.log.leaves(kind=LeafKind.EXPORT) == ()
        asked = clerk.post(f"/api/v1/classes/{number}/looks/identity", json={"reason": "录入实名制系统"})
        assert asked.status_code == 201
        whole = clerk.get(f"/api/v1/classes/{number}/registry.xlsx").content
    (line,) = (one for one in rows(whole) if one["身份证号"] == person.id_number.digits)
    assert (line["姓名"], line["券号"], line["机构名称"]) == (person.name, "Q1", "正信职校")
    (leaf,) = running_service.service.log.leaves(kind=LeafKind.EXPORT)
    assert leaf.leaf.subject.endswith(f"class:{number} real-name columns")
    file = tmp_path / "实名制.xlsx"
    file.write_bytes(whole)
    read = read_registry(file, Registry.REALNAME)
    assert (len(read.rows), read.faults) == (sum(one.id_number is not None for one in PEOPLE), ())
