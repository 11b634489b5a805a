"""Whatever lies in a folder or a cell: no traceback, bounded time, and nothing invented."""

import csv
import tempfile
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from facts.errors import InputError
from facts.span import SHANGHAI
from ingest.manifest import parse_manifest
from ingest.manifest_lines import line_for_recording, quoted, with_columns
from ingest.tables.cells import Cell, CellKind, number_cell, text_cell
from ingest.tables.fault import Faults
from ingest.tables.leave import LeaveCalendar, leave_spans
from ingest.tables.moments import Years, clock_of, clocks_in, day_of, moment_of
from ingest.tables.search import read_tables
from ingest.tables.sheet import read_sheets
from ingest.tables.synonyms import TableRole
from tests.fixtures.old_excel import xls

FEW = settings(max_examples=60)
WORDS = st.sampled_from(
    [
        *(
            "姓名",
            "身份证号",
            "手机号",
            "请假",
            "日期",
            "节次",
            "学时",
            "学时数",
            "开始时间",
            "结束时间",
            "时间",
            "教室",
        ),
        *("类型", "教师", "打卡时间", "打卡结果", "经纬度", "设备", "备注", "甲一", "2025-04-07", "4月7日", "08:30"),
        *("9:15", "8:30-9:15", "1-2", "下午2点", "次日", "未打卡", "全程", "990101199003030017", "#REF!", "9.9E+17"),
        *("45754", "0.35", "37.8,113.5", "2025-04-07T08:30:00Z", "2025年13月45日", "99:99", "24:00", "第2学时"),
        *("201", "理论", "实操", "合计"),
    ]
)
TEXTS = st.one_of(WORDS, st.text(max_size=12), st.lists(WORDS, max_size=4).map("".join))
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-10, 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - as Excel stores them
)
GRIDS = st.lists(st.lists(VALUES, max_size=8), max_size=10)
CELLS = st.one_of(
    TEXTS.map(text_cell),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number_cell(repr(number))),
    st.floats(0, 80_000).map(lambda number: number_cell(repr(number), is_date=True)),
    st.builds(Cell, TEXTS, st.sampled_from(CellKind), st.one_of(st.none(), st.floats(0, 1e15))),
)


def read(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        read_sheets(path, name, Faults())
        tables = read_tables(Path(folder), year=2025)
        assert all(each.text.zh and each.text.en and each.where for each in tables.faults)


@FEW
@given(st.binary(max_size=600), st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.txt", "a"]))
def test_random_bytes_under_any_name(content: bytes, name: str) -> None:
    read(content, name)


SHAPE_HEADS = st.sampled_from(
    [
        ["节次", "时间", "星期一", "星期二", "星期三"],
        ["时段", "节次", "周一 3月3日", "周二 3月4日"],
        ["时间", "2025年4月7日", "2025年4月8日"],
        ["日期", "上午", "下午"],
        ["日期", "上午 8:30-10:00（2学时）", "下午2:30-4:00"],
        ["姓名", "1", "2", "3", "六", "日"],
        ["六", "日", "姓名", "30", "31", "1"],
        ["星期", "时间", "周次", "课程", "教室"],
        ["日期", "时间", "教室", "日期", "时间", "教室"],
        ["序号", "姓名", "性别", "序号", "姓名", "性别"],
        ["姓名", "打卡时间", "打卡结果"],
    ]
)
SHAPE_WORDS = st.sampled_from(
    [
        *(
            "",
            "第1节",
            "第1-2节",
            "第99节",
            "第十二节",
            "3",
            "上午",
            "下午",
            "晚上",
            "08:30-09:15",
            "2:30-3:15",
            "99:99-1:00",
        ),
        *(
            "24:00-24:00",
            "礼仪",
            "单周：礼仪/双周：护理实操",
            "礼仪(1-8周)",
            "礼仪(9-1周)",
            "99周",
            "08:20 11:50",
            "次日00:10",
        ),
        *(
            "开课日期：2025-03-03",
            "第1-16周",
            "第1周（2025年3月3日-3月9日）",
            "2025-12-29 至 2026-01-09",
            "2月30日 至 3月1日",
        ),
        *(
            "停课：5月1日至5月5日",
            "统计日期：2025-02-01 至 2025-02-28",
            "教室：201",
            "合计",
            "3人",
            "制表人：某",
            "周一",
            "日",
            "停课",
            "礼仪（取消）",
            "礼仪(单) 护理(双)",
            "8:30-9:15 礼仪 9:25-10:10 护理",
            "周一至周五",
            "周五至周一",
            "4月8日至10日",
            "停课：第3周周一",
            "法定节假日停课",
            "第9周考试",
            "晚自习",
            "补卡 08:30",
            "下午2:25",
            "*甲一",
            "以下空白",
            "合计3人（男1女2）",
        ),
    ]
)
SHAPE_ROWS = st.lists(st.lists(st.one_of(SHAPE_WORDS, TEXTS), max_size=6), max_size=6)


@FEW
@given(SHAPE_ROWS, SHAPE_HEADS, SHAPE_ROWS)
def test_random_rows_around_the_head_of_every_shape(
    above: list[list[str]], head: list[str], below: list[list[str]]
) -> None:
    lines = StringIO()
    csv.writer(lines).writerows([*above, head, *below])
    read(lines.getvalue().encode("utf-8", "replace"), "课表.csv")


@FEW
@given(
    st.lists(st.lists(TEXTS, max_size=8), max_size=10), st.sampled_from(",;\t"), st.sampled_from(["utf-8", "gb18030"])
)
def test_random_text_tables(rows: list[list[str]], separator: str, encoding: str) -> None:
    text = "\n".join(separator.join(row) for row in rows)
    read(text.encode(encoding, "replace"), "打卡.csv")


def sheet_of(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            legal = "".join(char for char in value if char.isprintable()) if isinstance(value, str) else value
            book.active.cell(number, column, legal)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@FEW
@given(GRIDS)
def test_random_workbooks(rows: list[list[object]]) -> None:
    read(sheet_of(rows), "花名册课表打卡.xlsx")


SAMPLE_XLSX = sheet_of([["姓名", "打卡时间"], ["甲一", datetime(2025, 4, 7, 8)]])  # noqa: DTZ001 - as Excel stores it
SAMPLE_XLS = xls([["姓名", "打卡时间"], ["甲一", 45754.5], ["乙二", 45754.6]])


@FEW
@given(st.data())
def test_old_workbooks_with_changed_bytes(data: st.DataObject) -> None:
    content = bytearray(SAMPLE_XLS)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[at] = data.draw(st.integers(0, 255))
    read(bytes(content), "a.xls")


@FEW
@given(st.data())
def test_packages_with_changed_or_cut_bytes(data: st.DataObject) -> None:
    content = bytearray(SAMPLE_XLSX)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    read(bytes(content[: data.draw(st.integers(0, len(content)))]), "a.xlsx")


@FEW
@given(
    st.sampled_from(["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"]), st.data()
)
def test_parts_with_changed_text(name: str, data: st.DataObject) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(SAMPLE_XLSX)) as old, zipfile.ZipFile(stream, "w") as new:
        for each in old.infolist():
            part = bytearray(old.read(each.filename))
            if each.filename == name:
                for at in data.draw(st.lists(st.integers(0, len(part) - 1), max_size=4)):
                    part[at] = data.draw(st.sampled_from(b'0129 <>"/=AZxs-'))
            new.writestr(each.filename, bytes(part))
    read(stream.getvalue(), "a.xlsx")


@settings(max_examples=300)
@given(CELLS)
def test_cells_give_a_time_or_nothing(cell: Cell) -> None:
    years = Years(2025)
    day, clock, moment = day_of(cell, years), clock_of(cell), moment_of(cell, years, date(2025, 4, 7))
    assert day is None or 1990 <= day.year <= 2110
    assert clock is None or timedelta() <= clock <= timedelta(days=2)
    assert moment is None or moment.tzinfo
    clocks_in(cell.plain)


@settings(max_examples=200)
@given(TEXTS, st.integers(2020, 2030))
def test_leave_grants_only_whole_spans(text: str, year: int) -> None:
    spans, unread = leave_spans(text, LeaveCalendar(Years(year)))
    assert all(span for span in spans)
    assert all(unread)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)))  # noqa: DTZ001 - a wall clock
def test_a_moment_survives_every_way_to_write_it(wall: datetime) -> None:
    second = wall.replace(microsecond=0)
    expected = second.replace(tzinfo=SHANGHAI).astimezone(UTC)
    serial = (second - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - Excel's day zero
    for text in (
        f"{second:%Y-%m-%d %H:%M:%S}",
        f"{second:%Y/%m/%d %H:%M:%S}",
        f"{second.year}年{second.month}月{second.day}日 {second.hour}时{second.minute}分{second.second}秒",
        second.replace(tzinfo=SHANGHAI).isoformat(),
        f"{expected:%Y-%m-%dT%H:%M:%SZ}",
    ):
        assert moment_of(text_cell(text), Years()) == expected
    assert moment_of(number_cell(repr(serial), is_date=True), Years()) == expected


def refusal(content: bytes) -> str:
    try:
        parse_manifest(content)
    except InputError as error:
        return str(error)
    return ""


@settings(max_examples=200)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_manifest_is_read_or_refused_in_words(content: bytes) -> None:
    told = refusal(content)
    assert not told or told.startswith("class.toml")


@given(st.text(max_size=40))
def test_quoted_text_comes_back(text: str) -> None:
    learnt = parse_manifest(f"[columns.roster]\nname = {quoted(text)}\n".encode())
    assert learnt.columns[TableRole.ROSTER]["name"] == ("".join(text).strip(),)


@given(st.text("ab/\\\"'中 ", min_size=1, max_size=20).filter(lambda text: text.strip("/\\ ")))
def test_the_lines_for_any_path_parse_once_filled(path: str) -> None:
    filled = line_for_recording(path, "CH01").replace("YYYY-MM-DDThh:mm:ss", "2025-04-07T08:30:00")
    inside = not path.startswith(("/", "\\"))
    assert (refusal(filled.encode()) == "") is inside


@given(st.text(max_size=20), st.text(max_size=20))
def test_learning_columns_twice_is_learning_them_once(name: str, time: str) -> None:
    columns = {"name": name, "time": time}
    once = with_columns('# 注\n[class]\nid = "x"\n', TableRole.CHECKINS, columns)
    assert with_columns(once, TableRole.CHECKINS, columns) == once
    assert once.startswith('# 注\n[class]\nid = "x"\n')
