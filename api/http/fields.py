"""Types of fields that several requests share; they refuse signs that would do harm in a header, a path or on screen."""

from typing import Annotated

from fastapi import Form, Path, Query
from pydantic import BaseModel, Field, StringConstraints

_TURNING = r"\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # unseen, and they turn the order of what is seen
NO_CONTROLS = rf"^[^\x00-\x1f\x7f-\x9f{_TURNING}]*$"
TEXT = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}]*$"  # the same, over several lines
Id = Annotated[int, Path(ge=1, lt=2**53)]
IdFilter = Annotated[int | None, Field(ge=1, lt=2**53)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=NO_CONTROLS)]
Short = Annotated[str, StringConstraints(max_length=100, pattern=NO_CONTROLS)]
Reason = Annotated[str, StringConstraints(min_length=4, max_length=300, pattern=NO_CONTROLS, strip_whitespace=True)]
Filter = Annotated[str | None, Field(max_length=200, pattern=NO_CONTROLS)]
Digits = Annotated[str, Form(pattern=r"^[0-9]{0,15}$")]
ROLE = r"^[a-z_]{0,16}$"  # of a file
Word = Annotated[str, Query(pattern=r"^[a-z_]{0,40}$")]  # one of ours, looked up in a list
Before = Annotated[str, Query(pattern=r"^[0-9]{0,15}$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Done(BaseModel):
    """The answer where there is nothing to say but that it was done."""

    done: bool = True
