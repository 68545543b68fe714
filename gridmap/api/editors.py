"""Who may read drafts and edit plans over HTTP: whoever sends the secret that the server was started with."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from gridmap.api.errors import Unidentified
from gridmap.errors import Forbidden, Text

ACTOR = "editor over HTTP"
"""How the journal and the audit trail call an editor while there are no accounts."""

_bearer = HTTPBearer(auto_error=False, description="The secret in GRIDMAP_API_EDITOR_TOKEN")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]

READ_ONLY = Text(
    en="This server was started without an editor token; plans are read-only.",
    zh="本服务启动时未设置编辑令牌，方案为只读。",
)
HOW_TO_OPEN = Text(
    en="Set GRIDMAP_API_EDITOR_TOKEN to a secret of 32 characters or more and start it again.",
    zh="请将 GRIDMAP_API_EDITOR_TOKEN 设为至少 32 个字符的密钥后重新启动。",
)
NO_TOKEN = Text(
    en="Drafts and edits need the editor token.",
    zh="查看草稿和修改方案须提供编辑令牌。",
)
HOW_TO_SEND = Text(en="Send it as Authorization: Bearer.", zh="请以 Authorization: Bearer 方式提供。")
WRONG_TOKEN = Text(en="This is not the editor token.", zh="编辑令牌不正确。")


async def editor_of(request: Request, credentials: Credentials) -> str:
    """Return who edits.

    Raises
    ------
    Forbidden : nobody may, or the secret is wrong.
    Unidentified : no secret was sent.
    """
    token: SecretStr | None = request.app.state.editor_token
    if token is None:
        raise Forbidden(READ_ONLY, hint=HOW_TO_OPEN)
    if credentials is None:
        raise Unidentified(NO_TOKEN, hint=HOW_TO_SEND)
    if not hmac.compare_digest(credentials.credentials.encode(), token.get_secret_value().encode()):
        raise Forbidden(WRONG_TOKEN)
    return ACTOR


Editor = Annotated[str, Depends(editor_of)]


async def may_see_drafts(request: Request, credentials: Credentials) -> bool:
    """Tell whether the reader is an editor; a wrong secret is refused rather than ignored."""
    return credentials is not None and bool(await editor_of(request, credentials))


SeesDrafts = Annotated[bool, Depends(may_see_drafts)]
