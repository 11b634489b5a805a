"""Doubts of one kind settled together from the list: all or none, by whoever could settle each of them alone."""

from facts.motion import ReplayKind
from facts.text import Text
from facts.verdict import Doubt
from pipeline.accounts.rights import Role
from tests.fixtures.doubted_class import GAPS, doubted, doubted_report, explain, of_kind
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import Running

WORDS = "与纸质签到核对，均已补签"


def test_doubts_of_two_classes_are_settled_at_once(running_service: Running) -> None:
    doubted(running_service)
    seeded(running_service, doubted_report(), code="second")
    with running_service.as_(Role.INSPECTOR) as inspector:
        gaps = of_kind(inspector, "ROSTER_GAP")
        assert len(gaps) == 2 * len(GAPS)
        page = inspector.get("/doubts", params={"kind": "ROSTER_GAP"}).text
        assert page.count('form="together"') == len(gaps)
        assert 'form="together"' not in inspector.get("/doubts").text  # of one kind alone
        sent = {"kind": "ROSTER_GAP", "doubts": [str(one) for one in gaps[1:]], "words": WORDS}
        assert inspector.post("/doubts/accept", data=sent).status_code == 303
        assert of_kind(inspector, "ROSTER_GAP", stage="accepted") == gaps[1:]
        (event,) = inspector.get(f"/api/v1/class-doubts/{gaps[1]}").json()["events"][-1:]
        assert event["words"] == WORDS


def test_all_of_them_or_none(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.INSPECTOR) as inspector, running_service.as_(Role.CLERK) as clerk:
        gaps, (shared,) = of_kind(inspector, "ROSTER_GAP"), of_kind(inspector, "SHARED_DEVICE")
        sent = {"kind": "ROSTER_GAP", "words": WORDS}
        refused = (
            ({"doubts": [str(gaps[0]), str(shared)]}, 422),  # two kinds
            ({"doubts": [str(gaps[0]), "999999"]}, 404),
            ({"doubts": [], "words": WORDS}, 422),
            ({"doubts": [str(gaps[0])], "words": ""}, 422),
        )
        for more, status in refused:
            assert inspector.post("/doubts/accept", data=sent | more).status_code == status, more
        closed = {"doubts": [str(gaps[0])]}
        assert inspector.post("/doubts/accept", data=sent | closed).status_code == 303
        again = {"doubts": [str(one) for one in gaps]}
        assert inspector.post("/doubts/accept", data=sent | again).status_code == 409
        assert of_kind(inspector, "ROSTER_GAP", stage="accepted") == gaps[:1]
        assert explain(clerk, number, gaps[1:]).status_code == 200
        assert clerk.post("/doubts/accept", data=sent | again).status_code == 403


def test_nobody_settles_doubts_beyond_their_reach(running_service: Running) -> None:
    doubted(running_service)
    with (
        running_service.as_(Role.INSPECTOR) as inspector,
        running_service.as_(Role.INSPECTOR, area="山西省吕梁市") as far,
    ):
        gaps = of_kind(inspector, "ROSTER_GAP")
        sent = {"kind": "ROSTER_GAP", "doubts": [str(one) for one in gaps], "words": WORDS}
        assert far.post("/doubts/accept", data=sent).status_code == 404
        assert of_kind(inspector, "ROSTER_GAP", stage="accepted") == []


def test_footage_seen_before_is_looked_at_one_by_one(running_service: Running) -> None:
    seen = Doubt(ReplayKind.OTHER_DAY.value, Text("与另一天的画面相同", "the same footage as another day"), (GAPS[0],))
    seeded(running_service, doubted_report(seen))
    with running_service.as_(Role.INSPECTOR) as inspector:
        (number,) = of_kind(inspector, seen.kind)
        assert 'form="together"' not in inspector.get("/doubts", params={"kind": seen.kind}).text
        sent = {"kind": seen.kind, "doubts": [str(number)], "words": WORDS}
        assert inspector.post("/doubts/accept", data=sent).status_code == 422
        assert of_kind(inspector, seen.kind, stage="open") == [number]
