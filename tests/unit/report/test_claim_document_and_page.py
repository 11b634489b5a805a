import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from claims.trial import provisional
from facts.claim import Notice
from facts.claim_person import ClaimedPerson
from facts.text import Text
from facts.verdict import Doubt
from report.cells import safe_cell
from report.claims.document import document, with_purses
from report.claims.letter import letter
from report.claims.notice import notice_entry
from report.claims.page import claim_page, ranges, steps, term_groups
from report.claims.public_notice import notice_page, notice_workbook
from report.claims.schema import SCHEMA, ClaimDocument
from report.claims.workbook import screening_workbook
from tests.fixtures.json_schema import schema_of
from tests.fixtures.paths import DOCS
from tests.fixtures.sample_screen import BOOK, claim, screen, screened

PUBLISHED = DOCS / "claim-1.schema.json"


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def outputs(*, tried: bool = False) -> dict[str, bytes]:
    made = screened()
    if tried:
        made = replace(made, screen=provisional(made.screen))
    body = document(made)
    notice = notice_entry(BOOK, (Notice(date(2025, 5, 12)),), date(2025, 5, 13))
    assert notice is not None
    return {
        "claim.html": claim_page(body).encode(),
        "claim_en.html": claim_page(body, "en").encode(),
        "claim.json": json.dumps(body, ensure_ascii=False).encode(),
        "desk.xlsx": unzipped(screening_workbook(body)),
        "letter": (letter(body) + letter(body, "en")).encode(),
        "notice.html": notice_page(body, notice).encode(),
        "notice.xlsx": unzipped(notice_workbook(body, notice)),
    }


def test_a_document_that_was_kept_before_there_were_purses_is_still_shown() -> None:
    kept = json.loads(json.dumps(document(screened())))
    del kept["purses"], kept["beside"]
    for part in (*kept["people"], *([kept["whole"]] if kept["whole"] else [])):
        del part["recipient"], part["fund"]
    body = with_purses(kept)
    assert body["purses"][0]["supported"] == body["totals"]["supported"]
    assert claim_page(body)
    assert screening_workbook(body)


@pytest.mark.parametrize("name", sorted(outputs()))
def test_every_output_of_a_trial_says_that_the_document_had_lapsed_and_others_do_not(name: str) -> None:
    mark = b'"provisional": true' if name.endswith(".json") else "暂按已失效文件".encode()
    assert mark in outputs(tried=True)[name]
    assert mark not in outputs()[name]


def test_a_trial_supports_nothing_for_anybody() -> None:
    body = document(replace(screened(), screen=provisional(screened().screen)))
    assert body["totals"]["supported"]["fen"] == 0
    assert {person["supported"]["fen"] for person in body["people"]} == {0}
    before = document(screened())["totals"]
    assert body["totals"]["unproven"]["fen"] == before["unproven"]["fen"] + before["supported"]["fen"]


def test_the_document_is_of_the_published_schema() -> None:
    body = document(screened())
    schema = schema_of(ClaimDocument, SCHEMA)
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(json.dumps(body)))] == []
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema
    assert body["schema"] == "xueshi.claim/1"


def test_the_totals_are_the_sums_of_the_people() -> None:
    body = document(screened())
    for name in ("supported", "unproven"):
        assert body["totals"][name]["fen"] == sum(person[name]["fen"] for person in body["people"])  # type: ignore[literal-required]
    difference = body["totals"]["difference"]
    claimed = body["totals"]["claimed"]
    assert difference
    assert claimed
    assert difference["fen"] == claimed["fen"] - body["totals"]["supported"]["fen"]


@pytest.mark.parametrize("name", sorted(outputs()))
def test_no_output_holds_a_whole_name_or_number(name: str) -> None:
    text = outputs()[name].decode("utf-8", "replace")
    for person in claim().people:
        assert person.id_number
        assert person.id_number.digits not in text
        assert person.name not in text
    assert not re.search(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])", text)


def test_names_in_what_others_wrote_are_masked_too() -> None:
    made = screened()
    loose = Doubt(
        "X", Text(f"{made.claim.people[2].name} 与 {made.claim.people[3].id_number.digits}", "x"), rule="YQ-M1"
    )  # type: ignore[union-attr]
    body = document(replace(made, screen=replace(made.screen, doubts=(loose,))))
    assert made.claim.people[2].name not in body["doubts"][0]["text"]["zh"]
    assert made.claim.people[3].id_number
    assert made.claim.people[3].id_number.digits not in body["doubts"][0]["text"]["zh"]


def test_a_number_in_a_column_of_words_is_masked_too() -> None:
    made = screened()
    number = made.claim.people[3].id_number
    assert number
    people = tuple(replace(one, group=number.digits) for one in made.claim.people)
    body = document(replace(made, claim=replace(made.claim, people=people)))
    assert number.digits not in json.dumps(body, ensure_ascii=False)


def test_every_term_leads_to_class_hours_that_the_page_lists() -> None:
    body = document(screened())
    known = {hour["id"] for hour in body["hours"]}
    page = claim_page(body)
    for person in body["people"]:
        for trace in person["traces"]:
            for term in trace["terms"]:
                assert term["hours"]
                assert set(term["hours"]) <= known
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))


def test_every_doubt_has_its_clause_an_innocent_reading_a_cost_and_a_sentence_to_send() -> None:
    body = document(screened())
    page = claim_page(body)
    assert body["doubts"]
    for doubt in body["doubts"]:
        assert doubt["quote"]
        assert doubt["innocent"]
        assert doubt["check_cost_s"] > 0
        assert doubt["quote"] in doubt["ask"]["zh"]
        assert "请说明情况" in doubt["ask"]["zh"]
        assert doubt["innocent"][0]["zh"].rstrip("。") in doubt["ask"]["zh"]
        assert doubt["ask"]["zh"] in page.replace("&#34;", '"')


def test_alike_doubts_are_one_question_that_lists_all_of_them() -> None:
    made = screened()
    many = tuple(
        Doubt(
            "SAME", Text(f"第 {n} 项", f"item {n}"), (), (f"p{n:04d}",), (), (Text("同名", "a namesake"),), "YQ-M1", 30
        )
        for n in range(1, 6)
    )
    body = document(replace(made, screen=replace(made.screen, doubts=many)))
    assert len(body["doubts"]) == 1
    assert len(body["doubts"][0]["texts"]) == 5
    assert body["doubts"][0]["check_cost_s"] == 150


def test_a_doubt_keeps_its_id_from_one_screening_to_the_next() -> None:
    made = screened()
    again = replace(made, screen=replace(made.screen, doubts=tuple(reversed(made.screen.doubts))))
    assert {one["id"] for one in document(made)["doubts"]} == {one["id"] for one in document(again)["doubts"]}


def test_the_letter_asks_for_everything_open_and_accuses_nobody() -> None:
    body = document(screened())
    words = letter(body)
    for finding in body["findings"]:
        assert (finding["text"]["zh"] in words) == (finding["status"] in {"FAIL", "UNPROVEN"})
    for bad in ("造假", "骗", "欺诈", "fraud", "cheat"):
        assert bad not in words + letter(body, "en")
    assert "不是对过错的认定" in words


def test_the_page_fetches_nothing_and_runs_only_its_own_script() -> None:
    page = claim_page(document(screened()))
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)
    assert "@import" not in page
    assert "url(" not in page.replace("url(#", "")
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", page)
    assert page.count("<script>") == 1


def test_what_people_wrote_is_never_markup() -> None:
    made = screened()
    course = replace(made.claim.training_class, name="<script>alert(1)</script>")
    page = claim_page(document(replace(made, claim=replace(made.claim, training_class=course))))
    assert "<script>alert" not in page


def test_without_verdicts_the_page_says_so_and_nothing_is_supported() -> None:
    made = screened()
    bare = replace(made, reports=(), sources={})
    assert "没有找到本班期的核验结论" in claim_page(document(bare))


@given(st.text(max_size=40))
def test_no_cell_of_a_workbook_begins_a_formula(text: str) -> None:
    assert not safe_cell(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    "evil", ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(1)", "\t=1", " =1", "＝1", "\n=cmd|' /C calc'!A0"]
)
def test_a_hostile_text_stays_text_in_the_workbook(evil: str) -> None:
    made = screened()
    course = replace(made.claim.training_class, institution=replace(made.claim.institution, name=evil))
    content = screening_workbook(document(replace(made, claim=replace(made.claim, training_class=course))))
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert b"<f>" not in unzipped(content)


def test_the_workbook_says_the_same_sums_as_the_document() -> None:
    body = document(screened())
    sheet = load_workbook(io.BytesIO(screening_workbook(body)))["逐人资金"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [round(float(row[7]) * 100) for row in rows] == [person["supported"]["fen"] for person in body["people"]]  # type: ignore[arg-type]


def test_the_notice_counts_working_days_on_the_official_calendar() -> None:
    # 2025-04-30 is a Wednesday; 05-01 to 05-05 are a holiday and 04-27 was a make-up day.
    entry = notice_entry(BOOK, (Notice(date(2025, 4, 30), date(2025, 5, 9)),), date(2025, 5, 6))
    assert entry is not None
    assert entry["days"] == ["2025-04-30", "2025-05-06", "2025-05-07", "2025-05-08", "2025-05-09"]
    assert (entry["workdays"], entry["needed"], entry["enough_on"], entry["left"]) == (5, 5, "2025-05-09", 4)


def test_the_notice_of_a_year_without_a_calendar_promises_no_day() -> None:
    entry = notice_entry(BOOK, (Notice(date(2099, 5, 1), date(2099, 6, 1)),), date(2099, 5, 1))
    assert entry is not None
    assert (entry["enough_on"], entry["left"], entry["workdays"], entry["days"]) == (None, None, None, [])


def test_the_public_list_names_the_five_things_and_only_sums_that_are_supported() -> None:
    body = document(screened())
    entry = notice_entry(BOOK, (Notice(date(2025, 5, 12)),), date(2025, 5, 12))
    assert entry is not None
    page = notice_page(body, entry)
    for word in ("单位名称", "培训内容", "补贴标准", "补贴金额", "姓名", "公示期"):
        assert word in page
    assert page.count('<tr><th scope="row">') == 1 + sum(one["supported"]["fen"] > 0 for one in body["people"])


def test_order_of_the_people_changes_no_sum() -> None:
    made = claim()
    turned = replace(made, people=tuple(reversed(made.people)))
    assert screen(made).supported == screen(turned).supported


def test_a_person_without_a_number_is_shown_without_one() -> None:
    made = screened()
    people: tuple[ClaimedPerson, ...] = tuple(replace(one, id_number=None) for one in made.claim.people)
    body = document(replace(made, claim=replace(made.claim, people=people)))
    assert {person["id_masked"] for person in body["people"]} == {""}


def test_doubts_of_a_claim_are_in_order_of_what_they_cost_together() -> None:
    made = screened()
    cheap = Doubt("SAME_PHONE", Text("一", "one"), (), ("p0001",), (), (), "YQ-R1", 30)
    many = tuple(
        Doubt("OVERCLAIMED", Text(str(no), str(no)), (), (f"p{no:04d}",), (), (), "YQ-M1", 20) for no in (1, 2, 3)
    )
    body = document(replace(made, screen=replace(made.screen, doubts=(*many, cheap))))
    assert [one["check_cost_s"] for one in body["doubts"]] == [30, 60]


def test_people_with_the_same_terms_share_them_on_paper() -> None:
    groups = term_groups(document(screened())["people"])
    assert [group.numbers for group in groups] == [(1,), tuple(range(2, 11)), (11, 12)]
    assert [ranges(group.numbers) for group in groups] == ["1", "2–10", "11–12"]
    assert ranges((3, 1, 7, 2)) == "1–3、7"


def test_what_stops_money_is_to_be_done_first() -> None:
    found = steps(document(screened())["findings"])
    assert [one.rule for one in found] == ["YQ-P7", "YQ-E1", "YQ-P6"]
    assert found[0].text["zh"] == "请续公示至 2025-05-16"
