"""Every list is read along an index in every order that it offers: nothing is sorted, however many rows there are.

Cameras, a few hundred within one reach, are found by their institutions and sorted.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.accounts.rights import Role
from runtime.accounts.account_list import ACCOUNT_LIST
from runtime.accounts.institution_list import INSTITUTION_LIST
from runtime.accounts.key_list import KEY_LIST
from runtime.claims.claim_list import CLAIM_LIST
from runtime.claims.payment_list import PAYMENT_LIST
from runtime.classes.class_list import CLASS_LIST
from runtime.doubts.doubt_list import DOUBT_LIST
from runtime.evidence_log.leaf_list import LEAF_LIST
from runtime.notifications.webhook_list import WEBHOOK_LIST
from runtime.platform.lists import ServedList
from runtime.retention.evidence_list import EVIDENCE_LIST
from runtime.sealing.package_list import PACKAGE_LIST
from runtime.supervision.measure_list import MEASURE_LIST
from runtime.supervision.voucher_list import VOUCHER_LIST
from storage.database.connection import reading
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running, running, settings_at

Statements = list[tuple[str, Any]]
READERS: dict[str, tuple[Role, ServedList[Any]]] = {
    one.plan.path: (role, one)
    for role, one in (
        (Role.INSPECTOR, CLASS_LIST),
        (Role.INSPECTOR, DOUBT_LIST),
        (Role.INSPECTOR, CLAIM_LIST),
        (Role.INSPECTOR, PACKAGE_LIST),
        (Role.REVIEWER, PAYMENT_LIST),
        (Role.INSPECTOR, MEASURE_LIST),
        (Role.INSPECTOR, VOUCHER_LIST),
        (Role.INSPECTOR, EVIDENCE_LIST),
        (Role.AUDITOR, LEAF_LIST),
        (Role.AUDITOR, ACCOUNT_LIST),
        (Role.SYSTEM_ADMIN, INSTITUTION_LIST),
        (Role.SECURITY_ADMIN, KEY_LIST),
        (Role.SYSTEM_ADMIN, WEBHOOK_LIST),
    )
}
ASKED = [
    (path, f"sort={way}{name}" if name else "sort=")
    for path, (_, served) in READERS.items()
    for name in ("", *served.plan.orders)
    for way in ("", "-")[: 2 if name else 1]
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("plans")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        for no in range(5):
            blank(found, f"p{no}", f"班{no}")
        yield found


@contextmanager
def listened(service: Running) -> Iterator[Statements]:
    """What the service asks the database meanwhile."""
    found: Statements = []

    def heard(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        found.append((statement, given))

    engine = service.service.engine
    event.listen(engine, "before_cursor_execute", heard)
    yield found
    event.remove(engine, "before_cursor_execute", heard)


@pytest.mark.parametrize(("path", "asked"), ASKED)
def test_no_order_of_a_list_sorts(served: Running, path: str, asked: str) -> None:
    role, plan = READERS[path][0], READERS[path][1].plan
    with served.as_(role) as reader, listened(served) as statements:
        answers = [reader.get(f"{path}?{asked}{before}") for before in ("", "&before=3")]
    assert [one.status_code for one in answers] == [200, 200], answers[0].text
    table = str(plan.number).partition(".")[0]
    own = [one for one in statements if re.search(rf"FROM {table}\b.*ORDER BY.*LIMIT", one[0], re.DOTALL)]
    assert [one for one in own if "WHERE 0 = 1" not in one[0]], [statement for statement, _ in statements]
    with reading(served.service.engine, "test") as connection:
        for statement, given in own:
            if "WHERE 0 = 1" in statement:  # behind a row that is not there: nothing is read
                continue
            plan_of = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            assert not [row.detail for row in plan_of if "TEMP B-TREE" in row.detail], (statement, plan_of)
