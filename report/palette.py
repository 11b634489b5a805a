"""The colours in one place: the page, the strip and the contrast test read them here.

Colour means status and nothing else; ``*-ink`` is for words on paper or on the tint of the same name.
"""

LIGHT = {
    "paper": "#ffffff",
    "panel": "#ffffff",
    "wash": "#f4f7fa",
    "rule": "#d5dce3",
    "ink": "#1b2530",
    "muted": "#556270",
    "pass": "#1f5fa8",
    "pass-ink": "#1b5495",
    "pass-tint": "#dce8f6",
    "fail": "#a4231b",
    "fail-ink": "#98201a",
    "fail-tint": "#f9dedb",
    "unproven": "#b86e00",
    "unproven-ink": "#855000",
    "unproven-tint": "#fcebcb",
    "exempt": "#8a95a1",
    "exempt-ink": "#4f5b68",
    "exempt-tint": "#e9edf1",
    "on-solid": "#ffffff",
    "focus": "#1f5fa8",
}
DARK = {
    "paper": "#11171d",
    "panel": "#161e26",
    "wash": "#1c2630",
    "rule": "#36424e",
    "ink": "#e8edf2",
    "muted": "#a7b3bf",
    "pass": "#3b82d0",
    "pass-ink": "#8fc0f5",
    "pass-tint": "#18324d",
    "fail": "#e0655b",
    "fail-ink": "#ffa59c",
    "fail-tint": "#4a1f1c",
    "unproven": "#d79a3a",
    "unproven-ink": "#f3c473",
    "unproven-tint": "#43310f",
    "exempt": "#7c8894",
    "exempt-ink": "#bcc6d0",
    "exempt-tint": "#29333d",
    "on-solid": "#0b1015",
    "focus": "#8fc0f5",
}


def variables(colours: dict[str, str]) -> str:
    """The colours as CSS custom properties."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
