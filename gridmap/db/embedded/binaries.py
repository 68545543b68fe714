"""Find an installed PostgreSQL that carries PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridmap.errors import Conflict, Text, Unavailable

ROOTS = (Path("/usr/lib/postgresql"),)
"""Folders that hold one folder per PostgreSQL version, as Debian and Ubuntu install them."""

OLDEST = 15
PROGRAMS = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one PostgreSQL.

    Parameters
    ----------
    folder : where ``initdb``, ``pg_ctl`` and ``postgres`` are.
    version : major version.
    has_postgis : whether the PostGIS extension is installed for it.
    """

    folder: Path
    version: int
    has_postgis: bool

    def program(self, name: str) -> str:
        """Return the full path of a program."""
        return str(self.folder / name)


def find_binaries(*, version: int | None = None) -> Binaries:
    """Return the newest PostgreSQL with PostGIS, looking in `ROOTS`, then on PATH, then where ``pg_config`` points.

    Parameters
    ----------
    version : the major version that an existing data folder needs; None takes the newest.

    Raises
    ------
    Unavailable : no PostgreSQL, or only such as are too old or lack PostGIS.
    Conflict : there is a PostgreSQL with PostGIS, but not of `version`.
    """
    found = list(_installed())
    usable = [binaries for binaries in found if binaries.has_postgis and binaries.version >= OLDEST]
    fitting = [binaries for binaries in usable if version in (None, binaries.version)]
    if fitting:
        return fitting[0]
    if version is not None and usable:
        raise _other_version(version, usable[0])
    raise _nothing_usable(found)


def _installed() -> Iterator[Binaries]:
    seen: set[Path] = set()
    for folder in _folders():
        if folder in seen or not all((folder / program).is_file() for program in PROGRAMS):
            continue
        seen.add(folder)
        version = _answer(folder / "postgres", "--version")
        number = re.search(r"\(PostgreSQL\) (\d+)", version)
        if number:
            yield Binaries(folder, int(number[1]), _has_postgis(folder, int(number[1])))


def _folders() -> Iterator[Path]:
    by_version = [folder for root in ROOTS for folder in root.glob("*/bin") if folder.parent.name.isdigit()]
    yield from sorted(by_version, key=lambda folder: int(folder.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    if pg_config := shutil.which("pg_config"):
        yield Path(_answer(Path(pg_config), "--bindir"))


def _has_postgis(folder: Path, version: int) -> bool:
    shares = [
        Path("/usr/share/postgresql") / str(version),
        folder.parent / "share",
        folder.parent / "share/postgresql",
    ]
    pg_config = folder / "pg_config"
    if pg_config.is_file():
        shares.insert(0, Path(_answer(pg_config, "--sharedir")))
    return any((share / "extension" / "postgis.control").is_file() for share in shares)


def _answer(program: Path, question: str) -> str:
    try:
        return subprocess.run([program, question], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    except OSError:
        return ""


def _install_line(version: int) -> str:
    return f"apt-get install postgresql-{version} postgresql-{version}-postgis-3"


def _nothing_usable(found: list[Binaries]) -> Unavailable:
    recent = [binaries.version for binaries in found if binaries.version >= OLDEST]
    line = _install_line(recent[0] if recent else OLDEST)
    hint = Text(
        en=f"Install it: {line} (or a newer version), or set GRIDMAP_DATABASE_URL to a server.",
        zh=f"请安装：{line}（或更新的版本），或者用 GRIDMAP_DATABASE_URL 指定一台数据库服务器。",
    )
    if recent:
        message = Text(
            en=f"PostgreSQL {recent[0]} is installed, but its extension PostGIS is not.",
            zh=f"已安装 PostgreSQL {recent[0]}，但缺少 PostGIS 扩展。",
        )
    elif found:
        message = Text(
            en=f"PostgreSQL {found[0].version} is too old; gridmap needs {OLDEST} or newer with PostGIS.",
            zh=f"PostgreSQL {found[0].version} 版本过旧；gridmap 需要 {OLDEST} 或更新的版本及 PostGIS。",
        )
    else:
        message = Text(
            en="PostgreSQL with PostGIS is not installed on this machine.",
            zh="本机没有安装 PostgreSQL 和 PostGIS。",
        )
    return Unavailable(message, hint=hint, install=line)


def _other_version(version: int, installed: Binaries) -> Conflict:
    line = _install_line(version)
    return Conflict(
        Text(
            en=f"The data folder was made by PostgreSQL {version}, but {installed.version} is installed.",
            zh=f"数据目录由 PostgreSQL {version} 建立，而本机安装的是 {installed.version}。",
        ),
        hint=Text(
            en=f"Install the version it needs: {line}. To move on, back up with that version and restore "
            "into a new GRIDMAP_HOME.",
            zh=f"请安装所需的版本：{line}。若要升级，请先用该版本备份，再恢复到新的 GRIDMAP_HOME。",
        ),
        data_version=version,
        installed_version=installed.version,
        install=line,
    )
