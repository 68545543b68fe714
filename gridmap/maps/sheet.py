"""A contact sheet: several plans of one community side by side, on one page in millimetres that opens offline."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.model import Band
from gridmap.errors import Text
from gridmap.maps import words
from gridmap.maps.layers import positions
from gridmap.maps.style import FILLS, LINES, definitions, fill

CARD_MM, GAP_MM, MAP_MM = 88.0, 6.0, 68.0
"""Width of a card, space between cards, and height of a map: three cards abreast on A4 across."""
MERITS = {
    "on_roads": Text(en="borders on roads", zh="边界沿路"),
    "compactness": Text(en="compact", zh="紧凑"),
    "balance": Text(en="even households", zh="户数均衡"),
    "old_lines": Text(en="old lines kept", zh="沿用旧界"),
    "compounds": Text(en="compounds whole", zh="小区完整"),
}
STYLE = """
@page { size: A4 landscape; margin: 9mm; }
body { margin: 0; background: #fff; color: #1f2933; font: 3.1mm/1.4 "Noto Sans CJK SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", "Noto Sans", sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { width: 276mm; margin: 0 auto; padding: 4mm 0; }
h1 { font-size: 5.6mm; margin: 0; } h2 { font-size: 3.8mm; margin: 0 0 1mm; display: flex; gap: 2mm; align-items: baseline; }
h2 small { margin-left: auto; font-weight: 400; } small, footer { color: #5c5a55; }
header { margin-bottom: 4mm; } .tag { border: .4mm solid #a3195b; color: #a3195b; border-radius: 1mm; padding: 0 1.4mm;
  font-weight: 600; font-size: 3mm; margin-left: 2mm; vertical-align: 10%; }
section { display: grid; grid-template-columns: repeat(3, 88mm); gap: 5mm 6mm; }
article { break-inside: avoid; } article svg.map { display: block; border: .2mm solid #d8d5cd; background: #f6f5f1; }
table { border-collapse: collapse; width: 100%; margin-top: 1mm; } td { padding: .2mm 0; white-space: nowrap; }
td.bar { width: 34mm; padding: 0 2mm; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 4mm; max-width: 250mm; }
"""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One plan on the sheet.

    Attributes
    ----------
    name : how the reader calls it, such as the number of the plan.
    grids : ``sequence``, ``kind``, ``households``, Polygon; metres.
    merits : 0 to 1 by the names in `MERITS`; NaN where there is nothing to measure.
    percentiles : share of random plans that this one is better than, in percent; NaN if not measured.
    """

    name: str
    grids: gpd.GeoDataFrame
    merits: Mapping[str, float]
    percentiles: Mapping[str, float]


def contact_sheet(
    plans: Sequence[SheetPlan],
    lines: gpd.GeoDataFrame,
    *,
    title: str,
    band: Band,
    random_plans: int,
    language: str = "zh",
    synthetic: bool = False,
) -> str:
    """Return the sheet as one HTML page that needs nothing else.

    Parameters
    ----------
    plans : at least one, all in one metric CRS.
    lines : ``class`` and geometry of roads and other lines, in the same CRS; drawn beneath.
    random_plans : with how many the percentiles were made.
    language : ``zh`` or ``en`` comes first, the other stands beside it.
    """
    bounds = plans[0].grids.total_bounds
    scale = _scale(bounds)
    ground = _ground(lines, bounds, scale)
    cards = "".join(_card(plan, ground, bounds, scale, band=band, language=language) for plan in plans)
    lead, second = words.both(Text(en=f"{len(plans)} alternatives", zh=f"{len(plans)} 个备选方案"), language)
    tag = words.both(words.SYNTHETIC if synthetic else words.SKETCH, language)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language.startswith("zh") else "en"}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{definitions()}<main>"
        f'<header><h1>{escape(title)} · {lead} <small>{second}</small><span class="tag">{" · ".join(tag)}</span></h1></header>'
        f"<section>{cards}</section>{_footer(band, random_plans, language)}</main></body></html>"
    )


def save_sheet(page: str, file: Path) -> None:
    """Write a sheet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")


def _scale(bounds: np.ndarray) -> float:
    """Return metres of ground to a millimetre of paper: the next round number that fits."""
    west, south, east, north = bounds
    need = max((east - west) / (CARD_MM - 6), (north - south) / (MAP_MM - 6))
    unit = 10 ** math.floor(math.log10(need))
    return float(
        next(step * unit for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= need)
    )


def _placed(shapes: np.ndarray, bounds: np.ndarray, scale: float) -> np.ndarray:
    """Move shapes from the ground to the middle of a card, in millimetres with y downwards."""
    middle = np.array([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2])
    flip = np.array([1, -1]) / scale
    placed: np.ndarray = shapely.transform(
        shapes, lambda at: (at - middle) * flip + [CARD_MM / 2, MAP_MM / 2]
    )
    return placed


def _path(shape: shapely.Geometry) -> str:
    rings = [
        "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in shapely.get_coordinates(ring))
        for part in shapely.get_parts(shape)
        for ring in ([part] if shapely.get_dimensions(part) == 1 else [part.exterior, *part.interiors])
    ]
    return "".join(rings)


def _ground(lines: gpd.GeoDataFrame, bounds: np.ndarray, scale: float) -> str:
    """Draw the lines once; each map uses them."""
    near = lines[lines.intersects(shapely.box(*bounds).buffer(4 * scale))]
    shapes = shapely.clip_by_rect(
        _placed(np.asarray(near.geometry.to_numpy(), dtype=object), bounds, scale), 0, 0, CARD_MM, MAP_MM
    )
    drawn = []
    for kind, shape in sorted(
        zip(near["class"], shapes, strict=True),
        key=lambda one: list(LINES).index(one[0]) if one[0] in LINES else 99,
    ):
        if kind in LINES and not shapely.is_empty(shape):
            colour, width, _ = LINES[kind]
            colour = "#b9b4a8" if colour == "#ffffff" else colour
            drawn.append(
                f'<path d="{_path(shape)}" fill="none" stroke="{colour}" stroke-width="{width * 0.13:.2f}"/>'
            )
    return "".join(drawn)


def _card(
    plan: SheetPlan, ground: str, bounds: np.ndarray, scale: float, *, band: Band, language: str
) -> str:
    in_band = sum(position.value == "in" for position in positions(plan.grids, band))
    count = words.both(
        Text(
            en=f"{len(plan.grids)} grids, {in_band} in the band",
            zh=f"{len(plan.grids)} 个网格，{in_band} 个达标",
        ),
        language,
    )[0]
    rows = "".join(
        _row(MERITS[name], plan.merits[name], plan.percentiles[name], language)
        for name in MERITS
        if not math.isnan(plan.merits[name])
    )
    return (
        f"<article><h2>{escape(plan.name)}<small>{count}</small></h2>"
        f'<svg class="map" width="{CARD_MM}mm" height="{MAP_MM}mm" viewBox="0 0 {CARD_MM} {MAP_MM}" role="img">'
        f"{_grids(plan.grids, bounds, scale, band, ground)}{_north()}{_bar(scale)}</svg><table>{rows}</table></article>"
    )


def _grids(grids: gpd.GeoDataFrame, bounds: np.ndarray, scale: float, band: Band, ground: str) -> str:
    shapes = _placed(np.asarray(grids.geometry.to_numpy(), dtype=object), bounds, scale)
    places = positions(grids, band)
    fills = "".join(
        f'<path d="{_path(shape)}" fill="{fill(place) if place.value != "in" else FILLS[place]}"/>'
        for shape, place in zip(shapes, places, strict=True)
    )
    outlines = "".join(f'<path d="{_path(shape)}"/>' for shape in shapes)
    labels = "".join(
        f'<text x="{x:.1f}" y="{y + 0.9:.1f}">{households}</text>'
        for (x, y), households in zip(
            shapely.get_coordinates(shapely.maximum_inscribed_circle(shapes)).reshape(-1, 2, 2)[:, 0],
            grids["households"],
            strict=True,
        )
    )
    return (
        f'{fills}{ground}<g fill="none" stroke="#1f3a5f" stroke-width=".55" stroke-linejoin="round">{outlines}</g>'
        f'<g font-size="2.6" font-weight="600" text-anchor="middle" fill="#1f2933" stroke="#fff" stroke-width=".7" '
        f'paint-order="stroke">{labels}</g>'
    )


def _north() -> str:
    return (
        '<g transform="translate(83.5 8)"><path d="M0 -5L2 1L0 -.3L-2 1Z" fill="#1f2933"/>'
        '<text y="4.4" font-size="2.8" text-anchor="middle">N</text></g>'
    )


def _bar(scale: float) -> str:
    """Draw a scale bar of some 15 mm."""
    metres = next(step for step in (2000, 1000, 500, 200, 100, 50, 20, 10) if step / scale <= 20)
    length = metres / scale
    return (
        f'<g transform="translate(3 64.5)"><path d="M0 -1V0H{length:.2f}V-1" fill="none" stroke="#1f2933" '
        f'stroke-width=".3"/><text x="{length + 1.2:.1f}" y=".4" font-size="2.4">{metres} m</text></g>'
    )


def _row(merit: Text, value: float, percentile: float, language: str) -> str:
    first, second = words.both(merit, language)
    mark = "" if math.isnan(percentile) else f"{percentile:.0f}"
    return (
        f"<tr><td>{first} <small>{second}</small></td>"
        f'<td class="bar"><svg width="34mm" height="2.4mm" viewBox="0 0 34 2.4"><rect width="34" height="2.4" '
        f'fill="#e7e4dc"/><rect width="{34 * value:.2f}" height="2.4" fill="#3f6f9f"/></svg></td>'
        f'<td class="number">{value * 100:.0f} %</td><td class="number"><small>P</small>{mark}</td></tr>'
    )


def _footer(band: Band, random_plans: int, language: str) -> str:
    told = Text(
        en=f"Numbers on the maps are households; a general grid holds {band.minimum}–{band.maximum}. Bars: 0–100 %, longer is "
        f"better. P: share of {random_plans} random valid plans (random spanning trees; no uniform sample) that this plan "
        "is better than, in percent.",
        zh=f"图中数字为户数，综合网格为 {band.minimum}–{band.maximum} 户。条形为 0–100%，越长越好。P：优于 {random_plans} 个随机合规方案"
        "（随机生成树法，非均匀抽样）的百分比。",
    )
    first, second = words.both(told, language)
    return f"<footer>{first}<br><small>{second}</small></footer>"
