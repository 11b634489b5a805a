"""The institution's three: the clerk with a folder, the teacher with a projector, the trainee with a phone."""

import cv2
import numpy as np
import zxingcpp
from playwright.sync_api import Page

from benchmarks.walks.arrival import sign_in
from benchmarks.walks.school import PEOPLE, School
from benchmarks.walks.walker import Walker


def hand_in(walker: Walker, school: School) -> tuple[str, str]:
    """The clerk opens both classes and hands in their folders, has the past one verified, and reads what came out."""
    sign_in(walker, "lin")
    walker.see("nothing-yet")
    today = _new_class(walker, school, "AP-2026-04", school.today.name)
    past = _new_class(walker, school, "AP-2025-03", school.past.name)
    walker.see("handed-in")
    walker.click("[data-verify] button")
    walker.wait(".result a")
    walker.see("verified")
    walker.click(".result a")
    walker.wait("table.grid")
    walker.see("class")
    walker.click("table.grid td a")
    walker.wait("table.hours")
    walker.see("day")
    return past, today


def _new_class(walker: Walker, school: School, code: str, name: str) -> str:
    walker.open("/classes")
    walker.click("a[href='/new-class']")
    walker.fill(code=code, name=name)
    walker.choose(programme="项目制培训", group="重点群体")
    walker.see("new-class")
    walker.click("form.form button.primary")
    walker.wait("[data-drop]")
    walker.page.set_input_files("[data-input=folder]", str(school.today if name == school.today.name else school.past))
    walker.walk.clicks += 2  # the button, and the folder in the system's own window
    walker.wait("[data-total]:has-text('✓')")
    return walker.page.url.rsplit("/", 1)[0].rsplit("/", 1)[-1]


def show_code(walker: Walker) -> str:
    """The teacher puts the roll call on the projector; the address that its code holds."""
    sign_in(walker, "qin")
    walker.go("/roll")
    walker.see("hours-of-today")
    walker.click("ul.tasks a")
    walker.wait("[data-picture] svg")
    walker.see("projector")
    return scanned(walker.page)


def scanned(page: Page) -> str:
    """What a phone's camera reads from the screen."""
    page.wait_for_selector("[data-picture] svg")
    shot = page.locator("[data-picture]").screenshot()
    (code,) = zxingcpp.read_barcodes(cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_GRAYSCALE))
    return str(code.text)


def sign_in_to_class(walker: Walker, school: School, address: str) -> None:
    """The trainee scans, says who she is, presses once."""
    walker.open(address)
    who = school.people[0]
    walker.see("scanned")
    walker.fill(name=who.name, tail=who.id_number.tail)
    walker.click(".phone-button")
    walker.wait("[data-done]:not([hidden])")
    walker.see("signed-in")


def counted(walker: Walker) -> None:
    """The teacher sees the projector count her, and vouches for one whose phone is flat."""
    walker.wait("[data-present]:has-text('1')")
    walker.see("one-signed-in")
    walker.click("a[href$='/witness']")
    walker.wait("main h1")
    walker.see("witness")
    walker.page.select_option("#f-trainee", index=1)
    walker.fill(reason="手机没电")
    walker.walk.clicks += 1
    walker.click("form.form button.primary")
    walker.wait(f"text=2 / {PEOPLE}")
    walker.see("two-signed-in")
