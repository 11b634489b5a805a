"""One account, certificate number or ID number that several people seem to own."""

from claims.doubts.history.detector import HistoryDetector, MatchWords
from facts.counting import counted
from facts.history import HistoryMatch, HistoryPattern, HistoryQuestion, Parameter
from facts.text import Text

_PEOPLE = Parameter("people", 2, Text("几个人共用才列出", "how many people share it before it is listed"))
_ACCOUNT = HistoryPattern(
    "account.shared",
    Text("多人共用一个银行账号", "one bank account for several people"),
    "F18",
    (),
    30,
    (
        Text("家庭成员代收，有委托书", "a member of the family receives it, with a written authority"),
        Text(
            "培训机构代领（先垫后补）并有学员签字",
            "the institution is paid for fees it advanced, signed by the trainees",
        ),
        Text("账号录错一位", "one digit of the account was mistyped"),
    ),
    (_PEOPLE,),
)
_CERTIFICATE = HistoryPattern(
    "certificate.shared",
    Text("同一证书编号属于多人", "one certificate number for several people"),
    "F17",
    (),
    30,
    (
        Text("编号录错或只填了批次号", "the number was mistyped, or only the batch number was given"),
        Text("换证后身份证号更正", "the ID number was corrected when the certificate was changed"),
    ),
    (_PEOPLE,),
)
_NAMES = HistoryPattern(
    "names.differ",
    Text("同一身份证号有不同姓名", "one ID number under different names"),
    "F9",
    (),
    20,
    (
        Text("改名", "a change of name"),
        Text("生僻字在旧系统里写法不同", "a rare character that old systems write otherwise"),
        Text("身份证号录错而恰好合乎校验", "a mistyped ID number whose check digit happens to fit"),
    ),
)


def _shared_words(zh: str, en: str) -> MatchWords:
    def words(match: HistoryMatch, _: HistoryQuestion) -> Text:
        people = match.numbers["people"]
        return Text(
            f"{zh} {match.subject} 由 {people} 人共用", f"{en} {match.subject} belongs to {counted(people, 'person')}"
        )

    return words


def _names_words(match: HistoryMatch, _: HistoryQuestion) -> Text:
    (person,) = match.people
    return Text(f"{person} 的身份证号在各班期里姓名不同", f"the ID number of {person} has other names elsewhere")


DETECTORS = (
    HistoryDetector(_ACCOUNT, _shared_words("银行账号", "account"), ("people",)),
    HistoryDetector(_CERTIFICATE, _shared_words("证书", "certificate"), ("people",)),
    HistoryDetector(_NAMES, _names_words),
)
