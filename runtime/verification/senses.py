"""Which networks look on this machine, told without loading one: pages and health checks ask often."""

from pathlib import Path

from facts.senses import Sense
from runtime.platform.environment import environment
from vision.models import cache_folder, senses_at_hand


def weights_folder() -> Path:
    """Where pulled weights lie."""
    return cache_folder(environment(), Path.home())


def senses_here() -> tuple[Sense, ...]:
    """The recommended networks, those that are not here with the reason."""
    return senses_at_hand(weights_folder())
