"""Whether trainer and evaluator are two, and whether either stood in its catalogue on the day."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_SAME = HistoryPattern(
    "evaluator.same",
    Text("培训机构自己评价自己的学员", "an institution that certifies the trainees of its own class"),
    "F17",
    ("YQ-P4",),
    120,
    (
        Text("当时的规则要求优先用本单位评价机构", "the rule of that time asked for one's own evaluator first"),
        Text("证书属于此前另一次评价", "the certificate belongs to another, earlier evaluation"),
    ),
    (Parameter("days", 180, Text("结业后几天内发证", "issued within so many days of the last class day")),),
)
_OLD_LIST = Text("目录未更新，或备案早于列入日期", "a catalogue out of date, or a filing earlier than its entry")
_INSTITUTION = HistoryPattern(
    "catalogue.institution", Text("开班机构当时不在目录内", "classes of an institution outside the catalogue"),
    "F17", ("LX-P5",), 60, (_OLD_LIST,),
)  # fmt: skip
_EVALUATOR = HistoryPattern(
    "catalogue.evaluator", Text("发证机构当时不在目录内", "certificates of an evaluator outside the catalogue"),
    "F17", ("YQ-P5", "LX-P5"), 60, (_OLD_LIST,),
)  # fmt: skip


def _same_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (course,), people = match.classes, match.numbers["people"]
    return Text(
        f"{course} 有 {people} 张证书由该机构自己发", f"{course}: {counted(people, 'certificate')} issued by itself"
    )


def _institution_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    classes = match.numbers["classes"]
    return Text(
        f"{match.subject} 有 {classes} 个班开班时不在机构目录内",
        f"{match.subject}: {counted(classes, 'class')} began outside the catalogue",
    )


def _evaluator_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    certificates = match.numbers["certificates"]
    return Text(
        f"{match.subject} 有 {certificates} 张证书发证时不在评价机构目录内",
        f"{match.subject}: {counted(certificates, 'certificate was', 'certificates were')} issued outside the catalogue",
    )


DETECTORS = (
    HistoryDetector(_SAME, _same_words, ("people",)),
    HistoryDetector(_INSTITUTION, _institution_words, ("classes",)),
    HistoryDetector(_EVALUATOR, _evaluator_words, ("certificates",)),
)
