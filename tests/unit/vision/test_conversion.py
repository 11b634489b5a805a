import struct
from dataclasses import replace
from pathlib import Path
from random import Random

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


@pytest.mark.parametrize("seed", range(60))
def test_a_file_with_scrambled_tables_is_refused_in_one_line(seed: int) -> None:
    whole = bytearray((shared_models() / TFLITE).read_bytes())
    chosen = Random(seed)
    for _ in range(40):
        # The tables lie at either end, the numbers between them.
        at = chosen.choice((chosen.randrange(8, 4000), len(whole) - chosen.randrange(1, 40_000)))
        whole[at] = chosen.choice((0, 1, 127, 128, 255))
    assert "\n" not in refusal(bytes(whole))


def refusal(content: bytes) -> str:
    """What is said of the bytes; a scrambled number or two may leave a network all the same."""
    try:
        yolox_onnx(content, 960, 544)
    except InputError as error:
        return str(error)
    return ""


def test_a_network_of_one_empty_graph_is_refused_in_one_line() -> None:
    # The model's table of five fields, of which the third lists one graph: a table without any field.
    fields = struct.pack("<7H", 14, 8, 0, 0, 4, 0, 0)
    model = struct.pack("<iI", len(fields), 4) + struct.pack("<II", 1, 8)
    graph = struct.pack("<HH", 4, 4) + struct.pack("<i", 4)
    head = struct.pack("<I", 8 + len(fields)) + b"TFL3"
    assert "TensorFlow Lite network: got a broken table (IndexError" in refusal(head + fields + model + graph)
