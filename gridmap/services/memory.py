"""What was made from the features of a layer, in the memory of a process: each until something in its bounds changes."""

from collections import OrderedDict, deque
from threading import Lock
from typing import Generic, NamedTuple, Protocol, TypeVar

from gridmap.core.tiling import Bounds

ENTRY_BYTES = 1000
"""What an entry takes beside its own bytes, roughly."""

CHANGES_REMEMBERED = 1000
"""What took longer to make than it takes for so many changes is not kept."""


class OfALayer(Protocol):
    """A key that names a layer."""

    @property
    def layer(self) -> str:
        """Name the layer."""


class Made(Protocol):
    """Something made from the features within bounds, in degrees; `size` is what it takes in memory, in bytes."""

    @property
    def degrees(self) -> Bounds:
        """Tell where the features are."""

    @property
    def size(self) -> int:
        """Tell how much memory it takes."""


Key = TypeVar("Key", bound=OfALayer)
Thing = TypeVar("Thing", bound=Made)


class _Change(NamedTuple):
    number: int
    layer: str
    degrees: Bounds


class Memory(Generic[Key, Thing]):
    """So many bytes of what was asked for last, by keys. Every method may be called from any thread.

    Nothing is kept while nobody tells it of changes.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._things: OrderedDict[Key, Thing] = OrderedDict()
        self._bytes = 0
        self._changes: deque[_Change] = deque(maxlen=CHANGES_REMEMBERED)
        self._number = 0
        self._is_told = False
        self._lock = Lock()

    def get(self, key: Key) -> Thing | None:
        """Return a thing, or None."""
        with self._lock:
            thing = self._things.get(key)
            if thing is not None:
                self._things.move_to_end(key)
            return thing

    @property
    def changes(self) -> int:
        """How many changes were told; what is made from now on shows them."""
        return self._number

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._bytes

    def keep(self, key: Key, thing: Thing, *, since: int) -> None:
        """Keep a thing, unless something in its bounds changed since it began to be made.

        Parameters
        ----------
        since : `changes` before it was made.
        """
        with self._lock:
            if not self._is_told or thing.size > self.most_bytes or self._has_changed(key, thing, since):
                return
            self._drop(key)
            self._things[key] = thing
            self._bytes += thing.size
            self._make_room()

    def forget(self, layer: str, degrees: Bounds) -> None:
        """Forget what was made of a layer where something changed."""
        with self._lock:
            self._number += 1
            self._changes.append(_Change(self._number, layer, degrees))
            touched = [
                key
                for key, thing in self._things.items()
                if key.layer == layer and thing.degrees.meets(degrees)
            ]
            for key in touched:
                self._drop(key)

    def listen(self, *, is_told: bool) -> None:
        """Say whether changes are told from now on; whatever is kept may be out of date, and is forgotten."""
        with self._lock:
            self._is_told = is_told
            self._number += CHANGES_REMEMBERED + 1
            self._changes.clear()
            self._things.clear()
            self._bytes = 0

    def _has_changed(self, key: Key, thing: Thing, since: int) -> bool:
        """Tell whether a change touched a thing; those forgotten may have."""
        if self._number - since > len(self._changes):
            return True
        return any(
            change.number > since and change.layer == key.layer and change.degrees.meets(thing.degrees)
            for change in self._changes
        )

    def _grown(self, key: Key, thing: Thing, more_bytes: int) -> None:
        """Note that a thing takes more memory than before; to be called with the lock held."""
        if self._things.get(key) is thing:
            self._bytes += more_bytes
            self._make_room()

    def _drop(self, key: Key) -> None:
        thing = self._things.pop(key, None)
        if thing is not None:
            self._bytes -= thing.size

    def _make_room(self) -> None:
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._things)))
