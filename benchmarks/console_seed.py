"""The 10,000 classes of ``console_bench``: everything that the console lists, as years of work would leave it."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from demo.claim import ClaimStory, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from facts.codec import dumps
from facts.course import ClassHour
from facts.digest import Digest
from facts.retention import Base, Category, Scope, Term, Use
from facts.span import Span, local_day
from report.document import document
from runtime.claims.doubt_book import doubt_claim_id
from runtime.claims.upload import ClaimUpload, keep_claim, people_key, read_upload, screen_upload
from runtime.retention.hold_record import new_hold
from runtime.verification.command import VerificationResult
from runtime.verification.job import flag_rows, hour_rows
from storage.database.accounts.accounts import add_institution
from storage.database.classes.classes import add_class, classes
from storage.database.connection import reading, writing
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.doubts import DOUBT_EVENTS, DOUBTS
from storage.database.tables.jobs import JOBS
from storage.database.tables.retention import OBJECTS, USES
from storage.database.tables.roll_call import ROLL_HOURS
from storage.database.tables.sealing import PACKAGES
from storage.database.tables.verification import CLASS_DOUBTS, FLAGS, REPORTS, VERDICTS
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.retention.rows import use_row
from tests.fixtures.retention_case import Office, use
from tests.fixtures.sample_report import sample_report
from tests.fixtures.service import PLACES, Running

AT_ONCE, WHOLE = 500, 100
TOGETHER = 15  # classes of one transaction: some 500 records, one leaf, all read to compare one of them
STATUSES = ("FAIL", "UNPROVEN", "PASS", "PASS", "PASS", "PASS", "PASS", "PASS", "PASS", "EXEMPT")
SCHOOLS, SMALL = tuple(PLACES), "小型培训学校"
OBJECTS_EACH, FILES_EACH, HOLDS, DELETED, CLAIMED = 10, 10, 200, 100, 300


def seed(served: Running, classes: int) -> None:
    """The classes in blocks, each block one transaction."""
    institutions = [served.institution(name) for name in SCHOOLS]
    report = sample_report()
    spoken = document(report)
    made = VerificationResult(report, dict(spoken), None)  # type: ignore[arg-type] # the outcome is for the command line alone
    whole = {"document": json.dumps(spoken, ensure_ascii=False), "facts": dumps(report)}
    rows = [_plain(row) for row in hour_rows(report)], [_plain(row) for row in flag_rows(made)]
    for first in range(1, classes + 1, TOGETHER):
        numbers = range(first, min(first + TOGETHER, classes + 1))
        with writing(served.service.engine, "seeding") as connection:
            _block(connection, served, institutions, numbers, whole, rows)
    with writing(served.service.engine, "seeding") as connection:
        _numbered(connection)
    _leaves(served, classes, [row["hour_id"] for row in rows[0]])
    _deleted(served)
    for first in range(1, classes + 1, TOGETHER):
        numbers = range(first, min(first + TOGETHER, classes + 1))
        with writing(served.service.engine, "seeding") as connection:
            _registered(connection, served.clock(), numbers)
    _small(served, classes + 1)
    _held(served)
    _claimed(served, min(CLAIMED, classes))
    with writing(served.service.engine, "counting what was seeded") as connection:
        connection.exec_driver_sql("ANALYZE")  # as PostgreSQL's autovacuum does by itself within minutes


def _block(
    connection: Connection,
    served: Running,
    institutions: list[int],
    numbers: range,
    whole: dict[str, str],
    rows: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    at = served.clock() - timedelta(days=1)
    place = {"locality": "山西省阳泉市平定县", "programme": "项目制", "trainee_group": "重点群体", "level": "初级工"}
    place |= {"occupation": "家政服务员", "policy": "yangquan-2024"}
    own = [
        {"id": no, "institution_id": institutions[no % 2], "code": f"bench-{no}", "name": f"家政{no}班", **place}
        | {"made_at": at, "report_id": no, "status": STATUSES[no % len(STATUSES)]}
        for no in numbers
    ]
    jobs = [
        {
            "id": no,
            "kind": "verify",
            "key": f"bench {no}",
            "class_id": no,
            "state": "done",
            "attempts": 1,
            "fault": "",
            "payload": "",
        }
        | {"due_at": at, "lease": "", "made_at": at, "done_at": at}
        for no in numbers
    ]
    empty = {"document": "{}", "facts": "{}"}
    reports = [
        {"id": no, "class_id": no, "job_id": no, "made_at": at, "status": STATUSES[no % len(STATUSES)]}
        | {"sha256": "0" * 64, **(whole if no % WHOLE == 1 else empty)}
        for no in numbers
    ]
    connection.execute(insert(CLASSES), own)
    connection.execute(insert(JOBS), jobs)
    connection.execute(insert(REPORTS), reports)
    flags = [{name: value for name, value in row.items() if name != "fingerprint"} for row in rows[1]]
    for table, some in ((VERDICTS, rows[0]), (FLAGS, flags)):
        _many(connection, table, [row | {"report_id": no, "class_id": no} for no in numbers for row in some])
    open_ones = [
        {name: row[name] for name in ("number", "kind", "fingerprint")}
        | {"raised_at": at, "stage": "open", "last_by": ""}
        for row in rows[1]
    ]
    _many(connection, CLASS_DOUBTS, [row | {"report_id": no, "class_id": no} for no in numbers for row in open_ones])


def _leaves(served: Running, classes: int, hour_ids: list[str]) -> None:
    log, at = EvidenceLog(served.service.engine), served.clock()
    digest = Digest.of(b"bench")
    for first in range(1, classes + 1, AT_ONCE):
        log.append(
            [
                Leaf(LeafKind.VERDICT, at, digest, f"class:{no} report:{no} {hour_id}", "PASS")
                for no in range(first, min(first + AT_ONCE, classes + 1))
                for hour_id in hour_ids
            ]
        )


def _deleted(served: Running) -> None:
    """Deletions with their certificates, made the way a sweep makes them."""
    service = served.service
    office = Office(service.settings.home, service.engine, service.store, served.clock, timedelta())
    for number in range(DELETED):
        old = use(f"bench-{number + 1}", class_end=date(2020, 2, 1))
        office.keep(f"old {number}".encode(), old, timedelta(milliseconds=1))
    served.clock.ahead += timedelta(seconds=2)
    assert sum(one.outcome.value == "deleted" for one in office.sweep()) == DELETED  # noqa: S101 - no figure without


def _registered(connection: Connection, at: datetime, numbers: range) -> None:
    """Files, kept objects over two years, a package, and an hour of today for every class."""
    objects, uses, files, packages, hours = [], [], [], [], []
    for no in numbers:
        ends = at - timedelta(days=10) + timedelta(days=730 * (no % 997) / 997)
        for part in range(OBJECTS_EACH):
            number = 1_000_000 + no * OBJECTS_EACH + part
            sha256 = f"{number:064x}"
            objects.append(
                {"number": number, "store": "file:///bench", "sha256": sha256, "version_id": "", "generation": 0}
                | {"size_bytes": 1 << 30, "keep_until": ends, "retain_until": ends}
            )
            uses.append(use_row(number, _use(no, ends)))
            files.append(
                {"class_id": no, "name": f"CH0{part}_20250407083000_20250407093000.mp4", "role": "recording"}
                | {"size_bytes": 1 << 30, "sha256": sha256, "added_by": "account:1", "added_at": at}
            )
        packages.append(
            {"class_id": no, "report_id": no, "job_id": no, "day": "2025-04-07", "path": f"{no}/bench", "masked": True}
            | {"sha256": f"{no:064x}", "size_bytes": 1 << 22, "files": 40, "head_size": 1, "checks": 30, "faults": 0}
            | {"made_at": at}
        )
        if no % 10 == 0:
            start = at + timedelta(minutes=no % 300 - 150)
            hour = ClassHour(f"{local_day(start)}#1", Span(start, start + timedelta(minutes=45)), room="201教室")
            hours.append(
                {"class_id": no, "hour_id": hour.id, "starts_at": start, "ends_at": hour.span.end, "body": dumps(hour)}
            )
    for table, rows in ((OBJECTS, objects), (USES, uses), (FILES, files), (PACKAGES, packages), (ROLL_HOURS, hours)):
        _many(connection, table, rows)


def _small(served: Running, no: int) -> None:
    """An institution with one class among all the others, whose few objects must be found among theirs."""
    at = served.clock()
    with writing(served.service.engine, "seeding") as connection:
        owner = add_institution(connection, SMALL, "", "山西省阳泉市盂县", at)
        texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
        code = f"bench-{no}"
        add_class(connection, owner.id, at, code=code, name=code, locality="山西省阳泉市盂县", **texts)
        for part in range(OBJECTS_EACH):
            ends, number = at + timedelta(days=40 * part), 1_000_000 + no * OBJECTS_EACH + part
            row = {"number": number, "store": "file:///bench", "sha256": f"{number:064x}", "version_id": ""}
            row |= {"generation": 0, "size_bytes": 1 << 30, "keep_until": ends, "retain_until": ends}
            connection.execute(insert(OBJECTS), [row])
            connection.execute(insert(USES), [use_row(number, replace(_use(no, ends), institution=SMALL))])


def _use(no: int, ends: datetime) -> Use:
    day = date(2025, 4, 7)
    own = f"bench-{no}", Category.VIDEO, "recording", SCHOOLS[no % 2], day, "YQ-V3", day, ends
    return Use(*own, day, day, day, None, (Term("YQ-V3", 2, Base.LATEST),))


def _held(served: Running) -> None:
    """Standing holds, each over one class."""
    service = served.service
    ports = Office(service.settings.home, service.engine, service.store, served.clock).ports
    for number in range(HOLDS):
        ports.register.place(new_hold(Scope(f"bench-{number * 31 + 2}"), "投诉", "", "王科员", served.clock))


def _claimed(served: Running, claims: int) -> None:
    """One claim with its doubts, screened from its workbook, and many of the same under other numbers."""
    service, at = served.service, served.clock()
    place = Path(service.settings.home) / "claim.xlsx"
    write_claim(place, identities(24, 1), ClaimStory(SampleManifest(class_id="bench-1")))
    with reading(service.engine, "seeding") as connection:
        owner = classes(connection, CLASSES.c.id == 1)[0]
    given = ClaimUpload(place, place.name, owner.institution_id, "account:1", at, people_key(service.settings))
    read = read_upload(given, service.settings)
    made = screen_upload(service.engine, read, owner, given)
    row = keep_claim(service.engine, given, read, owner, made)
    with writing(service.engine, "seeding") as connection:
        whole = dict(connection.execute(CLAIMS.select().where(CLAIMS.c.id == row.id)).mappings().one())
        doubts = [dict(one) for one in connection.execute(DOUBTS.select()).mappings()]
        events = [dict(one) for one in connection.execute(DOUBT_EVENTS.select()).mappings()]
        for no in range(2, claims + 1):
            names = {one["id"]: _renamed(one["id"], no) for one in doubts}
            text = str(whole["document"])
            for old, new in names.items():
                text = text.replace(old.partition("-")[0], new.partition("-")[0])
            code = f"{row.code}-{no}"
            connection.execute(
                insert(CLAIMS), [whole | {"id": row.id + no, "code": code, "class_id": no, "document": text}]
            )
            own = {"claim": doubt_claim_id(code, owner.institution_id), "class_id": f"bench-{no}"}
            _many(connection, DOUBTS, [one | own | {"id": names[one["id"]]} for one in doubts])
            _many(connection, DOUBT_EVENTS, [one | {"doubt": names[one["doubt"]]} for one in events])
        _numbered(connection)
    assert doubts  # noqa: S101 - claims without doubts would be an easier case


def _renamed(doubt: str, no: int) -> str:
    name, _, institution = doubt.partition("-")
    return f"D{(int(name[1:], 16) + no) % 16**10:010x}-{institution}"


def _numbered(connection: Connection) -> None:
    """Whoever comes next is numbered after the seeded ones, which PostgreSQL's sequences know nothing of."""
    if connection.dialect.name != "postgresql":
        return
    for table in (CLASSES, JOBS, REPORTS, CLAIMS):
        last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last, False)))


def _many(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _plain(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any slotted record
    return {name: getattr(row, name) for name in row.__slots__}
