import { describe, expect, it } from "vitest";
import { fit, gridStep, listTiles, measure, pan, project, tileAddress, toScreen, unproject, zoom } from "@/lib/map/projection";

const SIZE = { width: 800, height: 450 };
const at = (latitude: number, longitude: number) => project({ latitude, longitude });

describe("the projection", () => {
  it("is Web Mercator's square", () => {
    expect(at(0, 0)).toEqual({ x: 0.5, y: 0.5 });
    expect(at(0, -180).x).toBe(0);
    expect(at(85.05112878, 0).y).toBeCloseTo(0, 8);
    expect(at(90, 0).y).toBeCloseTo(0, 8); // held at its edge
    const greenwich = at(51.4779, -0.0015);
    expect([greenwich.x, greenwich.y].map((part) => Math.floor(part * 1024))).toEqual([511, 340]); // as tile servers number it
  });

  it("goes there and back", () => {
    for (const [latitude, longitude] of [[58.2, -6.4], [-33.9, 151.2], [0, 179.9]] as const) {
      const back = unproject(at(latitude, longitude));
      expect(back.latitude).toBeCloseTo(latitude, 9);
      expect(back.longitude).toBeCloseTo(longitude, 9);
    }
  });
});

describe("what is looked at", () => {
  const inside = (spot: { x: number; y: number }, view: ReturnType<typeof fit>) => {
    const seen = toScreen(spot, view, SIZE);
    return seen.x > 0 && seen.x < SIZE.width && seen.y > 0 && seen.y < SIZE.height;
  };

  it("is all places, each inside the frame", () => {
    const spots = [at(58.2, -6.4), at(58.9, -3.1), at(57.1, -5.5)];
    const view = fit(spots, SIZE);
    expect(spots.every((spot) => inside(spot, view))).toBe(true);
    expect(zoom(view, 3, SIZE).scale).toBeCloseTo(view.scale * 3);
    expect(spots.every((spot) => inside(spot, zoom(view, 3, SIZE)))).toBe(false);
  });

  it("shows more than a point of a single place", () => {
    const view = fit([at(58.2, -6.4)], SIZE);
    expect(measure(view, 100).metres).toBeGreaterThan(50);
    expect(toScreen(at(58.2, -6.4), view, SIZE)).toEqual({ x: 400, y: expect.closeTo(225, 6) });
  });

  it("goes the short way over the date line", () => {
    const [west, east] = [at(-17, 179), at(-17, -179)];
    const view = fit([west, east], SIZE);
    expect(view.scale).toBeGreaterThan(50_000); // two degrees, and not 358
    expect(toScreen(east, view, SIZE).x).toBeGreaterThan(toScreen(west, view, SIZE).x);
  });

  it("is the Earth without a place, and never less", () => {
    const view = fit([], SIZE);
    expect(view.scale).toBeCloseTo(720);
    expect(zoom(view, 0.01, SIZE).scale).toBeCloseTo(720);
  });

  it("keeps what is below the pointer there while it zooms", () => {
    const view = fit([at(58.2, -6.4), at(40, 10)], SIZE);
    const spot = at(50, 3);
    const before = toScreen(spot, view, SIZE);
    const after = toScreen(spot, zoom(view, 2.5, SIZE, before), SIZE);
    expect(after.x).toBeCloseTo(before.x, 4);
    expect(after.y).toBeCloseTo(before.y, 4);
  });

  it("moves with the hand, around the Earth but not over its poles", () => {
    const view = zoom(fit([], SIZE), 4, SIZE);
    const moved = pan(view, 100, 0, SIZE);
    expect(toScreen({ x: view.x, y: view.y }, moved, SIZE).x).toBeCloseTo(500);
    expect(pan(view, 0, 1e9, SIZE).y).toBeCloseTo(SIZE.height / 2 / view.scale);
    const around = pan(view, 1e6, 0, SIZE);
    expect(around.x).toBeGreaterThanOrEqual(0);
    expect(around.x).toBeLessThan(1);
  });
});

describe("tiles", () => {
  it("cover the frame without a gap, each of a zoom that fits", () => {
    const view = { ...at(58.2, -6.4), scale: 256 * 2 ** 10 };
    const tiles = listTiles(view, SIZE);
    expect(new Set(tiles.map(({ z, side }) => `${z} ${side}`))).toEqual(new Set(["10 256"]));
    expect(Math.min(...tiles.map(({ left }) => left))).toBeLessThanOrEqual(0);
    expect(Math.max(...tiles.map(({ left, side }) => left + side))).toBeGreaterThanOrEqual(SIZE.width);
    expect(Math.max(...tiles.map(({ top, side }) => top + side))).toBeGreaterThanOrEqual(SIZE.height);
    expect(tiles.length).toBeLessThanOrEqual(15);
    expect(new Set(tiles.map(({ x, y }) => `${x}/${y}`)).size).toBe(tiles.length);
  });

  it("go around the Earth, and stop at its poles", () => {
    const tiles = listTiles({ x: 0.01, y: 0.5, scale: 1024 }, SIZE);
    expect(tiles.every(({ z, x, y }) => x >= 0 && x < 2 ** z && y >= 0 && y < 2 ** z)).toBe(true);
    expect(tiles.some(({ x }) => x === 3)).toBe(true);
  });

  it("have their numbers in the address", () => {
    expect(tileAddress("https://t.example/{z}/{x}/{y}.png?k=1", { z: 3, x: 4, y: 5 })).toBe("https://t.example/3/4/5.png?k=1");
  });
});

describe("scale and grid", () => {
  it("are round, and fit", () => {
    const view = { ...at(60, 0), scale: 256 * 2 ** 12 };
    const { metres, pixels } = measure(view, 110);
    expect([1, 2, 5].some((step) => Math.log10(metres / step) % 1 === 0)).toBe(true);
    expect(pixels).toBeLessThanOrEqual(110);
    expect(pixels).toBeGreaterThan(40);
    // A degree of longitude at 60° is half of one at the equator.
    expect(metres / pixels).toBeCloseTo(40_075_016.686 / 2 / view.scale, 1);
    expect((gridStep(view, 100) / 360) * view.scale).toBeGreaterThanOrEqual(100);
  });
});
