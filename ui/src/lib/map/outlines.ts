import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import { project } from "./projection";

/** A line over the Earth in the square of Web Mercator: x and y by turns. */
export type Line = Float64Array;

export interface Outlines {
  /** Edges of land, closed; what lies within is land. */
  land: readonly Line[];
  /** Borders between countries. */
  borders: readonly Line[];
}

const EDGE = 179.99; // degrees: land that the date line cuts has an edge along it, which is none

/** Land and countries of Natural Earth, at 1:110 million. */
export function loadOutlines(): Outlines {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries, land } = topology.objects;
  const whole = feature(topology, land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.type === "Polygon" ? geometry.coordinates : [],
  );
  const between = mesh(topology, countries, (one, other) => one !== other).coordinates;
  return { land: whole.map(draw), borders: between.filter((line) => !line.every(([longitude]) => Math.abs(longitude ?? 0) > EDGE)).map(draw) };
}

function draw(line: readonly (readonly number[])[]): Line {
  const drawn = new Float64Array(line.length * 2);
  line.forEach(([longitude = 0, latitude = 0], place) => {
    const { x, y } = project({ latitude, longitude });
    drawn[2 * place] = x;
    drawn[2 * place + 1] = y;
  });
  return drawn;
}
