"""Which communities are divided together.

+---+---+---+   +---+
| A | B | C |   | E |      A and B are of parent 1, C and D of parent 2, E and F of parent 3.
+---+---+---+   +---+
        | D |       | F |  (E and F meet in a corner)
        +---+       +---+
"""

from functools import partial

import geopandas as gpd
import pytest
from shapely import box
from sqlalchemy import Engine, text

from gridmap.services import dividing
from gridmap.services.dividing import divide_areas
from gridmap.services.division_batches import StoppedError, Together, batches

PLACES = {"A": (0, 1), "B": (1, 1), "C": (2, 1), "D": (2, 0), "E": (4, 1), "F": (5, 0)}
TOWN = gpd.GeoDataFrame(
    {"code": list(PLACES), "parent_id": [1, 1, 2, 2, 3, None]},
    geometry=[box(x, y, x + 1, y + 1) for x, y in PLACES.values()],
)


def shared(most: int) -> list[str]:
    return ["".join(batch["code"]) for batch in batches(TOWN, most=most)]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (6, ["ABCDEF"]),
        (5, ["ABCD", "EF"]),
        (4, ["ABCD", "EF"]),
        (3, ["AB", "CD", "EF"]),
        (1, ["AB", "CD", "E", "F"]),
    ],
)
def test_what_touches_stays_together_while_it_fits(most: int, expected: list[str]) -> None:
    assert shared(most) == expected


def test_batches_tell_of_their_progress_as_one() -> None:
    told = []
    together = Together(lambda *words: told.append(words), cells=2, search=5)
    one, two = together.of_one(), together.of_one()
    one("cells", 0, 1)
    one("cells", 1, 1)
    two("cells", 1, 1)
    one("search", 2, 3)
    two("search", 1, 2)
    assert told[-3:] == [("cells", 2, 2), ("search", 2, 5), ("search", 3, 5)]


def test_an_error_stops_the_other_batches() -> None:
    together = Together(lambda *_: None, cells=2)
    other = together.of_one()
    with pytest.raises(KeyboardInterrupt), together:
        raise KeyboardInterrupt
    with pytest.raises(StoppedError):
        other("cells", 0, 1)


STREET = "330102001000"


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividing, "batches", partial(batches, most=1))
    monkeypatch.setattr(dividing, "AT_ONCE", 1)


@pytest.mark.usefixtures("one_by_one")
def test_a_report_of_several_batches_is_one(town: Engine) -> None:
    with town.begin() as connection:  # as if of different parents
        connection.execute(
            text("UPDATE gridmap.area SET geom = ST_Translate(geom, 0, 1) WHERE code = '330102001002'")
        )
        connection.execute(
            text("UPDATE gridmap.building SET geom = ST_Translate(geom, 0, 1) WHERE source_id LIKE 'b%'")
        )
    report = divide_areas(town, [STREET], actor="test")
    assert [one.code for one in report.communities] == ["330102001001", "330102001002"]
    assert report.totals()["households"] == 1756
    assert divide_areas(town, [STREET], actor="test").unchanged


@pytest.mark.usefixtures("one_by_one")
def test_what_was_done_before_a_cancellation_stays(town: Engine) -> None:
    class Cancelled(Exception):
        pass

    def cancel(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("cells", total):
            raise Cancelled

    with town.begin() as connection:
        connection.execute(
            text("UPDATE gridmap.area SET geom = ST_Translate(geom, 0, 1) WHERE code = '330102001002'")
        )
    with pytest.raises(Cancelled):
        divide_areas(town, [STREET], actor="test", progress=cancel)
    with town.connect() as connection:
        drafts = connection.execute(text("SELECT count(*) FROM gridmap.plan")).scalar_one()
    assert drafts == 1
