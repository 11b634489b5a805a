"""What pages and routes of uploads both take."""

from typing import Annotated

from fastapi import Path

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
