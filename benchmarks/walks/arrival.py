"""From the set-up link to everybody's first sign-in: three administrators, one institution, the people of a county."""

from dataclasses import dataclass

from benchmarks.walks.walker import Walker

PASSWORD = "a sentence that its owner remembers"  # noqa: S105 - of people who are invented for one walk
INSTITUTION, PLACE, AREA = "安平康养职业培训学校", "山西省阳泉市平定县", "山西省阳泉市"


@dataclass(frozen=True)
class Post:
    """Somebody to be let in: the name to sign in by, the role as the page words it, and for whom."""

    name: str
    role: str
    institution: bool = False


POSTS = (
    Post("lin", "机构经办员", institution=True),
    Post("qin", "教师", institution=True),
    Post("gao", "监管抽查员"),
    Post("he", "监管抽查员"),
    Post("shi", "补贴审核员"),
)
SYSTEM, SECURITY, AUDITOR = "wei", "yan", "sun"


def set_up(walker: Walker, link: str) -> dict[str, str]:
    """The first person of all; the links for the two others."""
    walker.open(link)
    walker.fill(name=SYSTEM, password=PASSWORD, again=PASSWORD, security=SECURITY, auditor=AUDITOR)
    walker.see("set-up")
    walker.click("form.form button.primary")
    walker.wait("dl.pairs")
    walker.see("three-administrators")
    names = walker.page.locator("dl.pairs dt").all_inner_texts()
    links = walker.page.locator("dl.pairs dd").all_inner_texts()
    return {
        next(one for one in (SECURITY, AUDITOR) if one in name): link for name, link in zip(names, links, strict=True)
    }


def make_everybody(walker: Walker) -> dict[str, str]:
    """The system administrator makes the institution and the accounts; the password links."""
    sign_in(walker, SYSTEM)
    walker.open("/institutions")
    walker.fill(name=INSTITUTION, locality=PLACE)
    walker.see("institution")
    walker.click("form.form button.primary")
    walker.wait(f"text={INSTITUTION}")
    links = {}
    for post in POSTS:
        walker.open("/accounts")
        if not walker.page.locator("#f-name").is_visible():
            walker.click("main details summary")
        walker.fill(name=post.name)
        walker.click("form.form button.primary")
        walker.wait(".once .mono")
        links[post.name] = walker.page.inner_text(".once .mono")
    walker.see("account-made")
    return links


def grant_everybody(walker: Walker) -> None:
    """The security administrator gives the roles."""
    sign_in(walker, SECURITY)
    walker.see("what-waits")
    for post in POSTS:
        walker.open("/accounts")
        walker.click(f"table a:has-text('{post.name}')")
        walker.choose(role=post.role)
        if post.institution:
            walker.choose(institution_id=INSTITUTION)
        else:
            walker.fill(area=AREA)
        walker.click("form[action$='/grant'] button")
        walker.page.wait_for_load_state("load")
    walker.see("granted")


def choose_password(walker: Walker, link: str) -> None:
    """Whoever got a link."""
    walker.open(link)
    walker.fill(password=PASSWORD, again=PASSWORD)
    walker.click("form.form button.primary")
    walker.page.wait_for_load_state("load")


def sign_in(walker: Walker, name: str) -> None:
    """By name and password."""
    walker.open("/sign-in")
    walker.fill(name=name, password=PASSWORD)
    walker.click("form.form button.primary")
    walker.wait("header .who-am-i")
