"""What is sent to and answered by the addresses of gates."""

from typing import Annotated

from pydantic import BaseModel, Field

from gridmap.api.plan_schemas import Reason, Sent

Hours = Annotated[str, Field(max_length=500)] | None


class GateWanted(Sent):
    """What of a gate is to be changed."""

    hours: Hours = Field(
        default=None,
        description="Such as 06:00-22:00, or closed; null: not known, so that it counts as open but at night",
    )
    residents_only: bool | None = None
    reason: Reason = ""


class GateKept(BaseModel):
    """A gate as it is kept."""

    id: int
    key: str = Field(description="Its data set and its key in that")
    name: str | None
    hours: str | None
    residents_only: bool | None
    community: str | None


class GateFormer(BaseModel):
    """Former values of what was changed."""

    hours: str | None = None
    residents_only: bool | None = None


class GateEdited(BaseModel):
    """A gate as it is now, and what it was."""

    gate: GateKept
    former: GateFormer
