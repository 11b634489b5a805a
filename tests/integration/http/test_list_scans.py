"""No page of a list reads a table from end to end but the one that it pages through, on either kind of database.

That one is read along an index and left after a page; whatever stands beside it is found by an index, however many rows,
or counted in an index alone.
PostgreSQL is told to read no table whole and to sort nothing where it can help it, so that what is left is a lack of an
index; by itself it chooses by the number of rows, of which a test has few.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert
from sqlalchemy.sql.util import find_tables

from facts.retention import Hold, Scope
from pipeline.accounts.rights import Role
from report.document import document
from runtime.accounts.account_list import ACCOUNT_LIST
from runtime.claims.claim_list import CLAIM_LIST
from runtime.classes.class_list import CLASS_LIST
from runtime.doubts.doubt_list import DOUBT_LIST
from runtime.evidence_log.leaf_list import LEAF_LIST
from runtime.platform.lists import ServedList
from runtime.recordings.camera_list import CAMERA_LIST
from runtime.retention.access import register_of
from runtime.retention.hold_record import new_hold
from runtime.sealing.package_list import PACKAGE_LIST
from runtime.spot_checks.draw_list import DRAW_LIST
from storage.database import jobs
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.jobs import JOBS
from storage.database.tables.verification import CLASS_DOUBTS, FLAGS, REPORTS, VERDICTS
from tests.fixtures.class_rows import AT
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running

LISTS: tuple[tuple[Role, ServedList[Any]], ...] = (
    (Role.INSPECTOR, CLASS_LIST),
    (Role.INSPECTOR, DOUBT_LIST),
    (Role.INSPECTOR, CLAIM_LIST),
    (Role.INSPECTOR, PACKAGE_LIST),
    (Role.INSPECTOR, CAMERA_LIST),
    (Role.INSPECTOR, DRAW_LIST),
    (Role.AUDITOR, LEAF_LIST),
    (Role.AUDITOR, ACCOUNT_LIST),
)
MANY = 1_500
FEW = {  # read whole on purpose
    "rulebook": "those that were signed here, a few dozen",
    "account": "those of one role, of a few thousand people",
    "institution": "those of an area, for the cameras of them",
    "log": "one row",
    "log_head": "its newest row",
    "record_audit": "its newest row",
    "spot_draw": "each draw is asked whether it is the caller's business (decision 0073)",
}


@contextmanager
def listened(service: Running) -> Iterator[list[tuple[str, Any]]]:
    """What the service asks the database meanwhile."""
    found: list[tuple[str, Any]] = []

    def heard(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append((statement, given))

    engine = service.service.engine
    event.listen(engine, "before_cursor_execute", heard)
    yield found
    event.remove(engine, "before_cursor_execute", heard)


def scanned(connection: Connection, statement: str, given: Any) -> set[str]:  # noqa: ANN401 - as the driver takes it
    """The tables that the statement reads from end to end."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        names = dict(re.findall(r"(?:FROM|JOIN) (\w+) AS (\w+)", statement))
        aliases = {alias: name for name, alias in names.items()}
        found = {
            match[1]
            for row in rows
            if (match := re.fullmatch(r"SCAN (\w+)(?: USING .*)?", row.detail)) and "COVERING" not in row.detail
        }
        return {aliases.get(one, one) for one in found} - {"CONSTANT"}
    for setting in ("seqscan", "sort"):
        connection.exec_driver_sql(f"SET LOCAL enable_{setting} = off")
    told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar_one()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan" or walked(node)}


def walked(node: dict[str, Any]) -> bool:
    """Whether the step goes along an index from its end, looking at row after row: the first that fits may be the last."""
    return "Filter" in node and re.fullmatch(r"\(\w+ IS NOT NULL\)", node.get("Index Cond", "")) is not None


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's steps."""
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


@pytest.mark.parametrize(("role", "served"), LISTS, ids=[one.plan.path.strip("/") for _, one in LISTS])
def test_no_page_of_a_list_reads_another_table_whole(
    running_service: Running, role: Role, served: ServedList[Any]
) -> None:
    for no in range(3):
        blank(running_service, f"p{no}", f"班{no}")
    own = {one.name for one in find_tables(served.plan.rows)}
    orders = [f"sort={way}{name}" for name in served.plan.orders for way in ("", "-")]
    found: dict[str, set[str]] = {}
    with running_service.as_(role) as reader:
        assert reader.get(served.plan.path).status_code == 200  # whoever asks first makes caches and sessions
        for asked in ("", *orders):
            with listened(running_service) as statements:
                assert reader.get(f"{served.plan.path}?{asked}").status_code == 200
            assert any(re.search(rf"FROM ({'|'.join(own)})\b", statement) for statement, _ in statements), (
                own,
                [s for s, _ in statements],
            )
            with reading(running_service.service.engine, "test") as connection:
                for statement, given in statements:
                    for table in scanned(connection, statement, given) - FEW.keys():
                        if table not in own or "LIMIT" not in statement:
                            found.setdefault(table, set()).add(statement)
    assert found == {}, "\n\n".join(
        f"{table}: {said}" for table, own_said in found.items() for said in sorted(own_said)
    )


def test_a_package_is_looked_up_in_the_log_by_its_digest_however_alike_digests_are(running_service: Running) -> None:
    """PostgreSQL would otherwise go along the places from the first, for each package that the log does not have."""
    engine = running_service.service.engine
    same = {"kind": "verdict", "at": AT, "sha256": "0" * 64, "subject": "", "body": ""}
    with writing(engine, "test") as connection:
        connection.execute(insert(LEAVES), [same | {"place": 1000 + number} for number in range(5_000)])
        connection.exec_driver_sql("ANALYZE")
    with running_service.as_(Role.INSPECTOR) as reader, listened(running_service) as statements:
        assert reader.get("/packages").status_code == 200
    asked = [(statement, given) for statement, given in statements if re.search(r"FROM package\b", statement)]
    assert asked
    with reading(engine, "test") as connection:
        whole = set().union(*(scanned(connection, statement, given) for statement, given in asked))
    assert LEAVES.name not in whole


def test_taking_a_job_neither_reads_nor_sorts_the_others(running_service: Running) -> None:
    """What waits and what silent workers left, asked for together, would all be read and sorted for one."""
    engine = running_service.service.engine
    number = blank(running_service, "p")
    same = {"kind": "verify", "class_id": number, "attempts": 0, "lease": "", "made_at": AT, "fault": "", "payload": ""}
    same |= {"state": "waiting"}
    rows = [same | {"key": f"k{no}", "due_at": AT + timedelta(seconds=no), "rank": no % 2} for no in range(3_000)]
    with writing(engine, "test") as connection:
        connection.execute(insert(JOBS), rows)
        connection.exec_driver_sql("ANALYZE")
    with listened(running_service) as statements, writing(engine, "test") as connection:
        assert jobs.lease(connection, "w", AT + timedelta(days=1))
    with reading(engine, "test") as connection:
        for statement, given in statements:
            if connection.dialect.name == "sqlite":
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
                assert not [row.detail for row in rows if "SCAN" in row.detail or "TEMP B-TREE" in row.detail]
                continue
            told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar_one()
            plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
            assert not [
                node for node in nodes(plan) if node["Node Type"] in {"Seq Scan", "Sort"} and node["Plan Rows"] > 9
            ]


def alike(service: Running) -> None:
    """Classes with a report each, and in it two hours and two doubts that somebody should look at."""
    numbers = range(1_001, 1_001 + MANY)
    texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
    place = texts | {"locality": "山西省阳泉市平定县", "institution_id": service.institution("正信职校"), "made_at": AT}
    job = {"kind": "verify", "state": "done", "attempts": 1, "lease": "", "made_at": AT, "fault": "", "payload": ""}
    report = {"made_at": AT, "status": "UNPROVEN", "document": "{}", "facts": "{}", "sha256": "0" * 64}
    hour = {"day": "2026-03-01", "starts_at": AT, "ends_at": AT, "room": "", "reasons": "SHORT"}
    told = document(sample_report())["doubts"]
    assert isinstance(told, list)
    flag = {"kind": "TWO_PLACES", "rule": "", "body": json.dumps(told[0], ensure_ascii=False)}
    doubt = {"kind": "TWO_PLACES", "raised_at": AT, "stage": "open", "last_by": ""}
    rows = {
        CLASSES: [place | {"id": no, "code": f"c{no}", "name": f"c{no}", "report_id": no} for no in numbers],
        JOBS: [job | {"id": no, "class_id": no, "key": f"k{no}", "due_at": AT} for no in numbers],
        REPORTS: [report | {"id": no, "class_id": no, "job_id": no} for no in numbers],
        VERDICTS: [
            hour | {"class_id": no, "report_id": no, "hour_id": f"h{part}", "status": status}
            for no in numbers
            for part, status in enumerate(("FAIL", "UNPROVEN"))
        ],
        FLAGS: [flag | {"class_id": no, "report_id": no, "number": part} for no in numbers for part in range(2)],
        CLASS_DOUBTS: [
            doubt | {"class_id": no, "report_id": no, "fingerprint": f"{no:062x}{part:02x}", "number": part}
            for no in numbers
            for part in range(2)
        ],
    }
    with writing(service.service.engine, "test") as connection:
        for into, some in rows.items():
            connection.execute(insert(into), some)
        connection.exec_driver_sql("ANALYZE")


def read_rows(connection: Connection, statement: str, given: Any) -> int:  # noqa: ANN401 - as the driver takes it
    """The most rows that any step of the statement really gives or throws away, where the database counts them."""
    told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given).scalar_one()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(
        max((one["Actual Rows"] + one.get("Rows Removed by Filter", 0)) * one["Actual Loops"] for one in nodes(plan))
    )


def test_a_page_of_many_alike_reads_no_more_than_it_shows(running_service: Running) -> None:
    """PostgreSQL multiplies what is alike, expects a handful where there are thousands, and sorts them all for a page."""
    alike(running_service)
    engine = running_service.service.engine
    newest = {"class_doubt": "/doubts", "hour_verdict": "/"}
    with running_service.as_(Role.INSPECTOR) as reader:
        for name, path in newest.items():
            assert reader.get(path).status_code == 200
            with listened(running_service) as statements:
                assert reader.get(path).status_code == 200
            asked = [one for one in statements if re.search(rf"FROM {name}\b", one[0]) and "LIMIT" in one[0]]
            assert asked
            with reading(engine, "test") as connection:
                for statement, given in asked:
                    if connection.dialect.name == "sqlite":
                        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
                        assert not [row.detail for row in plan if "ORDER BY" in row.detail], statement
                    else:
                        assert read_rows(connection, statement, given) < MANY, statement


def test_classes_without_a_document_are_found_by_their_own_index(running_service: Running) -> None:
    alike(running_service)
    with running_service.as_(Role.INSPECTOR) as reader:
        assert reader.get("/").status_code == 200
        with listened(running_service) as statements:
            assert reader.get("/").status_code == 200
    asked = [one for one in statements if "NO_LOCALITY%" in one[0]]
    assert asked
    with reading(running_service.service.engine, "test") as connection:
        for statement, given in asked:
            how = "QUERY PLAN " if connection.dialect.name == "sqlite" else ""
            told = [str(row) for row in connection.exec_driver_sql(f"EXPLAIN {how}{statement}", given)]
            assert any("ix_hour_verdict_ungoverned" in line for line in told), told
            assert not any(re.search(r"(SCAN|Seq Scan on) hour_verdict\b(?! USING)", line) for line in told), told


def test_holds_are_counted_in_one_statement_however_many_there_are(running_service: Running) -> None:
    def place(numbers: range) -> None:
        for number in numbers:
            blank(running_service, f"p{number}")
            own.append(new_hold(Scope(f"p{number}"), "投诉", "", "王科员", running_service.clock))
            register_of(running_service.service).place(own[-1])

    own, asked = list[Hold](), list[int]()
    with running_service.as_(Role.INSPECTOR) as reader:
        assert reader.get("/retention").status_code == 200
        for numbers in (range(2), range(2, 9)):
            place(numbers)
            with listened(running_service) as statements:
                assert own[-1].scope.class_id in reader.get("/retention").text
            asked.append(len([one for one in statements if re.search(r"FROM evidence_hold\b|evidence_use", one[0])]))
    assert asked[0] == asked[1]
