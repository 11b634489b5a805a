"""统一社会信用代码: GB 32100-2015, modulus 31."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.errors import InputError
from facts.uscc import Uscc, check_sign, is_uscc

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_the_example_of_the_standard_passes() -> None:
    assert Uscc("91350100M000100Y43").code == "91350100M000100Y43"


def test_width_case_spaces_and_hyphens_do_not_matter() -> None:
    assert Uscc("9135０100 m0001-00Y43 ") == Uscc("91350100M000100Y43")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91350100M000100Y44", "got the check sign 4, expected 3"),
        ("91350100M000100Y4", "got 17 characters, expected 18"),
        ("91350100I000100Y43", "without I, O, S, V, Z"),
        ("", "got 0 characters"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_with_it(code: str, said: str) -> None:
    assert not is_uscc(code)
    with pytest.raises(InputError, match=said):
        Uscc(code)


@given(st.text(SIGNS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SIGNS))
def test_any_one_sign_read_wrongly_is_noticed(body: str, place: int, sign: str) -> None:
    code = body + check_sign(body)
    wrong = code[:place] + sign + code[place + 1 :]
    assert is_uscc(code)
    assert is_uscc(wrong) is (sign == code[place])
