"""Plans to be changed: edits, undo and redo, snapshots, branches, merges, publication. All need the editor token."""

from fastapi import APIRouter

from gridmap.api.dependencies import Db
from gridmap.api.editors import Editor
from gridmap.api.plan_schemas import (
    Branched,
    EditDone,
    EditRequest,
    MergeDone,
    MergeRequest,
    PlanShown,
    ReasonRequest,
    ReturnRequest,
    Snapshot,
    SnapshotRequest,
    StepRequest,
)
from gridmap.api.routes.plans import PlanId
from gridmap.core.editing import edit_from_dict
from gridmap.db.engine import transaction
from gridmap.services import editing, merging, publishing
from gridmap.services.branching import branch
from gridmap.services.planning import describe_plan

router = APIRouter(prefix="/api/v1/plans/{plan_id}", tags=["Plans"])


@router.post("/edits", response_model=EditDone)
def edit(plan_id: PlanId, wanted: EditRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Edit a draft, or with ``in_branch`` a new branch of any plan."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return editing.edit_plan(
            connection,
            plan_id,
            edit_from_dict(wanted.edit.model_dump()),
            expected=wanted.expected,
            is_strict=wanted.strict,
            in_branch=wanted.in_branch,
        ).as_dict()


@router.post("/undo", response_model=EditDone)
def undo(plan_id: PlanId, wanted: StepRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Take the last edit back that still stands."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return editing.undo(connection, plan_id, expected=wanted.expected).as_dict()


@router.post("/redo", response_model=EditDone)
def redo(plan_id: PlanId, wanted: StepRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Do the last edit again that was undone."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return editing.redo(connection, plan_id, expected=wanted.expected).as_dict()


@router.post("/snapshots", response_model=Snapshot, status_code=201)
def snapshot(plan_id: PlanId, wanted: SnapshotRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Name the present moment of a plan, for good."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        return editing.take_snapshot(connection, plan_id, wanted.name)


@router.post("/return", response_model=EditDone)
def return_to_snapshot(plan_id: PlanId, wanted: ReturnRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Draw a draft again as it was at a snapshot; that can be undone."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return editing.return_to(connection, plan_id, wanted.snapshot, expected=wanted.expected).as_dict()


@router.post("/branches", response_model=Branched, status_code=201)
def branches(plan_id: PlanId, wanted: ReasonRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Make a draft that begins as a copy of a plan."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return {"plan": branch(connection, plan_id)}


@router.post("/merge", response_model=MergeDone)
def merge(plan_id: PlanId, wanted: MergeRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Merge what was done in another plan into this draft."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        return merging.merge_plans(
            connection,
            plan_id,
            wanted.other,
            prefer=wanted.prefer,
            expected=wanted.expected,
            is_dry=wanted.dry_run,
        ).as_dict()


@router.post("/publish", response_model=PlanShown)
def publish(plan_id: PlanId, wanted: ReasonRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Put a draft in force; the former plan is archived."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        publishing.publish(connection, plan_id)
        return describe_plan(connection, plan_id)


@router.post("/archive", response_model=PlanShown)
def archive(plan_id: PlanId, wanted: ReasonRequest, db: Db, editor: Editor) -> dict[str, object]:
    """Put a draft away without publishing it."""
    with transaction(db, actor=editor, reason=wanted.reason, role="gridmap_app") as connection:
        publishing.archive(connection, plan_id)
        return describe_plan(connection, plan_id)
