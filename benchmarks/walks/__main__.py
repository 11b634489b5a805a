"""Everybody's first hour on a fresh service with files of their own: screens, clicks, seconds.

    python -m benchmarks.walks [--size desk|phone] [--screens build/walks]

Each size gets a service of its own: `xueshi serve` in an empty folder, its set-up link, and from there only what the
pages offer. The class is drawn (nobody real), its tables and recordings are named otherwise than the sample's. Seconds
are the walk's without what the machine was waited for; a person reads and thinks besides.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser

from benchmarks.walks import arrival, county, institution
from benchmarks.walks.school import School, write_school
from benchmarks.walks.walker import Walk, Walker, walking
from facts.counting import counted
from runtime.platform.clock import now
from tests.browser.console import DESK, PHONE, chromium
from tests.fixtures.served_process import free_port, serving

Found = TypeVar("Found")
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
            base = f"http://127.0.0.1:{port}"
            os.environ["XUESHI_ADDRESS"] = base
            with serving(Path(place) / name, port) as (said, _), chromium() as browser:
                walked = Round(browser, base, SIZES[name], chosen.screens / name)
                walked.all(next(word for word in " ".join(said).split() if "/set-up?" in word), school)
            print(f"{name} {SIZES[name][0]} × {SIZES[name][1]}")
            print("| who | pages | clicks | fields | seconds | waited for the machine |\n|---|---|---|---|---|---|")
            for one in walked.walks:
                own = one.seconds - one.waited_s
                print(f"| {one.who} | {one.pages} | {one.clicks} | {one.fields} | {own:.1f} | {one.waited_s:.1f} |")
            grave = [line for one in walked.walks for line in one.grave]
            print(f"axe: {counted(len(grave), 'serious finding')}", *grave, sep="\n", flush=True)
    return 0


@dataclass
class Round:
    """Everybody's walks at one size, in the order in which one waits for the other."""

    browser: Browser
    base: str
    size: tuple[int, int]
    screens: Path
    walks: list[Walk] = field(default_factory=list)

    def step(self, who: str, do: Callable[[Walker], Found], size: tuple[int, int] | None = None) -> Found:
        """One person's part."""
        with walking(self.browser, self.base, who, size or self.size, self.screens) as walker:
            found = do(walker)
        self.walks.append(walker.walk)
        sys.stderr.write(f"  {who}\n")
        return found

    def all(self, link: str, school: School) -> None:
        """From the set-up link to the overview."""
        links = self.step("set-up", lambda one: arrival.set_up(one, link))
        self.step("security-first", lambda one: arrival.choose_password(one, links[arrival.SECURITY]))
        for name, own in self.step("administrator", arrival.make_everybody).items():
            self.step(f"{name}-first", partial(arrival.choose_password, link=own))
        self.step("security", arrival.grant_everybody)
        self.step("clerk", lambda one: institution.hand_in(one, school))
        with walking(self.browser, self.base, "teacher", self.size, self.screens) as teacher:
            address = institution.show_code(teacher)
            self.step("trainee", lambda one: institution.sign_in_to_class(one, school, address), PHONE)
            institution.counted(teacher)
        self.walks.append(teacher.walk)
        self.step("inspector", lambda one: county.settle_first(one, school))
        for name in ("he", "shi"):
            if self.step(f"second-{name}", partial(county.settle_second, name=name, school=school)):
                break
        self.step("leader", county.lead)


if __name__ == "__main__":
    sys.exit(main())
