"""The walk of the recorder through the whole stack: two drawn classrooms, every part killed, a package that a stranger checks.

    python -m benchmarks.stack_walk [FOLDER] [--minutes 15] [--pictures DIR]   (install_rtsp_server.sh, radosgw, postgres)

``make stack`` is started anew in FOLDER. Two classes have an hour of so many minutes in two rooms; their cameras record by
that timetable. The living wall is looked at in Chromium, the teacher's code page is held before one camera, and while
the hour lasts (the last four minutes of a long one) recorder, ffmpeg, API, worker, PostgreSQL and radosgw are killed
with -9. Nobody clicks anything: a quarter of an hour after the hour the recordings come to their classes, are verified
and sealed. The packages are fetched over HTTP and checked by the ``verify.py`` inside them. Ends with 1 where anything
of this does not come about; a code can be read only in an hour long enough to be looked at.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError

from api.http.app import open_service
from benchmarks.walk_rooms import DrawnClass, picture_of, told
from demo.identity import identities
from deploy.stack import Stack, compose, place_in
from facts.counting import counted
from facts.span import Span, local
from pipeline.accounts.rights import Role
from runtime.platform.clock import now
from runtime.platform.folders import class_folder, recordings_folder
from runtime.platform.settings import settings_from
from runtime.recordings.recorder_summary import recorder_status
from storage.database.connection import reading, writing
from storage.database.errors import DatabaseError
from storage.database.recordings.cameras import CameraFields, CameraSecrets, add_camera
from storage.database.roll_call.rolls import hours_within
from storage.database.sealing import PackageRow, packages
from storage.database.tables.sealing import PACKAGES
from tests.browser.console import Seat, chromium, seat
from tests.fixtures.county_rulebook import COUNTY, county_text
from tests.fixtures.county_rulebook import PLACE as COUNTY_PLACE
from tests.fixtures.hand_in import sent
from tests.fixtures.sample_service import blank
from tests.fixtures.service import MovableClock, Running

ROOMS = (("301教室", "一班", 6), ("302教室", "二班", 8))
HELD_S = 25
CALM, KILLING = timedelta(minutes=11), timedelta(minutes=4)
PLACE_OF_LAW = "山西省/阳泉市"
PARTS = ("recorder", "ffmpeg", "api", "worker", "postgres", "s3")
PLAYS = "[...document.querySelectorAll('video')].some((one) => one.readyState >= 2 && one.currentTime > 0)"
LIVES = "[...document.querySelectorAll('li.camera img')].filter((one) => one.naturalWidth > 0).length"
BEFORE, LOOK_S, PICTURES_S, WELL_S, LONGEST = timedelta(seconds=130), 120.0, 10.0, 180.0, timedelta(minutes=45)


@dataclass
class Walk:
    """The stack, who looks at it, and the rooms; every line is told with the minutes since the beginning."""

    stack: Stack
    running: Running
    pictures: Path
    begun: datetime = field(default_factory=now)
    rooms: dict[int, DrawnClass] = field(default_factory=dict)
    classes: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        print(f"{told(self.begun, now())}  {line}", flush=True)

    def miss(self, line: str) -> None:
        self.faults.append(line)
        self.say(f"✗ {line}")

    def until(self, true: Callable[[], object], within_s: float) -> float | None:
        """How long it took, or nothing where it did not come about; what ended meanwhile is started again."""
        begun = time.monotonic()
        while time.monotonic() - begun < within_s:
            self.stack.tend()
            with suppress(OSError, DatabaseError, BrowserError):
                if true():
                    return time.monotonic() - begun
            time.sleep(0.5)
        return None

    def shoot(self, page: Page, name: str) -> None:
        page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


def main() -> int:
    """Walk, and print what came of it."""
    wanted = argparse.ArgumentParser(description="the recorder through the whole stack")
    wanted.add_argument("folder", nargs="?", type=Path)
    wanted.add_argument("--minutes", type=float, default=15)
    wanted.add_argument("--pictures", type=Path, default=Path("build/walk"))
    asked = wanted.parse_args()
    asked.pictures.mkdir(parents=True, exist_ok=True)
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # connections that died with the server
    os.environ |= {"XUESHI_CAMERA_NETWORKS": "127.0.0.0/8", "XUESHI_S3_BLOCK_GB": "10"}
    file = compose()
    with tempfile.TemporaryDirectory(prefix="xueshi-walk-") as name:
        Path(name).chmod(0o755)
        for service in file["services"].values():
            service.setdefault("environment", {})["XUESHI_RULEBOOKS"] = str(law_in(Path(name) / "law"))
        place = place_in((asked.folder or Path(name) / "stack").absolute(), file, free=True)
        with Stack(place, file) as stack:
            stack.start()
            own = stack.environ["api"]
            os.environ |= {name: value for name, value in own.items() if name.startswith("XUESHI_")}
            clock = MovableClock()
            service = open_service(settings_from(own), clock)
            walk = Walk(stack, Running(f"http://127.0.0.1:{place.ports['api']}", service, clock), asked.pictures)
            try:
                return through(walk, Path(name), timedelta(minutes=asked.minutes))
            finally:
                for room in walk.rooms.values():
                    room.end()


def law_in(folder: Path) -> Path:
    """A rulebook in force today: of those that are shipped each has lapsed, and under none is a picture looked at."""
    folder.mkdir(exist_ok=True)
    (folder / f"{COUNTY}.toml").write_text(county_text().replace(COUNTY_PLACE, PLACE_OF_LAW), "utf-8")
    return folder


def through(walk: Walk, folder: Path, length: timedelta) -> int:
    start = (now() + BEFORE).replace(second=0, microsecond=0)  # timetables know minutes
    hour = Span(start, start + length)
    for number, (room, name, people) in enumerate(ROOMS):
        made = DrawnClass(folder / f"room{number}", name, people, seed=number + 1)
        walk.rooms[open_class(walk, f"walk-{number}", made, (room, people), hour)] = made
    walk.say(f"two classes have an hour {local(hour.start):%H:%M:%S}–{local(hour.end):%H:%M:%S} in two rooms")
    if walk.until(lambda: all(lesson_of(walk, number, hour) for number in walk.classes), LOOK_S) is None:
        walk.miss("the timetables have not become rolls")
        return 1
    with chromium() as browser:
        look(walk, browser, "before")
        with (
            seat(browser, walk.running, Role.TEACHER) as teacher,
            seat(browser, walk.running, Role.INSPECTOR) as inspector,
        ):
            spoil(walk, teacher.page, hour)
            walk.until(lambda: watch(inspector, min(walk.rooms)), LOOK_S)
            walk.shoot(inspector.page, "living-code")
            for room in walk.rooms.values():
                room.held = None
        look(walk, browser, "after")
    wait_for_packages(walk, hour)
    for camera in walk.rooms:
        judge_ledger(walk, camera)
    with tempfile.TemporaryDirectory() as out:
        for number in walk.classes:
            for one in packages_of(walk, number):
                judge_package(walk, one, number, Path(out))
    walk.say("nothing is wrong" if not walk.faults else counted(len(walk.faults), "thing is wrong", "things are wrong"))
    return 1 if walk.faults else 0


def open_class(walk: Walk, code: str, made: DrawnClass, room: tuple[str, int], hour: Span) -> int:
    """A class whose clerk hands in roster and timetable, and the camera of its room, by the timetable; the camera's number."""
    running = walk.running
    number, owner, address = blank(running, code, policy=COUNTY), running.institution("正信职校"), made.camera.address
    people = "".join(f"{one.name},{one.id_number.digits}\n" for one in identities(room[1], 5))
    start, end = local(hour.start), local(hour.end)
    lesson = f"{start:%Y-%m-%d},1,{start:%H:%M},{end:%H:%M},{room[0]},理论\n"
    with running.as_(Role.CLERK) as clerk:
        sent(clerk, number, "花名册.csv", f"姓名,身份证号\n{people}".encode())
        sent(clerk, number, "课表.csv", f"日期,学时,开始时间,结束时间,教室,类型\n{lesson}".encode())
    told_of = CameraFields(room[0], "前门", address, "", "", "tcp", "timetable", audio=False, enabled=True)
    with writing(running.service.engine, "walk") as connection:
        camera = add_camera(connection, owner, told_of, CameraSecrets(address), now())
    walk.classes.append(number)
    return camera.id


def lesson_of(walk: Walk, number: int, hour: Span) -> str:
    """The class's hour as its roll has it, once the worker has read the timetable."""
    with reading(walk.running.service.engine, "walk") as connection:
        return next((one.hour.id for one in hours_within(connection, hour) if one.class_id == number), "")


def look(walk: Walk, browser: Browser, name: str) -> None:
    """The wall shows both rooms, and a click opens one that moves."""
    with seat(browser, walk.running, Role.INSPECTOR) as inspector:
        page = inspector.page
        there = walk.until(lambda: (inspector.open("/wall"), pictured(walk, page))[1], LOOK_S)
        walk.shoot(page, f"wall-{name}")
        if there is None:
            walk.miss(f"巡查 does not show {counted(len(ROOMS), 'room')} in {LOOK_S:.0f} s ({name})")
            return
        plays = walk.until(lambda: watch(inspector, min(walk.rooms)), LOOK_S)
        walk.shoot(page, f"living-{name}")
        if plays is None:
            walk.miss(f"the living picture does not play ({name})")
        else:
            walk.say(f"巡查 shows both rooms, a click opens one that lives ({name})")


def pictured(walk: Walk, page: Page) -> bool:
    """Whether the wall as it was opened comes to show every room; pictures come after the page."""
    return walk.until(lambda: page.evaluate(LIVES) >= len(ROOMS), PICTURES_S) is not None


def watch(inspector: Seat, camera: int) -> bool:
    """Whether the camera's living picture plays, for whoever says why it is looked at."""
    page, path = inspector.page, f"/wall/cameras/{camera}"
    if path not in page.url:
        inspector.open(path)
    if page.locator("[name=reason]").count():
        page.locator("[name=reason]").fill("核对到课人数")
        page.locator("form.form button.primary").click()
    return bool(page.evaluate(PLAYS))


def spoil(walk: Walk, page: Page, hour: Span) -> None:
    """While the hour lasts the code is held before one camera, and one part after another is killed."""
    first, *_ = walk.rooms
    lesson = quote(lesson_of(walk, walk.classes[0], hour), safe="")
    path = f"/roll/{walk.classes[0]}/{lesson}/code"
    walk.until(lambda: now() >= hour.start and hold(walk, page, path, first), LOOK_S)
    for _ in range(HELD_S):  # before anything is killed; afterwards whenever the page is there
        hold(walk, page, path, first)
        time.sleep(1)
    # An hour that proves anything needs ten minutes without a gap: the first eleven of a longer hour are left alone.
    begun = max(now(), min(hour.start + CALM, hour.end - KILLING))
    each = max(hour.end - begun, timedelta(minutes=1)) / len(PARTS)
    left = [(begun + each * number, part) for number, part in enumerate(PARTS)]
    killed: dict[str, float] = {}
    while now() < hour.end or left:
        walk.stack.tend()
        if left and now() >= left[0][0]:
            part = left.pop(0)[1]
            for pid in pids_of(walk.stack, part):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed[part] = time.monotonic()
            walk.say(f"kill -9 {part}")
        for part in [one for one in killed if one != "ffmpeg" and is_back(walk.stack, one)]:
            walk.say(f"{part} is well again {time.monotonic() - killed.pop(part):.0f} s after")
        hold(walk, page, path, first)
        time.sleep(1)
    for part in [one for one in killed if one != "ffmpeg"]:
        if walk.until(lambda part=part: is_back(walk.stack, part), WELL_S) is None:
            walk.miss(f"{part} is not well {WELL_S:.0f} s after it was killed")
        else:
            walk.say(f"{part} is well again {time.monotonic() - killed[part]:.0f} s after")


def hold(walk: Walk, page: Page, path: str, camera: int) -> bool:
    """What the teacher's page shows is seen by the camera; where the page is away, nothing is."""
    try:
        if path not in page.url or not page.locator(".time-code:not(.stale) [data-code] svg").count():
            page.goto(walk.running.url + path, timeout=20_000)
            page.wait_for_selector(".time-code:not(.stale) [data-code] svg", timeout=20_000)
        walk.rooms[camera].held = picture_of(page.locator("[data-code] svg").screenshot(timeout=5000))
    except BrowserError:
        walk.rooms[camera].held = None
    return walk.rooms[camera].held is not None


def is_back(stack: Stack, part: str) -> bool:
    """Whether a killed service runs again and its health check agrees."""
    return stack.running[part].poll() is None and stack.is_well(part)


def pids_of(stack: Stack, part: str) -> list[int]:
    """The processes of a part: a service's own, every ffmpeg of the recorder, the S3 server's daemons."""
    if part == "ffmpeg":
        return [pid for pid, name in below(stack.running["recorder"].pid) if name.startswith("ffmpeg")]
    if part == "s3":
        return [pid for pid, name in below(stack.running["s3"].pid) if name.startswith("radosgw")]
    return [stack.running[part].pid]


def below(parent: int) -> Iterator[tuple[int, str]]:
    """Children, and theirs."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            head, _, rest = path.read_text("utf-8").rpartition(")")
            if int(rest.split()[1]) == parent:
                pid = int(path.parent.name)
                yield pid, head.partition("(")[2]
                yield from below(pid)


def packages_of(walk: Walk, number: int) -> tuple[PackageRow, ...]:
    with reading(walk.running.service.engine, "walk") as connection:
        return tuple(packages(connection, PACKAGES.c.class_id == number))


def wait_for_packages(walk: Walk, hour: Span) -> None:
    """Nobody clicks; a quarter of an hour after the hour it is due."""
    walk.say("the hour is over; the recordings are due to their classes a quarter of an hour later")
    for number in walk.classes:
        left = (hour.end + LONGEST - now()).total_seconds()
        if walk.until(lambda number=number: packages_of(walk, number), left) is None:
            walk.miss(f"class {number} has no package")
        else:
            walk.say(f"class {number} has its package {(now() - hour.end).total_seconds() / 60:.1f} min after the hour")


def judge_ledger(walk: Walk, camera: int) -> None:
    (status,) = recorder_status(recordings_folder(walk.running.service.settings.home) / str(camera)).cameras
    account = status.account
    gaps = ", ".join(f"{one.reason.value} {one.span.length_s:.1f}" for one in account.gaps)
    walk.say(
        f"camera {camera}: planned {account.planned_s:.0f} s, recorded {account.recorded_s:.0f} s; gaps, s: {gaps}"
    )
    if account.unexplained_s:
        walk.miss(f"camera {camera}: {account.unexplained_s:.1f} unexplained seconds")


def judge_package(walk: Walk, one: PackageRow, number: int, out: Path) -> None:
    """The package over HTTP, by its own verifier and nothing else; the originals are those of the class's folder."""
    file = out / f"{one.id}.zip"
    with walk.running.as_(Role.INSPECTOR) as inspector:
        file.write_bytes(inspector.get(f"/api/v1/packages/{one.id}/zip").raise_for_status().content)
    with zipfile.ZipFile(file) as opened:
        opened.extractall(out / str(one.id))
    (package,) = (out / str(one.id)).iterdir()
    originals = class_folder(walk.running.service.settings.home, number)
    line = [sys.executable, "-I", "-S", str(package / "verify.py"), "--lang", "en", "--originals", str(originals)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    walk.say(f"class {number}: verify.py of {package.name} ends with {done.returncode}")
    print(done.stdout)
    sidecars = len(list(package.glob("data/recorder/*/*/*.json")))
    ledgers = len(list(package.glob("data/recorder/*/ledger.jsonl")))
    walk.say(f"class {number}: {counted(sidecars, 'sidecar')}, {counted(ledgers, 'ledger')} in the package")
    if done.returncode or not sidecars or not ledgers:
        walk.miss(f"class {number}: its package does not carry or prove what was recorded")
    if number == walk.classes[0] and " of time codes bear" not in done.stdout:
        walk.miss(f"class {number}: no time code was read from the picture")


if __name__ == "__main__":
    sys.exit(main())
