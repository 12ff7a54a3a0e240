/** A place on the Earth, in degrees of WGS84. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** A point of the square that Web Mercator makes of the Earth: x from 0 in the west, y from 0 in the north, to 1. */
export interface Spot {
  x: number;
  y: number;
}

/** What is looked at: the spot in the middle, and how many pixels wide the whole Earth would be. */
export interface MapViewport extends Spot {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const LATITUDE_MAX = 85.05112878; // where Web Mercator ends, so that the Earth is a square
const TILE = 256; // pixels
const ZOOM_MAX = 19; // of tiles: a house
const SCALE_MAX = TILE * 2 ** ZOOM_MAX;
const MARGIN = 56; // pixels around what is shown whole
const NARROWEST = 0.00002; // of the Earth: less than a kilometre around a single place would show nothing
const EQUATOR_METRES = 40_075_016.686;

export function project({ latitude, longitude }: Point): Spot {
  const held = Math.max(-LATITUDE_MAX, Math.min(LATITUDE_MAX, latitude)) * (Math.PI / 180);
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + held / 2)) / (2 * Math.PI) };
}

export function unproject({ x, y }: Spot): Point {
  const longitude = (x - Math.floor(x)) * 360 - 180;
  return { latitude: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, longitude };
}

/** Where a spot is seen, in pixels from the upper left: of the Earth's copies side by side, the nearest to the middle. */
export function toScreen(spot: Spot, view: MapViewport, size: Size): Spot {
  const aside = spot.x - view.x;
  return { x: size.width / 2 + (aside - Math.round(aside)) * view.scale, y: size.height / 2 + (spot.y - view.y) * view.scale };
}

/** All of some spots, with room around them; over the date line where that is the shorter way. */
export function fit(spots: readonly Spot[], size: Size): MapViewport {
  if (!spots.length) return clamp({ x: 0.5, y: 0.45, scale: 0 }, size);
  const [from, to] = narrow(spots.map(({ x }) => x));
  const ys = spots.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const room = (pixels: number) => Math.max(40, pixels - 2 * MARGIN);
  const scale = Math.min(room(size.width) / Math.max(to - from, NARROWEST), room(size.height) / Math.max(bottom - top, NARROWEST));
  return clamp({ x: (from + to) / 2, y: (top + bottom) / 2, scale }, size);
}

/** The shortest stretch around the Earth that holds all of these; its end may lie beyond 1. */
function narrow(xs: readonly number[]): [number, number] {
  const sorted = [...xs].sort((one, other) => one - other);
  const first = sorted[0] ?? 0;
  let gap = first + 1 - (sorted[sorted.length - 1] ?? 0);
  let [from, to] = [first, sorted[sorted.length - 1] ?? 0];
  for (let place = 1; place < sorted.length; place++) {
    const [before, after] = [sorted[place - 1] ?? 0, sorted[place] ?? 0];
    if (after - before > gap) [gap, from, to] = [after - before, after, before + 1];
  }
  return [from, to];
}

export function pan(view: MapViewport, dx: number, dy: number, size: Size): MapViewport {
  return clamp({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, size);
}

/** Larger or smaller, so that what is below a point of the screen stays there; without one, the middle does. */
export function zoom(view: MapViewport, factor: number, size: Size, at: Spot = { x: size.width / 2, y: size.height / 2 }): MapViewport {
  const scale = holdScale(view.scale * factor, size);
  const moved = (1 / view.scale) * (1 - view.scale / scale);
  return clamp({ x: view.x + (at.x - size.width / 2) * moved, y: view.y + (at.y - size.height / 2) * moved, scale }, size);
}

const holdScale = (scale: number, { width, height }: Size) => Math.max(Math.max(width, height, 1) * 0.9, Math.min(SCALE_MAX, scale));

function clamp(view: MapViewport, size: Size): MapViewport {
  const scale = holdScale(view.scale, size);
  const half = Math.min(0.5, size.height / 2 / scale);
  return { x: view.x - Math.floor(view.x), y: Math.max(half, Math.min(1 - half, view.y)), scale };
}

export interface Tile {
  z: number;
  x: number;
  y: number;
  left: number;
  top: number;
  side: number;
}

/** The pictures that cover a view, where each is seen. */
export function listTiles(view: MapViewport, size: Size): Tile[] {
  const z = Math.max(0, Math.min(ZOOM_MAX, Math.round(Math.log2(view.scale / TILE))));
  const count = 2 ** z;
  const side = view.scale / count;
  const [west, north] = [view.x - size.width / 2 / view.scale, view.y - size.height / 2 / view.scale];
  const tiles: Tile[] = [];
  for (let y = Math.max(0, Math.floor(north * count)); y < count && (y / count - north) * view.scale < size.height; y++)
    for (let x = Math.floor(west * count); (x / count - west) * view.scale < size.width; x++)
      tiles.push({ z, x: ((x % count) + count) % count, y, left: (x / count - west) * view.scale, top: (y / count - north) * view.scale, side });
  return tiles;
}

/** An address of tiles with a tile's numbers in it. */
export const tileAddress = (address: string, { z, x, y }: Pick<Tile, "z" | "x" | "y">) =>
  address.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));

/** A round length that is seen at most so wide, in metres, and how wide that is. */
export function measure(view: MapViewport, most: number): { metres: number; pixels: number } {
  const { latitude } = unproject(view);
  const perPixel = (EQUATOR_METRES * Math.cos((latitude * Math.PI) / 180)) / view.scale;
  const longest = perPixel * most;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = ([5, 2, 1].find((step) => step * power <= longest) ?? 1) * power;
  return { metres, pixels: metres / perPixel };
}

/** Lines of a grid: each so many degrees, at least so many pixels apart. */
export function gridStep(view: MapViewport, apart: number): number {
  const degrees = (apart / view.scale) * 360;
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];
  return steps.find((step) => step >= degrees) ?? 45;
}
