"""Studies of coverage ready to be asked what if: their ground and network in memory, so that only a change is searched."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from gridmap.core.coverage.altering import Service
from gridmap.core.topology import Floats, Geometries, Integers
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import NotFound, Text
from gridmap.services import studies
from gridmap.services.covering import Situation, facilities_of, search_of, situation_of
from gridmap.services.questions import Walking
from gridmap.services.studies import Asked
from gridmap.services.walking import read_ground
from gridmap.services.what_if_tables import Baseline

MOST_READY = 4
"""Studies that are kept ready at once, those asked last."""
DECIMALS = 7
"""Of degrees: a centimetre."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that a study judged, and how near it must be; None: the norm sets no radius."""

    norm: str
    name: Text
    kinds: tuple[str, ...]
    urban_m: float | None
    rural_m: float | None

    @property
    def search_m(self) -> float:
        """How far walks are searched."""
        return search_of(radius for radius in (self.urban_m, self.rural_m) if radius is not None)


@dataclass(frozen=True, slots=True)
class Present:
    """One service as it stands now.

    Attributes
    ----------
    rows : of its facilities among those of the ground.
    radius_m : shape (homes,), NaN where none is set.
    """

    offer: Offer
    rows: Integers
    radius_m: Floats
    service: Service
    baseline: Baseline


@dataclass(frozen=True)
class Ready:
    """A study ready to be asked what if.

    Attributes
    ----------
    norms : what the study says of each, at least ``norm``, ``name``, ``kinds`` and ``radius_m``.
    shapes : of the homes, in WGS 84.
    is_stale : whether the data are others than those the study was found from; these here are the present ones.
    is_public : whether answers leave out what stands for few households.
    """

    study_id: int
    situation: Situation
    norms: Sequence[Mapping[str, Any]]
    shapes: Geometries
    is_stale: bool
    is_public: bool
    _present: dict[str, Present] = field(default_factory=dict, compare=False, repr=False)

    def present(self, norm: str) -> Present:
        """Return a service as it stands, searched for the first time it is asked about.

        Raises
        ------
        NotFound : the study did not judge such a norm.
        """
        if norm not in self._present:
            self._present[norm] = _present(
                self.situation, offered(self.norms, norm), is_public=self.is_public
            )
        return self._present[norm]


class ReadyStudies:
    """The studies asked last, shared by all threads.

    What was read is good as long as nothing was committed since, or at least nothing that a study reads: the first is
    told by the snapshot of the database, the second by the hash of the inputs.

    Parameters
    ----------
    most : studies that are kept.
    """

    def __init__(self, most: int = MOST_READY) -> None:
        self._most = most
        self._shelves: OrderedDict[int, _Shelf] = OrderedDict()
        self._lock = Lock()

    def get(self, connection: Connection, study_id: int) -> Ready:
        """Return a study with the present data.

        Raises
        ------
        NotFound : there is no coverage study of that number.
        Invalid, Conflict : the present data cannot be walked on, see `gridmap.services.walking.read_ground`.
        """
        asked = studies.find_asked(connection, study_id, StudyKind.COVERAGE)
        shelf = self._shelf(study_id)
        with shelf.lock:
            if shelf.ready is None or shelf.snapshot != asked.snapshot:
                shelf.refresh(connection, asked)
            assert shelf.ready is not None
            return shelf.ready

    def _shelf(self, study_id: int) -> "_Shelf":
        with self._lock:
            shelf = self._shelves.setdefault(study_id, _Shelf())
            self._shelves.move_to_end(study_id)
            while len(self._shelves) > self._most:
                self._shelves.popitem(last=False)
            return shelf


@dataclass
class _Shelf:
    """Where one study is kept. Whoever reads it holds the lock."""

    lock: Lock = field(default_factory=Lock)
    snapshot: str = ""
    inputs_hash: str = ""
    ready: Ready | None = None

    def refresh(self, connection: Connection, asked: Asked) -> None:
        """Read the study again if its inputs are others than those read."""
        inputs_hash = studies.present_hash(connection, asked.area.id, asked.reach_m)
        if self.ready is None or inputs_hash != self.inputs_hash:
            self.ready = _read(connection, asked, is_stale=inputs_hash != asked.inputs_hash)
        self.snapshot, self.inputs_hash = asked.snapshot, inputs_hash


def make_ready(
    study_id: int,
    situation: Situation,
    norms: Sequence[Mapping[str, Any]],
    *,
    is_stale: bool,
    is_public: bool,
) -> Ready:
    """Make a situation that is in memory ready to be asked what if.

    Parameters
    ----------
    norms : what the study says of each, at least ``norm``, ``name``, ``kinds`` and ``radius_m``.
    """
    shapes = rounded(situation.ground.homes.geometry.to_crs("EPSG:4326").to_numpy())
    return Ready(study_id, situation, norms, shapes, is_stale, is_public)


def rounded(shapes: Geometries) -> Geometries:
    """Return shapes in WGS 84 with coordinates to a centimetre, to be drawn and no more."""
    return np.asarray(shapely.transform(shapes, lambda points: np.round(points, DECIMALS)))


def offered(norms: Sequence[Mapping[str, Any]], wanted: str) -> Offer:
    """Return the service of a norm.

    Parameters
    ----------
    norms : what a study says of each, as of `make_ready`.

    Raises
    ------
    NotFound : the study did not judge such a norm.
    """
    for norm in norms:
        if norm["norm"] == wanted:
            radius = norm["radius_m"]
            name, kinds = Text(**norm["name"]), tuple(norm["kinds"])
            return Offer(wanted, name, kinds, radius["urban"], radius["rural"])
    known = [norm["norm"] for norm in norms]
    raise NotFound(
        Text(en=f"The study did not judge {wanted!r}.", zh=f"该分析未包含“{wanted}”。"),
        hint=Text(en=f"It judged: {', '.join(known)}.", zh=f"已包含：{'、'.join(known)}。"),
    )


def _read(connection: Connection, asked: Asked, *, is_stale: bool) -> Ready:
    norms = studies.services_of(connection, asked.id)
    kinds = sorted({kind for norm in norms for kind in norm["kinds"]})
    ground = read_ground(connection, asked.area.code, kinds, asked.reach_m)
    walking = Walking.from_dict(asked.question)
    situation = situation_of(connection, ground, walking, with_people=False)
    return make_ready(asked.id, situation, norms, is_stale=is_stale, is_public=True)


def _present(situation: Situation, offer: Offer, *, is_public: bool) -> Present:
    ground, walk, homes = situation.ground, situation.walk, situation.homes
    rows = np.flatnonzero(ground.facilities["kind"].isin(offer.kinds).to_numpy())
    place = np.full(len(ground.facilities), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    owner = place[walk.facility]
    entrances = walk.facilities.where(owner >= 0)
    opened = facilities_of(ground, rows).opened(situation.asked.moment)
    service = Service.of(situation.reach, entrances, owner[owner >= 0], opened, offer.search_m)
    urban, rural = (np.nan if metres is None else metres for metres in (offer.urban_m, offer.rural_m))
    radius_m = np.where(homes.is_rural, rural, urban)
    distances = service.distances(radius_m, walk.homes.reason)
    return Present(offer, rows, radius_m, service, Baseline.of(situation, distances, is_public=is_public))
