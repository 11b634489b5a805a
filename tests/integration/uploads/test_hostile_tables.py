"""A clerk's workbook that was made to hurt: the worker does the other classes' work, and every page answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from pipeline.accounts.rights import Role
from runtime.platform.job_process import do_apart
from runtime.platform.worker import Worker
from storage.database.connection import reading, sqlite_address
from storage.database.jobs import JobState, jobs
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import announce, new_class, send, uploaded
from tests.unit.ingest.tables.test_workbooks_made_to_hurt import DATES, MAIN, ROSTER, rows, text, workbook


def endless_date(folder: Path) -> Path:
    plan = rows(
        text("A1", "日期") + text("B1", "开始时间") + text("C1", "结束时间") + text("D1", "教室"),
        '<c r="A2" s="1"><v>1e350</v></c>' + text("B2", "08:30") + text("C2", "09:15") + text("D2", "201"),
    )
    return workbook(folder, "课表.xlsx", f"<worksheet {MAIN}>{plan}</worksheet>", DATES)


def endless_format(folder: Path) -> Path:
    code = quoteattr("[" * 2_000_000)
    styles = (
        f'<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="170" formatCode={code}/></numFmts>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    return workbook(folder, "花名册.xlsx", f"<worksheet {MAIN}>{ROSTER}</worksheet>", styles)


def many_merges(folder: Path) -> Path:
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + 100_000}"/>' for n in range(2, 20_002))
    sheet = f"<worksheet {MAIN}>{ROSTER}<mergeCells>{merges}</mergeCells></worksheet>"
    return workbook(folder, "花名册.xlsx", sheet)


def many_texts(folder: Path) -> Path:
    strings = f"<sst {MAIN}>{'<si><t/></si>' * 12_000_000}</sst>"
    return workbook(folder, "花名册.xlsx", f"<worksheet {MAIN}>{ROSTER}</worksheet>", strings=strings)


HOSTILE = (endless_date, endless_format, many_merges, many_texts)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_workbook_stops_nobody(make: Callable[[Path], Path], served: Running, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    with served.as_(Role.CLERK) as clerk:
        hurt = uploaded(clerk, make(tmp_path / "class"))
        other = new_class(clerk, "JZ2")
        place = announce(clerk, other, "CH01/b.mp4", 5).headers["location"]
        assert send(clerk, place, 0, b"hello").status_code == 204
        assert clerk.get(f"/classes/{hurt}/files").status_code == 200
        for number in (hurt, other):
            assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
        worker = Worker(served.service.engine, served.service.settings, served.clock, do_apart)
        while worker.step():
            pass
        assert clerk.get("/api/v1/me").status_code == 200
        for number in (hurt, other):
            assert clerk.get(f"/classes/{number}").status_code == 200
    with reading(served.service.engine, "test") as connection:
        done = {job.class_id: job.state for job in jobs(connection) if job.kind == "verify"}
    assert done == {hurt: JobState.DONE, other: JobState.DONE}


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_claim_is_refused_in_words(make: Callable[[Path], Path], served: Running, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (book,) = make(tmp_path / "class").iterdir()
    with served.as_(Role.CLERK) as clerk:
        answer = clerk.post("/claims", files={"file": ("申领.xlsx", book.read_bytes())})
        assert answer.status_code == 422
        assert clerk.get("/claims").status_code == 200
