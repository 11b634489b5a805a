from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence for people, in Chinese and in English, so that a verdict is readable without a catalogue."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The sentence in ``zh`` or ``en``."""
        return self.en if lang == "en" else self.zh

    def __str__(self) -> str:
        return self.zh
