"""Shapes and filters kept under a name. Needs the editor token; anyone who knows a name may ask with it."""

from typing import Annotated

from fastapi import APIRouter, Path

from gridmap.api.bodies import BoundedRoute
from gridmap.api.dependencies import Db
from gridmap.api.editors import Editor
from gridmap.api.query_schemas import SavedChange, SavedKept, SavedList, SavedWanted, written
from gridmap.db.engine import transaction
from gridmap.services.saved_queries import change_saved, list_saved, save

router = APIRouter(prefix="/api/v1/query/saved", tags=["Queries"], route_class=BoundedRoute)
SavedId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", response_model=SavedList)
def saved(db: Db, editor: Editor, deleted: bool = False) -> dict[str, object]:  # noqa: FBT001, FBT002  a parameter of the address
    """List the saved questions, or those deleted."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return {"saved": list_saved(connection, deleted=deleted)}


@router.post("", response_model=SavedKept, status_code=201)
def keep(wanted: SavedWanted, db: Db, editor: Editor) -> dict[str, object]:
    """Keep a shape, a filter, or both, under a name."""
    filtered, language = written(wanted.filter, wanted.filter_lang)
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return save(
            connection,
            wanted.name,
            shape=wanted.shape,
            collection=wanted.collection,
            filtered=filtered,
            language=language,
            note=wanted.note,
        )


@router.patch("/{saved_id}", response_model=SavedKept)
def change(saved_id: SavedId, wanted: SavedChange, db: Db, editor: Editor) -> dict[str, object]:
    """Rename a question, change its note, delete it or put it back."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return change_saved(connection, saved_id, name=wanted.name, note=wanted.note, deleted=wanted.deleted)


@router.delete("/{saved_id}", response_model=SavedKept)
def delete(saved_id: SavedId, db: Db, editor: Editor) -> dict[str, object]:
    """Delete a question; it can be put back."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return change_saved(connection, saved_id, deleted=True)
