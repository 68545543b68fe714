"""Colours, patterns and the legend of a map. Band colours keep apart for colour-blind readers, as in the web app."""

from collections.abc import Mapping
from html import escape

from gridmap.core.model import BandPosition
from gridmap.errors import Text
from gridmap.maps import words

FILLS = {
    BandPosition.UNDER: "#4a86b8",
    BandPosition.IN: "#dfe8d2",
    BandPosition.OVER: "#d2763c",
    BandPosition.DEDICATED: "#c9c9d0",
}
PATTERNS = {
    BandPosition.UNDER: '<path d="M0 8L8 0" stroke="#fff" stroke-width="1.4"/>',
    BandPosition.IN: "",
    BandPosition.OVER: '<path d="M0 0L8 8M0 8L8 0" stroke="#fff" stroke-width="1.2"/>',
    BandPosition.DEDICATED: '<circle cx="4" cy="4" r="1.1" fill="#5d6470"/>',
}
"""What repeats the meaning of the colour without colour: stripes, nothing, a lattice, dots."""

LINES = {
    "river": ("#a8c6d6", 9.0, None),
    "railway": ("#8b8b88", 1.6, "7 5"),
    "motorway": ("#ffffff", 5.5, None),
    "primary": ("#ffffff", 5.0, None),
    "secondary": ("#ffffff", 3.8, None),
    "tertiary": ("#ffffff", 3.0, None),
    "residential": ("#ffffff", 2.0, None),
    "service": ("#ffffff", 1.2, None),
    "footway": ("#ffffff", 0.8, None),
    "steps": ("#ffffff", 0.8, None),
    "wall": ("#8a8478", 0.8, "2 3"),
}
"""Colour, width in pixels and dashes of the classes of lines."""

GROUND = {
    "water": "#a8c6d6",
    "park": "#cfe0c0",
    "public_space": "#d7e6ca",
    "field": "#e9e9cd",
    "sports_ground": "#dcc9b4",
}
"""Places that are ground, by kind; other places are not drawn."""

SHEET = """
html, body { background: #f6f5f1; }
.folium-map { background: #efede6; font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC",
  "Microsoft YaHei", "Noto Sans", sans-serif; }
.gm-box { position: absolute; z-index: 900; background: rgba(251,250,247,.95); color: #1f2933; border-radius: 8px;
  box-shadow: 0 1px 6px rgba(30,40,50,.28); font: 13px/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC",
  "Microsoft YaHei", "Noto Sans", sans-serif; padding: 9px 13px; pointer-events: none; }
.gm-title { left: 54px; top: 12px; max-width: min(60vw, 560px); }
.gm-title b { font-size: 17px; display: block; }
.gm-title small, .gm-legend small { color: #5c5a55; }
.gm-tag { display: inline-block; border: 1.5px solid #a3195b; color: #a3195b; border-radius: 4px; padding: 0 6px;
  margin-top: 3px; font-weight: 600; }
.gm-legend { left: 12px; bottom: 26px; }
.gm-far .gm-label { visibility: hidden; }
.gm-legend div { display: flex; align-items: center; gap: 8px; margin: 3px 0; }
.gm-legend svg { flex: none; }
.gm-legend b { margin-left: auto; padding-left: 14px; font-variant-numeric: tabular-nums; }
.gm-label { text-align: center; white-space: nowrap; font: 600 11px/1.25 "Noto Sans CJK SC", "PingFang SC",
  "Microsoft YaHei", sans-serif; color: #1f2933; text-shadow: 0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff; }
.gm-label i { font-style: normal; font-weight: 400; display: block; }
.foliumtooltip table { border-collapse: collapse; } .foliumtooltip th { text-align: left; padding-right: 10px;
  font-weight: 400; color: #5c5a55; } .foliumtooltip td { font-weight: 600; }
@media (max-width: 560px) { .gm-title b { font-size: 15px; } .gm-legend { font-size: 11px; padding: 6px 9px; bottom: 44px; } }
@media print { .leaflet-control { display: none; } }
"""


def fill(position: BandPosition) -> str:
    """Return what a polygon at a position in the band is filled with."""
    return f"url(#gm-{position.value})"


def definitions() -> str:
    """Return the patterns that `fill` names."""
    patterns = "".join(
        f'<pattern id="gm-{position.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{FILLS[position]}"/>{PATTERNS[position]}</pattern>'
        for position in BandPosition
    )
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>{patterns}</defs></svg>'


def title_box(title: str, *, language: str, synthetic: bool) -> str:
    """Return the title, and the label that a map of invented data always bears."""
    first, second = words.both(words.SYNTHETIC if synthetic else words.SKETCH, language)
    label = "gm-tag" if synthetic else "gm-note"
    return (
        f'<header class="gm-box gm-title"><b>{escape(title)}</b>'
        f'<small class="{label}">{escape(first)} · {escape(second)}</small></header>'
    )


def legend_box(
    counts: Mapping[BandPosition, int], *, band: tuple[int, int], language: str, has_estimates: bool
) -> str:
    """Return the legend with the number of grids in each position; positions nobody is in stay out, but for the band's."""
    low, high = band
    ranges = {
        BandPosition.UNDER: f"< {low}",
        BandPosition.IN: f"{low}–{high}",
        BandPosition.OVER: f"> {high}",
        BandPosition.DEDICATED: "",
    }
    rows = [
        _row(position, words.POSITIONS[position], ranges[position], counts.get(position, 0), language)
        for position in BandPosition
        if position is not BandPosition.DEDICATED or counts.get(position, 0)
    ]
    if has_estimates:
        first, second = words.both(words.ESTIMATED, language)
        rows.append(f"<div>{escape(first)} <small>{escape(second)}</small></div>")
    return f'<aside class="gm-box gm-legend" aria-label="legend">{"".join(rows)}</aside>'


def _row(position: BandPosition, text: Text, span: str, count: int, language: str) -> str:
    first, second = words.both(text, language)
    unit = "户" if language.lower().startswith("zh") and span else ""
    swatch = f'<svg width="26" height="16"><rect width="26" height="16" fill="{fill(position)}" stroke="#5f6b77"/></svg>'
    return (
        f'<div data-position="{position.value}">{swatch}<span>{escape(first)} {escape(span)}{unit} '
        f"<small>{escape(second)}</small></span><b>{count}</b></div>"
    )
