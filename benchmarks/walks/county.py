"""The county's three: an inspector and a reviewer who settle an open hour, and whoever leads the office."""

from benchmarks.walks.arrival import sign_in
from benchmarks.walks.school import LESSONS, School
from benchmarks.walks.walker import Walker


def settle_first(walker: Walker, school: School) -> None:
    """From 待办 to the moving picture, then the heads that the machine missed."""
    sign_in(walker, "gao")
    walker.see("what-waits")
    walker.click("ul.tasks a:has-text('存疑待核')")
    _say_why(walker)
    walker.wait_for_picture()
    walker.see("where-it-led")
    _to_review(walker)
    _mark(walker, school)
    walker.click("#try")
    walker.wait("#said.pass, #said.unproven, #said.fail")
    walker.see("judged")
    walker.click("#sign")
    walker.wait("text=复核中")
    walker.see("signed")


def settle_second(walker: Walker, name: str, school: School) -> bool:
    """The other person, if the lot fell on her: counts for herself, then agrees."""
    sign_in(walker, name)
    task = walker.page.locator("ul.tasks a", has_text="第二人")
    if not task.count():
        return False
    walker.see("what-waits")
    walker.click("ul.tasks a:has-text('第二人')")
    _say_why(walker)
    _mark(walker, school)
    walker.click("#count")
    walker.wait("#agree")
    walker.see("both-counts")
    walker.click("#agree")
    walker.wait("text=已复核")
    walker.see("settled")
    walker.click("nav.trail a[href^='/classes/']")
    walker.wait("table.grid td.pass")
    walker.see("the-class-now")
    return True


def lead(walker: Walker) -> None:
    """How the county stands, and one institution of it."""
    sign_in(walker, "shi")
    walker.go("/statistics")
    walker.wait("main h1:has-text('概况')")
    walker.see("overview")
    walker.click("main a[href^='/classes?']")
    walker.wait("main h1:has-text('班期')")
    walker.see("the-classes-behind-a-figure")


def _say_why(walker: Walker) -> None:
    if walker.page.locator(".reason button.primary").count():
        walker.click(".reason button.primary")
        walker.page.wait_for_load_state("load")


def _to_review(walker: Walker) -> None:
    if "/review" not in walker.page.url:
        walker.click(f"p.reviews a:has-text('{LESSONS[-1]}')")
        _say_why(walker)
    walker.wait("#stage[data-shown]")


def _mark(walker: Walker, school: School) -> None:
    """Those who bow, on the first frame; each frame confirmed."""
    page = walker.page
    walker.wait("#stage[data-shown]")
    walker.see("first-frame")
    for x, y in school.heads():
        width, height = page.evaluate(
            "(({width, height}) => [width, height])(document.querySelector('#picture').getBoundingClientRect())"
        )
        page.click("#stage", position={"x": width * x, "y": height * y})
        walker.walk.clicks += 1
    walker.see("marked")
    for _ in range(page.locator("#frames li").count()):
        walker.click("#confirm")
        walker.wait("#stage[data-shown]")
