"""What if a facility were opened, moved or closed, or a gate opened or closed: tried on a study, and nothing is kept."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from gridmap.api.dependencies import Db
from gridmap.api.media import GeoJSONResponse
from gridmap.api.pace import TRIES_PACED
from gridmap.api.study_addresses import READER, StudyId
from gridmap.api.what_if_schemas import FacilityFeatures, GateFeatures, WhatIfAnswer, WhatIfAsked
from gridmap.db.engine import transaction
from gridmap.services import standing
from gridmap.services.what_if import Change, what_if

router = APIRouter(prefix="/api/v1/coverage/{study_id}", tags=["Coverage"])
UNKEPT = {"Cache-Control": "no-store"}


@router.post("/what-if", response_model=WhatIfAnswer, dependencies=[TRIES_PACED])
def try_changes(study_id: StudyId, asked: WhatIfAsked, db: Db, request: Request) -> JSONResponse:
    """Tell what changes would make of the walks to one service: before and after, who gains and who loses.

    Communities, grids and homes in which nothing differs are left out. If the data have changed since the study, the
    answer is by the present ones and says that the study is stale.
    """
    changes = [Change.from_dict(change.model_dump()) for change in asked.changes]
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        found = what_if(connection, request.app.state.ready, study_id, asked.norm, changes)
    return JSONResponse(found, headers=UNKEPT)


@router.get("/facilities", response_class=GeoJSONResponse, responses={200: {"model": FacilityFeatures}})
def facilities(
    study_id: StudyId,
    db: Db,
    norm: Annotated[str, Query(max_length=200, description="Id of a norm of the answer")],
) -> GeoJSONResponse:
    """Return the facilities that give the service of a norm, within reach of the area, as GeoJSON."""
    found = standing.standing_facilities(db, study_id, norm, actor=READER)
    return GeoJSONResponse(found, headers=UNKEPT)


@router.get("/gates", response_class=GeoJSONResponse, responses={200: {"model": GateFeatures}})
def gates(study_id: StudyId, db: Db) -> GeoJSONResponse:
    """Return the gates within reach of the area as GeoJSON."""
    return GeoJSONResponse(standing.standing_gates(db, study_id, actor=READER), headers=UNKEPT)
