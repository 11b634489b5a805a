"""``report.html``: self-contained, bilingual, masked, and never with a number that ``report.json`` does not hold."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from facts.report import ClassReport
from facts.verdict import Status
from report.document import document
from report.page import page
from report.schema import ReportDocument
from tests.fixtures.odd_reports import busy, empty, hostile, leaky, two_rooms, without_recordings
from tests.fixtures.sample_report import sample_report, trainees

REPORTS = {
    "sample": sample_report(),
    "empty": empty(),
    "no recordings": without_recordings(),
    "busy": busy(),
    "two rooms": two_rooms(),
    "hostile": hostile(),
    "leaky": leaky(),
}
VOID = {"meta", "link", "img", "input", "br", "col", "hr"}


class Reader(HTMLParser):
    """Reads a page: its elements, its figures, its text, its links, and whether its tags match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.figures: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.mismatched: list[str] = []
        self._pointer = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the element."""
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if tag == "data":
            self._pointer = found["value"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element without content, as drawings have."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Notes a tag that closes what was not open."""
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(tag)

    def handle_data(self, data: str) -> None:
        """Keeps what a person reads."""
        if self.open and self.open[-1] in {"style", "script"}:
            return
        self.text.append(data)
        if self.open and self.open[-1] == "data":
            self.figures.append((self._pointer, data))


def read(report: ClassReport, pictures: dict[str, bytes] | None = None) -> Reader:
    return Reader(page(document(report), pictures or {}))


def at_pointer(found: ReportDocument, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
    value: Any = json.loads(json.dumps(found))
    for part in pointer.strip("/").split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


@pytest.mark.parametrize("name", REPORTS)
def test_tags_match_ids_are_unique_and_links_lead_somewhere(name: str) -> None:
    reader = read(REPORTS[name])
    assert reader.mismatched == []
    assert reader.open == []
    ids = [found["id"] for _, found in reader.elements if "id" in found]
    assert len(ids) == len(set(ids))
    targets = {found["href"] for tag, found in reader.elements if tag == "a"}
    assert {target[1:] for target in targets} <= set(ids)
    labelled = [found["aria-labelledby"] for _, found in reader.elements if "aria-labelledby" in found]
    assert set(labelled) <= set(ids)


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_fetched_from_anywhere(name: str) -> None:
    text = page(document(REPORTS[name]), {})
    assert "://" not in text
    assert "url(http" not in text
    assert "@import" not in text
    reader = Reader(text)
    for tag, found in reader.elements:
        for attribute in ("src", "href", "action", "data", "poster", "srcset"):
            value = found.get(attribute, "#")
            assert value.startswith(("#", "data:")), (tag, attribute, value)
    policy = next(found["content"] for _, found in reader.elements if found.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_on_the_page_is_the_document_s(name: str) -> None:
    found = document(REPORTS[name])
    figures = Reader(page(found, {})).figures
    assert len(figures) > 10
    for pointer, shown in figures:
        value = at_pointer(found, pointer)
        if pointer.endswith("recall"):
            assert shown == f"{value * 100:.1f}%"
        elif pointer.endswith("size_bytes"):
            assert shown in {f"{value / 1e6:,.1f} MB", f"{value / 1e3:,.1f} KB", f"{value} B"}
        else:
            assert shown == str(value)


def test_a_figure_changed_in_the_document_changes_on_the_page() -> None:
    found = document(sample_report())
    before = dict(Reader(page(found, {})).figures)["/summary/statuses/PASS"]
    found["summary"]["statuses"]["PASS"] = 7
    assert before == "14"
    assert dict(Reader(page(found, {})).figures)["/summary/statuses/PASS"] == "7"


def numbers(text: str) -> set[str]:
    return {item.lstrip("0") or "0" for item in re.findall(r"\d+", text)}


def derived(found: ReportDocument) -> set[str]:
    """Every number in the document, and how its moments, lengths and sizes are written."""
    text = json.dumps(found, ensure_ascii=False)
    known = numbers(text)
    lengths = [hour["longest"]["length_s"] for hour in found["hours"]]
    lengths += [hour["longest"]["demanded_s"] or 0 for hour in found["hours"]]
    lengths += [item["recorded_s"] for hour in found["hours"] for item in hour["coverage"]]
    lengths += [float(item["at_s"] or 0) for doubt in found["doubts"] for item in doubt["evidence"]]
    lengths += [float(e["at_s"] or 0) for h in found["hours"] for f in h["findings"] for e in f["evidence"]]
    for hour in found["hours"]:
        spans = [gap for item in hour["coverage"] for gap in item["gaps"]] + [item["span"] for item in hour["lapses"]]
        for span in spans:
            start, end = span["start"][11:19], span["end"][11:19]
            a, b = (int(t[:2]) * 3600 + int(t[3:5]) * 60 + int(t[6:]) for t in (start, end))
            lengths.append(b - a)
    for value in lengths:
        known |= {str(int(value // 60)), str(int(value % 60))}
    digests = [item["sha256"] or "" for item in found["inputs"]]
    digests += [e["sha256"] or "" for doubt in found["doubts"] for e in doubt["evidence"]]
    digests += [e["sha256"] or "" for h in found["hours"] for f in h["findings"] for e in f["evidence"]]
    known |= set().union(*(numbers(digest[:12]) for digest in digests))
    for item in found["inputs"]:
        size = item["size_bytes"]
        known |= numbers(f"{size / 1e6:,.1f}") | numbers(f"{size / 1e3:,.1f}") | {str(len(item["stretches"]))}
    for view in found["views"]:
        known |= numbers(f"{(view['recall'] or 0) * 100:.1f}")
    for doubt in found["doubts"]:
        known.add(str(doubt["check_cost_s"] // 60))
    return known


def test_no_number_in_the_text_comes_from_anywhere_but_the_document() -> None:
    found = document(sample_report())
    page_without_drawings = re.sub(r"<svg.*?</svg>", "", page(found, {}), flags=re.DOTALL)
    shown = set().union(*(numbers(part) for part in Reader(page_without_drawings).text))
    # "SHA-256" and "the first 12 digits" are words of the page itself.
    assert shown - derived(found) - {"256", "12"} == set()


@pytest.mark.parametrize("name", ["sample", "leaky"])
def test_no_whole_name_id_or_telephone_number_is_on_the_page(name: str) -> None:
    text = page(document(REPORTS[name]), {})
    for person in trainees():
        assert person.name not in text
        assert person.id_number
        assert person.id_number.digits not in text
        assert person.id_number.digits[:14] not in text
        assert person.phone not in text


def test_text_from_files_cannot_become_markup() -> None:
    text = page(document(hostile()), {})
    assert "<script>alert" not in text
    assert text.count("<script>") == 1
    assert "alert(1)" in text
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0e-\x1f\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_never_speaks_of_fraud(name: str) -> None:
    text = page(document(REPORTS[name]), {})
    for word in ("造假", "作弊", "舞弊", "fraud", "cheat"):
        assert word not in text


def test_every_status_comes_with_its_glyph_and_its_word() -> None:
    text = " ".join("".join(read(sample_report()).text).split())
    for status in Status:
        assert f"{status.glyph} {status.zh}{status.en}" in text
    for glyph, zh, en in (("✓", "到", "in"), ("✗", "缺", "out"), ("–", "假", "lv"), ("?", "核", "?")):
        assert f"{glyph} {zh}{en}" in text


def test_the_cover_says_that_the_rulebook_has_lapsed() -> None:
    text = "".join(read(sample_report()).text)
    assert "政策文件在本报告制作日已失效" in text
    assert "2026-10-15" in text
    assert "没有适用的政策文件" in "".join(read(empty()).text)


def test_what_to_do_names_camera_and_minutes_and_quotes_the_clause() -> None:
    text = "".join(read(sample_report()).text)
    assert "请从录像机补导 CH02 10:29:36–10:33:54 与 10:42:54–10:51:00" in text
    assert "理论教学、实操培训每学时连续录像不低于10分钟" in text
    assert text.index("最长连续录像 9分36秒") < text.index("打卡 28 人，窗口内最多看到 25 人")


@pytest.mark.parametrize(
    "said",
    [
        "课表里没有学时",
        "没有花名册",
        "没有发现疑点",
        "没有收到任何文件",
        "检出率未测得",
        "没有采用假设",
    ],
)
def test_what_is_empty_says_so(said: str) -> None:
    assert said in "".join(read(empty()).text)


def test_doubts_are_no_finding_of_fault_and_leave_room_to_answer() -> None:
    text = "".join(read(sample_report()).text)
    assert "疑点不是过错认定" in text
    assert text.count("培训机构说明") == 3
    assert "教师用一部手机代为协助年长学员打卡。" in text


def test_pictures_are_inside_the_page_and_described() -> None:
    hour = sample_report().hours[0].id
    failing = "2025-04-08/3"
    reader = read(sample_report(), {f"sheet:{hour}": b"\xff\xd8\xff1", f"best:{failing}": b"\xff\xd8\xff2"})
    images = [found for tag, found in reader.elements if tag == "img"]
    assert len(images) == 2
    assert all(found["src"].startswith("data:image/jpeg;base64,") and found["alt"] for found in images)


def test_the_language_asked_for_is_the_one_switched_on() -> None:
    for lang, chosen in (("zh", "lang-zh"), ("en", "lang-en")):
        reader = Reader(page(document(sample_report()), {}, lang))
        checked = [found["id"] for tag, found in reader.elements if tag == "input" and "checked" in found]
        assert checked == [chosen]


def test_two_people_sign() -> None:
    reader = read(sample_report())
    assert sum(found.get("class") == "block" for _, found in reader.elements) == 2


def test_headings_descend_without_a_step_left_out() -> None:
    levels = [int(tag[1]) for tag, _ in read(sample_report()).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_stays_small() -> None:
    assert len(page(document(sample_report()), {}).encode()) < 800_000
