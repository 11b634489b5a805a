"""Repetition by each rulebook's own key; two rulebooks may answer differently about the same history."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import CERTIFICATION, Exclusion, HistoryMatch, HistoryPattern, HistoryQuestion, Limits, RepeatKey
from facts.text import Text

REPEAT = HistoryPattern(
    "repeat",
    Text("重复享受补贴", "subsidised more often than the rule allows"),
    "F17",
    (),
    60,
    (
        Text(
            "登记延迟：原班期已取消或补贴已退回",
            "a stale registry: the earlier class was cancelled or the money returned",
        ),
        Text("工种名称相近而实为两个工种", "two occupations whose names are alike"),
        Text("身份证号录错，把别人的班期记到此人名下", "a mistyped ID number put another's class under this name"),
    ),
)
CERTIFIED = HistoryPattern(
    "repeat.certificate",
    Text("同一等级多次取证", "more than one certificate of one level"),
    "F17",
    (),
    60,
    (
        Text("另一证书没有申领过补贴", "no subsidy was claimed for the other certificate"),
        Text("补发或换发的证书", "a certificate issued again after loss or change"),
    ),
)
BESIDE = HistoryPattern(
    "benefit.beside",
    Text("与另一项补贴同时享受", "drawn beside a benefit that excludes it"),
    "F17",
    (),
    60,
    (
        Text("另一项补贴已退回或属于另一张证书", "the other benefit was returned or belongs to another certificate"),
        Text("名单过期", "a stale list"),
    ),
)


def of_limits(limits: Limits) -> tuple[HistoryDetector, ...]:
    """One detector for each key and exclusion of a rulebook."""
    certified = [_repeated(CERTIFIED, key) for key in limits.repeats if CERTIFICATION in key.programmes]
    repeated = [_repeated(REPEAT, key) for key in limits.repeats]
    return (*repeated, *certified, *map(_beside, limits.exclusions))


def _repeated(pattern: HistoryPattern, key: RepeatKey) -> HistoryDetector:
    return HistoryDetector(pattern, _repeat_words, ("times", "at_most"), rule=key.rule, repeat=key)


def _beside(exclusion: Exclusion) -> HistoryDetector:
    return HistoryDetector(BESIDE, _beside_words, rule=exclusion.rule, benefit=exclusion.kind)


def _repeat_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,), times, at_most = match.people, match.numbers["times"], match.numbers["at_most"]
    return Text(
        f"{person} 同一（{'、'.join(['人', *match.same])}）{times} 次，规则最多 {at_most} 次",
        f"{person}: {counted(times, 'time')} under ({', '.join(['person', *match.same])}), the rule allows {at_most}",
    )


def _beside_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    (person,), since, benefit = match.people, match.days["since"], question.benefit
    return Text(
        f"{person} 已享受{benefit}（{since} 起），规则规定不再享受取证补贴",
        f"{person} draws {benefit} since {since}; the rule then pays no certificate subsidy",
    )
