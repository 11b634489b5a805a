"""Whatever tensors a network answers, they become boxes inside the rules or one line that names the card's family."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from facts.errors import SetupError
from vision.card_parts import Family, InputSpec
from vision.decoder import decode, merge
from vision.ports import Tensor

SPEC = InputSpec(64, 64)
CELLS = 84
shapes = st.one_of(
    arrays.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=7),
    st.sampled_from(
        [(1, CELLS, 6), (1, 1, 16, 16), (1, 2, 16, 16), (1, 2, 8, 8), (1, 64, 1), (1, 2, 16), (1, 16), (1, 8)]
    ),
)
values = st.floats(-1e6, 1e6, width=32)
tensors = st.lists(
    shapes.flatmap(lambda shape: arrays.arrays(np.float32, shape, elements=values, fill=values)), max_size=9
)


def decoded(family: Family, given_tensors: list[Tensor]) -> tuple[Tensor | None, str]:
    try:
        return merge(decode(family, given_tensors, SPEC, 0.3), 0.5), ""
    except SetupError as error:
        return None, str(error)


@settings(max_examples=300)
@given(st.sampled_from(Family), tensors)
def test_any_tensors_become_boxes_or_one_line(family: Family, given_tensors: list[Tensor]) -> None:
    found, fault = decoded(family, given_tensors)
    if found is None:
        assert f"family = '{family.value}'" in fault
        assert "\n" not in fault
    else:
        assert found.shape[1] == 6
        assert (found[:, 4] >= 0.3).all()
