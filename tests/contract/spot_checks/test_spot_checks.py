"""Spot checks on both databases: what was announced stays, what was signed stays, and the log says all of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from facts.digest import Digest, EvidenceRef
from facts.errors import InputError
from facts.spot_check import SpotState
from facts.verdict import Status
from pipeline.spot_checks.signatures import first_signed
from runtime.spot_checks.register import HOLD_REASON, SpotChecks, case_of
from storage.database.connection import reading
from storage.evidence_log.ledger import EvidenceLog
from storage.spot_checks.register import sheet_of, worklist
from tests.fixtures.log_keeper import events
from tests.fixtures.lots import sheet

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class Clock:
    """A second between any two looks."""

    def __init__(self) -> None:
        self.turn = 0

    def __call__(self) -> datetime:
        self.turn += 1
        return START + timedelta(seconds=self.turn)


class MemoryHolds:
    """The port ``EvidenceHolds`` in memory."""

    def __init__(self) -> None:
        self.by_case: dict[tuple[str, str], str] = {}
        self.refuses = False

    def place(self, class_id: str, case: str, reason: str, at: datetime) -> None:
        assert at.tzinfo
        if self.refuses:
            raise OSError("the store does not answer")
        self.by_case[class_id, case] = reason

    def lift(self, class_id: str, case: str, by: str, at: datetime) -> None:
        assert by
        assert at.tzinfo
        self.by_case.pop((class_id, case), None)


@pytest.fixture
def holds() -> MemoryHolds:
    return MemoryHolds()


@pytest.fixture
def spot_checks(database: Engine, holds: MemoryHolds) -> SpotChecks:
    return SpotChecks(database, EvidenceLog(database), Clock(), holds)


@pytest.fixture
def drawn(spot_checks: SpotChecks) -> dict[str, Any]:
    own = sheet()
    spot_checks.announce(own)
    spot_checks.reveal(own)
    return own


def leaves(engine: Engine) -> list[tuple[str, str, str]]:
    return [(one.leaf.kind.value, one.leaf.subject, one.leaf.note) for one in events(EvidenceLog(engine))]


def test_a_draw_comes_back_as_it_was_published(
    spot_checks: SpotChecks, drawn: dict[str, Any], database: Engine
) -> None:
    found = spot_checks.draw(drawn["commitment"])
    assert [(one.drawn.id, list(one.inspectors)) for one in found.assigned] == [
        (entry["class"], entry["inspectors"]) for entry in drawn["drawn"]
    ]
    assert found.assigned[0].drawn.institution.startswith("机构")
    with reading(database, "test") as connection:
        assert sheet_of(connection, drawn["commitment"]) == drawn
        who = drawn["drawn"][0]["inspectors"][0]
        mine = {entry["class"] for entry in drawn["drawn"] if who in entry["inspectors"]}
        assert {name for _, name in worklist(connection, who)} == mine


def test_an_announced_draw_that_is_never_revealed_stays_visible(spot_checks: SpotChecks) -> None:
    own = sheet()
    spot_checks.announce(own)
    (found,) = spot_checks.draws()
    assert (found.commitment, found.revealed_at, found.assigned) == (own["commitment"], None, ())


def test_a_draw_is_announced_once_and_revealed_once(
    spot_checks: SpotChecks, drawn: dict[str, Any], database: Engine
) -> None:
    before = leaves(database)
    with pytest.raises(InputError, match="a second time"):
        spot_checks.announce(drawn)
    other = sheet(beacon="01 01")
    with pytest.raises(InputError, match="revealed once"):
        spot_checks.reveal(other)
    assert spot_checks.reveal(drawn).commitment == drawn["commitment"]  # whoever was killed may say the same again
    assert leaves(database) == before


def test_a_reveal_without_its_announcement_is_refused(spot_checks: SpotChecks) -> None:
    with pytest.raises(InputError, match="announced before it is revealed"):
        spot_checks.reveal(sheet())


def test_no_class_is_known_as_drawn_before_its_evidence_is_held(spot_checks: SpotChecks, holds: MemoryHolds) -> None:
    own = sheet()
    spot_checks.announce(own)
    holds.refuses = True
    with pytest.raises(OSError, match="does not answer"):
        spot_checks.reveal(own)
    assert spot_checks.draw(own["commitment"]).revealed_at is None
    holds.refuses = False
    spot_checks.reveal(own)
    assert holds.by_case == {(entry["class"], case_of(own)): HOLD_REASON for entry in own["drawn"]}


def test_a_finding_needs_two_people_whom_the_lots_sent(spot_checks: SpotChecks, drawn: dict[str, Any]) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]
    one, two = entry["inspectors"]
    stranger = next(who["id"] for who in drawn["inspectors"] if who["id"] not in entry["inspectors"])
    with pytest.raises(InputError, match="expected one whom the lots sent"):
        spot_checks.sign(name, entry["class"], Status.PASS, "在岗 12 人", stranger)
    with pytest.raises(InputError, match="expected one that the draw chose"):
        spot_checks.sign(name, "B999", Status.PASS, "在岗 12 人", one)
    with pytest.raises(InputError, match="expected what was seen"):
        spot_checks.sign(name, entry["class"], Status.PASS, "  ", one)
    with pytest.raises(InputError, match="no finding yet"):
        spot_checks.second(name, entry["class"], two, agrees=True)
    ref = EvidenceRef("录像/a.mp4", Digest.of(b"x"), 12.5, "门口")
    spot_checks.sign(name, entry["class"], Status.FAIL, "教室无人", one, (ref,))
    with pytest.raises(InputError, match="expected another person"):
        spot_checks.second(name, entry["class"], one, agrees=True)
    with pytest.raises(InputError, match="expected one whom the lots sent"):
        spot_checks.second(name, entry["class"], stranger, agrees=True)
    spot_checks.second(name, entry["class"], two, agrees=True)
    (kept,) = spot_checks.draw(name).findings
    assert (kept.state, kept.status, kept.evidence) == (SpotState.CONFIRMED, Status.FAIL, (ref,))
    with pytest.raises(InputError, match="confirmed already"):
        spot_checks.second(name, entry["class"], two, agrees=True)


def test_a_contested_finding_and_its_correction_both_stay(spot_checks: SpotChecks, drawn: dict[str, Any]) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]
    one, two = entry["inspectors"]
    spot_checks.sign(name, entry["class"], Status.FAIL, "教室无人", one)
    with pytest.raises(InputError, match="dissent without a reason"):
        spot_checks.second(name, entry["class"], two, agrees=False)
    spot_checks.second(name, entry["class"], two, agrees=False, dissent="课在隔壁教室")
    spot_checks.sign(name, entry["class"], Status.PASS, "在 202 教室，12 人", two)
    spot_checks.second(name, entry["class"], one, agrees=True)
    assert [(kept.round, kept.state, kept.status) for kept in spot_checks.draw(name).findings] == [
        (0, SpotState.CONTESTED, Status.FAIL),
        (1, SpotState.CONFIRMED, Status.PASS),
    ]


def test_a_hold_ends_only_after_two_signatures(
    spot_checks: SpotChecks, drawn: dict[str, Any], holds: MemoryHolds
) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]
    one, two = entry["inspectors"]
    for act in (lambda: None, lambda: spot_checks.sign(name, entry["class"], Status.PASS, "好", one)):
        act()
        with pytest.raises(InputError, match="expected one with two signatures; the evidence stays"):
            spot_checks.lift(name, entry["class"], one)
    spot_checks.second(name, entry["class"], two, agrees=True)
    spot_checks.lift(name, entry["class"], one)
    assert (entry["class"], case_of(drawn)) not in holds.by_case
    assert len(holds.by_case) == len(drawn["drawn"]) - 1
    lifted = {hold.class_id: hold.lifted_by for hold in spot_checks.draw(name).holds if hold.lifted_at}
    assert lifted == {entry["class"]: one}
    with pytest.raises(InputError, match="got none in force"):
        spot_checks.lift(name, entry["class"], one)


def test_two_who_sign_at_once_leave_one_signature_and_one_leaf(
    spot_checks: SpotChecks, drawn: dict[str, Any], database: Engine
) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]

    def signing(who: str) -> str:
        try:
            return spot_checks.sign(name, entry["class"], Status.PASS, "好", who).first.by
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(signing, [*entry["inspectors"]] * 2))
    found = spot_checks.draw(name).findings
    assert [one.round for one in found] == list(range(len(found)))  # nobody's finding replaced another's
    assert sum(one in entry["inspectors"] for one in told) == len(found) >= 1
    assert sum(kind == "spot_check" for kind, _, _ in leaves(database)) == len(found)


def test_every_step_is_a_leaf_and_a_refused_step_is_none(
    spot_checks: SpotChecks, drawn: dict[str, Any], database: Engine
) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]
    one, two = entry["inspectors"]
    spot_checks.sign(name, entry["class"], Status.PASS, "好", one)
    with pytest.raises(InputError):
        spot_checks.second(name, entry["class"], one, agrees=True)
    spot_checks.second(name, entry["class"], two, agrees=True)
    spot_checks.lift(name, entry["class"], two)
    subject = f"{case_of(drawn)} {entry['class']}"
    assert leaves(database) == [
        ("draw", case_of(drawn), "commit"),
        ("draw", case_of(drawn), "reveal"),
        ("spot_check", subject, "finding"),
        ("spot_check", subject, "second signature"),
        ("hold", subject, "lifted"),
    ]
    EvidenceLog(database).verify()


def test_a_finding_before_the_reveal_or_a_round_twice_is_refused(
    spot_checks: SpotChecks, drawn: dict[str, Any]
) -> None:
    name, entry = drawn["commitment"], drawn["drawn"][0]
    kept = spot_checks.sign(name, entry["class"], Status.PASS, "好", entry["inspectors"][0])
    found = spot_checks.draw(name)
    with pytest.raises(InputError, match="got round 0, expected 1"):
        first_signed(found, replace(kept))
    early = replace(kept, round=1, first=replace(kept.first, at=START))
    with pytest.raises(InputError, match="before the reveal"):
        first_signed(found, early)
