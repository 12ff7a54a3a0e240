import { describe, expect, it } from "vitest";
import { loadOutlines } from "@/lib/map/outlines";
import { findCorner } from "@/lib/map/painter";
import { pinPlaces, signOf, writePoint } from "@/lib/map/pins";
import { fit, project, zoom } from "@/lib/map/projection";

const SIZE = { width: 800, height: 450 };
const PLACES = [
  { label: "Mill", latitude: 58.2, longitude: -6.4, citations: [1, 3] },
  { label: "Barn", latitude: 58.2001, longitude: -6.4001, citations: [2] },
  { label: "Quay", latitude: 57.1, longitude: -3.0, citations: [] },
];
const view = fit(PLACES.map(project), SIZE);

describe("signs on the map", () => {
  it("are one where places are too near to be told apart, and two when it is larger", () => {
    expect(pinPlaces(PLACES, view, SIZE).map(({ places }) => places)).toEqual([[0, 1], [2]]);
    const near = { ...project({ latitude: 58.2, longitude: -6.4 }), scale: 256 * 2 ** 18 };
    expect(pinPlaces(PLACES, near, SIZE).map(({ places }) => places)).toEqual([[0], [1]]);
  });

  it("say the citations' numbers, how many they are, or that nothing is cited", () => {
    const signs = pinPlaces(PLACES, view, SIZE).map((pin) => signOf(pin.places, PLACES));
    expect(signs).toEqual(["×2", "•"]);
    expect(signOf([0], PLACES)).toBe("1,3");
  });

  it("are left out beyond the frame", () => {
    const there = { ...project({ latitude: 57.1, longitude: -3.0 }), scale: view.scale * 20 };
    expect(pinPlaces(PLACES, there, SIZE).map(({ places }) => places)).toEqual([[2]]);
  });

  it("have their names only where no other sign or name stands", () => {
    const row = ["one", "two", "three", "four"].map((label, number) => ({ label: `a long name ${label}`, latitude: 50, longitude: number, citations: [] }));
    const pins = pinPlaces(row, { ...project({ latitude: 50, longitude: 1.5 }), scale: 40 * 360 }, SIZE);
    expect(pins.map(({ isNamed }) => isNamed)).toEqual([false, false, false, true]);
    expect(pinPlaces(row, zoom(fit(row.map(project), SIZE), 1, SIZE), SIZE).filter(({ isNamed }) => isNamed).length).toBeGreaterThan(2);
  });

  it("tell coordinates as people write them", () => {
    expect(writePoint({ latitude: -33.9, longitude: 151.20001 })).toBe("33.9° S, 151.20001° E");
  });
});

it("the map of the wider surroundings lies where no sign stands", () => {
  const [right, bottom, top] = [SIZE.width - 140, SIZE.height - 104, 22];
  expect(findCorner([], SIZE)).toEqual({ x: right, y: bottom });
  expect(findCorner([{ x: right + 10, y: bottom + 10 }], SIZE)).toEqual({ x: right, y: top });
  const signs = [{ x: right, y: bottom }, { x: right, y: top }, { x: 10, y: 30 }];
  expect(findCorner(signs, SIZE)).toBeNull();
});

describe("the outlines", () => {
  const { land, borders } = loadOutlines();
  const isLand = (latitude: number, longitude: number) => {
    const spot = project({ latitude, longitude });
    let inside = false;
    for (const line of land)
      for (let a = 0, b = line.length - 2; a < line.length; b = a, a += 2) {
        const [ax = 0, ay = 0, bx = 0, by = 0] = [line[a], line[a + 1], line[b], line[b + 1]];
        if (ay > spot.y !== by > spot.y && spot.x < ((bx - ax) * (spot.y - ay)) / (by - ay) + ax) inside = !inside;
      }
    return inside;
  };

  it("have land where there is land, and sea where there is sea", () => {
    for (const [latitude, longitude] of [[48.85, 2.35], [-23.5, -46.6], [39.9, 116.4], [-25, 134], [55.75, 37.6]] as const) expect(isLand(latitude, longitude)).toBe(true);
    for (const [latitude, longitude] of [[0, -30], [40, -40], [0, 160], [-60, 20]] as const) expect(isLand(latitude, longitude)).toBe(false);
  });

  it("go on over the date line, and around a pole, without a line across the map", () => {
    expect(borders.length).toBeGreaterThan(100);
    const longest = [...land, ...borders].flatMap((line) => Array.from({ length: line.length / 2 - 1 }, (_, place) => {
      const at = 2 * place;
      const isPole = (line[at + 1] ?? 0) > 0.9999 && (line[at + 3] ?? 0) > 0.9999; // the lower edge of the map
      return isPole ? 0 : Math.abs((line[at + 2] ?? 0) - (line[at] ?? 0));
    }));
    expect(Math.max(...longest)).toBeLessThan(0.1);
    expect(isLand(-80, 0)).toBe(true);
    expect(isLand(68, 170)).toBe(true); // Chukotka, on both sides of it
    expect(isLand(66.5, -173 + 360) || isLand(66.5, -173)).toBe(true);
  });
});
