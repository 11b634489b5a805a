"""A network is tried on a picture drawn from a seed: an engine that computes something else is refused."""

from collections.abc import Mapping

import numpy as np

from facts.errors import SetupError
from vision.card_parts import InputSpec, Probe, ProbeOutput
from vision.ports import Picture, Tensor

_BLOCK = 16
_PLACES = 12
_BYTES_A_WORD = 8
_LEAST_SPREAD = 1e-6


def probe_picture(seed: int, spec: InputSpec) -> Picture:
    """Coloured blocks with noise over them, of the input's size: the same on every machine and for all versions.

    The raw words of the generator are used, because only these are promised never to change.
    """
    return blocks_and_noise(seed, spec.width, spec.height, _BLOCK)


def blocks_and_noise(seed: int, width: int, height: int, block: int) -> Picture:
    """The same of any size."""
    rows, columns = -(-height // block), -(-width // block)
    drawn = _bytes(seed, rows * columns * 3 + height * width * 3)
    coarse = drawn[: rows * columns * 3].reshape(rows, columns, 3)
    noise = drawn[rows * columns * 3 :].reshape(height, width, 3)
    blocks = coarse.repeat(block, 0).repeat(block, 1)[:height, :width]
    return np.asarray(blocks // 4 * 3 + noise // 4, np.uint8)


def _bytes(seed: int, count: int) -> Picture:
    words = np.random.PCG64(seed).random_raw(-(-count // _BYTES_A_WORD))
    return np.asarray(words, "<u8").view(np.uint8)[:count]


def try_probe(name: str, probe: Probe, found: Mapping[str, Tensor]) -> None:
    """Refuses what was found for the probe's picture unless it is what the card expects, in one line."""
    for expected in probe.outputs:
        got = found.get(expected.name)
        if got is None:
            raise _refused(name, f"no output {expected.name!r}", f"one beside {sorted(found)}")
        if got.shape != expected.shape:
            raise _refused(name, f"{expected.name!r} of shape {got.shape}", str(expected.shape))
        room = probe.tolerance * max(expected.spread, _LEAST_SPREAD)
        for what, is_value, should in _pairs(expected, got):
            if not abs(is_value - should) <= room:
                raise _refused(name, f"{what} of {expected.name!r} {is_value:.6g}", f"{should:.6g} ± {room:.2g}")


def _pairs(expected: ProbeOutput, got: Tensor) -> list[tuple[str, float, float]]:
    flat = got.ravel().astype(np.float64)
    single = [
        (f"value {place}", float(flat[place]) if place < flat.size else float("nan"), value)
        for place, value in zip(expected.places, expected.values, strict=True)
    ]
    return [("mean", float(flat.mean()), expected.mean), ("spread", float(flat.std()), expected.spread), *single]


def measure_probe(seed: int, found: Mapping[str, Tensor]) -> Probe:
    """What to write on the card of a network whose outputs for the probe's picture are known to be right."""
    return Probe(seed, tuple(_measured(name, tensor) for name, tensor in found.items()))


def probe_text(probe: Probe) -> str:
    """The probe as it stands on a card, in TOML."""
    lines = ["[probe]", f"seed = {probe.seed}", f"tolerance = {probe.tolerance}"]
    for one in probe.outputs:
        lines += ["", "[[probe.outputs]]", f'name = "{one.name}"', f"shape = {list(one.shape)}", f"mean = {one.mean}"]
        lines += [f"spread = {one.spread}", f"places = {list(one.places)}", f"values = {list(one.values)}"]
    return "\n".join(lines)


def _measured(name: str, tensor: Tensor) -> ProbeOutput:
    flat = tensor.ravel().astype(np.float64)
    # The extremes say most, and evenly spread places show that nothing moved.
    count = min(_PLACES // 2, flat.size)
    spread = np.linspace(0, flat.size - 1, count).astype(int)
    places = sorted({*spread.tolist(), *np.argsort(-np.abs(flat - flat.mean()), kind="stable")[:count].tolist()})
    values = tuple(round(float(flat[place]), 6) for place in places)
    return ProbeOutput(name, tuple(tensor.shape), _rounded(flat.mean()), _rounded(flat.std()), tuple(places), values)


def _rounded(value: float) -> float:
    return float(f"{value:.7g}")


def _refused(name: str, got: str, expected: str) -> SetupError:
    return SetupError(
        f"model {name}: probe got {got}, expected {expected}; this engine computes it wrongly or the card's probe is of "
        "another network; run xueshi models check"
    )
