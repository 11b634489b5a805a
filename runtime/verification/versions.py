import platform

import av
import cv2
import numpy as np

from vision.inference import engine


def versions() -> dict[str, str]:
    """What the verdicts depend on beside the networks that looked, printed in every report."""
    return {
        "python": platform.python_version(),
        "av": av.__version__,
        "opencv": cv2.__version__,
        "numpy": np.__version__,
        "engine": engine(),
    }
