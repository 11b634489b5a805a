"""A picture that does not stand still, or not quite as the room would: hands, masts, brackets, monitors."""

from math import sin, tau

import cv2
import numpy as np

from demo.brush import Picture, to_bytes
from demo.events import Drift, Monitor, Print, Sway
from demo.scenario import Scenario


def shaken(picture: Picture, scenario: Scenario, camera: str, at_s: float) -> Picture:
    """Moved by what holds the print or the camera, in parts of a pixel; what comes in at the edge repeats it."""
    phases = np.random.default_rng([scenario.seed, 47]).uniform(0, tau, 4)
    x = y = turn = 0.0
    for event in scenario.events:
        if not event.on(at_s, camera):
            continue
        if isinstance(event, Print):
            x += event.tremor_px * (sin(at_s / 1.9 + phases[0]) + 0.6 * sin(at_s / 0.47 + phases[1])) / 1.6
            y += event.tremor_px * (sin(at_s / 2.3 + phases[2]) + 0.6 * sin(at_s / 0.53 + phases[3])) / 1.6
        elif isinstance(event, Sway):
            swing = sin(tau * at_s / event.period_s + phases[0])
            x, y = x + event.reach_px * swing, y + 0.35 * event.reach_px * sin(2 * tau * at_s / event.period_s)
            turn += 0.06 * event.reach_px * swing
        elif isinstance(event, Drift):
            share = (at_s - event.from_s) / (event.to_s - event.from_s)
            x, y = x + event.across_px * share, y + event.down_px * share
    if not (x or y or turn):
        return picture
    height, width = picture.shape[:2]
    move = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0), np.float64)
    move[:, 2] += (x, y)
    moved = cv2.warpAffine(picture, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8, copy=False)


def flickered(picture: Picture, scenario: Scenario, camera: str, at_s: float) -> Picture:
    """The rolling bands of a monitor seen by a camera of another rate, and the light of its lamp."""
    monitors = [event for event in scenario.events if isinstance(event, Monitor) and event.on(at_s, camera)]
    if not monitors:
        return picture
    rows = np.arange(picture.shape[0], dtype=np.float32) / picture.shape[0]
    strength = monitors[0].flicker
    band = strength * np.sin(tau * (2 * rows + at_s * 0.37)) + strength * 0.5 * sin(at_s * 5.1)
    return to_bytes(picture.astype(np.float32) + band[:, None, None])
