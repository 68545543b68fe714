import type { Draw } from "./images";
import type { Palette } from "./palette";

/** A white sign on a disc; `reach` is half its width. */
type Sign = (context: CanvasRenderingContext2D, centre: number, reach: number) => void;

export function badge(colour: string, sign: Sign): Draw {
  return (context, size) => {
    const centre = size / 2;
    context.fillStyle = "#ffffff";
    discSign(context, centre, centre / 0.8);
    context.fillStyle = colour;
    discSign(context, centre, (centre - 3) / 0.8);
    context.fillStyle = context.strokeStyle = "#ffffff";
    sign(context, centre, size * 0.17);
  };
}

/** What stands, what is tried and what is chosen: name, size and drawing. */
export function siteBadges({ found, serving, shade }: Palette): [string, number, Draw][] {
  const [tried, quiet] = [shade.gained, shade.unknown];
  return [
    ["site-standing", 48, badge(serving, diamondSign)],
    ["site-closed", 48, badge(quiet, crossSign)],
    ["site-opened", 52, badge(tried, plusSign)],
    ["site-moved", 52, badge(tried, diamondSign)],
    ["site-gate-open", 34, badge(serving, gateSign)],
    ["site-gate-shut", 34, badge(quiet, barSign)],
    ["site-gate-opened", 44, badge(tried, gateSign)],
    ["site-gate-closed", 44, badge(shade.lost, barSign)],
    ["site-chosen", 56, badge(tried, () => {})],
    ["site-corner", 30, badge(found, () => {})],
  ];
}

export const squareSign: Sign = (context, centre, reach) => {
  context.fillRect(centre - reach, centre - reach, 2 * reach, 2 * reach);
};

export const discSign: Sign = (context, centre, reach) => {
  context.beginPath();
  context.arc(centre, centre, reach * 0.8, 0, 2 * Math.PI);
  context.fill();
};

export const diamondSign: Sign = (context, centre, reach) => {
  const half = reach * 1.35;
  context.beginPath();
  context.moveTo(centre, centre - half);
  context.lineTo(centre + half, centre);
  context.lineTo(centre, centre + half);
  context.lineTo(centre - half, centre);
  context.fill();
};

/** A gate that stands open. */
export const gateSign: Sign = (context, centre, reach) => {
  context.fillRect(centre - reach, centre - reach, 2 * reach, reach * 0.6);
  context.fillRect(centre - reach, centre - reach, reach * 0.6, 2 * reach);
  context.fillRect(centre + reach * 0.4, centre - reach, reach * 0.6, 2 * reach);
};

/** A gate that is shut. */
const barSign: Sign = (context, centre, reach) => {
  context.fillRect(centre - 1.3 * reach, centre - reach * 0.35, 2.6 * reach, reach * 0.7);
};

const plusSign: Sign = (context, centre, reach) => {
  barSign(context, centre, reach);
  context.fillRect(centre - reach * 0.35, centre - 1.3 * reach, reach * 0.7, 2.6 * reach);
};

const crossSign: Sign = (context, centre, reach) => {
  context.lineWidth = reach * 0.7;
  context.beginPath();
  context.moveTo(centre - reach, centre - reach);
  context.lineTo(centre + reach, centre + reach);
  context.moveTo(centre + reach, centre - reach);
  context.lineTo(centre - reach, centre + reach);
  context.stroke();
};
