from dataclasses import replace

from vision.card_detector import CardDetector
from vision.cards import ModelCard, shipped_card
from vision.weights import centerface_weights

CENTERFACE: ModelCard = shipped_card("centerface")


def centerface(width: int = 960, height: int = 544) -> CardDetector:
    """The detector that works out of the box, seeing frames at most this large."""
    card = CENTERFACE
    if (width, height) != (card.input.width, card.input.height):
        card = replace(card, input=replace(card.input, width=width, height=height), probe=None)
    return CardDetector(card, [centerface_weights()])
