"""Footage seen before: how much of what was manipulated is found, what innocent pairs raise, and what all of it costs.

python -m benchmarks.replay_bench WORK [--clips FILE,FILE] [--parts drawn,clips,cost,index] [--hour HOUR.mp4]

WORK keeps what is drawn. ``--clips`` are real ones of a fixed camera (``../shared/accuracy`` names some); they last
seconds, so every frame stands for several and only the strength of the likeness is told, first half against second.
``--hour`` is the clip that ``benchmarks.verify_bench --keep`` made.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import av
import cv2
import imageio_ffmpeg
import numpy as np

from benchmarks.replay_costs import index_table, motion_cost
from demo.film import shoot
from demo.scenario import Lens, RoomKind, Scenario
from vision.alignment import Alignment, best_alignment, likeness
from vision.lags import BLOCK_S
from vision.motion import Motion, motion_of, motion_record, shrunk
from vision.plan import Pace, halvings, times_at_step
from vision.ports import Picture
from vision.replay import borne_out, confirmed, guessed, laid_closely, likely_closely, unsure

WEEK = timedelta(days=7)
ROOMS = 6
_WINDOW_S = 600
# As many as a class of one hour may take.
_CLOSER_LOOKS = 2


@dataclass(frozen=True, slots=True)
class Trick:
    """How a film is changed before it is handed in again."""

    name: str
    filters: str = "null"
    codec: str = "libx264"
    crf: int = 30


_CLOCK = "drawbox=x=10:y=10:w=220:h=24:color=black:t=fill"
TRICKS = (
    Trick("as it was", crf=18),
    Trick("re-encoded, fewer bits", crf=36),
    Trick("brightness and contrast", "eq=brightness=0.08:contrast=1.15"),
    Trick("cropped by an eighth", "crop=iw*0.88:ih*0.88:iw*0.03:ih*0.07,scale=640:360"),
    Trick("mirrored", "hflip"),
    Trick("shifted picture", "crop=iw*0.94:ih*0.94:0:0,pad=iw/0.94:ih/0.94:iw*0.03:ih*0.03,scale=640:360"),
    Trick("3 % faster", "setpts=PTS/1.03"),
    Trick("5 % slower", "setpts=PTS/0.95"),
    Trick("clock painted over", _CLOCK),
    Trick("H.265", codec="libx265", crf=32),
    Trick(
        "all of it, H.265",
        "hflip,crop=iw*0.9:ih*0.9:iw*0.05:ih*0.03,scale=480:270,eq=brightness=0.08," + _CLOCK + ",setpts=PTS/1.03",
        "libx265",
        32,
    ),
)


def stories() -> Iterator[Scenario]:
    """Six rooms, each with the same class on two Mondays."""
    for seed in range(1, ROOMS + 1):
        kind = RoomKind.WORKSHOP if seed == ROOMS else RoomKind.CLASSROOM
        base = Scenario(
            f"room{seed}", "课", people=10 + 3 * seed, rows=4, length_s=900, seed=seed, room=kind,
            teacher=seed % 2 == 0, lenses=(Lens(size=(640, 360)),),
        )  # fmt: skip
        yield base
        yield replace(base, start=base.start + WEEK)


def drawn(work: Path) -> list[Path]:
    """The recordings, drawn once and kept."""
    files = []
    for story in stories():
        folder = work / f"{story.name}-{story.start:%m%d}"
        if not list(folder.glob("*.mp4")):
            shoot(story, folder)
        files += sorted(folder.glob("*.mp4"))
    return files


def changed(source: Path, trick: Trick, since_s: float, length_s: float, target: Path) -> Path:
    """The manipulated copy, keyframes elsewhere than in the original; made once and kept."""
    if target.exists():
        return target
    quiet = ["-x265-params", "log-level=none:keyint=3"] if "265" in trick.codec else []
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-ss", str(since_s), "-t", str(length_s)]
    words += [
        "-i",
        str(source),
        "-vf",
        trick.filters,
        "-r",
        "2",
        "-g",
        "3",
        "-c:v",
        trick.codec,
        "-crf",
        str(trick.crf),
    ]
    part = target.with_suffix(".part.mp4")
    subprocess.run([*words, *quiet, str(part)], check=True)
    return part.replace(target)


def small_keyframes(path: Path) -> dict[float, Picture]:
    """Every keyframe at the size of the signature, by its second."""
    found = {}
    with av.open(str(path)) as given:
        stream = given.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        for frame in given.decode(stream):
            found[float(frame.time or 0)] = shrunk(np.asarray(frame.to_ndarray(format="gray"), np.uint8))
    return found


def signature(frames: dict[float, Picture], step_s: float) -> Motion:
    """The motion at about this step."""
    begin, chosen = next(stories()).start, []
    for at_s in sorted(frames):
        if not chosen or at_s - chosen[-1] >= step_s - 0.01:
            chosen.append(at_s)
    record = motion_record({begin + timedelta(seconds=at_s): frames[at_s] for at_s in chosen})
    if record is None:
        raise SystemExit("got too few keyframes, expected nine or more")
    return motion_of(record)


def verified(frames: dict[float, Picture]) -> Motion:
    """The motion as verification leaves it of the window that is to prove something."""
    begin, pace = next(stories()).start, Pace()
    times = [begin + timedelta(seconds=at_s) for at_s in sorted(frames)]
    grid = times_at_step(times, pace.step_s)
    chosen = {*grid, *halvings(times, grid, pace.motion_s, pace.motion_spared)}
    return signature({at_s: frame for at_s, frame in frames.items() if begin + timedelta(seconds=at_s) in chosen}, 0.0)


def drawn_table(work: Path, known_s: Sequence[float], length_s: float) -> None:
    """What is found of every trick, by how closely the earlier film is known, and of innocent pairs.

    Three numbers: by the samples alone, with closer looks at the new film, and with those at both of one class.
    """
    files = drawn(work)
    films = [small_keyframes(path) for path in files]
    dice = np.random.default_rng(11)
    print(f"| manipulation, {length_s:g} s | " + " | ".join(f"known every {one:g} s" for one in known_s) + " |")
    print("|---|" + "---|" * len(known_s))
    known = {one: [Known(signature(film, one), film) for film in films] for one in known_s}
    totals = np.zeros((len(known_s), 5), int)
    for trick in TRICKS:
        cells = np.zeros_like(totals)
        for number, path in list(enumerate(files))[::2]:  # one Monday of every room; the others are innocent
            since_s = float(dice.uniform(20, 900 - length_s - 20))
            name = f"copy-{TRICKS.index(trick)}-{number}-{length_s:g}.mp4"
            copy = small_keyframes(changed(path, trick, since_s, length_s, work / name))
            for column, one in enumerate(known_s):
                found = found_among(verified(copy), copy, known[one])
                wrong = len((found.sure | found.one_side | found.both) - {number})
                hits = found.sure, found.sure | found.one_side, found.sure | found.both
                cells[column] += (*(number in one for one in hits), 1, wrong)
        totals += cells
        print(f"| {trick.name} | " + " | ".join(_cell(*row) for row in cells) + " |", flush=True)
    print("| **all** | " + " | ".join(f"**{_cell(*row)}: {row[2] / row[3]:.1%}**" for row in totals) + " |")
    innocent_pairs(films, known_s)


def _cell(sure: int, one_side: int, both: int, of: int, wrong: int) -> str:
    return f"{sure}, {one_side}, {both} of {of}{f'; {wrong} WRONG' if wrong else ''}"


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier film as it is known, and all of its keyframes as a closer look decodes them."""

    motion: Motion
    film: dict[float, Picture]


@dataclass(slots=True)
class Outcome:
    """Whose films were found: by the samples, by closer looks at one side, and by those of one class at both."""

    sure: set[int]
    one_side: set[int]
    both: set[int]
    looks: int = 0


def found_among(own: Motion, film: dict[float, Picture], known: Sequence[Known]) -> Outcome:
    """Whose films the new one was found in, with as many closer looks as a class of one hour may take."""
    others = {number: one.motion for number, one in enumerate(known)}
    guesses = guessed(own, others)
    sure = confirmed(own, others, guesses)
    found = Outcome({one.other for one in sure}, set(), set())
    pending = sorted(unsure(guesses, sure), key=lambda guess: -guess.worth)
    for turn, guess in enumerate(pending[:_CLOSER_LOOKS]):
        since_s, until_s = guess.since_s, guess.since_s + BLOCK_S
        close = _close(own, film, since_s, until_s)
        laid = laid_closely(close, others[guess.other], guess)
        proven = borne_out(close, others[guess.other], laid)
        if proven:
            found.one_side.add(guess.other)
        if found.looks >= _CLOSER_LOOKS:
            continue
        found.looks = max(found.looks, turn) + 1
        if proven:
            found.both.add(guess.other)
        elif found.looks < _CLOSER_LOOKS and likely_closely(laid):
            found.looks += 1
            ends = sorted((guess.how.there(since_s), guess.how.there(until_s)))
            there = _close(others[guess.other], known[guess.other].film, ends[0] - 12, ends[1] + 12)
            if borne_out(close, there, laid_closely(close, there, guess)):
                found.both.add(guess.other)
    return found


def _close(own: Motion, film: dict[float, Picture], since_s: float, until_s: float) -> Motion:
    close = signature({at: one for at, one in film.items() if since_s <= at < until_s}, 1.9)
    return replace(close, start=own.start, at_s=close.at_s + (close.start - own.start).total_seconds())


def innocent_pairs(films: Sequence[dict[float, Picture]], known_s: Sequence[float]) -> None:
    """Ten minutes of each recording against others that it does not come from."""
    screen, empty = [_with_screen(film, films[-1]) for film in films[:-1]], [_emptied(film) for film in films]
    print("\n| innocent | known | pairs | flagged | closer looks a recording |\n|---|---|---|---|---|")
    for one in known_s:
        for name, shown, far in (
            ("the same room and class a week apart", films, False),
            ("other rooms", films, True),
            ("the same lesson on the projector", screen, True),
            ("the room empty", empty, False),
        ):
            known = [Known(signature(film, one), film) for film in shown]
            flagged = pairs = looked = 0
            for number, film in enumerate(shown):
                others = [k for at, k in enumerate(known) if at != number and (far or at // 2 == number // 2)]
                film_10 = {at: frame for at, frame in film.items() if at < _WINDOW_S}
                found = found_among(verified(film_10), film_10, others)
                flagged += len(found.sure | found.one_side | found.both)
                pairs, looked = pairs + len(others), looked + found.looks
            print(f"| {name} | {one:g} s | {pairs} | {flagged} | {looked / len(shown):.2f} |", flush=True)


def _with_screen(film: dict[float, Picture], lesson: dict[float, Picture]) -> dict[float, Picture]:
    """The film with the same lesson on a screen at the front: a fifth of the picture's width and height."""
    shown = {}
    for at, frame in film.items():
        shown[at] = frame.copy()
        shown[at][4:46, 84:156] = cv2.resize(lesson[min(lesson, key=lambda other, at=at: abs(other - at))], (72, 42))
    return shown


def _emptied(film: dict[float, Picture]) -> dict[float, Picture]:
    """The room without anybody: what is usual in it, with the camera's noise."""
    usual = np.median(np.stack(list(film.values())[::15]), axis=0)
    dice = np.random.default_rng(len(film))
    return {at: np.clip(usual + dice.normal(0, 3, usual.shape), 0, 255).astype(np.uint8) for at in film}


def clips_table(work: Path, clips: Sequence[Path]) -> None:
    """Real clips: the first half changed, against itself and against the second half."""
    print("| clip | manipulation | first half again | second half |\n|---|---|---|---|")
    for path in clips:
        whole = _all_frames(path)
        half = len(whole) // 2
        for trick in TRICKS:
            copy = _all_frames(changed_whole(path, trick, work / "clip.mp4"))
            kept = list(copy.items())[2 : int(half * len(copy) / len(whole)) - 2]
            own = signature(dict(kept), 2)
            first, second = (
                signature(dict(part), 2) for part in (list(whole.items())[:half], list(whole.items())[half:])
            )
            turned = "hflip" in trick.filters
            print(
                f"| {path.stem} | {trick.name} | {_most(own, first, turned)} | {_most(own, second, turned)} |",
                flush=True,
            )


def changed_whole(source: Path, trick: Trick, target: Path) -> Path:
    """The clip changed at its own rate."""
    words = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(source)]
    filters = f"{trick.filters},scale=trunc(iw/2)*2:trunc(ih/2)*2"
    words += ["-vf", filters, "-pix_fmt", "yuv420p", "-c:v", trick.codec, "-crf", str(trick.crf), "-an"]
    quiet = ["-x265-params", "log-level=none"] if "265" in trick.codec else []
    subprocess.run([*words, *quiet, str(target)], check=True)
    return target


def _all_frames(path: Path) -> dict[float, Picture]:
    """Every frame, as if they were two seconds apart."""
    with av.open(str(path)) as given:
        grey = (frame.to_ndarray(format="gray") for frame in given.decode(video=0))
        return {2.0 * number: shrunk(np.asarray(frame, np.uint8)) for number, frame in enumerate(grey)}


def _most(own: Motion, other: Motion, turned: bool) -> str:  # noqa: FBT001 - a bench
    end_s = float(own.at_s[-1])
    coarse = [Alignment(float(lag), mirrored=turned) for lag in np.arange(-end_s / 2, end_s, 4.0)]
    near = max(coarse, key=lambda how: likeness(own, other, how, 0, end_s).strength)
    return f"{best_alignment(own, other, near, 0, end_s)[1].strength:.2f}"


def main() -> None:
    """Prints the tables that were asked for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("work", type=Path)
    ask.add_argument("--clips", default="")
    ask.add_argument("--parts", default="drawn,index")
    ask.add_argument("--hour", type=Path)
    ask.add_argument("--known", default="6,20")
    ask.add_argument("--length", type=float, default=180.0)
    ask.add_argument("--sizes", default="500,1000,2000")
    ask.add_argument("--postgres", action="store_true")
    told = ask.parse_args()
    told.work.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    since = time.process_time()
    parts = told.parts.split(",")
    if "drawn" in parts:
        drawn_table(told.work, [float(one) for one in told.known.split(",")], told.length)
    if "clips" in parts:
        clips_table(told.work, [Path(name) for name in told.clips.split(",") if name])
    if "cost" in parts and told.hour:
        motion_cost(told.hour)
    if "index" in parts:
        index_table(told.work, [int(one) for one in told.sizes.split(",")], on_postgres=told.postgres)
    print(f"\n{time.process_time() - since:.0f} CPU s in all")


if __name__ == "__main__":
    main()
