from collections.abc import Mapping
from pathlib import Path

from facts.errors import SetupError


def secret_value(environ: Mapping[str, str], name: str) -> str:
    """A value from the environment, or from the file that ``NAME_FILE`` points to."""
    file = environ.get(f"{name}_FILE", "")
    if not file:
        return environ.get(name, "")
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{name}_FILE: got {file}, which cannot be read ({error}), expected a file with the value"
        ) from error
