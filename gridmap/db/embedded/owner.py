"""The account the server runs as, and what runs in its name. PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gridmap.errors import Forbidden, Invalid, Text, Unavailable

ACCOUNT = "postgres"
"""The account that root lends the server; every package of PostgreSQL creates it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that owns the data folder and runs the server."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Return whether this process already runs as the owner."""
        return self.uid == os.geteuid()

    def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        text: str | None = None,
        output: IO[bytes] | None = None,
        keep: int | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program as this account, in a session of its own that a Ctrl-C of ours does not reach.

        Parameters
        ----------
        environment : variables added to a minimal environment.
        text : what the program reads; None for nothing.
        output : open file for all the program and its children say; None collects it in the answer.
        keep : descriptor of a lock that stays held until the program ends, even if we are killed; None: no lock.
        """
        return subprocess.run(  # noqa: S603
            command,
            user=None if self.is_us else self.uid,
            group=None if self.is_us else self.gid,
            extra_groups=None if self.is_us else [],
            cwd="/",
            umask=0o077,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **(environment or {})},
            start_new_session=True,
            input=(text or "").encode(),
            stdout=output or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=() if keep is None else (keep,),
            check=False,
        )

    def give(self, folder: Path) -> None:
        """Make `folder` private to this account, creating it if it is absent."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if not self.is_us and folder.lstat().st_uid == os.geteuid():
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)

    def require_way_to(self, folder: Path) -> None:
        """Refuse a folder that this account cannot reach.

        Raises
        ------
        Invalid : a folder on the way is closed to the account; the message names it.
        """
        way = [str(part) for part in reversed([folder, *folder.parents])]
        script = (
            'for part; do if test -e "$part" && ! test -x "$part"; then printf %s "$part"; exit 1; fi; done'
        )
        answer = self.run(["/bin/sh", "-c", script, "sh", *way])
        if answer.returncode != 0:
            raise self._cannot_reach(folder, os.fsdecode(answer.stdout))

    def _cannot_reach(self, folder: Path, closed: str) -> Invalid:
        en, zh = "", ""
        if not self.is_us:
            en = ", for example GRIDMAP_HOME=/var/lib/gridmap"
            zh = "，例如 GRIDMAP_HOME=/var/lib/gridmap"
        return Invalid(
            Text(
                en=f"The database cannot live in {folder}: it runs as the user {self.name}, who cannot enter {closed}.",
                zh=f"数据库不能放在 {folder}：它以用户 {self.name} 的身份运行，而该用户无法进入 {closed}。",
            ),
            hint=Text(
                en=f"Set GRIDMAP_HOME to a folder that user can reach{en}.",
                zh=f"请把 GRIDMAP_HOME 设为该用户能够进入的目录{zh}。",
            ),
            home=str(folder),
            closed=closed,
            user=self.name,
        )


def owner_of(data: Path) -> Owner:
    """Return who runs the server on a data folder: its owner; if there is none in sight we, or for root `ACCOUNT`.

    Raises
    ------
    Forbidden : the folder belongs to someone else, and we are not root.
    Unavailable : we are root, and there is no account to lend.
    """
    us = os.geteuid()
    try:
        uid = data.stat().st_uid
    except OSError:
        return _lent_account() if us == 0 else _account(us)
    if us not in (0, uid):
        raise _belongs_to_another(data, uid)
    return _lent_account() if uid == 0 else _account(uid)


def _account(uid: int) -> Owner:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Owner(str(uid), uid, os.getegid())
    return Owner(entry.pw_name, uid, entry.pw_gid)


def _lent_account() -> Owner:
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise Unavailable(
            Text(
                en=f"PostgreSQL does not run as root, and there is no user {ACCOUNT} to run it.",
                zh=f"PostgreSQL 不能以 root 身份运行，而系统中没有用户 {ACCOUNT}。",
            ),
            hint=Text(
                en=f"Run gridmap as another user, or create one: useradd --system {ACCOUNT}",
                zh=f"请以其他用户运行 gridmap，或建立该用户：useradd --system {ACCOUNT}",
            ),
        ) from None
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _belongs_to_another(data: Path, uid: int) -> Forbidden:
    name = _account(uid).name
    return Forbidden(
        Text(
            en=f"The database in {data.parent} belongs to the user {name}.",
            zh=f"{data.parent} 中的数据库属于用户 {name}。",
        ),
        hint=Text(
            en="Run gridmap as that user or as root, or set GRIDMAP_HOME to a folder of your own.",
            zh="请以该用户或 root 身份运行 gridmap，或把 GRIDMAP_HOME 设为自己的目录。",
        ),
        home=str(data.parent),
        user=name,
    )
