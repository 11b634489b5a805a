from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from facts.errors import FaultsError, InputError
from facts.money import Fen
from ingest.claims.fault import ClaimFileError
from ingest.claims.form import TABLES
from ingest.claims.header_form import HEADER
from ingest.claims.people_form import PEOPLE
from policy.shelf import packaged
from runtime.claims.vocabulary import known_programme, papers_of
from tests.fixtures.claim_files import HEAD, as_json, column_of, fill, odd_book, people, read


def faults(path: Path) -> str:
    with pytest.raises(FaultsError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize("programme", packaged().programmes)
def test_every_programme_has_a_template_that_reads_back_what_was_filled_in(tmp_path: Path, programme: str) -> None:
    path = fill(tmp_path / "c.xlsx", {**HEAD, "programme": programme}, programme=programme)
    claim = read(path).claim
    assert claim.training_class.programme == programme
    assert [person.claimed for person in claim.people] == [Fen.yuan(1700)] * 2
    assert claim.actual.first == date(2025, 4, 7)


def test_an_unfilled_template_is_refused_with_every_missing_item_and_its_cell(tmp_path: Path) -> None:
    path = fill(tmp_path / "c.xlsx", {}, [{}])
    said = faults(path)
    for item in HEADER.fields:
        if item.required and item.name != "programme":
            assert f"没有填“{item.zh}”" in said
    assert "“学员”里没有记录" in said


def test_the_template_keeps_long_numbers_as_text_and_offers_lists(tmp_path: Path) -> None:
    book = load_workbook(fill(tmp_path / "c.xlsx"))
    sheet = book[PEOPLE.zh]
    for name in ("id_number", "account", "certificate_number"):
        column = column_of(sheet, PEOPLE, name)
        assert sheet.cell(30, column).number_format == "@"
        assert sheet.column_dimensions[get_column_letter(column)].number_format == "@"
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list"}
    assert "城镇登记失业人员" in {cell.value for row in book["选项"].iter_rows() for cell in row}
    assert sheet["A4"].value == "示例"


def test_the_papers_that_documents_ask_for_stand_in_the_template(tmp_path: Path) -> None:
    sheet = load_workbook(fill(tmp_path / "c.xlsx"))["材料清单"]
    listed = {row[1].value for row in sheet.iter_rows(min_row=5)}
    assert set(papers_of(packaged(), "项目制培训")) <= listed


def test_an_unknown_programme_is_told_in_one_line_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"expected one of .*项目制培训.*did you mean .*项目制培训") as caught:
        known_programme(packaged(), "专项制培训")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spelling", ["项目制", "项目制技能培训", "项目制 培训"])
def test_a_programme_may_be_asked_for_by_any_of_its_spellings(spelling: str) -> None:
    assert known_programme(packaged(), spelling) == "项目制培训"


@pytest.mark.parametrize("written", ["2025-04-07", "2025年4月7日", "20250407", "2025/4/7", date(2025, 4, 7), 45754])
def test_a_day_may_be_written_in_the_ways_people_write_it(tmp_path: Path, written: object) -> None:
    assert read(fill(tmp_path / "c.xlsx", {**HEAD, "first_day": written})).claim.actual.first == date(2025, 4, 7)


def test_a_day_without_its_year_is_told_and_not_guessed(tmp_path: Path) -> None:
    said = faults(fill(tmp_path / "c.xlsx", {**HEAD, "first_day": "4月7日"}))
    assert "开班日期看不出是哪一天" in said
    assert "[申领表头]!B" in said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("claimed", -500, "申领金额（元）为负数"),
        ("claimed", "一千七", "申领金额（元）不是金额"),
        ("claimed", 0.001, "不能精确到分"),
        ("id_number", 110105194912310000, "已被 Excel 改写"),
        ("id_number", "990000199001010011", "校验码不对"),
        ("id_number", "12345", "位数"),
        ("pension", "也许", "应填“是”或“否”"),
        ("contract_from", "下个月", "看不出是哪一天"),
        ("account", 6200000000000000123, "超过 15 位的尾数已被 Excel 改写"),
        ("claimed_days", "3.5", "不是整数"),
    ],
)
def test_what_cannot_be_believed_is_told_by_sheet_row_and_column(
    tmp_path: Path, field: str, value: object, said: str
) -> None:
    rows = people()
    rows[1][field] = value
    path = fill(tmp_path / "c.xlsx", HEAD, rows)
    sheet = load_workbook(path)[PEOPLE.zh]
    letter = sheet.cell(6, column_of(sheet, PEOPLE, field)).coordinate
    told = faults(path)
    assert said in told
    assert f"c.xlsx[学员]!{letter}：" in told


def test_all_faults_are_told_at_once_and_nothing_is_taken_in(tmp_path: Path) -> None:
    rows = people(3)
    rows[0]["claimed"], rows[1]["id_number"], rows[2]["pension"] = -1, "12345", "?"
    with pytest.raises(ClaimFileError) as caught:
        read(fill(tmp_path / "c.xlsx", {**HEAD, "uscc": "91140300MA0000000X"}, rows))
    assert len(caught.value.faults) == 4


def test_no_fault_repeats_a_whole_id_number(tmp_path: Path) -> None:
    rows = people(2)
    wrong = str(rows[0]["id_number"])[:17] + ("1" if str(rows[0]["id_number"])[17] != "1" else "2")
    rows[0]["id_number"] = wrong
    rows.append(dict(rows[1]))
    said = faults(fill(tmp_path / "c.xlsx", HEAD, rows))
    assert "同一身份证号" in said
    assert wrong not in said
    assert str(rows[1]["id_number"]) not in said


@pytest.mark.parametrize("field", ["claimed", "pension", "contract_from", "claimed_days", "group", "account_kind"])
def test_a_number_in_a_wrong_column_is_never_repeated_whole(tmp_path: Path, field: str) -> None:
    rows = people(2)
    rows[1][field] = rows[0]["id_number"]
    rows[1]["contract_to"] = "?"
    path = fill(tmp_path / "c.xlsx", HEAD, rows)
    with pytest.raises(ClaimFileError) as caught:
        read(path)
    said = str(caught.value) + " ".join(note.zh + note.en for note in caught.value.notes)
    assert str(rows[0]["id_number"]) not in said
    assert str(rows[0]["id_number"])[:17] not in said


def test_a_formula_is_used_as_it_was_saved_and_told(tmp_path: Path) -> None:
    path = fill(tmp_path / "c.xlsx")
    book = load_workbook(path)
    book["申领表头"]["B20"] = "=SUM(1,2)"
    book.save(path)
    assert "公式没有保存计算结果" in faults(path)


def test_merged_cells_among_the_people_are_refused(tmp_path: Path) -> None:
    path = fill(tmp_path / "c.xlsx")
    book = load_workbook(path)
    sheet = book[PEOPLE.zh]
    column = column_of(sheet, PEOPLE, "claimed")
    sheet.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)
    book.save(path)
    assert "合并单元格" in faults(path)


def test_hidden_rows_count_and_are_told_and_hidden_sheets_do_not(tmp_path: Path) -> None:
    path = fill(tmp_path / "c.xlsx")
    book = load_workbook(path)
    book[PEOPLE.zh].row_dimensions[6].hidden = True
    book["券事件"].sheet_state = "hidden"
    book["券事件"]["B5"], book["券事件"]["C5"] = "申请", "2025-03-01"
    book.save(path)
    found = read(path)
    assert len(found.claim.people) == 2
    assert found.claim.voucher_events is None
    told = " ".join(note.zh for note in found.notes)
    assert "此行被隐藏" in told
    assert "此工作表被隐藏" in told


def own_form() -> dict[str, list[list[object]]]:
    """A county's own form: items side by side, other words, other order, a column of its own, a closing line."""
    first, second = people(2)
    return {
        "补贴申请表": [
            ["XX县职业技能培训补贴申请表"],
            ["申请编号", "C-1", "培训项目", "项目制"],
            ["机构名称", "某职业培训学校", "社会信用代码", HEAD["uscc"]],
            ["属地", "山西省阳泉市", "班号", "2025-04-A"],
            ["培训开始日期", "2025.4.7", "培训结束日期", "2025年4月18日"],
            ["申请日期", "20250512", "申请金额", "3,400元"],
        ],
        "花名册": [
            ["某班学员花名册"],
            ["序号", "补贴金额", "学员姓名", "民族", "公民身份号码"],
            [1, 1700, first["name"], "汉", first["id_number"]],
            [2, "1,700.00", second["name"], "汉", second["id_number"]],
            ["合计", 3400],
        ],
    }


def test_another_form_with_other_words_and_another_order_is_read(tmp_path: Path) -> None:
    odd_book(tmp_path / "c.xlsx", own_form())
    found = read(tmp_path / "c.xlsx")
    assert found.claim.training_class.programme == "项目制培训"
    assert found.claim.claimed == Fen.yuan(3400)
    assert [person.claimed for person in found.claim.people] == [Fen.yuan(1700)] * 2
    assert any("“民族”列不认识" in note.zh for note in found.notes)


def test_an_unknown_column_is_told_with_the_closest_known_one(tmp_path: Path) -> None:
    form = own_form()
    form["花名册"][1][3] = "证书编号码"
    odd_book(tmp_path / "c.xlsx", form)
    assert any("是否为“证书编号”" in note.zh for note in read(tmp_path / "c.xlsx").notes)


def test_two_lists_of_people_are_refused(tmp_path: Path) -> None:
    form = own_form()
    form["学员名单"] = form["花名册"]
    odd_book(tmp_path / "c.xlsx", form)
    assert "又一张“学员”表" in faults(tmp_path / "c.xlsx")


def test_a_header_that_claims_another_sum_is_told_and_taken_in(tmp_path: Path) -> None:
    found = read(fill(tmp_path / "c.xlsx", {**HEAD, "claimed": 9999}))
    assert found.claim.claimed == Fen.yuan(9999)
    assert any("不一致" in note.zh for note in found.notes)


def test_a_hundred_thousand_rows_are_refused_in_one_clear_line(tmp_path: Path) -> None:
    form = own_form()
    form["花名册"] = form["花名册"][:2] + [[n, 1, "某", "汉", "x"] for n in range(10_500)]
    odd_book(tmp_path / "c.xlsx", form)
    said = faults(tmp_path / "c.xlsx")
    assert "超过一次申领的上限 10000 行" in said
    assert len(said) < 2_000


def test_json_says_the_same_as_the_workbook(tmp_path: Path) -> None:
    rows = people(2, pension=False, employment_proof="劳动合同", employer="某公司")
    by_json = read(as_json(tmp_path / "c.json", {"header": HEAD, "people": rows})).claim
    words = [{**row, "pension": "否"} for row in rows]
    by_sheet = read(fill(tmp_path / "c.xlsx", HEAD, words)).claim
    assert [(p.id_number, p.claimed, p.pension, p.employment) for p in by_json.people] == [
        (p.id_number, p.claimed, p.pension, p.employment) for p in by_sheet.people
    ]
    assert by_json.training_class == by_sheet.training_class


def test_toml_says_the_same_as_json(tmp_path: Path) -> None:
    lines = ["[header]", *(f'{name} = "{value}"' for name, value in HEAD.items())]
    for row in people():
        lines += ["[[people]]", *(f'{name} = "{value}"' for name, value in row.items())]
    (tmp_path / "c.toml").write_text("\n".join(lines), "utf-8")
    by_toml = read(tmp_path / "c.toml").claim
    by_json = read(as_json(tmp_path / "c.json", {"header": HEAD, "people": people()})).claim
    assert by_toml.people[0].id_number == by_json.people[0].id_number
    assert by_toml.claimed == by_json.claimed


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "不是一个对象"),
        ({"header": HEAD}, "缺 people"),
        ({"header": {**HEAD, "progamme": "x"}, "people": people()}, "是否为"),
        ({"header": HEAD, "people": [{"name": "某"}]}, "没有“身份证号”"),
        ({"header": HEAD, "people": people(), "other": []}, "“other”不认识"),
        ({"header": HEAD, "people": [{**people(1)[0], "claimed": [1]}]}, "应为单个值"),
    ],
)
def test_a_misspelt_document_is_told(tmp_path: Path, body: object, said: str) -> None:
    assert said in faults(as_json(tmp_path / "c.json", body))


def test_what_is_no_json_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{", "utf-8")
    assert "不是合格的 JSON" in faults(tmp_path / "c.json")


def test_every_word_of_the_form_names_one_field_of_its_table() -> None:
    for table in TABLES:
        names = [item.name for item in table.fields]
        assert len(names) == len(set(names))
        assert len({item.zh for item in table.fields}) == len(names)
