from datetime import date

import pytest

from facts.errors import InputError
from policy.gaps import Gap, NoRulebook
from policy.kinds import ClaimClaimant
from policy.places import lies_in
from policy.rulebook import Confidence, Validity
from policy.shelf import OldStandard, RulebookInForce, packaged

TODAY = date(2026, 11, 21)

# sentence, place, class day, the rulebook that governs
GOVERNED = [
    ("a class in Yangquan while the measure held", "阳泉市", date(2025, 3, 1), "yangquan-2024"),
    ("the first day of the measure counts", "山西省阳泉市", date(2024, 10, 16), "yangquan-2024"),
    ("the last day of the measure counts", "阳泉市郊区", date(2026, 10, 15), "yangquan-2024"),
    ("a district named by its city", "山西 阳泉市 城区", date(2025, 3, 1), "yangquan-2024"),
    ("a county of the city named alone", "平定县", date(2025, 3, 1), "yangquan-2024"),
    ("Linxian by its whole address", "山西省吕梁市临县城庄镇", date(2023, 6, 1), "linxian-2023"),
    ("Wuyi after publication", "浙江省/金华市/武义县", date(2020, 4, 9), "wuyi-2020"),
    ("Quanjiao by its short name", "全椒", date(2021, 6, 1), "quanjiao-2020"),
]


@pytest.mark.parametrize(("place", "day", "book"), [case[1:] for case in GOVERNED], ids=[case[0] for case in GOVERNED])
def test_governed(place: str, day: date, book: str) -> None:
    choice = packaged().choose(place, day, TODAY)
    assert isinstance(choice, RulebookInForce)
    assert choice.book.id == book


# sentence, place, class day, why, words of the answer
UNGOVERNED = [
    ("the day after Yangquan's measure lapsed", "阳泉市", date(2026, 10, 16), Gap.LAPSED, "2026-10-15"),
    ("the day before it began", "阳泉市", date(2024, 10, 15), Gap.NOT_YET, "2024-10-16"),
    ("Wuyi before its retroactive start", "武义县", date(2020, 1, 29), Gap.NOT_YET, "2020-01-30"),
    ("a county without a rulebook", "山西省太原市", date(2025, 3, 1), Gap.UNKNOWN_PLACE, "太原"),
    ("no place at all", "", date(2025, 3, 1), Gap.UNKNOWN_PLACE, "未写地点"),
    ("a place whose name only ends in 临县", "大临县", date(2023, 3, 1), Gap.UNKNOWN_PLACE, "大临县"),
    ("a town whose name only begins like the city", "阳泉曲镇", date(2025, 3, 1), Gap.UNKNOWN_PLACE, "阳泉曲镇"),
    ("the right city in the wrong province", "河北省阳泉市", date(2025, 3, 1), Gap.UNKNOWN_PLACE, "河北"),
]


@pytest.mark.parametrize(
    ("place", "day", "gap", "words"), [case[1:] for case in UNGOVERNED], ids=[case[0] for case in UNGOVERNED]
)
def test_ungoverned_with_the_reason(place: str, day: date, gap: Gap, words: str) -> None:
    choice = packaged().choose(place, day, TODAY)
    assert isinstance(choice, NoRulebook)
    assert choice.gap is gap
    assert words in choice.text.zh


def test_an_old_class_is_judged_by_the_lapsed_measure_and_is_told_so() -> None:
    choice = packaged().choose("阳泉市", date(2025, 3, 1), TODAY)
    assert isinstance(choice, RulebookInForce)
    assert "已失效" in choice.text.zh
    assert "2026-10-15" in choice.text.zh


def test_training_begun_before_publication_and_unpaid_keeps_the_older_standard() -> None:
    choice = packaged().choose("武义县", date(2020, 4, 20), TODAY, began=date(2020, 4, 1))
    assert isinstance(choice, OldStandard)
    assert choice.rule.id == "WY-T1"
    assert "存疑待核" in choice.text.zh


def test_once_paid_the_transitional_clause_has_nothing_to_say() -> None:
    assert isinstance(
        packaged().choose("武义县", date(2020, 4, 20), TODAY, began=date(2020, 4, 1), paid=True), RulebookInForce
    )


def test_the_fragment_is_never_chosen_by_place_but_can_be_named() -> None:
    unknown = packaged().choose("山西省忻州市", date(2023, 6, 1), TODAY)
    assert isinstance(unknown, NoRulebook)
    assert "sx-unnamed-2023" in unknown.nearest
    named = packaged().choose("", date(2023, 6, 1), TODAY, policy="sx-unnamed-2023")
    assert isinstance(named, RulebookInForce)
    assert named.book.id == "sx-unnamed-2023"


def test_a_policy_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="yangquan-2024"):
        packaged().choose("", date(2023, 6, 1), TODAY, policy="nowhere")


@pytest.mark.parametrize(
    ("book", "day", "who"),
    [
        ("sx-unnamed-2023", date(2023, 12, 31), "评价机构"),
        ("sx-unnamed-2023", date(2024, 1, 1), "个人"),
        ("linxian-2023", date(2024, 1, 1), "评价机构"),
        ("yangquan-2024", date(2025, 1, 1), None),
    ],
)
def test_who_claims_the_certificate_subsidy(book: str, day: date, who: str | None) -> None:
    found = [params.on(day) for _, params in packaged().book(book).of_kind(ClaimClaimant)]
    assert found == ([who] if who else [])


@pytest.mark.parametrize(
    ("place", "lies"),
    [
        ("中国山西省吕梁市临县", True),
        ("吕梁 临县", True),
        ("山西·吕梁·临县", True),
        ("山西吕梁临县", True),
        ("临县", True),
        ("临", False),
        ("临汾市", False),
        ("吕梁市", False),
        ("太原市临县", False),
    ],
)
def test_a_place_lies_in_linxian_or_not(place: str, lies: bool) -> None:  # noqa: FBT001 - a column of the table
    assert lies_in(place, "山西省/吕梁市/临县") is lies


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2024, 1, 1), "尚未施行"),
        (date(2025, 1, 1), "现行有效"),
        (date(2026, 10, 15), "今日失效"),
        (date(2026, 10, 16), "已失效"),
    ],
)
def test_the_banner_says_what_holds_today(as_of: date, words: str) -> None:
    valid = Validity(date(2024, 10, 16), Confidence.STATED, date(2026, 10, 15))
    assert words in valid.banner(as_of).zh
    assert valid.state(as_of).zh in {"尚未施行", "现行", "今日失效", "已失效"}


@pytest.mark.parametrize(
    ("as_of", "left"),
    [(date(2026, 7, 16), None), (date(2026, 7, 17), 90), (date(2026, 10, 15), 0), (date(2026, 10, 16), None)],
)
def test_a_warning_comes_ninety_days_before_a_document_lapses(as_of: date, left: int | None) -> None:
    valid = Validity(date(2024, 10, 16), Confidence.STATED, date(2026, 10, 15))
    assert valid.days_left(as_of) == left
    if left:
        assert f"{left} 天后失效" in valid.banner(as_of).zh
        assert f"{left} 天后失效" in valid.state(as_of).zh


# sentence, place, the document that the class names, day, the one that governs or nothing, words
NAMED = [
    ("its own", "山西省阳泉市平定县", "yangquan-2024", date(2025, 3, 1), "yangquan-2024", ""),
    ("another city's", "山西省阳泉市平定县", "wuyi-2020", date(2021, 3, 1), None, "浙江省/金华市/武义县"),
    ("another city's, at a place that nobody knows", "山西省太原市", "wuyi-2020", date(2021, 3, 1), None, "不适用于"),
    ("without a place, by the name alone", "", "wuyi-2020", date(2021, 3, 1), "wuyi-2020", ""),
    (
        "the fragment where no document holds",
        "山西省忻州市",
        "sx-unnamed-2023",
        date(2023, 6, 1),
        "sx-unnamed-2023",
        "",
    ),
    ("the fragment where the place has its own", "临县", "sx-unnamed-2023", date(2023, 6, 1), None, "linxian-2023"),
]


@pytest.mark.parametrize(
    ("place", "named", "day", "governs", "words"), [case[1:] for case in NAMED], ids=[case[0] for case in NAMED]
)
def test_a_document_that_the_class_names_must_be_its_place_s(
    place: str, named: str, day: date, governs: str | None, words: str
) -> None:
    choice = packaged().choose(place, day, TODAY, policy=named)
    if governs:
        assert isinstance(choice, RulebookInForce)
        assert choice.book.id == governs
    else:
        assert isinstance(choice, NoRulebook)
        assert choice.gap is Gap.UNFIT
        assert named in choice.text.zh
        assert words in choice.text.zh
