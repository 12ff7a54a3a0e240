import type { Line, Outlines } from "./outlines";
import { gridStep, measure, project, unproject, type MapViewport, type Size, type Spot } from "./projection";

export interface MapColours {
  sea: string;
  land: string;
  border: string;
  grid: string;
  text: string;
  mark: string;
  font: string;
}

export interface MapLook {
  isTiled: boolean;
  /** Where there is room for the map that says where on the Earth this one is; null for nowhere. */
  corner: Spot | null;
}

const GRID_APART = 110; // pixels
const INSET = { width: 132, height: 96, gap: 8 };
const INSET_SHOWS = 0.06; // of the Earth's width: enough to know the country
const LOST = 4; // so many times narrower than that, outlines say little in the map itself
const BAR = 110; // pixels
const SIGN = 16; // pixels that a sign needs around its middle
const LINE = 14; // pixels of the grid's names along the upper edge

const needsInset = (view: MapViewport, size: Size) => (size.width / view.scale) * LOST < INSET_SHOWS && size.width > 2 * INSET.width;

/** The upper left of that map: in a corner that no sign stands in; null where all have one. */
export function findCorner(signs: readonly Spot[], { width, height }: Size): Spot | null {
  const [right, bottom] = [width - INSET.width - INSET.gap, height - INSET.height - INSET.gap];
  const corners = [
    { x: right, y: bottom },
    { x: right, y: INSET.gap + LINE },
    { x: INSET.gap, y: INSET.gap + LINE },
  ];
  const isFree = ({ x, y }: Spot) => !signs.some((sign) => sign.x > x - SIGN && sign.x < x + INSET.width + SIGN && sign.y > y - SIGN && sign.y < y + INSET.height + SIGN);
  return corners.find(isFree) ?? null;
}

/** Draw all that lies below the signs. Over pictures of tiles only the scale is drawn. */
export function paint(context: CanvasRenderingContext2D, outlines: Outlines, view: MapViewport, size: Size, colours: MapColours, look: MapLook): void {
  context.clearRect(0, 0, size.width, size.height);
  if (!look.isTiled) {
    paintEarth(context, outlines, view, size, colours);
    paintGrid(context, view, size, colours);
    if (look.corner && needsInset(view, size)) paintInset(context, outlines, view, size, colours, look.corner);
  }
  paintScale(context, view, size, colours);
}

function paintEarth(context: CanvasRenderingContext2D, outlines: Outlines, view: MapViewport, size: Size, colours: MapColours): void {
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, size.width, size.height);
  const half = size.width / 2 / view.scale;
  // One more on both sides: land at the date line reaches into the next copy of the Earth.
  for (let copy = Math.floor(view.x - half) - 1; copy <= Math.floor(view.x + half) + 1; copy++) {
    const [left, top] = [size.width / 2 + (copy - view.x) * view.scale, size.height / 2 - view.y * view.scale];
    context.beginPath();
    for (const line of outlines.land) trace(context, line, left, top, view.scale);
    context.fillStyle = colours.land;
    context.fill("evenodd");
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    context.stroke();
    context.beginPath();
    for (const line of outlines.borders) trace(context, line, left, top, view.scale);
    context.setLineDash([3, 2]);
    context.stroke();
    context.setLineDash([]);
  }
}

function trace(context: CanvasRenderingContext2D, line: Line, left: number, top: number, scale: number): void {
  for (let place = 0; place < line.length; place += 2) {
    const [x, y] = [left + (line[place] ?? 0) * scale, top + (line[place + 1] ?? 0) * scale];
    if (place) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
}

function paintGrid(context: CanvasRenderingContext2D, view: MapViewport, size: Size, colours: MapColours): void {
  const step = gridStep(view, GRID_APART);
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  context.strokeStyle = colours.grid;
  context.fillStyle = colours.text;
  context.font = colours.font;
  context.lineWidth = 1;
  context.beginPath();
  const west = (view.x - size.width / 2 / view.scale) * 360 - 180;
  const east = (view.x + size.width / 2 / view.scale) * 360 - 180;
  for (let degree = Math.ceil(west / step) * step; degree <= east; degree += step) {
    const x = Math.round(size.width / 2 + ((degree + 180) / 360 - view.x) * view.scale) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, size.height);
    const shown = ((((degree + 180) % 360) + 360) % 360) - 180;
    context.fillText(`${Math.abs(shown).toFixed(digits)}°${side(shown, "E", "W")}`, x + 3, 11);
  }
  const north = unproject({ x: 0.5, y: Math.max(0, view.y - size.height / 2 / view.scale) }).latitude;
  const south = unproject({ x: 0.5, y: Math.min(1, view.y + size.height / 2 / view.scale) }).latitude;
  for (let degree = Math.ceil(south / step) * step; degree <= north; degree += step) {
    const y = Math.round(size.height / 2 + (project({ latitude: degree, longitude: 0 }).y - view.y) * view.scale) + 0.5;
    context.moveTo(0, y);
    context.lineTo(size.width, y);
    if (y > 24) context.fillText(`${Math.abs(degree).toFixed(digits)}°${side(degree, "N", "S")}`, 3, y - 3);
  }
  context.stroke();
}

const side = (degree: number, more: string, less: string) => (Math.abs(degree) < 1e-9 ? "" : degree > 0 ? more : less);

/** Where on the Earth the map is, in a corner: near a town outlines of countries are too far away to say it. */
function paintInset(context: CanvasRenderingContext2D, outlines: Outlines, view: MapViewport, size: Size, colours: MapColours, corner: Spot): void {
  const { width, height } = INSET;
  context.save();
  context.translate(corner.x, corner.y);
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  const scale = width / INSET_SHOWS;
  paintEarth(context, outlines, { x: view.x, y: view.y, scale }, { width, height }, colours);
  context.strokeStyle = colours.mark;
  context.lineWidth = 2;
  const [w, h] = [Math.max(6, (size.width / view.scale) * scale), Math.max(6, (size.height / view.scale) * scale)];
  context.strokeRect(width / 2 - w / 2, height / 2 - h / 2, w, h);
  context.strokeStyle = colours.border;
  context.strokeRect(0, 0, width, height);
  context.restore();
}

function paintScale(context: CanvasRenderingContext2D, view: MapViewport, size: Size, colours: MapColours): void {
  const { metres, pixels } = measure(view, BAR);
  const said = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  const [left, bottom] = [10, size.height - 12];
  context.font = colours.font;
  context.fillStyle = colours.land;
  context.fillRect(left - 5, bottom - 20, Math.max(pixels, context.measureText(said).width) + 10, 27);
  context.strokeStyle = context.fillStyle = colours.text;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(left, bottom - 4);
  context.lineTo(left, bottom);
  context.lineTo(left + pixels, bottom);
  context.lineTo(left + pixels, bottom - 4);
  context.stroke();
  context.fillText(said, left + 2, bottom - 7);
}
