import numpy as np
import pytest

from vision.light import light_between
from vision.ports import Picture


def scene(seed: int, size: tuple[int, int] = (135, 240)) -> Picture:
    return np.random.default_rng(seed).integers(40, 180, size, dtype=np.uint8)


def pixel_by_pixel(before: Picture, after: Picture) -> tuple[float, float, float]:
    """The same fit with every pixel for itself."""
    first, second = before.ravel().astype(np.float32), after.ravel().astype(np.float32)
    gain, offset, noise = 1.0, float(np.median(second - first)), 0.5
    for _ in range(3):
        rest = np.abs(second - gain * first - offset)
        noise = max(float(np.sort(rest)[int(0.4 * rest.size)]) / 0.5244, 0.5)
        quiet = rest < 3 * noise
        centred = first[quiet] - first[quiet].mean()
        spread = float(centred @ centred)
        gain = float(centred @ (second[quiet] - second[quiet].mean())) / spread if spread > quiet.sum() else 1.0
        gain = min(max(gain, 0.2), 5.0)
        offset = float(second[quiet].mean()) - gain * float(first[quiet].mean())
    return gain, offset, noise


@pytest.mark.parametrize("sigma", [0.0, 0.8, 4.0])
@pytest.mark.parametrize(("gain", "offset"), [(1.0, 0.0), (1.2, -6.0), (0.85, 9.0)])
def test_pixels_weighed_together_fit_as_each_for_itself(gain: float, offset: float, sigma: float) -> None:
    before = scene(1)
    lit = before * gain + offset + np.random.default_rng(2).normal(0, sigma, before.shape)
    after = np.clip(lit, 0, 255).astype(np.uint8)
    after[20:60, 30:90] = scene(3, (40, 60))
    assert light_between(before, after) == pytest.approx(pixel_by_pixel(before, after), abs=2e-3)


def test_a_picture_of_one_colour_has_its_offset() -> None:
    one, two = np.full((40, 60), 90, np.uint8), np.full((40, 60), 97, np.uint8)
    assert light_between(one, two) == (1.0, 7.0, 0.5)
