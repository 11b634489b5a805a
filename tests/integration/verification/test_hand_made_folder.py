"""A folder as one clerk might really have it: a corrupted export, H.265 in TS, an old CSV, IDs that Excel rounded."""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from demo.identity import identities
from demo.scenario import Container
from tests.fixtures import scenarios
from tests.fixtures.damage import lose_moov
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.scenarios import Case

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    base = tmp_path_factory.mktemp("hand-made")
    folder = base / "2025-04家政1班"
    story = scenarios.honest_hour.scenario.with_lens(codec="h265", container=Container.TS)
    case: Case = replace(scenarios.honest_hour, scenario=story, hours=((0, 2700), (5400, 8100)))
    case.write(folder)
    corrupt_export_of_the_second_hour(folder)
    checkins_as_an_old_csv(folder)
    round_two_numbers(folder)
    return xueshi("verify", folder, "--progress", "none", cache=base / "cache")


def corrupt_export_of_the_second_hour(folder: Path) -> None:
    whole = scenarios.drawn(scenarios.honest_hour.scenario).paths[0]
    second = folder / "录像" / "CH02_20250407100000_20250407101100.mp4"
    second.write_bytes(whole.read_bytes())
    lose_moov(second)


def checkins_as_an_old_csv(folder: Path) -> None:
    book = load_workbook(folder / "打卡.xlsx")
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    (folder / "打卡.csv").write_bytes("\r\n".join(",".join(row) for row in rows).encode("gb18030"))
    (folder / "打卡.xlsx").unlink()


def round_two_numbers(folder: Path) -> None:
    book = load_workbook(folder / "花名册.xlsx")
    sheet = book.worksheets[0]
    numbers = {person.id_number.digits for person in identities(2, 1)}
    for row in sheet.iter_rows():
        for cell in row:
            if str(cell.value) in numbers:
                cell.value = float(str(cell.value)[:15] + "000") if str(cell.value)[:17].isdigit() else cell.value
    book.save(folder / "花名册.xlsx")


def test_the_readable_hour_is_judged_and_passes(ran: Ran) -> None:
    assert "✓ 达标  2025-04-07 08:30–09:15" in ran.out


def test_the_corrupted_hour_is_unproven_and_asks_for_a_new_export(ran: Ran) -> None:
    assert "? 存疑待核  2025-04-07 10:00–10:45" in ran.out
    assert "重新导出" in ran.out


def test_the_rounded_numbers_are_named_by_row_with_what_to_do(ran: Ran) -> None:
    said = [line for line in ran.err.splitlines() if "花名册.xlsx" in line]
    assert len([line for line in said if "文本" in line]) == 2, ran.err


def test_nobody_is_lost_for_it_and_nothing_crashes(ran: Ran) -> None:
    assert "打卡 12 人，花名册 12 人" in ran.out
    assert "Traceback" not in ran.err
    assert ran.code == 20
