"""What this program did not foresee tells nothing of itself to whoever met it."""

import pytest
from starlette.exceptions import HTTPException

from api.http.problem import problem_of
from facts.errors import InternalError, SetupError


@pytest.mark.parametrize("error", [ValueError, InternalError, SetupError, KeyError])
def test_a_defect_and_a_broken_set_up_tell_no_word_of_their_own(error: type[Exception]) -> None:
    found = problem_of(error("/var/lib/xueshi/keys: got 'geheim'"))
    assert found.status_code >= 500
    told = f"{found.title.zh}{found.title.en}{found.got}{found.expected}{found.remedy}{found.faults}{found.headers}"
    assert "geheim" not in told
    assert "/var" not in told


def test_what_only_repeats_the_title_in_english_is_not_told_as_something_received() -> None:
    assert problem_of(HTTPException(404)).got == ""
    assert problem_of(HTTPException(404, "no such class")).got == "no such class"
