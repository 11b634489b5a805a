"""What is wrong with the lists and rules of a draw, and names in them that nothing else knows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from facts.counting import counted
from facts.errors import Fault
from facts.lots import conflict, size_of
from facts.spot_check import DrawClass, DrawRules, Inspector
from facts.text import Text
from pipeline.spot_checks.draw_publication import (
    avoided_institutions,
    class_entry,
    even_spelling,
    inspector_entry,
    stratum_entry,
)

FEWEST_INSPECTORS = 2
HEAVIEST = 10**9


def rule_faults(rules: DrawRules) -> Iterator[Fault]:
    """What is wrong with the rules."""
    if rules.inspectors_per_class < FEWEST_INSPECTORS:
        yield Fault("rules.inspectors_per_class", str(rules.inspectors_per_class), "two or more (双随机：至少两名)")
    if rules.max_load < 1:
        yield Fault("rules.max_load", str(rules.max_load), "one class or more")
    if not rules.strata:
        yield Fault("rules.strata", "none", "at least one stratum with a count or a share")
    for name in _twice(one.name for one in rules.strata):
        yield Fault(f"rules.strata {name!r}", "the same name twice", "every stratum once")
    for one in rules.strata:
        where = f"rules.strata {one.name!r}"
        if (one.count is None) == (one.share is None):
            yield Fault(where, "a count and a share, or neither", "exactly one of them")
        elif one.count is not None and one.count < 1:
            yield Fault(where, f"count {one.count}", "one class or more; leave the stratum's classes out otherwise")
        elif one.share is not None and not 0 < one.share <= 1:
            yield Fault(where, f"share {one.share}", "a fraction above 0 and up to 1, such as 1/10")


def class_faults(classes: Sequence[DrawClass], rules: DrawRules) -> Iterator[Fault]:
    """What is wrong with the list of classes."""
    if not classes:
        yield Fault("classes", "an empty list", "at least one class")
    for name in _twice(one.id for one in classes):
        yield Fault(
            f"class {name}", "the same id twice", "every class once", "a class listed twice is drawn more often"
        )
    known = {one.name for one in rules.strata}
    for one in classes:
        if not one.id or not one.institution:
            yield Fault(f"class {one.id or '?'}", "no id or no institution", "both")
        if not 1 <= one.weight <= HEAVIEST:
            yield Fault(f"class {one.id}.weight", str(one.weight), f"a whole number from 1 to {HEAVIEST}")
        if one.stratum not in known:
            yield Fault(f"class {one.id}.stratum", repr(one.stratum), f"one of {', '.join(map(repr, sorted(known)))}")
    if len({one.weight for one in classes}) > 1 and not rules.weights_because:
        yield Fault("rules.weights_because", "nothing, though weights differ", "the reason, published with the draw")
    sizes = Counter(one.stratum for one in classes)
    for stratum in rules.strata:
        if not sizes[stratum.name] or (stratum.count or 0) > sizes[stratum.name]:
            expected = f"at least {stratum.count or 1}"
            yield Fault(
                f"stratum {stratum.name!r}",
                counted(sizes[stratum.name], "class"),
                expected,
                "correct the list or the rule",
            )


def inspector_faults(inspectors: Sequence[Inspector]) -> Iterator[Fault]:
    """What is wrong with the list of inspectors."""
    if not inspectors:
        yield Fault("inspectors", "an empty list", "at least two inspectors")
    for name in _twice(one.id for one in inspectors):
        yield Fault(f"inspector {name}", "the same id twice", "every inspector once")
    for one in inspectors:
        if not one.id or not one.name:
            yield Fault(f"inspector {one.id or '?'}", "no id or no name", "both")
        if not all(map(even_spelling, (*one.avoid_institutions, *one.avoid_localities, *one.relatives_at))):
            yield Fault(f"inspector {one.id}", "an empty text among what is avoided", "names", "remove it")
        if one.max_load is not None and one.max_load < 0:
            yield Fault(f"inspector {one.id}.max_load", str(one.max_load), "0 or more")


def impossible_draws(
    classes: Sequence[DrawClass], inspectors: Sequence[Inspector], rules: DrawRules
) -> Iterator[Fault]:
    """What no seed could draw is refused before the commitment, not after the reveal."""
    people = [inspector_entry(one, rules, b"") for one in inspectors]
    able = [one for one in people if one["max_load"]]
    for one in classes:
        reasons = [f"{who['id']}（{why}）" for who in able if (why := conflict(class_entry(one), who))]
        if len(able) - len(reasons) < rules.inspectors_per_class:
            got = f"{counted(len(able) - len(reasons), 'inspector')} without a conflict (回避：{'、'.join(reasons[:6]) or '无'})"
            yield Fault(
                f"class {one.id}", got, f"at least {rules.inspectors_per_class}", "add inspectors from elsewhere"
            )
    sizes = Counter(one.stratum for one in classes)
    drawn = sum(size_of(stratum_entry(one), sizes[one.name]) for one in rules.strata)
    places, room = drawn * rules.inspectors_per_class, sum(min(one["max_load"], drawn) for one in people)
    if places > room:
        yield Fault("inspectors", f"room for {room} visits", f"{places}", "add inspectors or raise max_load")


def unknown_names(classes: Sequence[DrawClass], inspectors: Sequence[Inspector]) -> Iterator[Text]:
    """Names to be avoided that the lists do not contain: a misspelt one would go unnoticed."""
    institutions = {even_spelling(one.institution) for one in classes}
    localities = {even_spelling(one.locality) for one in classes}
    for one in inspectors:
        unknown = sorted(avoided_institutions(one) - institutions)
        unknown += [
            name for name in map(even_spelling, one.avoid_localities) if not any(name in each for each in localities)
        ]
        for name in unknown:
            close = get_close_matches(name, institutions | localities, 1, 0.7)
            hint = (f"；是否指 {close[0]}？", f"; is {close[0]} meant?") if close else ("", "")
            yield Text(
                f"{one.id} 回避的“{name}”不在班期名单中{hint[0]}",
                f"{one.id} avoids {name!r}, which the list of classes does not name{hint[1]}",
            )


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
