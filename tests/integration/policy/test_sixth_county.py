"""A county that nobody knows, from an empty folder to a screened claim: one document, one TOML, no Python.

The commands are those of docs/policy-authoring.md. Its words for people and programme stand in no Python file.
"""

import csv
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from demo.claim import invented_code
from demo.identity import SampleIdentity, identities
from ingest.claims.fields import Table
from ingest.claims.form import PAPERS, REGISTRY
from ingest.claims.header_form import HEADER
from ingest.claims.people_form import PEOPLE
from tests.fixtures.claim_files import column_of
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.paths import ROOT

OWN = ROOT / "tests" / "fixtures" / "sixth_county"
DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
HOURS = ("08:30-09:15", "09:25-10:10", "14:30-15:15", "15:25-16:10")
SIGN_INS = ("08:20", "10:05", "14:20", "16:05")
SELDOM = ("08:20", "10:05", "15:00")  # once in the afternoon, at the door of both its class hours
PLACE, PROGRAMME = "青海省/某某州/草原县", "牧区培训"
TRAINEES = tuple(identities(5, 23))
# What each is called, in the county's words and in those of its offices.
GROUPS = ("转产牧民", "转产转业牧民", "低收入牧户", "返乡青年", "返乡青年")
EARLIER = tuple(identities(3, 91))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in which somebody follows the tutorial; the last step lies in ``screened.json``."""
    folder = tmp_path_factory.mktemp("county")
    _write_rulebook(folder)
    _write_class(folder / "班期")
    ran = command(
        folder, "verify", "班期", "--policy", "rulebooks/caoyuan-2026.toml", "--out", "核验", "--fail-on", "never"
    )
    assert ran.code == 0, ran.err
    ran = command(folder, "claim", "template", PROGRAMME, "--rulebooks", "rulebooks", "--out", "申领.xlsx")
    assert ran.code == 0, ran.err
    _fill(folder / "申领.xlsx")
    _write_history(folder / "登记" / "实名制.csv")
    ran = command(
        folder, "claim", "screen", "申领.xlsx", "--reports", "核验", "--history", "登记",
        "--rulebooks", "rulebooks", "--out", "核查", "--json", "screened.json", "--fail-on", "never",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return folder


def command(folder: Path, *words: str) -> Ran:
    """The command as it is typed in that folder."""
    return xueshi(*words, cache=folder / "cache", home=folder / "home", cwd=folder)


def _write_rulebook(folder: Path) -> None:
    """Policy new, the author's own typing, lint, seal, lint."""
    (folder / "documents").mkdir()
    shutil.copy(OWN / "901_草原县.txt", folder / "documents")
    book = "rulebooks/caoyuan-2026.toml"
    (folder / "rulebooks").mkdir()
    ran = command(
        folder, "policy", "new", "caoyuan-2026", "--prefix", "CY", "--place", PLACE, "--first", "2026-01-01",
        "--last", "2027-12-31", "--title", "草原县牧区职业技能培训补贴办法", "--number", "草人社发〔2026〕1号",
        "--issuer", "草原县人力资源和社会保障局", "--source", "901", "--out", book,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    text = (folder / book).read_text("utf-8")
    head, _, _ = text.partition("# 文件自己的人群")
    replaces = '[replaces]\nearlier = true\narticle = "第十一条"\nquote = "此前规定与本办法不一致的，以本办法为准"\n\n[assumptions]'
    typed = head.replace("[assumptions]", replaces, 1) + (OWN / "rules.toml").read_text("utf-8")
    (folder / book).write_text(typed, "utf-8")
    unsealed = command(folder, "policy", "lint", book, "--sources", "documents")
    assert unsealed.code == 1
    assert {line.split(" got ")[1].split(",")[0] for line in unsealed.out.splitlines() if " got " in line} == {
        "no digest"
    }
    assert command(folder, "policy", "seal", book, "--sources", "documents").code == 0
    linted = command(folder, "policy", "lint", book, "--sources", "documents")
    assert (linted.code, "0 处错误" in linted.out) == (0, True), linted.out


def _rows(path: Path, rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _write_class(folder: Path) -> None:
    """Five days of theory; the fourth trainee misses two of them, the fifth signs in once in each afternoon."""
    folder.mkdir()
    (folder / "class.toml").write_text(
        f'[class]\nid = "CY-1"\nname = "牧区实用技能1班"\ninstitution = "草原职业培训学校"\nlocality = "{PLACE}"\n'
        f'programme = "{PROGRAMME}"\ngroup = "牧区重点人员"\noccupation = "奶制品加工"\nlevel = "初级工"\n',
        "utf-8",
    )
    _rows(
        folder / "花名册.csv",
        [["姓名", "身份证号", "人员类别"]]
        + [[one.name, one.id_number.digits, group] for one, group in zip(TRAINEES, GROUPS, strict=True)],
    )
    _rows(
        folder / "课表.csv",
        [["日期", "节次", "时间", "课程", "教室", "教师"]]
        + [[day, n, time, "奶制品理论", "101教室", "巴老师"] for day in DAYS for n, time in enumerate(HOURS, start=1)],
    )
    _rows(
        folder / "打卡.csv",
        [["姓名", "身份证号", "打卡时间", "设备"]]
        + [row for number, one in enumerate(TRAINEES) for row in _sign_ins(number, one)],
    )


def _sign_ins(number: int, one: SampleIdentity) -> list[list[str]]:
    rows = []
    for day in DAYS[:3] if number == 3 else DAYS:
        for time in SELDOM if number == 4 else SIGN_INS:
            at = datetime.fromisoformat(f"{day} {time}") + timedelta(seconds=37 * number + day.day)
            rows.append([one.name, one.id_number.digits, f"{at:%Y-%m-%d %H:%M:%S}", f"手机{number}"])
    return rows


def _fill(path: Path) -> None:
    book = load_workbook(path)
    head = {
        "id": "CY-2026-1", "programme": PROGRAMME, "institution": "草原职业培训学校", "uscc": invented_code(1),
        "locality": PLACE, "class_id": "CY-1", "class_name": "牧区实用技能1班", "claimant": "培训机构",
        "first_day": str(DAYS[0]), "last_day": str(DAYS[-1]), "claim_day": "2026-04-10", "paid": "否", "claimed": 2680,
        "evaluator": "草原技能评价中心", "evaluator_uscc": invented_code(2), "controller": "甲方", "evaluator_controller": "乙方",
    }  # fmt: skip
    form = book[HEADER.zh]
    at = {item.name: row for row, item in enumerate(HEADER.fields, start=4)}
    for name, value in head.items():
        form.cell(at[name], 2, value)
    for number, (one, group) in enumerate(zip(TRAINEES, GROUPS, strict=True)):
        row = {
            "name": one.name, "id_number": one.id_number.digits, "group": group, "qualified": "是", "exam_day": "2026-03-09",
            "employed": "否" if number == 3 else "是", "employer": "" if number == 3 else f"草原乳业{number}厂",
            "employment_proof": "" if number == 3 else "劳动合同", "contract_from": "2026-03-20", "contract_to": "2027-03-19",
            "claimed": (600, 420, 700, 360, 600)[number], "registered": "是",
        }  # fmt: skip
        row |= {"certificate_number": "无"} if number == 1 else {"certificate_number": f"CY26{number:04d}77", "certificate_level": "初级工", "certificate_day": "2026-03-12"}  # fmt: skip
        _type(book[PEOPLE.zh], PEOPLE, 5 + number, row)
    _type(
        book[REGISTRY.zh],
        REGISTRY,
        5,
        {"what": "系统记录", "name": "过程检查记录", "subject": "现场检查", "day": "2026-03-04"},
    )
    _type(book[REGISTRY.zh], REGISTRY, 6, {"what": "整改处置", "name": "无"})
    for number, name in enumerate(("学员名册", "教学计划"), start=5):
        _type(book[PAPERS.zh], PAPERS, number, {"name": name, "present": "是"})
    book.save(path)


def _type(sheet: object, table: Table, row: int, values: dict[str, object]) -> None:
    for name, value in values.items():
        sheet.cell(row, column_of(sheet, table, name), value)


def _write_history(path: Path) -> None:
    """The real-name system's export: other people's class of the year."""
    head = [
        "姓名",
        "身份证号",
        "人员类别",
        "培训机构",
        "统一社会信用代码",
        "班期编号",
        "培训类型",
        "开班日期",
        "结业日期",
    ]
    _rows(
        path,
        [head]
        + [
            [one.name, one.id_number.digits, "返乡青年", "草原职业培训学校", invented_code(1), "CY-0", "牧区实用技能培训", "2026-01-12", "2026-01-16"]
            for one in EARLIER
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def screened(office: Path) -> dict[str, object]:
    return json.loads((office / "screened.json").read_text("utf-8"))


def test_fifteen_rules_and_none_of_their_words_in_python(office: Path) -> None:
    shown = command(office, "policy", "show", "caoyuan-2026", "--rulebooks", "rulebooks", "--json")
    book = json.loads(shown.out)
    assert len(book["rules"]) == 15
    words = {word["name"] for kind in ("groups", "programmes") for word in book[kind]["words"]}
    assert len(words) == 5
    python = subprocess.run(  # noqa: S603 - git grep in our own tree
        ["git", "grep", "-lE", "|".join(sorted(words)), "--", "*.py", ":!tests"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert python.stdout == ""


def test_the_claim_pays_what_the_document_says_to_the_fen(screened: dict[str, object]) -> None:
    """600 = 5 × 120; 420 = 70 % of it; 600; nothing for 12 of 20 hours; the last is open; 5 × 20 for living stand apart."""
    assert [one["supported"]["fen"] for one in screened["people"]] == [60000, 42000, 60000, 0, 0]
    assert [one["supported"]["fen"] for one in screened["purses"]] == [162000, 10000]


@pytest.mark.parametrize(
    ("rule", "reason", "status", "people"),
    [
        ("CY-V4", "TURNOUT_MISSED", "FAIL", 1),
        ("CY-V4", "TURNOUT_NOT_SHOWN", "UNPROVEN", 1),
        ("CY-V4", "TURNOUT_REACHED", "PASS", 3),
        ("CY-M2", "PART_DUE", "PASS", 1),
        ("CY-P1", "INSPECTED", "PASS", 0),
        ("CY-E1", "IN_GROUP", "PASS", 5),
        ("CY-D1", "NOT_REPEATED", "PASS", 5),
        ("CY-P2", "THERE", "PASS", 0),
        ("CY-P3", "RELATION_HOLDS", "PASS", 0),
        ("CY-P5", "NOTHING_RECORDED", "PASS", 0),
    ],
)
def test_each_kind_of_rule_speaks(
    screened: dict[str, object], rule: str, reason: str, status: str, people: int
) -> None:
    found = [one for one in screened["findings"] if (one["rule"], one["reason"]) == (rule, reason)]
    assert [(one["status"], len(one["who"])) for one in found] == [(status, people)], screened["findings"]


def test_words_of_the_county_raise_no_doubt(screened: dict[str, object]) -> None:
    assert "UNKNOWN_WORD" not in {one["kind"] for one in screened["doubts"]}
