"""Several workers make one class's roll at the same moment: it is there once, and none of them breaks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from facts.course import Trainee
from pipeline.accounts.rights import Role
from storage.database.connection import writing
from storage.database.roll_call.rolls import RollLists, make_roll
from tests.fixtures.full_service import PEOPLE
from tests.fixtures.service import Running
from tests.fixtures.tus import new_class

WORKERS, TURNS = 4, 10


def test_four_workers_make_one_roll_at_once(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
    lists = RollLists(trainees=[Trainee(f"t{n}", one.name, one.id_number) for n, one in enumerate(PEOPLE)])
    together = Barrier(WORKERS)

    def make(_: int) -> None:
        for _turn in range(TURNS):
            together.wait(60)
            with writing(running_service.service.engine, "test") as connection:
                make_roll(connection, number, lists, running_service.clock())

    with ThreadPoolExecutor(WORKERS) as pool:
        assert list(pool.map(make, range(WORKERS))) == [None] * WORKERS
