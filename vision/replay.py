"""Footage that was seen before: guesses from the index of sketches, each held against the movements themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.alignment import Alignment, Frame, Likeness, best_alignment, likeness
from vision.lags import BLOCK_S, OWN_LEAST_S, Guess, lags_in
from vision.motion import Motion
from vision.votes import Vote

_EXTENT_HOP_S = 30.0
_MOST_GUESSES, _MOST_OF_ALL, _MOST_CLOSELY = 16, 300, 30
_NEAR_S = (-6.0, -3.0, 0.0, 3.0, 6.0)
_NEAR_FRAMES = (Frame(), Frame(1.14), Frame(0.88))
_WORTH_A_LOOK = 0.3
# Three drawn rooms and five clips: other minutes of a room stay under .40 with nine samples, replays begin at .56.
_STRENGTH, _STRENGTH_OF_FEW = 0.42, 0.8
_LEAST_CELLS = 14
_SHARE_OF_CELLS = 0.5
# What changes slowly (light, an empty chair) is as alike ten seconds earlier or later; poses are not.
_ASIDE_S = (-25.0, -15.0, 15.0, 25.0)
_SHARPNESS = 0.75
# Three minutes in a row begin every minute: of a film seen before two of them lie in the other, of chance at its end less.
_SHARE_INSIDE = 0.5
# Drawn rooms: one innocent pair in fifty has a lag that stands out so far, and nine replays of three minutes in ten.
_WORTH_A_CLOSER_LOOK = 4.4
# Drawn rooms: innocent ones stay under .2 by all keyframes of one side.
_WORTH_BOTH_SIDES = 0.25

_STILL_SAMPLES = 8
_STILL_STEP = 0.25
# The recorder's clock ticks on over a picture that stands still.
_STILL_CELLS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """Seconds of one recording that were seen in another, and how they lie there."""

    other: int
    since_s: float
    until_s: float
    how: Alignment
    alike: Likeness


def likely(own: Motion, others: Mapping[int, Motion], votes: Iterable[Vote], most: int) -> list[int]:
    """Of the recordings that sketches name those that move most alike at the lag that was named."""
    seen: list[tuple[float, int]] = []
    for vote in votes:
        if vote.other in others:
            how = Alignment(vote.lag_s, mirrored=vote.turned)
            alike = likeness(own, others[vote.other], how, vote.since_s, vote.since_s + BLOCK_S)
            seen.append((alike.strength, vote.other))
    return [other for _, other in sorted(seen, reverse=True)[:most]]


def guessed(own: Motion, others: Mapping[int, Motion]) -> list[Guess]:
    """The lags at which the recording may lie in these, what stands out most first."""
    return sorted(lags_in(own, others), key=lambda guess: -guess.worth)


def confirmed(own: Motion, others: Mapping[int, Motion], found: Iterable[Guess]) -> list[Found]:
    """Those guesses that the movements bear out, each grown to its whole length, none told twice.

    Every guess gets a first look, and the few that look best a close one: chance makes many look a little alike.
    """
    kept: list[Found] = []
    for guess, near in _worth_a_look(own, others, found):
        if any(one.other == guess.other and one.since_s <= guess.since_s + BLOCK_S / 2 <= one.until_s for one in kept):
            continue
        if one := _confirmed(own, others[guess.other], guess, near):
            kept.append(one)
    return kept


def _worth_a_look(own: Motion, others: Mapping[int, Motion], found: Iterable[Guess]) -> list[tuple[Guess, Alignment]]:
    tried: dict[int, int] = {}
    seen: list[tuple[float, Guess, Alignment]] = []
    for guess in found:
        if tried.get(guess.other, 0) >= _MOST_GUESSES or len(seen) >= _MOST_OF_ALL:
            continue
        tried[guess.other] = tried.get(guess.other, 0) + 1
        strength, near = _first_look(own, others[guess.other], guess)
        if strength >= _WORTH_A_LOOK:
            seen.append((strength, guess, near))
    seen.sort(key=lambda one: -one[0])
    return [(guess, near) for _, guess, near in seen[:_MOST_CLOSELY]]


def _first_look(own: Motion, other: Motion, guess: Guess) -> tuple[float, Alignment]:
    near = [replace(guess.how, lag_s=guess.how.lag_s + by, frame=frame) for by in _NEAR_S for frame in _NEAR_FRAMES]
    scored = [likeness(own, other, how, guess.since_s, guess.since_s + BLOCK_S).strength for how in near]
    best = int(np.argmax(scored))
    return scored[best], near[best]


def _confirmed(own: Motion, other: Motion, guess: Guess, near: Alignment) -> Found | None:
    until_s = guess.since_s + BLOCK_S
    how, alike = best_alignment(own, other, near, guess.since_s, until_s)
    if not _convincing(own, other, how, guess.since_s, until_s):
        return None
    if own is other and abs(how.there(guess.since_s) - guess.since_s) < OWN_LEAST_S:
        return None
    since_s, until_s = _grown(own, other, how, guess.since_s, until_s)
    whole = likeness(own, other, how, since_s, until_s)
    return Found(guess.other, since_s, until_s, how, max(alike, whole, key=lambda one: one.strength))


def _convincing(own: Motion, other: Motion, how: Alignment, since_s: float, until_s: float) -> bool:
    """Alike enough for the number of samples, in enough of the picture, over enough minutes, and at this lag alone."""
    if not _inside_enough(own, other, how, since_s, until_s):
        return False
    alike = likeness(own, other, how, since_s, until_s)
    if not alike.pairs or alike.strength < _STRENGTH + _STRENGTH_OF_FEW / alike.pairs:
        return False
    if alike.cells < max(_LEAST_CELLS, _SHARE_OF_CELLS * alike.moving):
        return False
    aside = [replace(how, lag_s=how.lag_s + by) for by in _ASIDE_S]
    beside = [likeness(own, other, one, since_s, until_s).strength for one in aside]
    return float(np.median(beside)) < _SHARPNESS * alike.strength


def _inside_enough(own: Motion, other: Motion, how: Alignment, since_s: float, until_s: float) -> bool:
    """Whether enough of the own minutes lies in the other recording at all."""
    since_s, until_s = max(since_s, float(own.at_s[0])), min(until_s, float(own.at_s[-1]))
    ends = sorted((how.there(since_s), how.there(until_s)))
    inside_s = min(ends[1], float(other.at_s[-1])) - max(ends[0], float(other.at_s[0]))
    length_s = min(ends[1] - ends[0], float(other.at_s[-1] - other.at_s[0]))
    return inside_s >= _SHARE_INSIDE * length_s


def _grown(own: Motion, other: Motion, how: Alignment, since_s: float, until_s: float) -> tuple[float, float]:
    end_s = float(own.at_s[-1])
    while until_s < end_s and _convincing(own, other, how, until_s - BLOCK_S + _EXTENT_HOP_S, until_s + _EXTENT_HOP_S):
        until_s += _EXTENT_HOP_S
    while since_s > 0 and _convincing(own, other, how, since_s - _EXTENT_HOP_S, since_s + BLOCK_S - _EXTENT_HOP_S):
        since_s -= _EXTENT_HOP_S
    return max(since_s, 0.0), min(until_s, end_s)


def unsure(found: Iterable[Guess], kept: Sequence[Found]) -> list[Guess]:
    """Of each recording that was not found the guess that stands out most, where it is worth a closer look."""
    seen = {one.other for one in kept}
    best: dict[int, Guess] = {}
    for guess in found:
        if guess.worth >= _WORTH_A_CLOSER_LOOK and guess.other not in seen:
            best.setdefault(guess.other, guess)
    return list(best.values())


def confirmed_closely(close: Motion, other: Motion, guess: Guess) -> Found | None:
    """The guess over what every keyframe of its minutes tells, in the own recording's seconds."""
    found = laid_closely(close, other, guess)
    return found if borne_out(close, other, found) else None


def laid_closely(close: Motion, other: Motion, guess: Guess) -> Found:
    """Where the guess fits best, whether it proves anything or not."""
    until_s = guess.since_s + BLOCK_S
    how, alike = best_alignment(close, other, guess.how, guess.since_s, until_s)
    return Found(guess.other, guess.since_s, min(until_s, float(close.at_s[-1])), how, alike)


def borne_out(close: Motion, other: Motion, found: Found) -> bool:
    """Whether the movements are alike enough for a doubt."""
    return _convincing(close, other, found.how, found.since_s, found.since_s + BLOCK_S)


def likely_closely(found: Found) -> bool:
    """Whether every keyframe of the own minutes makes it so likely that those of the other side are worth a look."""
    return found.alike.strength >= _WORTH_BOTH_SIDES


def still_stretches(motion: Motion) -> list[tuple[float, float]]:
    """Stretches of minutes in which no cell ever changed by more than a step: the same picture, however it is encoded.

    A frozen feed that was encoded anew differs by more than a frozen one, and by less than anybody alive.
    """
    found: list[tuple[float, float]] = []
    for since_s in np.arange(0.0, float(motion.at_s[-1]) - BLOCK_S + 1, _EXTENT_HOP_S):
        inside = motion.cells[(motion.at_s >= since_s) & (motion.at_s <= since_s + BLOCK_S)]
        if len(inside) < _STILL_SAMPLES or np.count_nonzero(np.ptp(inside, axis=0) > _STILL_STEP) > _STILL_CELLS:
            continue
        begun = float(since_s)
        if found and found[-1][1] >= begun:
            begun = found.pop()[0]
        found.append((begun, float(since_s) + BLOCK_S))
    return found
