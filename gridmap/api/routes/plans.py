"""Plans to be read. Those that are or were in force are public; drafts and cells need the editor token."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from gridmap.api.dependencies import Db
from gridmap.api.editors import Editor, SeesDrafts
from gridmap.api.media import GeoJSONResponse
from gridmap.api.plan_schemas import Cells, Grids, Journal, PlanDifference, PlanList, PlanShown, Snapshots
from gridmap.db.engine import transaction
from gridmap.services.editing import list_snapshots, read_journal
from gridmap.services.planning import cells_of_plan, describe_plan, diff_plans, grids_of_plan, list_plans

router = APIRouter(prefix="/api/v1/plans", tags=["Plans"])
PlanId = Annotated[int, Path(ge=1, le=2**63 - 1)]
READER = "reader over HTTP"


@router.get("", response_model=PlanList)
def plans(
    db: Db,
    sees_drafts: SeesDrafts,
    area: Annotated[str, Query(max_length=200, description="Code, or a name only one area has")],
) -> dict[str, object]:
    """List the plans of the communities of an area."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return {"plans": list_plans(connection, area, with_drafts=sees_drafts)}


@router.get("/{plan_id}", response_model=PlanShown)
def plan(plan_id: PlanId, db: Db, sees_drafts: SeesDrafts) -> dict[str, object]:
    """Describe a plan."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return describe_plan(connection, plan_id, with_drafts=sees_drafts)


@router.get("/{plan_id}/grids", response_class=GeoJSONResponse, responses={200: {"model": Grids}})
def grids(plan_id: PlanId, db: Db, sees_drafts: SeesDrafts) -> Response:
    """Return the grids of a plan as GeoJSON."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        features = grids_of_plan(connection, plan_id, with_drafts=sees_drafts)
    return _collection(features)


@router.get("/{plan_id}/cells", response_class=GeoJSONResponse, responses={200: {"model": Cells}})
def cells(plan_id: PlanId, db: Db, editor: Editor) -> Response:
    """Return the cells of a plan and the grid of each as GeoJSON, so that a map can pick them."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        features = cells_of_plan(connection, plan_id)
    return _collection(features)


@router.get("/{plan_id}/journal", response_model=Journal)
def journal(plan_id: PlanId, db: Db, editor: Editor) -> dict[str, object]:
    """Return what was done to a plan, newest first."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return read_journal(connection, plan_id)


@router.get("/{plan_id}/snapshots", response_model=Snapshots)
def snapshots(plan_id: PlanId, db: Db, editor: Editor) -> dict[str, object]:
    """List the named moments of a plan."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return {"snapshots": list_snapshots(connection, plan_id)}


@router.get("/{plan_id}/diff/{other_id}", response_model=PlanDifference)
def diff(plan_id: PlanId, other_id: PlanId, db: Db, editor: Editor) -> dict[str, object]:
    """Tell which buildings or small areas change grid between two plans of a community."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return diff_plans(connection, plan_id, other_id)


def _collection(features: str) -> Response:
    """Return GeoJSON features, given as text, as a collection that nobody keeps a copy of."""
    body = f'{{"type":"FeatureCollection","features":[{features}]}}'
    return GeoJSONResponse(body, headers={"Cache-Control": "no-store"})
