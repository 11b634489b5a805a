"""Output tensors become boxes in input pixels, one function per layout family.

Every function answers an array of rows ``x1, y1, x2, y2, score, class``, before overlapping boxes are merged.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from facts.counting import counted
from facts.errors import SetupError
from vision.card_parts import Family, InputSpec
from vision.ports import Tensor

_CENTERFACE_STRIDE = 4
_STRIDES = (8, 16, 32)
_ROW = 6
_CLASS_COLUMN = 5
_EXP_LIMIT = 20.0
_NOTHING = np.empty((0, _ROW), np.float32)


def decode_centerface(tensors: Sequence[Tensor], _: InputSpec, threshold: float) -> Tensor:
    """A heat map of face centres with size and offset per cell of four pixels."""
    heat, size, offset = _centerface_maps(tensors)
    rows, columns = np.nonzero(heat >= threshold)
    if not rows.size:
        return _NOTHING
    cells = np.stack([columns + offset[1, rows, columns], rows + offset[0, rows, columns]], 1)
    sizes = np.stack([size[1, rows, columns], size[0, rows, columns]], 1)
    middle = np.asarray((cells + 0.5) * _CENTERFACE_STRIDE, np.float32)
    return _rows(middle, _exp(sizes) * _CENTERFACE_STRIDE, heat[rows, columns])


def _centerface_maps(tensors: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    maps = [np.asarray(tensor, np.float32) for tensor in tensors]
    if len(maps) < 3 or [m.shape[1] for m in maps[:3]] != [1, 2, 2]:  # noqa: PLR2004 - heat, size, offset
        raise _misfit(Family.CENTERFACE, tensors, "heat (1,1,h,w), size (1,2,h,w), offset (1,2,h,w)")
    return maps[0][0, 0], maps[1][0], maps[2][0]


def decode_yolox(tensors: Sequence[Tensor], spec: InputSpec, threshold: float) -> Tensor:
    """One row per anchor-free cell: offset and log size in strides, objectness, class scores."""
    raw = np.asarray(tensors[0], np.float32)
    cells, strides = _cells(spec)
    if raw.ndim != 3 or raw.shape[1] != len(cells) or raw.shape[2] <= _CLASS_COLUMN:  # noqa: PLR2004 - batch, cell, value
        raise _misfit(Family.YOLOX, tensors, f"(1,{len(cells)},5+classes) for this input size")
    raw = raw[0]
    kind = raw[:, _CLASS_COLUMN:].argmax(1)
    score = raw[:, 4] * raw[np.arange(len(raw)), _CLASS_COLUMN + kind]
    kept = score >= threshold
    middle = (raw[kept, :2] + cells[kept]) * strides[kept]
    size = _exp(raw[kept, 2:4]) * strides[kept]
    return _rows(middle, size, score[kept], kind[kept])


def decode_yunet(tensors: Sequence[Tensor], spec: InputSpec, threshold: float) -> Tensor:
    """Three scales of class, objectness and box tensors, in the order the export lists them."""
    count = len(_STRIDES)
    if len(tensors) < 3 * count:
        raise _misfit(Family.YUNET, tensors, "cls, obj and bbox for strides 8, 16 and 32")
    flat = [np.asarray(tensor, np.float32).reshape(-1, np.shape(tensor)[-1]) for tensor in tensors[: 3 * count]]
    kinds, objects, boxes = (np.concatenate(flat[first : first + count]) for first in (0, count, 2 * count))
    cells, strides = _cells(spec)
    if len(boxes) != len(cells) or boxes.shape[1] != 4:  # noqa: PLR2004 - a box
        raise _misfit(Family.YUNET, tensors, f"{counted(len(cells), 'cell')} for this input size")
    score = np.sqrt(np.clip(kinds[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
    kept = score >= threshold
    middle = (boxes[kept, :2] + cells[kept]) * strides[kept]
    size = _exp(boxes[kept, 2:]) * strides[kept]
    return _rows(middle, size, score[kept])


def decode_nms(tensors: Sequence[Tensor], _: InputSpec, threshold: float) -> Tensor:
    """Final boxes: rows of corners, score, class; or corners, scores and perhaps classes as tensors of their own."""
    parts = [np.asarray(tensor, np.float32) for tensor in tensors]
    first = parts[0].reshape(-1, parts[0].shape[-1])
    if first.shape[1] == 4 and len(parts) > 1:  # noqa: PLR2004 - corners alone
        columns = [first, parts[1].reshape(-1, 1), *(part.reshape(-1, 1) for part in parts[2:3])]
        if any(len(column) != len(first) for column in columns):
            raise _misfit(Family.NMS, tensors, "as many scores as boxes")
        first = np.concatenate(columns, axis=1)
    if not _CLASS_COLUMN <= first.shape[1] <= _ROW + 1:
        raise _misfit(Family.NMS, tensors, "(N,6): x1, y1, x2, y2, score, class")
    if first.shape[1] == _CLASS_COLUMN:
        first = np.pad(first, ((0, 0), (0, 1)))
    return first[first[:, 4] >= threshold, :_ROW]


def decode_ssd(tensors: Sequence[Tensor], spec: InputSpec, threshold: float) -> Tensor:
    """Shifts against prior boxes, scores with the background first, and the priors with their variances."""
    parts = [np.asarray(tensor, np.float32) for tensor in tensors]
    if len(parts) < 3 or parts[2].ndim != 3 or parts[2].shape[1] != 2 or parts[2].size % 8:  # noqa: PLR2004 - priors
        raise _misfit(Family.SSD, tensors, "shifts (1,4n), scores (1,n*classes), priors (1,2,4n)")
    priors, variances = parts[2][0].reshape(2, -1, 4)
    count = len(priors)
    if parts[0].size != 4 * count or parts[1].size % count or parts[1].size < 2 * count:
        raise _misfit(Family.SSD, tensors, f"4 shifts and at least 2 scores for each of {counted(count, 'prior')}")
    scores = parts[1].reshape(count, -1)[:, 1:]
    kind = scores.argmax(1)
    score = scores[np.arange(count), kind]
    kept = score >= threshold
    shifts = parts[0].reshape(-1, 4)[kept] * variances[kept]
    corners = priors[kept]
    sizes = corners[:, 2:] - corners[:, :2]
    middle = (corners[:, :2] + corners[:, 2:]) / 2 + shifts[:, :2] * sizes
    whole = np.array([spec.width, spec.height], np.float32)
    return _rows(middle * whole, _exp(shifts[:, 2:]) * sizes * whole, score[kept], kind[kept])


def decode(family: Family, tensors: Sequence[Tensor], spec: InputSpec, threshold: float) -> Tensor:
    """The boxes of these tensors, or one line that says why they cannot be of this family."""
    try:
        return DECODERS[family](tensors, spec, threshold)
    except (IndexError, ValueError) as error:
        raise _misfit(family, tensors, "the layout of this family") from error


DECODERS: Mapping[Family, Callable[[Sequence[Tensor], InputSpec, float], Tensor]] = {
    Family.CENTERFACE: decode_centerface,
    Family.YOLOX: decode_yolox,
    Family.YUNET: decode_yunet,
    Family.NMS: decode_nms,
    Family.SSD: decode_ssd,
}


def merge(rows: Tensor, overlap: float) -> Tensor:
    """The surest box of every group that overlaps by more than this, surest first."""
    order = np.argsort(-rows[:, 4], kind="stable")
    rows = rows[order]
    area = np.maximum(rows[:, 2] - rows[:, 0], 0) * np.maximum(rows[:, 3] - rows[:, 1], 0)
    alive = np.ones(len(rows), bool)
    kept: list[int] = []
    for index in range(len(rows)):
        if alive[index]:
            kept.append(index)
            shared = _shared(rows[index], rows)
            alive &= shared <= overlap * np.maximum(area + area[index] - shared, 1e-9)
    return rows[kept]


def _shared(one: Tensor, rows: Tensor) -> Tensor:
    width = np.minimum(rows[:, 2], one[2]) - np.maximum(rows[:, 0], one[0])
    height = np.minimum(rows[:, 3], one[3]) - np.maximum(rows[:, 1], one[1])
    both: Tensor = np.maximum(width, 0) * np.maximum(height, 0)
    return both


def _cells(spec: InputSpec) -> tuple[Tensor, Tensor]:
    grids, strides = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[: spec.height // stride, : spec.width // stride]
        grids.append(np.stack([columns.ravel(), rows.ravel()], 1))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(grids).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _exp(values: Tensor) -> Tensor:
    grown: Tensor = np.exp(np.minimum(values, _EXP_LIMIT))
    return grown


def _rows(middle: Tensor, size: Tensor, score: Tensor, kind: Tensor | None = None) -> Tensor:
    kinds = np.zeros_like(score) if kind is None else kind
    columns = (middle - size / 2, middle + size / 2, score[:, None], kinds[:, None])
    return np.hstack(columns).astype(np.float32)


def _misfit(family: Family, tensors: Sequence[Tensor], expected: str) -> SetupError:
    shapes = ", ".join(str(np.shape(tensor)) for tensor in tensors)
    return SetupError(f"output got tensors {shapes}, expected {expected}; check family = {family.value!r} on its card")
