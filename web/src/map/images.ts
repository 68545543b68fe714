import { badge, diamondSign, discSign, gateSign, siteBadges, squareSign } from "./badges";
import type { Palette } from "./palette";

/** Images are drawn at this many pixels per CSS pixel. */
export const imagePixelRatio = 2;

export type Draw = (context: CanvasRenderingContext2D, size: number) => void;

/** Every pattern and symbol of the map, drawn here so that no sprite file is fetched. */
export function mapImages(palette: Palette): Map<string, ImageData> {
  return new Map([
    ["band-under", image(16, hatch(palette.bandInk.under, 2, 0.55))],
    ["band-over", image(16, crossHatch(palette.bandInk.over, 2, 0.6))],
    ["band-dedicated", image(12, dots(palette.bandInk.dedicated, 0.75))],
    ["shade-unmet", image(16, crossHatch(palette.halo, 2, 0.7))],
    ["shade-lost", image(16, crossHatch(palette.halo, 2, 0.7))],
    ["shade-gained", image(12, dots(palette.halo, 0.95))],
    ["shade-uncertain", image(16, hatch(palette.text, 2, 0.5))],
    ["gap", image(16, crossHatch(palette.gap, 2.4, 0.55))],
    ["facility-main", image(44, badge("#6b4fa0", squareSign))],
    ["facility-special", image(40, badge("#2e6b4f", diamondSign))],
    ["facility-other", image(32, badge("#5b6570", discSign))],
    ["facility-serving", image(48, badge(palette.serving, diamondSign))],
    ["gate", image(28, badge("#10243a", gateSign))],
    ...siteBadges(palette).map(([name, size, draw]) => [name, image(size, draw)] as const),
  ]);
}

function image(size: number, draw: Draw): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to draw map symbols on");
  draw(context, size);
  return context.getImageData(0, 0, size, size);
}

function hatch(colour: string, width: number, opacity: number): Draw {
  return (context, size) => {
    context.globalAlpha = opacity;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "square";
    // Lines beyond both corners make neighbouring repeats join.
    for (const shift of [-size, 0, size]) {
      context.beginPath();
      context.moveTo(shift, size);
      context.lineTo(shift + size, 0);
      context.stroke();
    }
  };
}

function crossHatch(colour: string, width: number, opacity: number): Draw {
  return (context, size) => {
    hatch(colour, width, opacity)(context, size);
    context.translate(size, 0);
    context.scale(-1, 1);
    hatch(colour, width, opacity)(context, size);
  };
}

function dots(colour: string, opacity: number): Draw {
  return (context, size) => {
    context.globalAlpha = opacity;
    context.fillStyle = colour;
    context.beginPath();
    context.arc(size / 2, size / 2, size / 8, 0, 2 * Math.PI);
    context.fill();
  };
}
