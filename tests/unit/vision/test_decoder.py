import numpy as np
import pytest

from facts.errors import SetupError
from vision.card_detector import boxes
from vision.card_parts import DetectionTarget, Family, Fit, InputSpec
from vision.decoder import DECODERS, decode_centerface, decode_nms, decode_yolox, decode_yunet, merge
from vision.input import fit

SPEC = InputSpec(64, 64)
CELLS = 64 + 16 + 4


def test_centerface_reads_centre_size_and_offset_of_the_hot_cell() -> None:
    heat, size, offset = np.zeros((1, 1, 16, 16)), np.zeros((1, 2, 16, 16)), np.zeros((1, 2, 16, 16))
    heat[0, 0, 5, 9] = 0.8
    size[0, :, 5, 9] = np.log([20 / 4, 12 / 4])
    offset[0, :, 5, 9] = (0.25, -0.25)
    found = decode_centerface([heat, size, offset], SPEC, 0.3)
    middle_x, middle_y = (9 - 0.25 + 0.5) * 4, (5 + 0.25 + 0.5) * 4
    assert found[0, :5] == pytest.approx([middle_x - 6, middle_y - 10, middle_x + 6, middle_y + 10, 0.8], abs=1e-4)


def test_yolox_multiplies_objectness_with_the_best_class_and_scales_by_stride() -> None:
    raw = np.zeros((1, CELLS, 7))
    raw[0, 64 + 5] = [0.5, 0.25, np.log(2), np.log(3), 0.9, 0.1, 0.8]
    found = decode_yolox([raw], SPEC, 0.5)
    middle_x, middle_y = (1 + 0.5) * 16, (1 + 0.25) * 16
    assert found.shape == (1, 6)
    assert found[0] == pytest.approx([middle_x - 16, middle_y - 24, middle_x + 16, middle_y + 24, 0.72, 1], abs=1e-3)


def test_yunet_takes_the_root_of_class_times_object_over_three_scales() -> None:
    kinds = [np.zeros((1, n, 1)) for n in (64, 16, 4)]
    objects = [np.zeros((1, n, 1)) for n in (64, 16, 4)]
    boxes = [np.zeros((1, n, 4)) for n in (64, 16, 4)]
    kinds[2][0, 3], objects[2][0, 3], boxes[2][0, 3] = 0.81, 1.0, [0.5, 0.5, 0, np.log(0.5)]
    found = decode_yunet([*kinds, *objects, *boxes], SPEC, 0.6)
    assert found[0, :5] == pytest.approx([32, 40, 64, 56, 0.9], abs=1e-4)


def test_finished_boxes_come_whole_or_in_parts() -> None:
    whole = np.array([[[1, 2, 11, 22, 0.9, 0], [1, 2, 3, 4, 0.1, 0]]])
    parts = [np.array([[[1, 2, 11, 22], [1, 2, 3, 4]]]), np.array([[0.9, 0.1]])]
    assert decode_nms([whole], SPEC, 0.3) == pytest.approx(decode_nms(parts, SPEC, 0.3))


@pytest.mark.parametrize("family", list(Family))
def test_tensors_of_another_layout_name_the_card_s_family(family: Family) -> None:
    with pytest.raises(SetupError, match=f"check family = '{family.value}'"):
        DECODERS[family]([np.zeros((1, 3, 2, 2))], SPEC, 0.3)


def test_merging_keeps_the_surest_of_a_heap_and_all_that_stand_apart() -> None:
    rows = np.array([[0, 0, 10, 10, 0.5, 0], [1, 1, 11, 11, 0.9, 0], [50, 50, 60, 60, 0.4, 0]], np.float32)
    kept = merge(rows, 0.4)
    assert kept[:, 4].tolist() == pytest.approx([0.9, 0.4])


def test_a_letterboxed_frame_gives_fractions_of_the_frame_not_of_the_margin() -> None:
    frame = np.zeros((90, 160, 3), np.uint8)
    fitted = fit(frame, InputSpec(320, 320, fit=Fit.LETTERBOX))
    assert fitted.blob.shape == (1, 3, 320, 320)
    assert fitted.blob[0, 0, 200, 0] == 114
    found = boxes(np.array([[160, 90, 320, 180, 0.9, 0]], np.float32), fitted.taken, DetectionTarget.HEAD)
    assert found[0].box.x == pytest.approx(0.5)
    assert found[0].box.y + found[0].box.h == pytest.approx(1.0)


def test_a_free_network_sees_no_more_pixels_than_there_are() -> None:
    small, large = np.zeros((270, 480, 3), np.uint8), np.zeros((1080, 1920, 3), np.uint8)
    spec = InputSpec(960, 544, fixed=False)
    assert fit(small, spec).size == (480, 288)
    assert fit(large, spec).size == (960, 544)
