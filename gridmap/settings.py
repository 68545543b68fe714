"""Settings from the environment (``GRIDMAP_…``). Built once by a door (cli, api, jobs) and passed down."""

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridmap.errors import Invalid, Text

REPOSITORY = Path(__file__).resolve().parent.parent


def default_home() -> Path:
    """Return where the embedded database lives unless told otherwise.

    For root this is a system folder, because the database runs as another user, who cannot enter ``/root``.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/gridmap")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "gridmap"


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(env_prefix="GRIDMAP_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(default_factory=default_home, description="Folder of the embedded database.")
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL address (postgresql://user:password@host/name); unset: the embedded database.",
    )
    data: Path = Field(
        default=REPOSITORY / "data", description="Folder of standards and the sample district."
    )
    web: Path = Field(default=REPOSITORY / "web" / "dist", description="Folder of the built web application.")
    exports: Path | None = Field(
        default=None,
        description="Folder of files made for download; unset: `exports` in GRIDMAP_HOME.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `gridmap serve` listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that `gridmap serve` listens on; 0: a free one."
    )
    api_editor_token: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Whoever sends this secret may read drafts and edit plans over HTTP; unset: nobody may.",
    )
    log_requests: bool = Field(
        default=False, description="Write a line of JSON to stderr for every request that is answered."
    )
    lang: str | None = Field(default=None, description="Language of messages, zh or en; unset: the locale's.")

    @property
    def shelf(self) -> Path:
        """The folder of files made for download."""
        return self.exports or self.home / "exports"

    def language(self) -> str:
        """Return ``zh`` or ``en``, from the setting or else the locale."""
        return spoken_language(self.lang)


def spoken_language(asked: str | None = None) -> str:
    """Return ``zh`` or ``en``: the language asked for, else that of the locale."""
    locale = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = asked or next(filter(None, locale), "en")
    return "zh" if spoken.lower().startswith("zh") else "en"


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises
    ------
    Invalid : a variable has a value that cannot be; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = str(wrong["loc"][0])
        variable = f"GRIDMAP_{name}".upper()
        value = "…" if name == "api_editor_token" else wrong["input"]
        raise Invalid(
            Text(
                en=f"{variable} cannot be {value!r}: {wrong['msg']}.", zh=f"{variable} 的值 {value!r} 无效。"
            ),
            hint=Text(en="Correct or unset this variable.", zh="请更正或取消该环境变量。"),
        ) from error
