"""Joints of two recordings of one room: how many are found, and how many honest stretches are taken for one.

    python -m benchmarks.splice_bench [suites|hours|joints|pictures ...] [--pictures DIR --with ../shared/accuracy]

``suites``: every honest drawn class of the tests, a sample in ten seconds. ``hours``: drawn hours of 45 minutes with what
happens in one (all come in, a break, lights, slides, exposure), sampled as verification does. ``joints``: two films of a
drawn room, one after the other. ``pictures``: real photographs and clips made into hours by ``truth.py`` of that folder.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.picture_bench import packed
from demo.appearance import Appearance
from demo.events import Curtain, Event, Exposure, Leave, LightsOff, Slides, Stay
from demo.events import Spot as Where
from demo.events import StaffRole as Staff
from demo.film import CameraFeed
from demo.people import DrawnPerson
from demo.scenario import Lens, Scenario
from demo.scene import CameraScene
from facts.counting import counted
from facts.span import SHANGHAI
from facts.splice import Splice
from tests.fixtures import sights
from tests.fixtures.scenarios import table
from tests.fixtures.scenarios.case import PASSES, Case
from vision import splices
from vision.ports import Picture

START = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
SIZE = (640, 360)
KEYFRAME_S = 2
Shown = Callable[[float], Picture]


class OtherPeople(CameraScene):
    """The same room with other people in the seats."""

    def person(self, number: int, head_px: float) -> DrawnPerson:
        """Somebody of another class in that seat."""
        mine = super().person(number, head_px)
        looks = Appearance.of(self.scenario.seed * 1000 + number + 500)
        return DrawnPerson(number, looks, mine.fidget, mine.head_px, mine.wear)


def small(story: Scenario, scene: type[CameraScene] = CameraScene) -> Shown:
    """What a camera of that story shows at any second, as a small grey keyframe."""
    lens = replace(story.lenses[0], size=SIZE)
    feed = CameraFeed(replace(story, lenses=(lens,)), lens)
    feed.scene = scene(feed.scenario, lens)
    return lambda at_s: packed(feed.picture_at(at_s)[: SIZE[1]].copy())


def found(shown: Shown, sampled_s: Sequence[float], length_s: float) -> tuple[tuple[Splice, ...], int]:
    """What is found in these samples, and how many further keyframes that took."""
    keyframes = [START + timedelta(seconds=each) for each in range(0, round(length_s), KEYFRAME_S)]
    asked = 0

    def more(times: Sequence[datetime]) -> Mapping[datetime, Picture]:
        nonlocal asked
        asked += len(times)
        return {at: shown((at - START).total_seconds()) for at in times}

    return splices.splices_in(more([START + timedelta(seconds=each) for each in sampled_s]), keyframes, more), (
        asked - len(sampled_s)
    )


def most_cells(shown: Shown, sampled_s: Sequence[float]) -> int:
    """How many cells change as nowhere else at the moment at which most do."""
    rows = np.stack([splices._plain(shown(each)) for each in sampled_s])  # noqa: SLF001 - the figure behind the threshold
    return max(int(cells.sum()) for cells in splices.simultaneous(rows).values())


def suites() -> Iterator[str]:
    """Every honest class of both drawn suites."""
    cases = [each for each in vars(table).values() if isinstance(each, Case)]
    stories = {case.scenario.name: case.scenario for case in cases if PASSES in case.says}
    for group in vars(sights).values():
        if isinstance(group, tuple):
            stories |= {case.scenario.name: case.scenario for case in group if case.honest}
    raised, cells, further = 0, [], 0
    for name, story in sorted(stories.items()):
        seconds = [float(each) for each in range(0, story.length_s, 10)]
        shown = _kept(small(story))
        cells.append((most_cells(shown, seconds), name))
        seen, more = found(shown, seconds, story.length_s)
        raised, further = raised + bool(seen), further + more
        if seen:
            yield f"raised: {name} {seen}"
    cells.sort(reverse=True)
    yield f"honest drawn classes: {len(cells)}, raised {raised}, further keyframes {further}; most cells: {cells[:5]}"


def _kept(shown: Shown) -> Shown:
    known: dict[float, Picture] = {}

    def again(at_s: float) -> Picture:
        if at_s not in known:
            known[at_s] = shown(at_s)
        return known[at_s]

    return again


def _joined(first: Shown, second: Shown, from_s: float) -> Shown:
    return lambda at_s: first(at_s) if at_s < from_s else second(at_s)


def day(seats: int, kind: str) -> tuple[Event, ...]:
    """What happens in an honest hour."""
    every = tuple(range(seats))
    come = tuple(Leave(0, 60 + 13 * seat % 120, seats=(seat,)) for seat in every)
    return {
        "quiet": (),
        "all come in within two minutes": come,
        "all come in within ten seconds": tuple(Leave(0, 200 + 10 * seat / seats, seats=(seat,)) for seat in every),
        "a break that empties the room": tuple(Leave(1300 + seat, 1900 + 2 * seat, seats=(seat,)) for seat in every),
        "the lamps go out at once and on again": (LightsOff(900, 1500),),
        "slides from one second on": (Slides(600, 2000),),
        "exposure jumps": tuple(Exposure(at, at + 300, gain=0.7 if at % 800 else 1.4) for at in range(400, 2600, 400)),
        "teacher, visitor, curtain": (
            Stay(0, 2700, role=Staff.TEACHER, spot=Where.AISLES),
            Stay(1000, 1200, role=Staff.VISITOR, spot=Where.DOOR),
            Curtain(0, 2700),
        ),
    }[kind]


KINDS = (
    "quiet", "all come in within two minutes", "all come in within ten seconds", "a break that empties the room",
    "the lamps go out at once and on again", "slides from one second on", "exposure jumps", "teacher, visitor, curtain",
)  # fmt: skip
ROOMS = ((12, 3, 1, False), (20, 4, 2, False), (30, 5, 3, False), (20, 4, 4, True))


def room(people: int, rows: int, seed: int, behind: bool, **more: Any) -> Scenario:  # noqa: ANN401, FBT001 - its fields
    """One of four drawn rooms."""
    lens = Lens(size=SIZE)
    return Scenario("splice", "拼接", people, rows, START, seed=seed, from_behind=behind, lenses=(lens,), **more)


def hours() -> Iterator[str]:
    """Honest hours of 45 minutes: ten minutes every ten seconds, the rest every twenty."""
    seconds = [float(each) for each in (*range(0, 600, 10), *range(600, 2700, 20))]
    for kind in KINDS:
        raised, most, further = 0, [], 0
        for people, rows, seed, behind in ROOMS:
            story = room(people, rows, seed, behind, length_s=2700, events=day(people, kind))
            shown = _kept(small(story))
            most.append(most_cells(shown, seconds))
            seen, more = found(shown, seconds, 2700)
            raised, further = raised + bool(seen), further + more
        yield f"| {kind} | {len(ROOMS)} | {raised} | {', '.join(map(str, most))} | {further} |"


def joints() -> Iterator[str]:
    """A film, and from a second that no sample meets another one of the same room."""
    length_s, at_s = 900, 447.0
    for name in (
        "another class",
        "the same class at another time",
        "half of the seats empty before",
        "a third of the seats empty before",
    ):
        for step_s in (10, 20):
            hits, exact, most = 0, 0, []
            for people, rows, seed, behind in ROOMS:
                story = room(people, rows, seed, behind, length_s=length_s)
                other = replace(story, performed=START - timedelta(days=7))
                first = small(story)
                gone = {
                    "half of the seats empty before": people // 2,
                    "a third of the seats empty before": people // 3,
                }.get(name)
                if gone:
                    first = small(
                        replace(
                            story, events=(Leave(0, length_s, seats=tuple(range(0, people, people // gone))[:gone]),)
                        )
                    )
                second = small(other, OtherPeople if name == "another class" else CameraScene)
                shown = _kept(_joined(first, second, at_s))
                seconds = [float(each) for each in range(0, length_s, step_s)]
                most.append(most_cells(shown, seconds))
                seen, _ = found(shown, seconds, length_s)
                hits += bool(seen)
                moment = START + timedelta(seconds=at_s)
                exact += any(
                    one.before <= moment <= one.after and one.after - one.before <= timedelta(seconds=2) for one in seen
                )
            yield f"| {name}, a sample in {step_s} s | {hits} of {len(ROOMS)} | {exact} | {', '.join(map(str, most))} |"


def pictures(folder: Path, tools: Path) -> Iterator[str]:
    """Real photographs that move and real clips: honest, and a joint after which half of the people are gone."""
    sys.path.insert(0, str(tools))
    animate = import_module("animate")
    labels = import_module("json").loads((tools / "labels.json").read_text("utf-8"))
    seconds = [float(each) for each in range(0, 750, 10)]
    for number, (name, entry) in enumerate({**labels["pictures"], **labels["clips"]}.items(), 100):
        heads = [head["box"] for head in entry["heads"]]
        if entry.get("clip"):
            honest = _grey(animate.Clip(folder / entry["file"], tuple(entry["size"]), 750.0, heads))
            yield f"| {name}, a clip | {len(found(honest, seconds, 750)[0])} | {most_cells(honest, seconds)} | |"
            continue
        image = animate.base_picture(folder, entry)
        honest = _grey(animate.Film(image, heads, number, 750.0))
        emptied = image
        for index in range(0, len(heads), 2):
            emptied = animate.painted_out(emptied, heads, index)
        other = _grey(animate.Film(emptied, heads[1::2], number, 750.0))
        joined = _kept(_joined(honest, other, 373.0))
        yield (
            f"| {name}, {counted(len(heads), 'head')} | {len(found(honest, seconds, 750)[0])} | {most_cells(honest, seconds)} |"
            f" {len(found(joined, seconds, 750)[0])}, {most_cells(joined, seconds)} |"
        )


def _grey(film: Any) -> Shown:  # noqa: ANN401 - of a module that lies beside the repository
    def shown(at_s: float) -> Picture:
        picture = cv2.cvtColor(film.render(at_s), cv2.COLOR_BGR2GRAY)
        return packed(np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8))

    return _kept(shown)


def main() -> None:
    """Prints the rows of the parts that are named, all where none is."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("parts", nargs="*")
    ask.add_argument("--pictures", type=Path)
    ask.add_argument("--with", dest="tools", type=Path, default=Path("../shared/accuracy"))
    told = ask.parse_args()
    cv2.setNumThreads(1)
    known: dict[str, Callable[[], Iterator[str]]] = {"suites": suites, "hours": hours, "joints": joints}
    if told.pictures:
        known["pictures"] = lambda: pictures(told.pictures, told.tools)
    for part in told.parts or known:
        begun = time.process_time()
        for row in known[part]():
            print(row, flush=True)
        print(f"{part}: {time.process_time() - begun:.0f} CPU s", file=sys.stderr)


if __name__ == "__main__":
    main()
