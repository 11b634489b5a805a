from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facts.errors import SetupError
from tests.fixtures.tiny_networks import answering, card_of, rows
from vision.card_detector import CardDetector
from vision.card_parts import Channels, InputSpec, Probe
from vision.cards import ModelCard, read_card
from vision.centerface import CENTERFACE
from vision.inference import OpenCvNetwork
from vision.input import fit
from vision.model_trial import check, load, probe_lines
from vision.probe import probe_picture, try_probe
from vision.weights import centerface_weights


def probed(card: ModelCard) -> None:
    CardDetector(card, [centerface_weights()]).probe()


def probe() -> Probe:
    assert CENTERFACE.probe
    return CENTERFACE.probe


def test_the_picture_of_a_seed_is_the_same_for_all_versions() -> None:
    drawn = probe_picture(11, InputSpec(64, 32))
    assert drawn.shape == (32, 64, 3)
    assert drawn[0, :2].tolist() == [[109, 211, 68], [102, 197, 58]]
    assert (probe_picture(12, InputSpec(64, 32)) != drawn).any()


def test_the_embedded_network_passes_in_both_engines() -> None:
    probed(CENTERFACE)
    frame = fit(probe_picture(probe().seed, CENTERFACE.input), CENTERFACE.input).blob
    try_probe("centerface", probe(), OpenCvNetwork("centerface", [centerface_weights().read_bytes()]).run(frame))


@pytest.mark.parametrize(
    "fed",
    [{"channels": Channels.BGR}, {"scale": 0.0039}, {"mean": (1.0, 1.0, 1.0)}],
    ids=["other colours", "other scale", "other mean"],
)
def test_a_network_fed_otherwise_is_refused(fed: dict[str, object]) -> None:
    with pytest.raises(SetupError, match="model centerface: probe got ") as caught:
        probed(replace(CENTERFACE, input=replace(CENTERFACE.input, **fed)))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_an_engine_that_rounds_to_half_precision_is_refused() -> None:
    frame = fit(probe_picture(probe().seed, CENTERFACE.input), CENTERFACE.input).blob
    found = OpenCvNetwork("centerface", [centerface_weights().read_bytes()]).run(frame)
    # bfloat16 keeps eight bits of what float32 keeps twenty-four of.
    rounded = {name: (tensor.view(np.uint32) & 0xFFFF0000).view(np.float32) for name, tensor in found.items()}
    with pytest.raises(SetupError, match="computes it wrongly"):
        try_probe("centerface", probe(), rounded)


def test_a_shift_by_one_pixel_is_refused() -> None:
    frame = fit(probe_picture(probe().seed, CENTERFACE.input), CENTERFACE.input).blob
    found = OpenCvNetwork("centerface", [centerface_weights().read_bytes()]).run(np.roll(frame, 1, 3))
    with pytest.raises(SetupError, match="computes it wrongly"):
        try_probe("centerface", probe(), found)


def test_a_network_with_another_output_is_refused_before_its_first_frame(tmp_path: Path) -> None:
    card = card_of(answering(rows((8, 8, 40, 60, 0.9, 0))), tmp_path, probe=probe())
    with pytest.raises(SetupError, match="no output '537'"):
        load(card, tmp_path).detect(np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(SetupError, match="no output '537'"):
        check(card, tmp_path)


def test_no_number_passes_a_probe() -> None:
    found = {one.name: np.full(one.shape, np.nan, np.float32) for one in probe().outputs}
    with pytest.raises(SetupError, match="got mean of '537' nan"):
        try_probe("centerface", probe(), found)


def test_what_the_command_prints_is_a_probe_that_a_card_passes(tmp_path: Path) -> None:
    card = card_of(answering(rows((8, 8, 40, 60, 0.9, 0), (1, 2, 3, 4, 0.25, 0))), tmp_path)
    text = f"""
name = "tiny"
licence = "none needed"
finds = "head"
url = "https://models.example/tiny.onnx"
sha256 = "{card.sha256}"
[input]
width = 64
height = 64
[output]
family = "nms"
{probe_lines(card, tmp_path)}
"""
    path = tmp_path / "card.toml"
    path.write_text(text, "utf-8")
    read = read_card(path)
    assert read.probe
    assert read.probe.outputs[0].shape == (1, 2, 6)
    assert "probe passed" in check(read, tmp_path)
