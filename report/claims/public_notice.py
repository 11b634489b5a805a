"""The public notice (公示) as the clause lists it: unit, people masked, standard, amounts, what was taught."""

from dataclasses import dataclass
from io import BytesIO

from markupsafe import Markup
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from report import palette, times
from report.claims.money import yuan
from report.claims.schema import ClaimDocument, MoneyEntry, NoticeEntry
from report.claims.workbook import Value, put
from report.jinja import templates


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One person as the public may see one, and the sum that evidence supports."""

    no: int
    name_masked: str
    id_masked: str
    group: str
    days: int | None
    amount: MoneyEntry


def public_lines(document: ClaimDocument) -> list[PublicLine]:
    """Everybody for whom something would be paid; amounts are those that evidence supports, never those claimed.

    What goes to the person out of another fund stands on a line of its own.
    """
    paid = [one for one in (*document["people"], *document["beside"]) if one["supported"]["fen"] > 0]
    return [
        PublicLine(
            number,
            one["name_masked"],
            _tail(one["id_masked"]),
            f"{one['group']}（{one['fund'] or one['recipient']['zh']}）" if one in document["beside"] else one["group"],
            one["time"]["days"] if one["time"] else None,
            one["supported"],
        )
        for number, one in enumerate(paid, start=1)
    ]


def _tail(masked: str) -> str:
    """The last four behind stars of a fixed length."""
    return f"**** {masked[-4:]}" if masked else ""


def standard(document: ClaimDocument) -> str:
    """The standard as the document words it: the clauses that the sums come from."""
    traces = [trace for person in document["people"] for trace in person["traces"] if trace["total"]]
    clauses = dict.fromkeys((trace["article"], trace["quote"]) for trace in traces)
    return "；".join(f"{article}「{quote}」" for article, quote in clauses)


def end_lines(document: ClaimDocument) -> list[str]:
    """How far the claim has come and what is due, for each recipient and fund; nothing where no service keeps it."""
    end = document["end"]
    if end is None:
        return []
    sums = [
        f"核定金额（发给{'，'.join(part for part in (one['recipient']['zh'], one['fund']) if part)}）：{yuan(one['settled'])} 元"
        for one in end["settled"]
    ]
    return [f"办理状态：{end['text']['zh']}", *sums]


def notice_page(document: ClaimDocument, notice: NoticeEntry) -> str:
    """One printable page to hang up, in one file."""
    environment = templates("report")
    environment.filters |= {"yuan": yuan, "day": lambda text: times.day(text)["zh"]}
    lines = public_lines(document)
    return environment.get_template("notice.html.j2").render(
        d=document,
        n=notice,
        lines=lines,
        end_lines=end_lines(document),
        total=_total(lines),
        standard=standard(document),
        light=Markup(palette.variables(palette.LIGHT)),  # noqa: S704 - our own constants
    )


def _total(lines: list[PublicLine]) -> MoneyEntry:
    fen = sum(line.amount["fen"] for line in lines)
    return {"fen": fen, "yuan": f"{fen // 100}.{fen % 100:02d}"}


def notice_workbook(document: ClaimDocument, notice: NoticeEntry) -> bytes:
    """The same as a workbook."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = "公示"
    claim = document["claim"]
    lines = public_lines(document)
    tried = [("暂按已失效文件，不得张贴公示",)] if document["policy"].get("provisional") else []
    rows: list[tuple[Value, ...]] = [
        *tried,
        (f"{claim['institution']} {claim['programme']}补贴公示",),
        (f"培训内容：{claim['class_name']} {claim['occupation']} {claim['level']}",),
        (f"补贴标准：{standard(document)}",),
        (f"公示期：{notice['first'] or '…'} 至 {notice['enough_on'] or '…'}，{notice['needed']} 个工作日",),
        *((line,) for line in end_lines(document)),
        ("序号", "姓名", "证号", "人员类别", "有效天数", "补贴金额（元）"),
        *((one.no, one.name_masked, one.id_masked, one.group, one.days, one.amount) for one in lines),
        ("合计", "", "", "", "", _total(lines)),
    ]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            put(sheet, number, column, value)
        if len(row) == 1:
            sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=6)
    sheet["A1"].font = Font(bold=True, size=14)
    for letter, width in zip("ABCDEF", (8, 16, 16, 22, 12, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
