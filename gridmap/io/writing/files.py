"""Files that appear under their name when they are complete, or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gridmap.errors import Invalid, Text

DRAFTS = ".gridmap-"
"""How the folders of drafts begin. One stays behind only where a process is killed as it writes."""


def write_text(chunks: Iterable[str], target: Path) -> None:
    """Write text as UTF-8 to a file, which is replaced when all of it is written.

    Raises
    ------
    Invalid : the folder of the file does not exist or may not be written to.
    """
    with replacing(target) as draft, draft.open("w", encoding="utf-8") as file:
        file.writelines(chunks)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a draft beside the target, in a folder of its own, that takes the target's place at the end.

    Raises
    ------
    Invalid : the folder of the file does not exist or may not be written to.
    Unavailable : the disk is full.
    """
    try:
        folder = tempfile.TemporaryDirectory(dir=target.parent, prefix=DRAFTS)
    except OSError as error:
        raise Invalid(
            Text(
                en=f"Cannot write to {target.parent}: {error.strerror}.",
                zh=f"无法写入 {target.parent}：{error.strerror}。",
            ),
            hint=Text(
                en="Choose a folder that exists and that you may write to.", zh="请选择已存在且可写的文件夹。"
            ),
        ) from error
    with folder as name:
        draft = Path(name) / target.name
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(draft, target)
