import json
from dataclasses import replace
from fractions import Fraction

import pytest

from facts.errors import FaultsError, InputError
from facts.spot_check import DrawClass, DrawRules, Inspector, Stratum
from pipeline.spot_checks.draw import committed, drawn_from, pool, revealed
from pipeline.spot_checks.draw_publication import seal_of
from tests.fixtures.lots import NONCE, RULES, classes, inspectors


def test_every_fault_of_the_lists_is_told_at_once() -> None:
    odd = [
        *classes(),
        replace(classes()[0]),
        DrawClass("X1", "", stratum="家政"),
        DrawClass("X2", "机构1", stratum="花艺"),
        DrawClass("X3", "机构1", stratum="家政", weight=0),
    ]
    rules = replace(RULES, inspectors_per_class=1, strata=(*RULES.strata, Stratum("空", count=1)))
    people = [*inspectors(), inspectors()[0], Inspector("I77", "")]
    with pytest.raises(FaultsError) as caught:
        pool(odd, people, rules, b"")
    told = "\n".join(map(str, caught.value.faults))
    for words in ("class B000: got the same id twice", "class X1", "one of '家政', '电工'", "class X3.weight"):
        assert words in told
    for words in (
        "two or more",
        "stratum '空': got 0 classes",
        "inspector I00: got the same id twice",
        "inspector I77",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("stratum", "words"),
    [
        (Stratum("家政"), "exactly one of them"),
        (Stratum("家政", count=1, share=Fraction(1, 2)), "exactly one of them"),
        (Stratum("家政", count=0), "one class or more"),
        (Stratum("家政", count=999), "at least 999"),
        (Stratum("家政", share=Fraction(3, 2)), "up to 1"),
    ],
)
def test_a_stratum_says_how_many(stratum: Stratum, words: str) -> None:
    with pytest.raises(FaultsError, match=words):
        pool(classes(), inspectors(), replace(RULES, strata=(stratum, RULES.strata[1])), b"")


def test_weights_that_differ_need_a_declared_reason() -> None:
    with pytest.raises(FaultsError, match="weights_because"):
        pool(classes(), inspectors(), replace(RULES, weights_because=""), b"")


def test_a_class_that_nobody_may_visit_is_refused_before_the_commitment() -> None:
    people = [replace(one, avoid_institutions=("机构2",)) for one in inspectors()]
    with pytest.raises(FaultsError, match=r"class B002: got 0 inspectors.*I00（机构2）") as caught:
        pool(classes(), people, RULES, b"")
    assert {fault.where for fault in caught.value.faults} == {"class B002", "class B007", "class B012", "class B017"}


def test_a_shortage_that_only_the_draw_shows_names_the_class_and_the_reason() -> None:
    few = [DrawClass(f"B{k}", "甲" if k < 3 else "乙", stratum="") for k in range(4)]
    people = [Inspector("I1", "赵一", max_load=1), Inspector("I2", "钱二", max_load=1)]
    people += [Inspector(f"J{k}", "孙三", avoid_institutions=("甲",), max_load=4) for k in range(3)]
    own = pool(few, people, DrawRules("t", (Stratum(count=2),)), b"")
    faults = []
    for k in range(40):
        try:
            drawn_from(own.classes, own.inspectors, own.rules, f"{k:064x}")
        except FaultsError as error:
            faults += error.faults
    assert 0 < len(faults) < 40
    assert {fault.where for fault in faults} <= {"B0", "B1", "B2"}
    assert all("2 个班期" in fault.got and "commit anew" in fault.expected for fault in faults)


def test_a_conflict_is_not_missed_for_the_width_of_a_bracket() -> None:
    own = pool(
        [DrawClass("B1", "丙（阳泉）培训中心")],
        [
            Inspector("I1", "赵一", relatives_at=("丙(阳泉) 培训中心",)),
            Inspector("I2", "钱二"),
            Inspector("I3", "孙三"),
        ],
        DrawRules("t", (Stratum(count=1),)),
        b"",
    )
    for k in range(20):
        assert "I1" not in drawn_from(own.classes, own.inspectors, own.rules, f"{k:064x}")[0]["inspectors"]


def test_a_name_that_no_class_bears_is_pointed_out() -> None:
    people = [*inspectors(), Inspector("I99", "吴九", avoid_institutions=("机构 1校",))]
    notes = [note.zh for note in pool(classes(), people, RULES, b"").notes]
    assert notes == ["I99 回避的“机构1校”不在班期名单中；是否指 机构1？"]


def test_what_is_published_names_no_inspector_and_hides_whose_relative_works_where() -> None:
    own = committed(pool(classes(), inspectors(), RULES, b"salt"), NONCE)
    text = json.dumps(own, ensure_ascii=False)
    assert not [one.name for one in inspectors() if one.name in text]
    assert "relatives" not in text
    assert NONCE not in text
    assert own["inspectors"][1]["avoid_institutions"] == ["机构1", "机构3"]


def test_the_seal_binds_an_id_to_a_person_for_the_holder_of_the_salt_only() -> None:
    one = inspectors()[0]
    assert seal_of(one, b"a") == seal_of(one, b"a")
    assert seal_of(one, b"a") != seal_of(one, b"b")
    assert seal_of(one, b"a") != seal_of(replace(one, name="王五"), b"a")


def test_a_beacon_is_neither_forgotten_nor_added() -> None:
    own = committed(pool(classes(), inspectors(), RULES, b""), NONCE)
    with pytest.raises(InputError, match=r"got nothing, expected the text of 某期开奖号码"):
        revealed(own, NONCE, "")
    silent = committed(pool(classes(), inspectors(), replace(RULES, beacon=""), b""), NONCE)
    with pytest.raises(InputError, match="none was announced"):
        revealed(silent, NONCE, "7")


def test_another_nonce_than_the_committed_one_reveals_nothing() -> None:
    own = committed(pool(classes(), inspectors(), RULES, b""), NONCE)
    with pytest.raises(InputError, match="differ from what was committed to"):
        revealed(own, "ff" * 32, "x")


def test_a_seed_is_64_hex_digits() -> None:
    own = pool(classes(), inspectors(), RULES, b"")
    with pytest.raises(InputError, match="64 lower-case hex digits"):
        drawn_from(own.classes, own.inspectors, own.rules, "42")
