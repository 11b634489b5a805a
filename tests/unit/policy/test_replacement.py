"""Two documents in force at one place: who yields, and what is said where neither does."""

from datetime import date, datetime

import pytest

from facts.course import ClassHour, TrainingClass
from facts.errors import FaultsError
from facts.span import SHANGHAI, Span
from facts.verdict import Status
from pipeline.verification.outcome import ReportOutcome, outcome
from pipeline.verification.report import ClassInputs, ReportOrigin, prepare, verify
from policy.gaps import Gap, NoRulebook
from policy.lint import lint
from policy.shelf import RulebookInForce, Shelf, packaged_texts, shelf_of
from runtime.verification.law import law_of
from tests.fixtures.rulebooks import renamed

TODAY, DAY = date(2026, 11, 21), date(2025, 6, 2)
CITY, COUNTY = "山西省/阳泉市", "山西省/阳泉市/平定县"
QUOTE = "此前有关规定与本办法不一致的，按本办法执行"


def county(**over: str) -> str:
    """A county's document of 2024, in force beside the city's."""
    return renamed("pingding-2024", "PD", places=f'["{COUNTY}"]', level="county", **over)


def later_city(*, replaces: str = "") -> str:
    """The city's next document, half a year after the county's."""
    over = {"issued": "2025-05-01", "first": "2025-05-01", "last": "2027-04-30"}
    return renamed("yangquan-2025", "YR", places=f'["{CITY}"]', level="city", replaces=replaces, **over)


def elsewhere(*, replaces: str) -> str:
    """The next document of another city of the same level."""
    over = {"issued": "2025-05-01", "first": "2025-05-01", "last": "2027-04-30"}
    return renamed("lvliang-2025", "LL", places='["山西省/吕梁市"]', level="city", replaces=replaces, **over)


def shelf(*texts: str) -> Shelf:
    return shelf_of({f"{number}.toml": text for number, text in enumerate(texts)})


def governing(*texts: str, policy: str = "") -> str | tuple[str, ...]:
    choice = shelf(*texts).choose(COUNTY, DAY, TODAY, policy=policy)
    if isinstance(choice, NoRulebook):
        assert choice.gap is Gap.CONTESTED
        assert all(name in choice.text.zh for name in choice.nearest)
        return choice.nearest
    assert isinstance(choice, RulebookInForce)
    return choice.book.id


@pytest.mark.parametrize(
    ("sentence", "texts", "governs"),
    [
        ("neither yields", (county(), later_city()), ("pingding-2024", "yangquan-2025")),
        ("the order of loading says nothing", (later_city(), county()), ("yangquan-2025", "pingding-2024")),
        ("the city's names the county's", (county(), later_city(replaces='books = ["pingding-2024"]')), "yangquan-2025"),
        ("the city's puts all earlier ones aside", (county(), later_city(replaces="earlier = true")), "yangquan-2025"),
        (
            "a county puts no city's document aside",
            (county(issued="2025-06-01", first="2025-06-01", replaces="earlier = true"), later_city()),
            ("pingding-2024", "yangquan-2025"),
        ),
        (
            "an earlier document does not put a later one aside",
            (later_city(replaces="earlier = true"), county(issued="2025-06-01", first="2025-06-01")),
            ("yangquan-2025", "pingding-2024"),
        ),
    ],
)  # fmt: skip
def test_who_governs(sentence: str, texts: tuple[str, ...], governs: str | tuple[str, ...]) -> None:
    assert governing(*texts) == governs, sentence


def test_the_class_may_say_which() -> None:
    assert governing(county(), later_city(), policy="pingding-2024") == "pingding-2024"


def test_the_class_may_not_say_the_one_that_yields() -> None:
    texts = (county(), later_city(replaces='books = ["pingding-2024"]'))
    choice = shelf(*texts).choose(COUNTY, DAY, TODAY, policy="pingding-2024")
    assert isinstance(choice, NoRulebook)
    assert (choice.gap, choice.nearest) == (Gap.UNFIT, ("yangquan-2025",))


@pytest.mark.parametrize("day", [date(2024, 12, 2), DAY])
def test_a_short_name_that_two_cities_documents_have_is_asked_about(day: date) -> None:
    """Neither by what one of them says of earlier ones, nor because it alone is in force."""
    first = renamed("lin-a", "LA", places='["山西省/吕梁市/临县"]', level="county")
    over = {"issued": "2025-05-01", "first": "2025-05-01", "last": "2027-04-30"}
    second = renamed("lin-b", "LB", places='["山西省/阳泉市/临县"]', level="county", replaces="earlier = true", **over)
    choice = shelf(first, second).choose("临县", day, TODAY)
    assert isinstance(choice, NoRulebook)
    assert choice.gap is Gap.UNKNOWN_PLACE
    assert "山西省吕梁市临县、山西省阳泉市临县" in choice.text.zh
    whole = shelf(first, second).choose("山西省吕梁市临县", day, TODAY)
    assert isinstance(whole, RulebookInForce)
    assert whole.book.id == "lin-a"


def test_before_the_second_began_the_first_governs() -> None:
    choice = shelf(county(), later_city()).choose(COUNTY, date(2025, 4, 30), TODAY)
    assert isinstance(choice, RulebookInForce)
    assert choice.book.id == "pingding-2024"


@pytest.mark.parametrize(
    ("sentence", "texts", "words"),
    [
        ("nobody has it", (county(replaces='books = ["nowhere-2020"]'),), "the unknown rulebook nowhere-2020"),
        (
            "a county replaces a city's",
            (county(replaces='books = ["yangquan-2025"]'), later_city()),
            "a document of the same or a lower level",
        ),
        (
            "it is another city's",
            (county(), elsewhere(replaces='books = ["pingding-2024"]')),
            "got pingding-2024 of 山西省/阳泉市/平定县, expected a document of 山西省/吕梁市, or above or within it",
        ),
        ("a step of two divisions", (county().replace(COUNTY, "山西省/阳泉市/太原市小店区"),), "each division as a step"),
        (
            "each replaces the other",
            (
                later_city(replaces='books = ["yangquan-2024"]'),
                packaged_texts()["yangquan-2024.toml"].replace(
                    "[assumptions]", f'[replaces]\nbooks = ["yangquan-2025"]\nquote = "{QUOTE}"\n\n[assumptions]', 1
                ),
            ),
            "which replaces yangquan-2024 in turn",
        ),
        ("it replaces nothing", (county(replaces="earlier = false"),), "nothing that is replaced"),
        ("without a quote", (county(replaces="earlier = true").replace(f'quote = "{QUOTE}"', ""),), "no quote"),
        ("no level", (county().replace('level = "county"\n', ""),), "rulebook.level: got nothing"),
        ("a city of a county's path", (county().replace(COUNTY, "山西省/阳泉市"),), "of a county's document"),
    ],
)  # fmt: skip
def test_a_replacement_that_cannot_be_is_refused(sentence: str, texts: tuple[str, ...], words: str) -> None:
    with pytest.raises(FaultsError) as caught:
        shelf(*texts)
    assert words in str(caught.value), sentence


def test_lint_looks_at_the_rulebooks_beside_it() -> None:
    city = shelf(later_city()).books
    text = county(replaces='books = ["yangquan-2025"]')
    assert not [fault for fault in lint(text, "pd.toml") if "lower level" in fault.expected]
    [fault] = [one for one in lint(text, "pd.toml", None, city) if "replaces.books" in one.where]
    assert "lower level" in fault.expected


def test_the_hour_is_unproven_and_both_documents_are_named() -> None:
    hour = ClassHour("h1", Span.of(datetime(2025, 6, 2, 8, tzinfo=SHANGHAI), 2700))
    inputs = ClassInputs(TrainingClass("K1", locality=COUNTY, group="重点群体", programme="项目制"), (hour,))
    law = law_of(inputs, TODAY, shelf=shelf(county(), later_city()))
    report = verify(
        prepare(inputs, law), Nobody(), ReportOrigin("test", datetime(2026, 1, 1, tzinfo=SHANGHAI)), Nobody()
    )
    [verdict] = report.verdicts
    [finding] = verdict.findings
    assert (verdict.status, finding.reason) == (Status.UNPROVEN, "RULEBOOKS_CONTESTED")
    assert "pingding-2024" in finding.text.zh
    assert "yangquan-2025" in finding.text.zh
    assert finding.remedy
    assert "policy" in finding.remedy.zh

    assert outcome(report) is ReportOutcome.INPUTS_INSUFFICIENT


class Nobody:
    """Looks at nothing and tells nobody."""

    def look(self, _: object) -> list[object]:
        return []

    def planned(self, _: object) -> None: ...

    def looked(self, *_: object) -> None: ...
