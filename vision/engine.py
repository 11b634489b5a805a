from functools import cache as once
from importlib.util import find_spec


@once
def has_openvino() -> bool:
    """Whether OpenVINO is installed; there is no wheel for every machine."""
    return find_spec("openvino") is not None
