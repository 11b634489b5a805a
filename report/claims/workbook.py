"""The screening as a workbook for the paying office; no cell of it can run anything."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from facts.verdict import Status
from report.cells import safe_cell
from report.claims.schema import ClaimDocument, MoneyEntry, PersonSums, PurseEntry

_YUAN = "#,##0.00"
_FEN = 100
_FILLS = {Status.FAIL.value: "F9DEDB", Status.UNPROVEN.value: "FCEBCB", Status.PASS.value: "DCE8F6"}
_COLOURS = {Status(name).zh: colour for name, colour in _FILLS.items()}
_PAIR, _PAIR_WIDTH = 2, 40
_WIDTHS = (8, 18, 16, 14, 40, 16, 16, 16, 40, 30)

Value = str | int | MoneyEntry | None


def screening_workbook(document: ClaimDocument) -> bytes:
    """One sheet each for the sums, the people, the findings, the doubts, the papers and what it all rests on."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    first.title = "汇总"
    _rows(first, ["项目", "内容"], _summary(document))
    _sheet(
        book,
        "逐人资金",
        [
            "行",
            "姓名",
            "证号",
            "类别",
            "算式",
            "有效天数",
            "申领",
            "核定可支持",
            "存疑",
            "差额",
            "其中复核认定",
            "发给",
            "资金",
        ],
        map(_person, _parts(document)),
    )
    _sheet(book, "核验项", ["规则", "结论", "影响拨付", "条款", "说明", "怎么办", "涉及行"], _findings(document))
    _sheet(
        book,
        "疑点",
        ["编号", "疑点", "说明", "规则", "条款", "涉及行", "可能的正当原因", "核实约（秒）", "可发给机构"],
        _doubts(document),
    )
    _sheet(book, "材料", ["清单", "材料", "状态"], _papers(document))
    _sheet(book, "输入", ["文件", "类别", "字节", "SHA-256", "提示"], _inputs(document))
    kept = BytesIO()
    # The file says when the screening was made, not when somebody exported it.
    made = datetime.fromisoformat(document["made_at"]).astimezone(UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = made
    book.properties.creator = "xueshi"
    book.save(kept)
    return kept.getvalue()


def put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    """One value; text always as text, money in yuan, neither ever as a formula."""
    if isinstance(value, dict):
        cell = sheet.cell(row, column, value["fen"] / _FEN)
        cell.number_format = _YUAN
    else:
        cell = sheet.cell(row, column, "–" if value is None else safe_cell(value) if isinstance(value, str) else value)
        cell.number_format = "@" if isinstance(value, str) else "General"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str) and value in _COLOURS:
        cell.fill = PatternFill("solid", _COLOURS[value])


def _sheet(book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    _rows(book.create_sheet(name), head, rows)


def _rows(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    for column, text in enumerate(head, start=1):
        sheet.cell(1, column, text).font = Font(bold=True)
        wide = _PAIR_WIDTH if len(head) == _PAIR else _WIDTHS[(column - 1) % len(_WIDTHS)]
        sheet.column_dimensions[get_column_letter(column)].width = wide
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            put(sheet, number, column, value)
    sheet.freeze_panes = "A2"


def _end(document: ClaimDocument) -> Iterable[tuple[Value, ...]]:
    """What reviewers made of the claim; nothing where no service keeps it."""
    if end := document["end"]:
        yield ("办理状态", end["text"]["zh"])
        for one in end["settled"]:
            to = "，".join(part for part in (one["recipient"]["zh"], one["fund"]) if part)
            yield (f"核定金额（元）发给{to}", one["settled"])
            yield (f"已拨付（元）发给{to}", one["paid"])


def _summary(document: ClaimDocument) -> list[tuple[Value, ...]]:
    claim, policy, totals = document["claim"], document["policy"], document["totals"]
    tried = [("暂按已失效文件", "只是试算，任何金额都不能以此支付")] if policy.get("provisional") else []
    return [
        *tried,
        ("申领编号", claim["id"]),
        ("班期", f"{claim['class_name']}（{claim['class_id']}）"),
        ("培训机构", claim["institution"]),
        ("项目类别", claim["programme"]),
        ("依据", f"{policy['title']}（{policy['valid_from'] or '…'} 至 {policy['valid_to'] or '…'}）"),
        ("核查日", document["as_of"]),
        *_end(document),
        ("申领（元）", totals["claimed"]),
        ("核定可支持金额（元）", totals["supported"]),
        ("其中复核认定（学时）", document["summary"]["reviewed_hours"]),
        ("其中复核认定（元）", totals["by_review"]),
        ("存疑待核（元）", totals["unproven"]),
        ("差额（元）", totals["difference"]),
        *(
            row
            for one in document["purses"][1:]
            for row in (
                (f"另：{_purse(one)} 申领（元）", one["claimed"]),
                (f"另：{_purse(one)} 核定可支持金额（元）", one["supported"]),
                (f"另：{_purse(one)} 存疑待核（元）", one["unproven"]),
            )
        ),
        *(("假设 " + one["id"], f"{one['text']['zh']} {one['value']}".strip()) for one in document["assumptions"]),
    ]


def _parts(document: ClaimDocument) -> list[PersonSums]:
    return [*document["people"], *([document["whole"]] if document["whole"] else []), *document["beside"]]


def _purse(one: PurseEntry | PersonSums) -> str:
    return "，".join(part for part in (one["recipient"]["zh"], one["fund"]) if part)


def _person(one: PersonSums) -> tuple[Value, ...]:
    sums = "；".join(trace["sum"]["zh"] for trace in one["traces"])
    stopped = "；".join(f"不计入（{item['rule']}）：{item['text']['zh']}" for item in one["withheld"])
    days = one["time"]["days"] if one["time"] else None
    return (
        one["no"], one["name_masked"], one["id_masked"], one["group"], "\n".join(part for part in (sums, stopped) if part),
        days, one["claimed"], one["supported"], one["unproven"], one["difference"],
        one["by_review"], one["recipient"]["zh"], one["fund"],
    )  # fmt: skip


def _findings(document: ClaimDocument) -> Iterable[tuple[Value, ...]]:
    for one in document["findings"]:
        remedy = one["remedy"]["zh"] if one["remedy"] else ""
        status = Status(one["status"]).zh
        stops = "是" if one["stops_money"] else ""
        yield (
            one["rule"],
            status,
            stops,
            f"{one['article']}「{one['quote']}」",
            one["text"]["zh"],
            remedy,
            _lines(one["who"]),
        )


def _doubts(document: ClaimDocument) -> Iterable[tuple[Value, ...]]:
    for one in document["doubts"]:
        innocent = "；".join(item["zh"] for item in one["innocent"])
        clause = f"{one['article']}「{one['quote']}」" if one["quote"] else ""
        yield (
            one["id"], one["word"]["zh"], one["text"]["zh"], one["rule"], clause, _lines(one["who"]), innocent,
            one["check_cost_s"], one["ask"]["zh"],
        )  # fmt: skip


def _papers(document: ClaimDocument) -> Iterable[tuple[Value, ...]]:
    words = {True: "已交", False: "缺", None: "未说明"}
    for one in document["papers"]:
        yield one["list_id"], " / ".join(one["any_of"]), words[one["present"]]


def _inputs(document: ClaimDocument) -> Iterable[tuple[Value, ...]]:
    for one in document["inputs"]:
        notes = "\n".join(note["zh"] for note in one["notes"])
        yield one["path"], one["role"], one["size_bytes"], one["sha256"] or "", notes


def _lines(numbers: Iterable[int]) -> str:
    return "、".join(map(str, numbers))
