"""录像时间 and 不再采用 in a real browser: stated and set aside by the clerk, read by the supervisor, at both sizes and looks."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from facts.digest import Digest
from facts.footage import ClockSource, Segment
from facts.report import InputFile
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.classes.classes import add_file
from storage.database.connection import sqlite_address, writing
from tests.browser.console import DESK, LOOKS, PHONE, seat
from tests.fixtures.hand_in import roster, timetable
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
CLOCKLESS = ("录像/hiv00001.mp4", "录像/hiv00002.mp4")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("amending")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        for size in (DESK, PHONE):
            made(found, home, f"amend-{size[0]}")
        yield found


def made(running: Running, home: Path, code: str) -> int:
    """A class that was verified: two recordings that tell no time, an old roster and a corrected one."""
    number = blank(running, code)
    folder = class_folder(home, number)
    (folder / "录像").mkdir(parents=True)
    for name in CLOCKLESS:
        (folder / name).write_bytes(name.encode())
    timetable(folder / "课表.xlsx")
    roster(folder / "花名册.xlsx")
    roster(folder / "花名册（更正）.xlsx", 4)
    roles = {"课表.xlsx": "timetable", "花名册.xlsx": "roster", "花名册（更正）.xlsx": "roster"}
    with writing(running.service.engine, "test") as connection:
        for name in (*CLOCKLESS, *roles):
            data = (folder / name).read_bytes()
            add_file(
                connection,
                number,
                name,
                roles.get(name, "recording"),
                len(data),
                sha256(data).hexdigest(),
                "account:1",
                running.clock(),
            )
    segments = tuple(
        Segment(
            name,
            "CH02",
            9,
            ClockSource.NONE,
            digest=Digest.of(name.encode()),
            codec="h264",
            height=1080,
            length_s=2_700.0,
        )
        for name in CLOCKLESS
    )
    inputs = tuple(InputFile(one.path, "recording", 9, one.digest, one.camera_id) for one in segments)
    report = sample_report()
    keep(
        running,
        number,
        replace(report, segments=report.segments + segments, inputs=report.inputs + inputs, made_at=running.clock()),
    )
    return number


@LOOKS
def test_the_clerk_states_when_a_recording_began_and_the_supervisor_reads_it(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    number = 1 if size == DESK else 2
    name = f"{size[0]}-{lang}"
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        clerk.open(f"/classes/{number}/settings")
        clerk.page.locator(f'a[href="/classes/{number}/times"]').click()
        page = clerk.page
        expect(page.locator("[name=start]")).to_have_count(2)
        clerk.look_over(f"times-empty-{name}")
        page.locator("[name=start]").first.fill("2099-04-07T08:30:00")
        page.locator("form.settings button.primary").click()
        page.wait_for_selector("[role=alert]")
        described = page.locator("[aria-invalid]").first.get_attribute("aria-describedby")
        assert page.locator(f"#{described}").inner_text()
        clerk.complaints.clear()  # the browser calls the 422 that this page was drawn with an error
        clerk.look_over(f"times-fault-{name}")
        page.locator("[name=start]").first.fill("2025-04-07T08:30:00")
        page.locator("[name=camera]").first.select_option("CH02")
        page.locator("form.settings button.primary").click()
        page.wait_for_url("**saved=1")
        assert page.locator(".pass[role=status]").inner_text().startswith("✓")
        assert page.locator("[name=start]").first.input_value() in {"2025-04-07T08:30:00", "2025-04-07T08:30"}
        assert "09:15:00" in page.locator("main").inner_text()
        clerk.look_over(f"times-{name}")
        clerk.open(f"/classes/{number}/settings")
        clerk.look_over(f"times-settings-{name}")
    with seat(browser, served, Role.INSPECTOR, size, theme=theme, lang=lang) as reader:
        reader.open(f"/classes/{number}/times")
        assert reader.page.locator("form.settings").count() == 0
        assert "2025-04-07 08:30:00" in reader.page.locator("main").inner_text()
        reader.look_over(f"times-read-{name}")


@LOOKS
def test_the_clerk_sets_a_roster_aside_sees_what_counts_now_and_takes_it_back(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    number = 1 if size == DESK else 2
    name = f"{size[0]}-{lang}"
    counted = "花名册 4 人" if lang == "zh" else "a roster of 4"
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        clerk.open(f"/classes/{number}/files")
        page = clerk.page
        row = page.locator("tr", has=page.get_by_role("rowheader", name="花名册.xlsx", exact=True))
        row.locator("summary").click()
        row.locator("[name=reason]").fill("多录了一人，已另传更正版")
        clerk.look_over(f"aside-open-{name}")
        row.locator("details button").click()
        expect(page.locator("#files ~ table")).to_contain_text("多录了一人")
        standing = page.locator("section", has=page.locator("#standing"))
        expect(standing).to_contain_text(counted)
        clerk.look_over(f"aside-{name}")
        page.get_by_role("button", name="恢复采用" if lang == "zh" else "Use it again").click()
        expect(page.locator("#files ~ table")).not_to_contain_text("多录了一人")
