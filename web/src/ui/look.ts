/** How a patch of a legend looks; colours are custom properties of the theme. */
export interface Look {
  tint: string;
  pattern?: "hatch" | "cross" | "dots";
  ink?: string;
  inkOpacity?: number;
  edge?: string;
  edgeWidth?: number;
}
