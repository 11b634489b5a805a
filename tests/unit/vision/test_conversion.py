from dataclasses import replace
from pathlib import Path

import pytest

from facts.errors import InputError
from tests.fixtures.file_server import Served, file_server
from tests.fixtures.shared_models import TFLITE, shared_models
from vision.cards import shipped_card
from vision.conversion import yolox_onnx
from vision.model_trial import check
from vision.weights import weights_of
from vision.weights_fetch import pull


@pytest.mark.parametrize("size", [(960, 544), (640, 384)])
def test_the_published_file_becomes_the_very_network_that_the_card_names(size: tuple[int, int]) -> None:
    folder = shared_models()
    made = yolox_onnx((folder / TFLITE).read_bytes(), *size)
    assert made == (folder / f"bhh_{size[0]}x{size[1]}.onnx").read_bytes()


def test_pulling_converts_and_checks_both_digests_and_the_probe(tmp_path: Path) -> None:
    with file_server(net=Served((shared_models() / TFLITE).read_bytes())) as server:
        card = shipped_card("bhh-nano")
        card = replace(card, files=(replace(card.files[0], urls=(server.url("net"),)),))
        pull(card, tmp_path)
    assert "probe passed" in check(card, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [weights_of(card, tmp_path)[0].name]


@pytest.mark.parametrize(
    "junk", [b"", b"TFL3", b"\x10\x00\x00\x00TFL3" + bytes(40), b"\xff\xff\xff\xffTFL3" + bytes(40), b"<html>" * 9]
)
def test_bytes_that_are_no_network_are_refused_in_one_line(junk: bytes) -> None:
    with pytest.raises(InputError, match=r"TFL3|TensorFlow Lite") as caught:
        yolox_onnx(junk, 960, 544)
    assert "\n" not in str(caught.value)


def test_a_file_cut_short_is_refused_in_one_line() -> None:
    whole = (shared_models() / TFLITE).read_bytes()
    with pytest.raises(InputError):
        yolox_onnx(whole[: len(whole) // 2], 960, 544)
