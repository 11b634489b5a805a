"""Everybody's first hour on a fresh service with files of their own: screens, clicks, seconds.

    python -m benchmarks.walks [--size desk|phone] [--screens build/walks] [--write docs/walks.md]

Each size gets a service of its own: `xueshi serve` in an empty folder, its set-up link, and from there only what the
pages offer. The class is drawn (nobody real), its tables and recordings are named otherwise than the sample's. Seconds
are the walk's without what the machine was waited for; a person reads and thinks besides.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.walks import arrival, county, institution
from benchmarks.walks.school import School, write_school
from benchmarks.walks.walker import Walk, Walker, walking
from runtime.platform.clock import now
from tests.browser.console import DESK, PHONE, chromium
from tests.fixtures.served_process import free_port, serving

SIZES = {"desk": DESK, "phone": PHONE}


def main() -> int:
    """Walk, print."""
    wanted = argparse.ArgumentParser(description="everybody's first hour")
    wanted.add_argument("--size", choices=[*SIZES], action="append")
    wanted.add_argument("--screens", type=Path, default=Path("build/walks"))
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="xueshi-walks-") as place:
        school = write_school(Path(place) / "school", now())
        for name in chosen.size or SIZES:
            port = free_port()
            os.environ["XUESHI_ADDRESS"] = f"http://127.0.0.1:{port}"
            with serving(Path(place) / name, port) as (said, _), chromium() as browser:
                link = re.search(r"http\S+", " ".join(said[1:2]) or "")
                walks = _walked(
                    browser,
                    os.environ["XUESHI_ADDRESS"],
                    link[0] if link else "",
                    school,
                    SIZES[name],
                    chosen.screens / name,
                )
            print(f"{name} {SIZES[name][0]} × {SIZES[name][1]}")
            print("| who | pages | clicks | fields | seconds | waited for the machine |\n|---|---|---|---|---|---|")
            for one in walks:
                own = one.seconds - one.waited_s
                print(f"| {one.who} | {one.pages} | {one.clicks} | {one.fields} | {own:.1f} | {one.waited_s:.1f} |")
            grave = [line for one in walks for line in one.grave]
            print(f"axe: {len(grave)} serious findings", *grave, sep="\n", flush=True)
    return 0


def _walked(browser: Browser, base: str, link: str, school: School, size: tuple[int, int], screens: Path) -> list[Walk]:
    walks: list[Walk] = []

    def step(who: str, do: Callable[[Walker], object], as_size: tuple[int, int] = size) -> object:
        with walking(browser, base, who, as_size, screens) as walker:
            found = do(walker)
        walks.append(walker.walk)
        print(f"  {who}", file=sys.stderr, flush=True)
        return found

    links = step("set-up", lambda one: arrival.set_up(one, link))
    assert isinstance(links, dict)
    step("security-first", lambda one: arrival.choose_password(one, links[arrival.SECURITY]))
    others = step("administrator", arrival.make_everybody)
    assert isinstance(others, dict)
    for name, own in others.items():
        step(f"{name}-first", lambda one, own=own: arrival.choose_password(one, own))
    step("security", arrival.grant_everybody)
    step("clerk", lambda one: institution.hand_in(one, school))
    with walking(browser, base, "teacher", size, screens) as teacher:
        address = institution.show_code(teacher)
        step("trainee", lambda one: institution.sign_in_to_class(one, school, address), PHONE)
        institution.counted(teacher)
    walks.append(teacher.walk)
    step("inspector", lambda one: county.settle_first(one, school))
    for name in ("he", "shi"):
        if step(f"second-{name}", lambda one, name=name: county.settle_second(one, name, school)):
            break
    step("leader", county.lead)
    return walks


if __name__ == "__main__":
    sys.exit(main())
