"""Check-in lists that the institution no longer stands by: shown as a doubt, and not counted (F15)."""

from collections.abc import Iterable

from attendance.register import DoubtKind
from facts.digest import EvidenceRef
from facts.report import InputFile
from facts.text import Text
from facts.verdict import Doubt

CHECKINS_ASIDE = DoubtKind(
    "CHECKINS_ASIDE",
    300,
    (
        Text("第一次导出漏列或选错日期，更正后重新导出", "the first export lacked columns or days and was made again"),
        Text("误传了别的班的打卡记录", "another class's list was handed in by mistake"),
    ),
)


def checkins_aside(files: Iterable[InputFile], rule: str) -> list[Doubt]:
    """One doubt for each such list, so that somebody compares it with the list that took its place."""
    return [_doubt(file, rule) for file in files if file.aside and "checkins" in file.role.split("+")]


def _doubt(file: InputFile, rule: str) -> Doubt:
    text = Text(
        f"打卡记录 {file.path} 由机构声明不再采用，没有计入：{file.aside}；请与现用的打卡记录对照",
        f"the check-in list {file.path} was set aside by the institution and counts for nothing: {file.aside}; compare it"
        " with the list in use",
    )
    kind = CHECKINS_ASIDE
    return Doubt(
        kind.code, text, (), (), (EvidenceRef(file.path, file.digest),), kind.innocent, rule, kind.check_cost_s
    )
