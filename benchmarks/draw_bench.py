"""How long a spot check's draw takes: ``python -m benchmarks.draw_bench``."""

import time
from fractions import Fraction

from facts.counting import counted
from facts.spot_check import DrawClass, DrawRules, Inspector, Stratum
from pipeline.spot_checks.draw import committed, pool, revealed
from storage.spot_checks.draw_verifier import BAD, check

CLASSES, INSPECTORS, ROUNDS = 10_000, 200, 3
NONCE = "ab" * 32


def classes() -> list[DrawClass]:
    """Two strata, 37 institutions, two districts, weights from 1 to 4."""
    return [
        DrawClass(
            f"C{k:05d}",
            f"机构{k % 37}",
            ("城区", "矿区")[k % 2],
            stratum=("家政", "电工")[k % 3 == 0],
            weight=1 + k % 4,
        )
        for k in range(CLASSES)
    ]


def inspectors() -> list[Inspector]:
    """Each avoids one institution, every fifth a district too."""
    return [
        Inspector(f"I{k:03d}", "赵一", avoid_institutions=(f"机构{k % 37}",), avoid_localities=("矿区",) * (k % 5 == 0))
        for k in range(INSPECTORS)
    ]


def main() -> None:
    """Draw a tenth and a twentieth, and check what was drawn."""
    strata = (Stratum("家政", share=Fraction(1, 10)), Stratum("电工", share=Fraction(1, 20)))
    rules = DrawRules("bench", strata, max_load=9, weights_because="bench")
    own = committed(pool(classes(), inspectors(), rules, b""), NONCE)
    drawing, checking = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        sheet = revealed(own, NONCE, "")
        drawing.append(time.perf_counter() - start)
        start = time.perf_counter()
        assert not [line for line in check(sheet) if line.mark == BAD]  # noqa: S101 - a bench of a broken draw says nothing
        checking.append(time.perf_counter() - start)
    places = 2 * len(sheet["drawn"])
    print(
        f"{len(sheet['drawn'])} of {CLASSES} classes, {counted(places, 'place')} among {INSPECTORS} inspectors with room for {9 * INSPECTORS}"
    )
    print(f"draw {min(drawing):.2f} s, check {min(checking):.2f} s (best of {ROUNDS})")


if __name__ == "__main__":
    main()
