"""What sealing the facts costs beside the verification whose facts they are, done again with everything remembered.

python -m benchmarks.facts_bench [FOLDER]     a class's folder; without one an honest hour is drawn
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from facts.codec import dumps
from runtime.verification.command import VerificationRequest, begin_verification, finish_verification, hash_inputs
from storage.database.accounts.accounts import add_institution
from storage.database.classes.classes import add_class
from storage.database.connection import sqlite_address, writing
from storage.database.schema import open_database
from storage.database.verification.facts_keys import open_facts, seal_facts, with_facts_keys
from tests.fixtures import scenarios
from tests.fixtures.no_progress import NoProgress

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TIMES = 5


def cpu_s(work: Callable[[], object], times: int = TIMES) -> float:
    """The least CPU seconds of several goes."""
    spent = []
    for _ in range(times):
        before = time.process_time()
        work()
        spent.append(time.process_time() - before)
    return min(spent)


def main() -> None:
    """One line for each figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    given = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as aside:
        folder = given or Path(aside) / "class"
        if given is None:
            scenarios.honest_hour.write(folder)
        request = VerificationRequest(folder, out=Path(aside) / "out", workers=1)

        def again() -> str:
            return dumps(finish_verification(hash_inputs(begin_verification(request)), NoProgress()).report)

        facts = again()
        whole = cpu_s(again)
        engine = with_facts_keys(open_database(sqlite_address(Path(aside) / "x.db")), Path(aside) / "keys")
        texts = dict.fromkeys(("name", "locality", "programme", "trainee_group", "occupation", "level", "policy"), "")
        with writing(engine, "bench") as connection:
            school = add_institution(connection, "校", "", "山西省阳泉市", AT)
            owner = add_class(connection, school.id, AT, code="c", **texts)
            sealed = seal_facts(connection, owner.id, "job 1", facts, AT)
            sealing = cpu_s(lambda: seal_facts(connection, owner.id, "job 1", facts, AT), 200)
            opening = cpu_s(lambda: open_facts(connection, owner.id, "job 1", sealed), 200)
        engine.dispose()
    print(f"facts {len(facts.encode()):,} bytes, sealed {len(sealed):,}")
    print(f"verification again {whole:.2f} CPU s")
    print(f"sealing {sealing * 1e3:.2f} ms, opening {opening * 1e3:.2f} ms: {(sealing + opening) / whole:.3%} of it")


if __name__ == "__main__":
    main()
