"""What the tags of OpenStreetMap stand for in gridmap."""

from collections.abc import Mapping

from gridmap.core.model import FacilityTier, LineClass
from gridmap.io.schemas import LINE_CLASSES

_MAIN, _SPECIAL, _EXTRA = FacilityTier.MAIN, FacilityTier.SPECIAL, FacilityTier.SUPPLEMENTARY

FACILITIES: Mapping[str, Mapping[str, tuple[str, FacilityTier]]] = {
    "amenity": {
        "community_centre": ("community_centre", _MAIN),
        "social_centre": ("community_centre", _MAIN),
        "townhall": ("town_hall", _MAIN),
        "social_facility": ("social_facility", _SPECIAL),
        "nursing_home": ("nursing_home", _SPECIAL),
        "kindergarten": ("kindergarten", _SPECIAL),
        "childcare": ("nursery", _SPECIAL),
        "school": ("school", _SPECIAL),
        "college": ("college", _SPECIAL),
        "university": ("university", _SPECIAL),
        "library": ("library", _SPECIAL),
        "clinic": ("clinic", _SPECIAL),
        "doctors": ("clinic", _SPECIAL),
        "hospital": ("hospital", _SPECIAL),
        "dentist": ("dentist", _EXTRA),
        "pharmacy": ("pharmacy", _EXTRA),
        "police": ("police_station", _SPECIAL),
        "fire_station": ("fire_station", _SPECIAL),
        "marketplace": ("market", _SPECIAL),
        "arts_centre": ("culture_centre", _SPECIAL),
        "theatre": ("theatre", _SPECIAL),
        "cinema": ("cinema", _EXTRA),
        "post_office": ("post_office", _EXTRA),
        "parcel_locker": ("parcel_locker", _EXTRA),
        "bank": ("bank", _EXTRA),
        "restaurant": ("restaurant", _EXTRA),
        "food_court": ("restaurant", _EXTRA),
        "fast_food": ("restaurant", _EXTRA),
        "cafe": ("cafe", _EXTRA),
        "toilets": ("public_toilet", _EXTRA),
        "parking": ("parking", _EXTRA),
        "bicycle_parking": ("bicycle_parking", _EXTRA),
        "charging_station": ("charging_station", _EXTRA),
        "recycling": ("recycling_point", _EXTRA),
        "waste_disposal": ("waste_collection_point", _EXTRA),
    },
    "healthcare": {
        "clinic": ("clinic", _SPECIAL),
        "centre": ("clinic", _SPECIAL),
        "doctor": ("clinic", _SPECIAL),
        "hospital": ("hospital", _SPECIAL),
        "rehabilitation": ("rehabilitation", _SPECIAL),
        "pharmacy": ("pharmacy", _EXTRA),
        "dentist": ("dentist", _EXTRA),
    },
    "shop": {
        "supermarket": ("supermarket", _SPECIAL),
        "convenience": ("convenience_store", _EXTRA),
        "kiosk": ("convenience_store", _EXTRA),
        "greengrocer": ("market", _EXTRA),
        "mall": ("shopping_centre", _EXTRA),
        "department_store": ("shopping_centre", _EXTRA),
        "hairdresser": ("hairdresser", _EXTRA),
        "laundry": ("laundry", _EXTRA),
        "*": ("shop", _EXTRA),
    },
    "office": {"government": ("government_office", _MAIN), "*": ("office", _EXTRA)},
    "leisure": {
        "sports_centre": ("sports_centre", _SPECIAL),
        "sports_hall": ("sports_centre", _SPECIAL),
        "pitch": ("sports_ground", _SPECIAL),
        "playground": ("playground", _SPECIAL),
        "fitness_station": ("outdoor_fitness", _SPECIAL),
        "fitness_centre": ("gym", _EXTRA),
    },
    "highway": {"bus_stop": ("bus_stop", _EXTRA)},
    "railway": {
        "station": ("station", _EXTRA),
        "halt": ("station", _EXTRA),
        "subway_entrance": ("station_entrance", _EXTRA),
        "tram_stop": ("tram_stop", _EXTRA),
    },
}
"""Tag → kind and tier; ``*`` stands for every other value. The first key that gives a kind is taken."""


PLACES: Mapping[str, Mapping[str, str]] = {
    "leisure": {"park": "park", "garden": "garden", "nature_reserve": "park"},
    "place": {"square": "square"},
    "landuse": {"residential": "compound", "recreation_ground": "park", "village_green": "square"},
    "barrier": dict.fromkeys(
        ("gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate", "wicket_gate"), "gate"
    ),
}


CLOSED_TO_THE_PUBLIC = frozenset({"private", "no", "permit", "residents", "customers", "key"})
"""Values of ``access`` and ``foot``."""


_STREETS = (
    LineClass.MOTORWAY,
    LineClass.PRIMARY,
    LineClass.SECONDARY,
    LineClass.TERTIARY,
    LineClass.RESIDENTIAL,
    LineClass.SERVICE,
    LineClass.FOOTWAY,
    LineClass.STEPS,
)


BORDERS: Mapping[str, frozenset[str]] = {
    "highway": frozenset(spelling for line in _STREETS for spelling in LINE_CLASSES[line.value]),
    "railway": frozenset({"rail", "light_rail"}),
    "waterway": frozenset({"river", "canal"}),
    "natural": frozenset({"coastline"}),
    "barrier": frozenset({"wall", "fence", "city_wall", "retaining_wall", "hedge"}),
}
"""Values of tags that make a line of `LineClass`, the keys in the order in which they are asked."""
