from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from openpyxl import Workbook

from cli.columns import answered, learn
from cli.terminal import Lang
from ingest.manifest import read_manifest
from ingest.tables.column_questions import ColumnQuestion
from ingest.tables.search import read_tables
from ingest.tables.synonyms import TableRole

HEADERS = ("序号", "谁", "啥时候", "备注")


def answers(*given: str) -> Iterator[str]:
    yield from given


def odd_checkins(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["谁", "几时", "设备"])
    sheet.append(["王五", "2025-04-07 08:20:00", "phone"])
    book.save(folder / "打卡.xlsx")
    return folder


def test_an_answer_may_be_a_number_or_the_header_itself() -> None:
    question = ColumnQuestion("打卡.xlsx", TableRole.CHECKINS, ("name", "time"), HEADERS)
    given = answers("2", "啥时候")
    assert answered(question, Lang.ZH, lambda _: next(given)) == {"name": "谁", "time": "啥时候"}


def test_an_empty_or_wrong_answer_learns_nothing() -> None:
    question = ColumnQuestion("打卡.xlsx", TableRole.CHECKINS, ("name",), HEADERS)
    for answer in ("", "9", "没有这列"):
        assert answered(question, Lang.EN, lambda _, said=answer: said) == {}


def test_what_was_answered_once_is_not_asked_again(tmp_path: Path) -> None:
    folder = odd_checkins(tmp_path)
    asked = read_tables(folder).questions
    assert [question.missing for question in asked] == [("name", "time")]
    given = answers("谁", "几时")
    assert learn(folder, asked, Lang.ZH, lambda _: next(given))
    tables = read_tables(folder, read_manifest(folder))
    assert not tables.questions
    (checkin,) = tables.checkins
    assert checkin.at.utcoffset() == timedelta(0)
