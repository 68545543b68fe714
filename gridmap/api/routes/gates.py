"""Gates to be changed: when they are open and to whom. Needs the editor token."""

from typing import Annotated, cast

from fastapi import APIRouter, Path

from gridmap.api.dependencies import Db
from gridmap.api.editors import Editor
from gridmap.api.gate_schemas import GateEdited, GateWanted
from gridmap.db.engine import transaction
from gridmap.services.gates import GateValues, set_gate

router = APIRouter(prefix="/api/v1/gates", tags=["Gates"])
GateId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.patch("/{gate_id}", response_model=GateEdited, response_model_exclude_unset=True)
def edit(gate_id: GateId, wanted: GateWanted, db: Db, editor: Editor) -> dict[str, object]:
    """Change a gate; fields left out stay. The answer has the former values: to send these undoes it."""
    values = cast("GateValues", wanted.model_dump(exclude_unset=True, exclude={"reason"}))
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return set_gate(connection, gate_id, values).as_dict()
