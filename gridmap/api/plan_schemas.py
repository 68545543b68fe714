"""What is sent to and answered by the addresses of plans. Cells and grids are named by their numbers in the plan."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gridmap.api.schemas import BandOfHouseholds, BothLanguages
from gridmap.core.editing.history import EntryKind
from gridmap.core.editing.merging import ConflictKind
from gridmap.core.editing.reasons import ReasonKind
from gridmap.core.model import GridKind, PlanStatus, Verdict

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Cell = Annotated[int, Field(ge=0, le=2**31 - 1)]
Position = Annotated[int, Field(ge=0, le=2**31 - 1, description="Last line of the journal you have seen")]
Reason = Annotated[str, Field(max_length=1000, description="Why; kept in the journal")]


class Sent(BaseModel):
    """What a client sends; fields nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class ReassignCells(Sent):
    """Put cells into a grid."""

    edit: Literal["reassign"]
    cells: list[Cell] = Field(min_length=1)
    grid: Number


class MoveBorder(Sent):
    """Give cells of one grid to a neighbour: those named, or so many rows of cells along the border."""

    edit: Literal["move_border"]
    giver: Number
    taker: Number
    cells: list[Cell] = []
    depth: int = Field(default=1, ge=1, le=100)


class SplitGrid(Sent):
    """Make new grids of parts of one; without parts the engine proposes them."""

    edit: Literal["split"]
    grid: Number
    parts: list[list[Cell]] = []


class MergeGrids(Sent):
    """Make one grid of two neighbours; it keeps the number of the first."""

    edit: Literal["merge"]
    grid: Number
    absorbed: Number


class LockGrid(Sent):
    """Let nobody change a grid until it is unlocked."""

    edit: Literal["lock", "unlock"]
    grid: Number


class SetGridKind(Sent):
    """Decide that a grid is general, or dedicated and so outside the band by rule."""

    edit: Literal["set_kind"]
    grid: Number
    kind: GridKind


AnyEdit = Annotated[
    ReassignCells | MoveBorder | SplitGrid | MergeGrids | LockGrid | SetGridKind, Field(discriminator="edit")
]


class EditRequest(Sent):
    """An edit of a plan as the editor has seen it."""

    edit: AnyEdit
    expected: Position
    strict: bool = Field(default=False, description="Refuse what leaves a grid out of the band")
    in_branch: bool = Field(default=False, description="Edit a new branch; for a plan in force")
    reason: Reason = ""


class StepRequest(Sent):
    """An undo or a redo."""

    expected: Position
    reason: Reason = ""


class ReturnRequest(Sent):
    """Draw the plan again as it was at a snapshot."""

    snapshot: str
    expected: Position
    reason: Reason = ""


class SnapshotRequest(Sent):
    """A name for the present moment."""

    name: str = Field(min_length=1, max_length=200)


class ReasonRequest(Sent):
    """Why something is done."""

    reason: Reason = ""


class MergeRequest(Sent):
    """Merge another plan into this one."""

    other: Number
    expected: Position
    prefer: Literal["ours", "theirs"] | None = Field(
        default=None, description="Which side wins where both moved a cell; ours: this plan"
    )
    dry_run: bool = Field(default=False, description="Only tell what would happen")
    reason: Reason = ""


class PlanSummary(BaseModel):
    """A plan of a community."""

    id: int
    code: str = Field(description="Of the community")
    name: str = Field(description="Of the community")
    status: PlanStatus
    verdict: Verdict
    parent_id: int | None
    position: int | None = Field(description="Last line of its journal; null: its cells were not kept")
    grids: int
    out_of_band: int = Field(description="General grids out of the band")
    households: int
    author: str
    reason: str
    created_at: datetime
    published_at: datetime | None


class PlanList(BaseModel):
    """Plans of the communities of an area, newest first within a community."""

    plans: list[PlanSummary]


class GridProperties(BaseModel):
    """One grid of a plan."""

    grid: int
    code: str | None = Field(description="Given when the plan is published")
    kind: GridKind
    households: int
    area_m2: float


class CellProperties(BaseModel):
    """One cell of a plan."""

    cell: int
    grid: int
    households: int


class Shape(BaseModel):
    """A GeoJSON geometry, WGS 84."""

    type: str
    coordinates: list[Any]


class GridFeature(BaseModel):
    """A grid as a GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Shape
    properties: GridProperties


class CellFeature(BaseModel):
    """A cell as a GeoJSON feature."""

    type: Literal["Feature"]
    id: int
    geometry: Shape
    properties: CellProperties


class Grids(BaseModel):
    """The grids of a plan."""

    type: Literal["FeatureCollection"]
    features: list[GridFeature]


class Cells(BaseModel):
    """The cells of a plan, so that a map can pick them."""

    type: Literal["FeatureCollection"]
    features: list[CellFeature]


class PlanShown(PlanSummary):
    """A plan with its score, what proves that it cannot be in the band, and what was repaired."""

    band: BandOfHouseholds
    locked: list[int]
    score: dict[str, float | None]
    certificate: dict[str, Any] | None
    findings: list[dict[str, Any]]


class NamedReason(BaseModel):
    """A warning, by name and in words."""

    kind: ReasonKind
    text: BothLanguages
    grids: list[int]
    cells: list[int]


class GridChanged(BaseModel):
    """A grid that an edit touched; null where there is none."""

    grid: int
    before: int | None = Field(description="Households")
    after: int | None = Field(description="Households")
    kind: GridKind | None
    locked: bool


class EditDone(BaseModel):
    """What an edit did."""

    plan: int
    position: int = Field(description="To be sent as expected with the next edit")
    edit: dict[str, Any] | None = Field(description="Null: there was nothing to do")
    grids: list[GridChanged]
    warnings: list[NamedReason]


class JournalLine(BaseModel):
    """One line of a journal."""

    sequence: int
    kind: EntryKind
    edit: dict[str, Any]
    merged_plan_id: int | None
    merged_position: int | None
    author: str
    reason: str
    at: datetime


class Journal(BaseModel):
    """What was done to a plan, newest first."""

    plan: int
    position: int
    undoable: int = Field(description="Edits that can be undone")
    redoable: int = Field(description="Edits that can be done again")
    lines: list[JournalLine]


class Snapshot(BaseModel):
    """A named moment of a plan."""

    name: str
    position: int


class SnapshotTaken(Snapshot):
    """Who named it, and when."""

    author: str
    at: datetime


class Snapshots(BaseModel):
    """The named moments of a plan, oldest first."""

    snapshots: list[SnapshotTaken]


class Branched(BaseModel):
    """A new draft."""

    plan: int


class CarrierMoved(BaseModel):
    """A building or small area that changes grid."""

    kind: Literal["building", "cell"]
    source_id: str
    households: int
    one: int
    other: int


class PlanDifference(BaseModel):
    """What changes for people between two plans."""

    one: int
    other: int
    households_moved: int
    carriers_moved: int
    moved: list[CarrierMoved]


class MergeConflict(BaseModel):
    """One thing on which two plans do not go together."""

    kind: ConflictKind
    text: BothLanguages
    grids: list[int]
    cells: list[int]


class Moment(BaseModel):
    """A plan as it was at a line of its journal."""

    plan: int
    position: int


class MergeDone(BaseModel):
    """The outcome of a merge."""

    base: Moment
    conflicts: list[MergeConflict]
    merged: EditDone | None = Field(description="Null: only asked for")
