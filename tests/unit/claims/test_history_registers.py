"""What imported registers say of a claim's class and people, from the file to the answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from demo.identity import identities
from facts.claim import Claim, Evaluator
from facts.claim_person import ClaimedPerson, Days
from facts.course import Institution, Trainee, TrainingClass
from facts.history_answer import HistoryAnswer
from facts.money import Fen
from facts.registry import EMPLOYEES_PENSION, RESIDENTS_PENSION, Registry
from facts.report import ClassReport
from facts.uscc import check_sign
from policy.shelf import packaged
from runtime.claims.history import CountyHistory, import_file, limits_of
from storage.database.connection import open_engine, sqlite_address
from storage.database.schema import open_database, upgrade
from storage.database.tables.history import CLASSES, ENROLMENTS, PAYMENTS
from storage.history.keys import HistoryKeys
from tests.fixtures.claim_facts import EXAMINER, TRAINER
from tests.fixtures.databases import sqlite_database

KEYS = HistoryKeys(b"k" * 32)
ONE, OTHER = identities(2, 23)
SEEN = date(2026, 1, 5)
SCHOOL = Institution("例范职业培训学校", TRAINER)
CLAIM = Claim(
    "c1",
    TrainingClass("K1", "养老护理1班", institution=SCHOOL, programme="项目制培训", occupation="养老护理员"),
    (ClaimedPerson("#1", ONE.name, ONE.id_number), ClaimedPerson("#2", OTHER.name, OTHER.id_number)),
    evaluator=Evaluator("例范评价中心", EXAMINER),
    actual=Days(date(2025, 3, 13), date(2025, 3, 17)),
)
MISTYPED = f"{TRAINER[:-1]}{'1' if TRAINER[-1] == '0' else '0'}"
ANOTHER = "52999999555555555"
ANOTHER += check_sign(ANOTHER)
REALNAME = "姓名,身份证号,培训机构,统一社会信用代码,班期编号,培训类型,开班日期,结业日期,天数,补贴金额,拨付年度"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(sqlite_database(tmp_path / "h.db"))
    yield engine
    engine.dispose()


def taken_in(county: Engine, path: Path, registry: Registry, head: str, *lines: str, seen: date = SEEN) -> None:
    path.write_text("\n".join((head, *lines)) + "\n", "utf-8")
    done = import_file(county, KEYS, path, registry, seen)
    assert done.written, done.read.faults


def asked(county: Engine, claim: Claim = CLAIM) -> HistoryAnswer:
    return CountyHistory(county, KEYS, limits_of(packaged().book("yangquan-2024"))).answer(claim, ())


def line(who: int, *rest: str, school: str = SCHOOL.name, code: str = TRAINER, number: str = "K1") -> str:
    one = (ONE, OTHER)[who]
    return ",".join((one.name, one.id_number.digits, school, code, number, *rest))


def test_without_registers_nothing_is_known(county: Engine) -> None:
    answer = asked(county)
    assert (answer.payments, answer.pensions, answer.sanctions, answer.roll, answer.listings) == (
        None, None, None, None, (),
    )  # fmt: skip


def test_every_stage_that_was_paid_stays_and_a_later_unpaid_row_takes_none_away(county: Engine, tmp_path: Path) -> None:
    first = line(0, "项目制", "2025-03-03", "2025-03-07", "5", "750", "2025")
    second = line(0, "项目制", "2025-03-08", "2025-03-12", "5", "750", "2025")
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, first, second)
    unpaid = line(0, "项目制", "2025-03-13", "2025-03-17", "5", "", "")
    taken_in(county, tmp_path / "b.csv", Registry.REALNAME, REALNAME, unpaid, seen=date(2026, 2, 1))
    rows = asked(county).payments or ()
    assert [(one.trainee, one.first.day, one.days, one.amount, one.paid_year) for one in rows] == [
        ("#1", 3, 5, Fen.yuan(750), 2025),
        ("#1", 8, 5, Fen.yuan(750), 2025),
    ]
    assert all(one.same_class and one.programme == "项目制培训" for one in rows)


def test_the_class_is_known_by_its_institutions_name_where_a_register_has_no_code(
    county: Engine, tmp_path: Path
) -> None:
    by_name = line(0, "项目制", "2025-03-03", "2025-03-07", "5", "750", "2025", code="")
    elsewhere = line(1, "项目制", "2025-03-03", "2025-03-07", "5", "750", "2025", school="另一学校", code="")
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, by_name, elsewhere)
    assert [(one.trainee, one.same_class) for one in asked(county).payments or ()] == [("#1", True), ("#2", False)]


def test_the_class_is_known_by_its_name_where_a_register_has_no_number(county: Engine, tmp_path: Path) -> None:
    named = line(0, "项目制", "2025-03-03", "2025-03-07", "5", "750", "2025", number="养老护理 1班")
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, named)
    assert [one.same_class for one in asked(county).payments or ()] == [True]


def test_a_name_that_comes_back_every_year_is_the_class_of_its_own_days(county: Engine, tmp_path: Path) -> None:
    claim = replace(CLAIM, training_class=replace(CLAIM.training_class, name="第一期"))

    def rows(*days: str, number: str = "第一期") -> list[bool | None]:
        path = tmp_path / f"{number}{days[0]}.csv"
        taken_in(
            county, path, Registry.REALNAME, REALNAME, line(0, "项目制", *days, "5", "750", days[0][:4], number=number)
        )
        first = date.fromisoformat(days[0])
        return [one.same_class for one in asked(county, claim).payments or () if one.first == first]

    assert rows("2024-03-04", "2024-03-08") == [False]
    assert rows("2025-03-03", "2025-03-07") == [True]  # an earlier stage of the same class
    assert rows("2025-06-02", "2025-06-06") == [True]  # of one year: the name is used once
    assert rows("2026-03-02", "2026-03-06") == [False]
    assert rows("2023-03-06", "2023-03-10", number="K1") == [True]  # its number is its own
    january = replace(claim, actual=Days(date(2025, 1, 6), date(2025, 1, 10)))
    taken_in(county, tmp_path / "d.csv", Registry.REALNAME, REALNAME,
             line(1, "项目制", "2024-12-23", "2024-12-27", "5", "750", "2024", number="第一期"))  # fmt: skip
    assert [one.same_class for one in asked(county, january).payments or () if one.trainee == "#2"] == [None]


def test_nobody_is_on_the_roll_by_the_name_of_another_years_class(county: Engine, tmp_path: Path) -> None:
    claim = replace(CLAIM, training_class=replace(CLAIM.training_class, name="第一期"))
    old = line(0, "", "2024-03-04", "2024-03-08", "", "", "", number="第一期")
    other = line(1, "", "2025-09-01", "2025-09-05", "", "", "", number="K7")
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, old, other)
    roll = asked(county, claim).roll
    assert roll is not None
    assert (roll.known, roll.covers, roll.people) == (False, True, ())
    own = line(0, "", "2025-03-13", "2025-03-17", "", "", "", number="Ｋ 1")
    taken_in(county, tmp_path / "b.csv", Registry.REALNAME, REALNAME, own)
    assert (found := asked(county, claim).roll) is not None
    assert (found.known, found.people, found.others) == (True, ("#1",), 0)


@pytest.mark.parametrize(
    ("claimed", "code", "school", "same"),
    [
        ("无", TRAINER, SCHOOL.name, True),  # what passes no check is no code
        (TRAINER, MISTYPED, SCHOOL.name, True),
        (TRAINER, TRAINER, "改名后的学校", True),
        (TRAINER, ANOTHER, SCHOOL.name, False),  # two codes that pass
        ("无", TRAINER, "另一学校", False),
        ("无", TRAINER, "", None),  # nothing to compare: perhaps
    ],
)
def test_an_institution_is_known_by_a_code_that_passes_its_check(
    county: Engine,
    tmp_path: Path,
    claimed: str,
    code: str,
    school: str,
    same: bool | None,  # noqa: FBT001 - a table
) -> None:
    row = line(0, "项目制", "2025-03-03", "2025-03-07", "5", "750", "2025", school=school, code=code)
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, row)
    claim = replace(CLAIM, training_class=replace(CLAIM.training_class, institution=Institution(SCHOOL.name, claimed)))
    assert [one.same_class for one in asked(county, claim).payments or ()] == [same]
    head = "机构名称,统一社会信用代码,处理类型,整改开始日期,整改结束日期"
    taken_in(county, tmp_path / "s.csv", Registry.SANCTIONS, head, f"{school},{code},责令整改,2025-03-01,2025-04-01")
    assert bool(asked(county, claim).sanctions) is (same is True)


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        ("2024-05", "2024-05", (date(2024, 5, 1), date(2024, 5, 31))),
        ("2024年5月", "2024年6月", (date(2024, 5, 1), date(2024, 6, 30))),
        ("2024/2", "202402", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024", "2024年度", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-05-20", "2024-05", (date(2024, 5, 20), date(2024, 5, 31))),
    ],
)
def test_a_payment_known_by_month_or_year_alone_stands_for_all_its_days(
    county: Engine, tmp_path: Path, first: str, last: str, span: tuple[date, date]
) -> None:
    taken_in(
        county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, line(0, "项目制", first, last, "5", "750", "2024-06")
    )
    (row,) = asked(county).payments or ()
    assert ((row.first, row.last), row.paid_year, row.same_class) == (span, 2024, True)
    benefit = f"{ONE.name},{ONE.id_number.digits},失业保险技能提升补贴,{first},{last}"
    taken_in(county, tmp_path / "b.csv", Registry.BENEFITS, "姓名,身份证号,补贴名称,发放日期,结束日期", benefit)
    assert [one.name for one in asked(county).received or ()] == ["失业保险技能提升补贴"]


def test_the_roll_of_the_class(county: Engine, tmp_path: Path) -> None:
    taken_in(
        county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, line(0, "", "2025-03-13", "2025-03-17", "", "", "")
    )
    roll = asked(county).roll
    assert roll is not None
    assert (roll.known, roll.covers, roll.people, roll.seen) == (True, True, ("#1",), SEEN)
    other = replace(CLAIM, training_class=replace(CLAIM.training_class, id="K9"))
    later = replace(other, actual=Days(date(2025, 9, 1), date(2025, 9, 5)))
    for claim, covers in ((other, True), (later, False)):
        missing = asked(county, claim).roll
        assert missing is not None
        assert (missing.known, missing.covers, missing.people) == (False, covers, ())


def test_who_else_is_in_the_class_by_the_registry(county: Engine, tmp_path: Path) -> None:
    rows = [line(who, "", "2025-03-13", "2025-03-17", "", "", "") for who in (0, 1)]
    taken_in(county, tmp_path / "a.csv", Registry.REALNAME, REALNAME, *rows)
    alone = replace(CLAIM, people=CLAIM.people[:1])
    limits = limits_of(packaged().book("yangquan-2024"))
    report = ClassReport(
        "xueshi test", datetime(2026, 1, 1, tzinfo=UTC), CLAIM.training_class, None,
        trainees=(Trainee("r1", OTHER.name, OTHER.id_number),),
    )  # fmt: skip
    others = [
        roll.others
        for claim, reports in ((CLAIM, ()), (alone, ()), (alone, (report,)))
        if (roll := CountyHistory(county, KEYS, limits, reports).answer(claim, ()).roll)
    ]
    assert others == [0, 1, 0]  # whom a verified roster has is counted there


def test_pensions_of_either_kind(county: Engine, tmp_path: Path) -> None:
    rows = [
        f"{one.name},{one.id_number.digits},{kind},2024-01-01" for one, kind in ((ONE, "城乡居民"), (OTHER, "企业职工"))
    ]
    taken_in(county, tmp_path / "p.csv", Registry.PENSION, "姓名,身份证号,待遇类型,待遇开始日期", *rows)
    drawn = {one.trainee: one.kind for one in asked(county).pensions or ()}
    assert drawn == {"#1": RESIDENTS_PENSION, "#2": EMPLOYEES_PENSION}
    assert asked(county).received is None  # a pension is no subsidy


def test_sanctions_on_the_days_of_the_class_and_catalogues_on_its_first_day(county: Engine, tmp_path: Path) -> None:
    head = "机构名称,统一社会信用代码,处理类型,整改开始日期,整改结束日期"
    taken_in(
        county, tmp_path / "s.csv", Registry.SANCTIONS, head,
        f"{SCHOOL.name},{TRAINER},责令整改,2025-03-01,2025-04-01", f"{SCHOOL.name},{TRAINER},责令整改,2024-01-01,2024-02-01",
        "另一学校,,责令整改,2025-03-01,2025-04-01",
    )  # fmt: skip
    taken_in(
        county, tmp_path / "e.csv", Registry.EVALUATORS, "评价机构,统一社会信用代码,备案日期,有效期至",
        f"例范评价中心,{EXAMINER},2020-01-01,2024-12-31",
    )  # fmt: skip
    answer = asked(county)
    assert [(one.party, one.kind, one.since) for one in answer.sanctions or ()] == [
        (SCHOOL.name, "责令整改", date(2025, 3, 1))
    ]
    assert [(one.subject, one.listed) for one in answer.listings] == [("评价机构", False)]


def test_what_was_imported_before_there_were_payments_is_carried_over(tmp_path: Path) -> None:
    engine = open_engine(sqlite_address(tmp_path / "old.db"))
    upgrade(engine, "0013")
    course = {
        "id": 7, "number": "K1", "institution": 1, "programme": "项目制培训", "occupation": "", "level": "", "locality": "",
        "first_day": 10, "last_day": 14, "year": 2025, "policy": "", "seen_day": 20,
    }  # fmt: skip
    row = {
        "person": 3, "class_id": 7, "institution": 1, "first_day": 10, "last_day": 14, "name_key": 0, "group_name": "",
        "days": 5, "amount_fen": 75_000, "year": 2025, "paid_year": 2025, "seen_day": 20,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(CLASSES).values(course))
        connection.execute(insert(ENROLMENTS).values(row))
        connection.execute(insert(ENROLMENTS).values(row | {"person": 4, "amount_fen": None, "paid_year": None}))
    upgrade(engine)
    with engine.connect() as connection:
        (kept,) = connection.execute(select(PAYMENTS))
    engine.dispose()
    assert (kept.person, kept.class_id, kept.programme, kept.days, kept.amount_fen, kept.paid_year) == (
        3, 7, "项目制培训", 5, 75_000, 2025,
    )  # fmt: skip
