"""Registry files as counties really export them: tolerant of names, strict about every cell."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from demo.identity import identities
from facts.money import Fen
from facts.registry import PENSION, BenefitPeriod, CatalogueEntry, Certificate, Employment, Enrolment, Registry, Session
from ingest.registries.columns import COLUMNS, REQUIRED, TITLES
from ingest.registries.reader import ReadRegistry, read_registry

PEOPLE = identities(6)
HEADER = "姓名,身份证号码,人员类别,培训机构名称,统一社会信用代码,班期编号,培训类型,培训工种,等级,开班日期,结业日期,培训天数,补贴金额（元）,年度,银行账号"


def line(number: int, **changes: str) -> str:
    person = PEOPLE[number]
    cells = {
        "name": person.name,
        "id": person.id_number.digits,
        "group": "城镇登记失业人员",
        "institution": "示范学校",
        "code": "52990000MJ00000001",
        "class": "2024-01",
        "programme": "项目制",
        "occupation": "养老护理员",
        "level": "五级（初级工）",
        "first": "2024-03-04",
        "last": "2024年3月13日",
        "days": "10",
        "amount": "1,500.00",
        "paid": "2024",
        "account": "6200 9900 0000 0001",
    }
    return ",".join(f'"{cell}"' for cell in (cells | changes).values())


def read(
    tmp_path: Path, text: str, registry: Registry = Registry.REALNAME, encoding: str = "utf-8-sig"
) -> ReadRegistry:
    path = tmp_path / "导出.csv"
    path.write_bytes(text.encode(encoding))
    return read_registry(path, registry)


def book(tmp_path: Path, rows: Iterable[Iterable[object]], merge: str = "") -> Path:
    workbook = Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    path = tmp_path / "导出.xlsx"
    workbook.save(path)
    return path


def told(result: ReadRegistry) -> list[tuple[str, str]]:
    return [(fault.where.rpartition("!")[2], fault.text.zh) for fault in result.faults]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_an_export_is_read_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    result = read(tmp_path, f"{HEADER}\n{line(0)}\n{line(1)}\n合计,,,,,,,,,,,,3000,,\n", encoding=encoding)
    assert result.faults == ()
    first, second = result.rows
    assert isinstance(first, Enrolment)
    assert first.person.id_number == PEOPLE[0].id_number
    assert (first.course.programme, first.course.level) == ("项目制培训", "初级工")
    assert (first.course.first_day, first.course.last_day) == (date(2024, 3, 4), date(2024, 3, 13))
    assert (first.days, first.amount, first.paid_year) == (10, Fen.yuan(1500), 2024)
    assert first.account == "6200990000000001"
    assert second.course == first.course


def test_titles_above_the_header_and_other_names_are_found(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        [
            ["示范县职业技能培训实名制登记表"],
            [],
            ["序号", "学员姓名", "公民身份号码", "承训机构", "机构代码", "班级", "开课日期", "结课日期"],
            [
                1,
                PEOPLE[0].name,
                PEOPLE[0].id_number.digits,
                "示范学校",
                "52990000MJ00000001",
                "1班",
                date(2024, 3, 4),
                20240313,
            ],
        ],
    )
    result = read_registry(path, Registry.REALNAME)
    assert result.faults == ()
    (row,) = result.rows
    assert isinstance(row, Enrolment)
    assert (row.course.first_day, row.course.last_day) == (date(2024, 3, 4), date(2024, 3, 13))


def test_every_fault_is_told_at_once_by_row_and_column(tmp_path: Path) -> None:
    text = "\n".join(
        [
            HEADER,
            line(0, id="110105194912310021"),
            line(1, first="三月四日"),
            line(2, last="2024-01-01"),
            line(3, amount="-5", days="许多"),
            line(4, code="12345"),
            line(5),
        ]
    )
    result = read(tmp_path, text)
    places = [place for place, _ in told(result)]
    assert places == ["B2", "J3", "K4", "L5", "M5", "E6"]
    assert result.left_out == 5
    assert len(result.rows) == 1
    assert "110105194912310021" not in str(result.faults)


def test_ids_that_excel_rounded_are_no_ids(tmp_path: Path) -> None:
    header = ["姓名", "身份证号", "待遇开始日期"]
    path = book(tmp_path, [header, [PEOPLE[0].name, 991234198001011000, date(2020, 1, 1)]])
    result = read_registry(path, Registry.PENSION)
    ((place, text),) = told(result)
    assert place == "B2"
    assert "Excel" in text
    assert result.rows == ()


def test_merged_cells_and_formulas_are_told(tmp_path: Path) -> None:
    header = ["机构名称", "整改开始日期", "整改结束日期"]
    rows = [header, ["示范学校", date(2024, 1, 1), "=B2+30"], [None, date(2024, 5, 1), date(2024, 6, 1)]]
    result = read_registry(book(tmp_path, rows, merge="A2:A3"), Registry.SANCTIONS)
    assert any("合并" in text for _, text in told(result))
    assert any("公式" in text for _, text in told(result))
    assert result.damaged


def test_a_text_that_would_be_a_formula_or_hides_an_id_number_is_refused(tmp_path: Path) -> None:
    number = PEOPLE[1].id_number.digits
    formula = "=HYPERLINK(1)"
    result = read(tmp_path, f"{HEADER}\n{line(0, **{'class': formula})}\n{line(1, occupation='焊工' + number)}")
    assert [place for place, _ in told(result)] == ["F2", "H3"]
    assert number not in str(result.faults)


def test_a_repeated_line_counts_once_and_a_contradicting_one_is_a_fault(tmp_path: Path) -> None:
    same = read(tmp_path, f"{HEADER}\n{line(0)}\n{line(0)}")
    assert (len(same.rows), len(same.faults), len(same.notes)) == (1, 0, 1)
    other = read(tmp_path, f"{HEADER}\n{line(0)}\n{line(0, amount='900')}")
    assert [place for place, _ in told(other)] == ["第3行"]


def test_the_wrong_registry_is_named(tmp_path: Path) -> None:
    text = f"姓名,身份证号,证书编号,评价机构,发证日期\n{PEOPLE[0].name},{PEOPLE[0].id_number.digits},S1,示范评价,2024-01-02"
    result = read(tmp_path, text, Registry.REALNAME)
    assert result.rows == ()
    assert "--as certificates" in result.faults[0].text.zh
    assert "班期编号" in result.faults[0].text.zh
    assert isinstance(read(tmp_path, text, Registry.CERTIFICATES).rows[0], Certificate)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-04", date(2024, 3, 4)),
        ("2024/3/4", date(2024, 3, 4)),
        ("2024.3.4", date(2024, 3, 4)),
        ("2024年3月4日", date(2024, 3, 4)),
        ("20240304", date(2024, 3, 4)),
        ("45355", date(2024, 3, 4)),
        ("2024-03-04 08:00:00", date(2024, 3, 4)),
        ("1998年7月", date(1998, 7, 1)),
        ("199807", date(1998, 7, 1)),
    ],
)
def test_dates_of_every_kind_are_read(tmp_path: Path, written: str, day: date) -> None:
    person = PEOPLE[0]
    result = read(
        tmp_path, f"姓名,身份证号,退休时间\n{person.name},{person.id_number.digits},{written}", Registry.PENSION
    )
    assert result.faults == ()
    (row,) = result.rows
    assert isinstance(row, BenefitPeriod)
    assert (row.kind, row.since) == (PENSION, day)


@pytest.mark.parametrize("written", ["3/4/2024", "2024-13-01", "去年", "0", "2024-02-30"])
def test_what_is_no_date_is_not_guessed(tmp_path: Path, written: str) -> None:
    person = PEOPLE[0]
    result = read(
        tmp_path, f"姓名,身份证号,退休时间\n{person.name},{person.id_number.digits},{written}", Registry.PENSION
    )
    assert result.rows == ()
    assert [place for place, _ in told(result)] == ["C2"]


def test_sessions_employment_and_catalogues_are_read(tmp_path: Path) -> None:
    sessions = read(
        tmp_path,
        "机构名称,班期编号,上课日期,开始时间,结束时间\n示范学校,1班,2024-03-04,8:30,下午2:15",
        Registry.SESSIONS,
    )
    assert isinstance(sessions.rows[0], Session)
    assert (sessions.rows[0].start_min, sessions.rows[0].end_min) == (510, 855)
    person = PEOPLE[0]
    text = f"身份证号,用人单位,合同开始日期,停保日期,合同期限(月),参保人数\n{person.id_number.digits},示范厂,2024-03-04,,12个月,40"
    (job,) = read(tmp_path, text, Registry.EMPLOYMENT).rows
    assert isinstance(job, Employment)
    assert (job.until, job.stated_months, job.staff_of_employer) == (None, 12, 40)
    (listed,) = read(
        tmp_path, "评价机构名称,备案日期,有效期至\n示范评价,2020-01-01,2023-01-01", Registry.EVALUATORS
    ).rows
    assert isinstance(listed, CatalogueEntry)
    assert (listed.catalogue, listed.until) == (Registry.EVALUATORS, date(2023, 1, 1))


@pytest.mark.parametrize("registry", Registry)
def test_every_registry_says_what_it_needs(registry: Registry) -> None:
    assert {name for group in REQUIRED[registry] for name in group} <= set(COLUMNS[registry])
    assert TITLES[registry].zh


def test_an_empty_file_and_a_header_alone_are_faults(tmp_path: Path) -> None:
    assert read(tmp_path, "").faults
    assert read(tmp_path, HEADER).faults
    assert read_registry(tmp_path / "fehlt.csv", Registry.REALNAME).faults
