import json
from dataclasses import dataclass
from datetime import date

from policy.rulebook import IssuerLevel

_ASSUMPTIONS = """\
[assumptions]
class_hour = { minutes = 45, prefer_timetable = true }     # A1 学时分钟数
expected = { who = "checked_in_minus_leave" }              # A2 应到人数
visible = { mode = "simultaneous", share = "80/100" }      # A3 显示全体
same_window = { required = true }                          # A4 同一窗口
continuity = { max_gap_s = 2, stitch_cameras = false }     # A5 连续
inside_hour = { required = true }                          # A6 学时之内
retention = { base = "latest" }                            # A7 留存起算
employment_rate = { denominator = "qualified" }            # A8 就业率分母
day = { min_hours = 1 }                                    # A9 一天
motion_only = { counts_as = "unproven" }                   # A10 移动侦测
wording = { above_includes = true, usual_is_soft = true }  # A11 措辞
clock = { max_offset_s = 120 }                             # A12 时钟
governing = { by = "class_day" }                           # A13 适用日期
"""

_REPLACES = """\
# 文件言明取代他文件时填写；未言明而两份同时有效的，程序不替人选择。
# [replaces]
# books = ["…"]          # 被取代文件的 id
# earlier = true         # 或：此前有关规定与本文件不一致的，按本文件执行
# article = "第…条"
# quote = "（逐字抄录原文）"
"""
_REVIEW = """\
# 文件写明哪些可由人工复核认定时填写；不写则按 R1：画面人数、时钟偏差可以，录像中断不可以，15 天内可答复。
# [review]
# view = true
# clock = true
# by = ["inspector", "reviewer"]   # 监管抽查员、补贴审核员
# answer_days = 15
# article = "第…条"
# quote = "（逐字抄录原文）"
"""
_WORDS = """\
# 文件自己的人群与项目用语，逐字引原文；also 为原文中的别称，usual 为经办机构的写法，members 为其所含的词。
[[group]]
name = "重点群体"
en = "key employment groups"
article = "第…条"
quote = "（逐字抄录原文）"
usual = ["重点就业群体", "就业重点群体"]

[[programme]]
name = "项目制培训"
en = "project training"
article = "第…条"
quote = "（逐字抄录原文）"
usual = ["项目制"]
"""


@dataclass(frozen=True, slots=True)
class Outline:
    """What an author knows of a document before reading its clauses."""

    id: str
    prefix: str
    title: str
    number: str
    issuer: str
    source: str
    place: str
    issued: date
    first: date
    last: date | None = None


def scaffold(outline: Outline) -> str:
    """A rulebook that loads as it stands, with one rule to copy from and nothing sealed yet."""
    o = outline
    last = f"last = {o.last}" if o.last else "# last = 2026-10-15          # 文件写明失效日时填写"
    lines = [
        f"id = {_quoted(o.id)}",
        f"title = {{ zh = {_quoted(o.title)}, en = {_quoted(o.title)} }}",
        f"number = {_quoted(o.number)}",
        f"issuer = {_quoted(o.issuer)}",
        f'level = "{_level(o.place)}"   # nation、province、city、county：谁的文件',
        f"source = {_quoted(o.source)}   # 原文文件名的开头",
        f"places = [{_quoted(o.place)}]   # 省/市/县",
        f"issued = {o.issued}",
        "",
        "[valid]",
        f"first = {o.first}",
        last,
        'confidence = "stated"   # 或 "inferred"（须写 note）',
        "",
        _REPLACES,
        _ASSUMPTIONS,
        _REVIEW,
        _WORDS,
        "# 一条规则一张表；种类与参数见 docs/policy-authoring.md；quote 必须逐字取自原文。",
        "[[rule]]",
        f"id = {_quoted(o.prefix + '-V1')}",
        'kind = "video.continuous"',
        'title = { zh = "每学时连续录像不低于 10 分钟", en = "ten continuous minutes in every class hour" }',
        'article = "第…条"',
        'quote = "（逐字抄录原文）"',
        'binds = ["培训机构"]',
        'groups = ["重点群体"]',
        'level = "A"',
        'assumes = ["A1", "A5", "A6", "A10", "A12", "A13"]',
        'coverage = "window"',
        "min_s = 600",
        "max_gap_s = 2",
        "",
    ]
    return "\n".join(lines)


def _level(place: str) -> str:
    """As deep as the place's path goes."""
    levels = tuple(IssuerLevel)
    return levels[min(len(place.split("/")), len(levels) - 1)].value


def _quoted(text: str) -> str:
    """The text as a TOML string; a JSON string is one as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
