"""More at once than usual and more than others: certificates of a day, classes that open in a week (F19)."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_TIMES = Parameter("times", 5, Text("是平时和同行的几倍", "so many times the usual and the peers'"))
_CAMPAIGN = Text("确有集中开展的活动，同行同期也多", "a real campaign; the peers are then busy as well")
_CERTIFICATES = HistoryPattern(
    "burst.certificates",
    Text("一天内集中发证", "a burst of certificates on one day"),
    "F19",
    (),
    600,
    (_CAMPAIGN, Text("积压的证书同一天制作", "a backlog that was printed on one day")),
    (Parameter("at_least", 100, Text("一天至少几张", "at least so many a day")), _TIMES),
)
_CLASSES = HistoryPattern(
    "burst.classes",
    Text("一周内集中开班", "a burst of classes that open in one week"),
    "F19",
    (),
    600,
    (_CAMPAIGN, Text("按季度集中审批后一起开班", "classes that were approved together at the quarter's end")),
    (Parameter("at_least", 10, Text("一周至少几个班", "at least so many a week")), _TIMES),
)


def _certificates_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    day, count, (usual, peers) = match.latest, match.numbers["certificates"], _means(match)
    return Text(
        f"{match.subject} 在 {day} 一天发证 {count} 张，平时一天 {usual} 张，同行当天 {peers} 张",
        f"{match.subject} issued {counted(count, 'certificate')} on {day}; usually {usual} a day, peers that day {peers}",
    )


def _classes_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    day, count, (usual, peers) = match.latest, match.numbers["classes"], _means(match)
    return Text(
        f"{match.subject} 在 {day} 起的一周开 {count} 个班，平时一周 {usual} 个，同行同周 {peers} 个",
        f"{match.subject} opened {counted(count, 'class')} in the week of {day}; usually {usual} a week, peers that week {peers}",
    )


def _means(match: HistoryMatch) -> tuple[int, int]:
    """The party's mean at other times, and that of its peers at this time."""
    numbers = match.numbers
    return _mean(numbers["own"], numbers["own_times"]), _mean(numbers["peers"], numbers["peer_count"])


def _mean(total: int, count: int) -> int:
    return round(total / count) if count else 0


DETECTORS = (
    HistoryDetector(_CERTIFICATES, _certificates_words, ("certificates",), of_claims=False),
    HistoryDetector(_CLASSES, _classes_words, ("classes",), of_claims=False),
)
