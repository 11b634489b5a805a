"""A claim for the sample class as a clerk might file it: an overclaim and five planted doubts, and all else in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from demo.dossier import SampleManifest
from demo.identity import SampleIdentity
from facts.uscc import check_sign

Row = list[str | int | float | None]
PLANTED = (
    "SAME_ACCOUNT",
    "STAFF_AS_TRAINEES",
    "SHORT_CONTRACT",
    "MANY_TO_ONE_EMPLOYER",
    "SAME_CERTIFICATE",
)
"""The kinds of the planted doubts."""

FILE = "申领.xlsx"
_DAY = timedelta(days=1)
_DAY_YUAN = 150
_ONE_FIRM = 16
_PENSIONER = 0


@dataclass(frozen=True, slots=True)
class ClaimStory:
    """What the claim says; ``days`` is what it claims for everybody, whatever was held."""

    manifest: SampleManifest = field(default_factory=SampleManifest)
    first_day: date = date(2025, 4, 7)
    last_day: date = date(2025, 4, 7)
    days: int = 2
    planted: bool = True
    total_more_yuan: int = 300

    @property
    def yuan(self) -> int:
        """What the claim asks for each person."""
        return self.days * _DAY_YUAN


def honest(story: ClaimStory) -> ClaimStory:
    """The same claim with nothing planted, for as many days as were held."""
    days = (story.last_day - story.first_day).days + 1
    return replace(story, planted=False, days=days, total_more_yuan=0)


def invented_code(number: int) -> str:
    """A credit code of nobody's that passes its check: no county's code begins so."""
    first = f"9199{number:04d}MA0DEM00"
    return first + check_sign(first + "1") if len(first) == 17 else f"{first}1{check_sign(first + '1')}"  # noqa: PLR2004 - seventeen signs and a check


def write_claim(path: Path, people: Sequence[SampleIdentity], story: ClaimStory) -> None:
    """The workbook, in the words of the template."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    book.remove(first)
    _sheet(book, "申领表头", ["项目", "填写"], _header(people, story))
    _sheet(book, "学员", list(_PERSON), [_person(number, one, story) for number, one in enumerate(people)])
    _sheet(book, "券事件", ["事件", "日期"], _events(story))
    _sheet(book, "审批与签字", ["事项", "单位或事由", "姓名", "日期", "截止日期", "内容"], _acts(story))
    _sheet(book, "材料清单", ["材料名称", "是否齐备"], _PAPERS)
    _sheet(book, "目录与登记", ["类别", "目录、系统或处置名称", "对象或条目", "是否在列", "起始日期"], _registry(story))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _sheet(book: Workbook, name: str, head: Row, rows: Sequence[Row]) -> None:
    sheet = book.create_sheet(name)
    for number, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.number_format = "@" if isinstance(value, str) else "General"


def _spelled(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _header(people: Sequence[SampleIdentity], story: ClaimStory) -> list[Row]:
    own = story.manifest
    return [
        ["申领编号", "demo-2025-001"],
        ["项目类别", own.programme if own.programme.endswith("培训") else f"{own.programme}培训"],
        ["培训机构名称", own.institution],
        ["统一社会信用代码", invented_code(1)],
        ["机构所在地", own.locality],
        ["班期编号", own.class_id],
        ["班期名称", own.name],
        ["培训对象类别", "城镇登记失业人员"],
        ["职业（工种）", "家政服务员"],
        ["等级", "初级工"],
        ["申领人", "培训机构"],
        ["开班日期", story.first_day.isoformat()],
        ["结课日期", story.last_day.isoformat()],
        ["申领日期", _spelled(story.last_day + 35 * _DAY)],
        ["申领总额（元）", len(people) * story.yuan + story.total_more_yuan],
        ["结算方式", "一次性结算"],
        ["评价机构名称", "示范技能评价中心"],
        ["评价机构信用代码", invented_code(2)],
        ["评价机构属地", own.locality],
        ["评价地点", own.locality],
        ["培训机构实际控制人", "甲方"],
        ["评价机构实际控制人", "乙方"],
        ["核准开班日期", story.first_day.isoformat()],
        ["核准结课日期", story.last_day.isoformat()],
        ["核准学时", 3],
        ["核准地点", "201教室"],
        ["核准师资", "周老师、李老师"],
        ["是否已拨付", "否"],
        ["是否涉密单位", "否"],
    ]


_PERSON = (
    "姓名", "身份证号", "人员类别", "是否按月领取养老金", "是否本机构教职工", "是否录入实名制系统", "电子券号",
    "考核是否合格", "考核日期", "理论是否考核", "实操是否考核", "是否就业", "就业单位", "就业证明", "合同起始日期", "合同终止日期",
    "证书编号", "证书等级", "发证日期", "证书所载培训机构", "证书所载培训项目", "证书所载培训起始", "证书所载培训截止",
    "发放账户", "账户类别", "已享受的其他补贴", "申报天数", "申领金额（元）",
)  # fmt: skip


def _person(number: int, one: SampleIdentity, story: ClaimStory) -> Row:
    """The planted oddities: one account for three, a teacher, three short contracts, one firm, one certificate twice."""
    odd = story.planted
    account = 2 if odd and number in {3, 4} else number
    certificate = 12 if odd and number == 13 else number  # noqa: PLR2004 - the thirteenth and the fourteenth person
    hired = story.last_day + 24 * _DAY
    last = hired + (40 if odd and number in {8, 9, 10} else 364) * _DAY
    firm = 0 if odd and number < _ONE_FIRM else number
    return [
        one.name, one.id_number.digits, "城镇登记失业人员", "是" if odd and number == _PENSIONER else "否",
        "是" if odd and number == 6 else "否", "是", f"Q2025{number:04d}",  # noqa: PLR2004 - the seventh person
        "是", (story.last_day + 2 * _DAY).isoformat(), "是", "是", "是", f"示范家政公司{firm + 1}", "劳动合同", hired.isoformat(), last.isoformat(),
        f"PX{2025_0000 + certificate * 7}", "培训合格证书", (story.last_day + 3 * _DAY).isoformat(), story.manifest.institution, "家政服务员",
        story.first_day.isoformat(), story.last_day.isoformat(),
        f"62000000{account * 37 + 100_000_000:011d}", "社会保障卡", "无", story.days, story.yuan,
    ]  # fmt: skip


def _events(story: ClaimStory) -> list[Row]:
    """The steps in the order that the documents ask for; the money has not flowed yet."""
    begun, ended = story.first_day, story.last_day
    days = {
        "开班申请": begun - 28 * _DAY,
        "申请": begun - 18 * _DAY,
        "发券": begun - 13 * _DAY,
        "开班": begun,
        "结课": ended,
        "评价": ended + 2 * _DAY,
        "持证": ended + 3 * _DAY,
        "申领": ended + 35 * _DAY,
    }
    return [[name, f"{day:%Y%m%d}" if name == "发券" else day.isoformat()] for name, day in days.items()]


def _acts(story: ClaimStory) -> list[Row]:
    begun, ended = story.first_day, story.last_day
    asked, granted = (begun - 26 * _DAY).isoformat(), (begun - 19 * _DAY).isoformat()
    signed, until = (ended + 36 * _DAY).isoformat(), (ended + 43 * _DAY).isoformat()
    return [
        ["申请", "县级人社部门申请", "", asked, "", ""],
        ["申请", "县级财政部门申请", "", asked, "", ""],
        ["批准", "市级人社部门批准", "", granted, "", ""],
        ["批准", "市级财政部门批准", "", granted, "", ""],
        ["审查签字", "补贴审核表", "示例经办", signed, "", ""],
        ["审查签字", "补贴审核表", "示例复核", signed, "", ""],
        ["公示", "受理机关", "", signed, until, "单位名称、人员有关信息、补贴标准、补贴金额、培训内容"],
    ]


_PAPERS: list[Row] = [
    ["培训学员名册", "是"], ["教学计划", "是"], ["授课师资", "是"], ["教学资源", "是"], ["考核方案", "否"],
]  # fmt: skip


def _registry(story: ClaimStory) -> list[Row]:
    filed = (story.first_day - 28 * _DAY).isoformat()
    return [
        ["目录", "评价机构目录", "评价机构", "是", ""],
        ["系统记录", "开班申请", "培训学员名册、教学计划、授课师资、教学资源", "", filed],
        ["系统记录", "监管端", "实时画面、视频回放、手机签到记录", "", ""],
        ["系统记录", "审计日志", "完整的审计链", "", ""],
        ["整改处置", "无", "", "", ""],
    ]
