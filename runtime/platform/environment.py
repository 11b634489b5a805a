"""This process's environment: the one place that reads and changes it; all else is handed the mapping or its values."""

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    """Everything that is set at this moment, as a copy."""
    return dict(os.environ)


def change_environment(values: Mapping[str, str | None]) -> None:
    """Set each value and drop each name without one: for this process and those that it starts, uvicorn's among them."""
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
