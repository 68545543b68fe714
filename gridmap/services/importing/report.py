"""What an import did, for the terminal, for programs, and kept with the import."""

from dataclasses import dataclass
from typing import Any

from gridmap.errors import Text
from gridmap.services.importing.outcome import LayerReport
from gridmap.services.importing.wording import layer_texts


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of a file did.

    Parameters
    ----------
    import_id : the import's number; None for a dry run, of which nothing is kept.
    layers : one for each kind the file holds; only OSM extracts hold several.
    released : rows that earlier imports of the data set had left in quarantine and this one settled.
    """

    kind: str
    file_name: str
    sha256: str
    dataset: str
    dry_run: bool
    import_id: int | None
    layers: tuple[LayerReport, ...]
    released: int = 0

    @property
    def read(self) -> int:
        """Return the rows read."""
        return sum(layer.read for layer in self.layers)

    @property
    def taken(self) -> int:
        """Return the rows that are in the database now."""
        return sum(layer.taken for layer in self.layers)

    @property
    def quarantined(self) -> int:
        """Return the rows that wait to be mended."""
        return sum(layer.quarantined for layer in self.layers)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: totals, then each layer."""
        names = ("read", "inserted", "updated", "unchanged", "merged", "quarantined")
        return {
            "kind": self.kind,
            "file": self.file_name,
            "sha256": self.sha256,
            "dataset": self.dataset,
            "dry_run": self.dry_run,
            "import_id": self.import_id,
            "released_from_quarantine": self.released,
            **{name: sum(getattr(layer, name) for layer in self.layers) for name in names},
            "layers": [layer.as_dict() for layer in self.layers],
        }

    def lines(self, language: str) -> list[str]:
        """Return the report for a terminal, a line each."""
        heading = Text(
            en=f"{self.file_name} → data set “{self.dataset}”"
            + (" (dry run: nothing was kept)" if self.dry_run else f" (import {self.import_id})"),
            zh=f"{self.file_name} → 数据集“{self.dataset}”"
            + ("（试运行：未保存任何内容）" if self.dry_run else f"（导入 {self.import_id}）"),
        )
        texts = [heading, *(text for layer in self.layers for text in layer_texts(layer))]
        if self.released:
            texts.append(
                Text(
                    en=f"{self.released} rows of earlier imports left the quarantine.",
                    zh=f"此前导入的 {self.released} 行已移出隔离区。",
                )
            )
        if self.quarantined and not self.dry_run:
            texts.append(
                Text(
                    en=f"Write the quarantined rows out with: gridmap quarantine export FILE.csv "
                    f"--dataset {self.dataset}; mend them and import that file with --set dataset={self.dataset}.",
                    zh=f"请用 gridmap quarantine export 文件.csv --dataset {self.dataset} 导出隔离的行，"
                    f"修改后加 --set dataset={self.dataset} 重新导入。",
                )
            )
        return [text.in_language(language) for text in texts]
