import json
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from facts.codec import SCHEMA, loads
from facts.errors import InputError
from facts.id_number import IdNumber
from facts.report import ClassReport
from facts.verdict import HourVerdict

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.text())
def test_any_text_is_a_record_or_one_clear_error(text: str) -> None:
    with suppress(InputError):
        loads(HourVerdict, text)


@given(json_values)
def test_any_json_is_a_record_or_one_clear_error(value: object) -> None:
    for kind in (HourVerdict, ClassReport):
        with suppress(InputError):
            loads(kind, json.dumps({"schema": SCHEMA, "kind": kind.__name__, "value": value}))


@given(st.text(alphabet="0123456789Xx ０１Ｘ", min_size=15, max_size=20))
def test_any_digits_are_a_number_or_one_clear_error(text: str) -> None:
    with suppress(InputError):
        assert len(IdNumber(text).digits) == 18
