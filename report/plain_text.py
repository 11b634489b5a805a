import re
from typing import Any

# Control characters, marks that turn the direction of text, and halves of characters from undecodable file names:
# none of them can be shown, some make a name look like another, and the last cannot even be written as UTF-8.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_STAND_IN = "\ufffd"


def clean(value: Any) -> Any:  # noqa: ANN401 - any JSON value, given back in its own shape
    """The JSON value with every character that cannot be shown replaced by a sign that says so."""
    if isinstance(value, str):
        return _UNSHOWABLE.sub(_STAND_IN, value)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list) else value
