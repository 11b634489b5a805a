"""Who is said to work where: crowds at one employer, contracts that end early, people with many employers (F18)."""

from claims.doubts.history.detector import HistoryDetector
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_SEASONAL = Text(
    "季节性用工（采摘、旅游、年底生产），合同本来就短", "seasonal work: harvest, tourism, the end-of-year rush"
)
_CROWD = HistoryPattern(
    "employer.crowd",
    Text("许多学员结业后在同一单位就业", "many trainees employed by one employer right after their classes"),
    "F18",
    ("YQ-M2", "LX-M2"),
    600,
    (
        Text(
            "订单式培训，单位本来就是为招工而订班", "training to order: the employer ordered the class to hire from it"
        ),
        Text("劳务派遣单位", "a dispatch agency"),
        _SEASONAL,
    ),
    (
        Parameter("people", 30, Text("至少多少人", "at least so many people")),
        Parameter("days", 90, Text("结业后几天内入职", "hired within so many days of the last class day")),
        Parameter("per_cent", 50, Text("占该单位已知职工的百分比", "this share of the employer's known staff")),
    ),
)
_SHORT = HistoryPattern(
    "employer.short",
    Text("一批合同的实际期限远短于约定", "a batch of contracts far shorter than stated"),
    "F18",
    ("YQ-M2", "LX-M2"),
    600,
    (
        _SEASONAL,
        Text("单位停产、搬迁或注销", "the employer closed or moved"),
        Text("社保转到关联单位", "insurance moved to a sister firm"),
    ),
    (
        Parameter("people", 5, Text("至少多少人", "at least so many people")),
        Parameter("per_cent", 50, Text("实际不到约定的百分之几", "less than this share of the stated time")),
        Parameter("of_all", 50, Text("占该单位全部合同的百分比", "this share of all contracts of the employer")),
    ),
)
_MANY = HistoryPattern(
    "person.employers",
    Text("一人短期内换过多个单位", "one person with many employers within a short time"),
    "F18",
    (),
    120,
    (Text("零工、派遣", "gig work, dispatch"), Text("单位改名或合并", "an employer renamed or merged")),
    (
        Parameter("employers", 4, Text("至少几个单位", "at least so many employers")),
        Parameter("days", 365, Text("在几天之内", "within so many days")),
    ),
)


def _crowd_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    known = match.numbers.get("staff")
    staff = (f"，已知职工 {known} 人", f" of a known staff of {known}") if known else ("，职工总数未知", "")
    people, days = match.numbers["people"], question.numbers["days"]
    return Text(
        f"{people} 名学员结业后 {days} 天内在 {match.subject} 就业{staff[0]}",
        f"{counted(people, 'trainee was', 'trainees were')} hired by {match.subject} within {counted(days, 'day')}{staff[1]}",
    )


def _short_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    short, contracts, share = match.numbers["short"], match.numbers["contracts"], question.numbers["per_cent"]
    return Text(
        f"{match.subject} 的 {contracts} 份合同中有 {short} 份实际不到约定的 {share}%",
        f"{short} of {counted(contracts, 'contract')} with {match.subject} lasted less than {share} % of what they state",
    )


def _many_words(match: HistoryMatch, question: HistoryQuestion) -> Text:
    (person,), employers, days = match.people, match.numbers["employers"], question.numbers["days"]
    return Text(
        f"{person} 在 {days} 天内先后有 {employers} 个用人单位",
        f"{person} had {counted(employers, 'employer')} within {counted(days, 'day')}",
    )


DETECTORS = (
    HistoryDetector(_CROWD, _crowd_words, ("people",)),
    HistoryDetector(_SHORT, _short_words, ("short", "contracts")),
    HistoryDetector(_MANY, _many_words, ("employers",)),
)
