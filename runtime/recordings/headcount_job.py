"""Counts heads in the newest pictures of several cameras, in a process of its own that loads the networks once."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from facts.errors import InputError
from ingest.cameras.newest_keyframe import newest_pixels
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import patiently_in_child
from vision.people import people
from vision.senses import best_senses


def count_heads(folders: Mapping[int, Path], weights: Path) -> dict[int, tuple[datetime, int]]:
    """For each camera whose newest picture decodes: when it was taken, and how many the networks at hand see."""
    senses = best_senses(weights)
    found = {}
    for number, folder in folders.items():
        try:
            at, pixels = patiently_in_child(PICTURE, Reach((folder,)), f"camera {number}", newest_pixels, folder)
        except InputError:  # no picture, no count
            continue
        height, width = pixels.shape[:2]
        found[number] = at, len(people(senses.layers(pixels), width / height))
    return found
