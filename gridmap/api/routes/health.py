"""Whether the process lives, and whether it can work."""

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from gridmap.api.dependencies import Db
from gridmap.api.schemas import Alive, Ready
from gridmap.db.migrations import revisions
from gridmap.errors import Text, Unavailable
from gridmap.services.metrics import told

router = APIRouter(tags=["Health"])


@router.get("/healthz")
async def healthz() -> Alive:
    """Answer that the process is alive."""
    return Alive()


@router.get("/readyz")
def readyz(db: Db) -> Ready:
    """Answer that the database is reachable and its schema is the newest; else 503 and why."""
    present, newest = revisions(db)
    if present != newest:
        raise Unavailable(
            Text(
                en=f"The database is at revision {present or 'none'}, this program needs {newest}.",
                zh=f"数据库结构版本为 {present or '无'}，本程序需要 {newest}。",
            ),
            hint=Text(en="Run: gridmap db migrate", zh="请运行：gridmap db migrate"),
            present=present,
            newest=newest,
        )
    return Ready(revision=newest)


@router.get("/metrics", response_class=Response)
def metrics() -> Response:
    """Return what was counted, in the form of Prometheus: tiles by layer and zoom, requests by route, times."""
    return Response(told(), media_type=CONTENT_TYPE_LATEST)
