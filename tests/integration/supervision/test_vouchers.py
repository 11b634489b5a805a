"""The register of vouchers on either database: in order, once, sealed, moved between schools, and compared with a claim."""

import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from demo.identity import identities
from pipeline.accounts.rights import Role
from runtime.retention.facts_shredding import rewrap_facts
from storage.database.connection import reading
from storage.database.verification.facts_keys import FactsKeys
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.claim_service import claim_service
from tests.fixtures.service import AREA, Running

__all__ = ["claim_service"]
PATH = "/api/v1/vouchers"
OWNER = identities(2, 11)[0]


def entered(served: Running, number: str = "Q1") -> int:
    body = {"number": number, "institution_id": served.institution("正信职校"), "name": OWNER.name}
    with served.as_(Role.REVIEWER) as reviewer:
        made = reviewer.post(PATH, json=body | {"id_number": OWNER.id_number.digits, "applied": "2025-03-01"})
    assert made.status_code == 201, made.text
    assert OWNER.name not in made.text
    return int(made.json()["id"])


def step(served: Running, number: int, name: str, day: str, want: int = 200, **more: int) -> None:
    with served.as_(Role.REVIEWER) as reviewer:
        answer = reviewer.post(f"{PATH}/{number}/steps", json={"step": name, "day": day, **more})
    assert answer.status_code == want, answer.text


def test_a_voucher_is_written_off_once_and_each_step_is_a_leaf(claim_service: Running) -> None:
    number = entered(claim_service)
    step(claim_service, number, "train", "2025-03-02", 409, class_id=1)
    step(claim_service, number, "issue", "2025-03-02")
    step(claim_service, number, "train", "2025-03-03", 422, class_id=99)
    step(claim_service, number, "train", "2025-03-03", class_id=1)
    step(claim_service, number, "pay", "2025-06-01")
    step(claim_service, number, "write_off", "2025-06-02")
    step(claim_service, number, "write_off", "2025-06-03", 409)
    leaves = [one.leaf for one in claim_service.service.log.leaves(kind=LeafKind.SUPERVISION)]
    assert [one.note for one in leaves] == ["apply", "issue", "train", "pay", "write_off"]
    with claim_service.as_(Role.CLERK) as clerk:
        assert clerk.get(f"/vouchers/{number}").status_code == 200
        (row,) = list(load_workbook(io.BytesIO(clerk.get("/vouchers.xlsx").content)).active.iter_rows(min_row=2))
        told = [cell.value for cell in row]
        assert (told[0], told[6], told[12]) == ("Q1", "核销", "2025-06-02")
        assert OWNER.name not in json.dumps(told, ensure_ascii=False)
        assert clerk.post(f"{PATH}/{number}/steps", json={"step": "pay", "day": "2025-06-01"}).status_code == 403


def test_whose_it_is_lies_sealed_and_moves_with_it_to_another_school(claim_service: Running) -> None:
    number = entered(claim_service)
    step(claim_service, number, "issue", "2025-03-02")
    with reading(claim_service.service.engine, "test") as connection:
        (sealed,) = connection.execute(text("SELECT sealed FROM voucher")).scalars()
    assert OWNER.name.encode() not in bytes(sealed)
    assert OWNER.id_number.digits.encode() not in bytes(sealed)
    with claim_service.as_(Role.SYSTEM_ADMIN) as admin:
        other = admin.post("/api/v1/institutions", json={"name": "新校", "uscc": "", "locality": f"{AREA}盂县"}).json()[
            "id"
        ]
    step(claim_service, number, "move", "2025-03-03", institution_id=other)
    FactsKeys(claim_service.service.settings.home / "keys").add()
    assert rewrap_facts(claim_service.service.engine, claim_service.clock()) == 2
    with claim_service.as_(Role.INSPECTOR) as inspector:
        found = inspector.get(f"{PATH}/{number}").json()
    assert (found["institution"], found["tail"], found["name_masked"][0]) == (
        "新校",
        OWNER.id_number.tail,
        OWNER.name[0],
    )
    with claim_service.as_(Role.CLERK) as clerk:
        assert clerk.get(f"{PATH}/{number}").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id_number": "123"}, "id_number"),
        ({"institution_id": 99}, "institution_id"),
        ({"name": " "}, "name"),
        ({"number": " "}, "number"),
    ],
)
def test_what_is_wrong_with_a_voucher_is_said(claim_service: Running, change: dict[str, object], field: str) -> None:
    body = {"number": "Q2", "institution_id": 1, "name": OWNER.name, "id_number": OWNER.id_number.digits}
    with claim_service.as_(Role.REVIEWER) as reviewer:
        answer = reviewer.post(PATH, json={**body, "applied": "2025-03-01", **change})
    assert answer.status_code == 422, answer.text
    assert [one["where"] for one in answer.json()["faults"]] == [field]


def test_a_number_is_registered_once(claim_service: Running) -> None:
    entered(claim_service)
    body = {"number": "Q1", "institution_id": 1, "name": OWNER.name, "id_number": OWNER.id_number.digits}
    with claim_service.as_(Role.REVIEWER) as reviewer:
        assert reviewer.post(PATH, json=body | {"applied": "2025-03-01"}).status_code == 409
