import pytest

from facts.counting import counted, noun


@pytest.mark.parametrize(
    ("number", "one", "many", "said"),
    [
        (1, "class", "", "1 class"),
        (2, "class", "", "2 classes"),
        (0, "hour", "", "0 hours"),
        ("1", "working day", "", "1 working day"),
        (3, "working day", "", "3 working days"),
        (1, "person", "", "1 person"),
        (2, "person", "", "2 people"),
        (5, "entry", "", "5 entries"),
        (5, "day", "", "5 days"),
        (2, "stretch", "", "2 stretches"),
        (1, "trainee is late", "trainees are late", "1 trainee is late"),
        (2, "trainee is late", "trainees are late", "2 trainees are late"),
        (21, "leaf", "leaves", "21 leaves"),
        ("1,001", "row", "", "1,001 rows"),
    ],
)
def test_english_that_counts(number: object, one: str, many: str, said: str) -> None:
    assert counted(number, one, many) == said
    assert said.endswith(noun(number, one, many))
