import { project, toScreen, type MapViewport, type Point, type Size } from "./projection";

/** A place that the answer speaks of, with the numbers of the citations that name it. */
export interface PinnedPlace extends Point {
  label: string;
  citations: readonly number[];
}

/** One sign on the map: the places at it are too near to each other to be told apart. */
export interface Pin {
  /** As places in what is pinned; the first gives the sign its name. */
  places: readonly number[];
  x: number;
  y: number;
  /** Whether there is room for its name beside it. */
  isNamed: boolean;
}

const NEAR = 20; // pixels between the middles of two signs
const BEYOND = 30; // pixels outside of the map at which a sign is still drawn
const SIGN = 14; // pixels from a sign's middle to its name
const [LETTER, LINE, NAME_MAX] = [6.6, 18, 170]; // a name's size, about

/** The signs that are seen of some places: those too near to each other as one, names only where no other stands. */
export function pinPlaces(places: readonly PinnedPlace[], view: MapViewport, size: Size): Pin[] {
  const pins: { places: number[]; x: number; y: number; isNamed: boolean }[] = [];
  places.forEach((place, number) => {
    const { x, y } = toScreen(project(place), view, size);
    if (x < -BEYOND || y < -BEYOND || x > size.width + BEYOND || y > size.height + BEYOND) return;
    const near = pins.find((pin) => Math.hypot(pin.x - x, pin.y - y) < NEAR);
    if (near) near.places.push(number);
    else pins.push({ places: [number], x, y, isNamed: false });
  });
  const taken = pins.map(({ x, y }) => ({ left: x - NEAR / 2, right: x + NEAR / 2, top: y - NEAR / 2, bottom: y + NEAR / 2 }));
  for (const pin of pins) {
    const wide = Math.min(NAME_MAX, LETTER * nameOf(pin, places).length);
    const box = { left: pin.x + SIGN, right: pin.x + SIGN + wide, top: pin.y - LINE / 2, bottom: pin.y + LINE / 2 };
    if (!wide || box.right > size.width) continue;
    if (taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)) continue;
    taken.push(box);
    pin.isNamed = true;
  }
  return pins;
}

const nameOf = (pin: Pick<Pin, "places">, places: readonly PinnedPlace[]) => places[pin.places[0] ?? 0]?.label ?? "";

/** What stands on a sign: the citation's number; how many places, where they are several; a dot for what is not cited. */
export function signOf(pinned: Pin["places"], places: readonly PinnedPlace[]): string {
  if (pinned.length > 1) return `×${pinned.length}`;
  return places[pinned[0] ?? 0]?.citations.slice(0, 2).join(",") || "•";
}

/** Coordinates as people write them: 58.2091° N, 6.3889° W. */
export function writePoint({ latitude, longitude }: Point): string {
  const write = (degrees: number, sides: string) => `${Number(Math.abs(degrees).toFixed(5))}° ${sides[degrees < 0 ? 1 : 0]}`;
  return `${write(latitude, "NS")}, ${write(longitude, "EW")}`;
}
