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

/** Land and countries of Natural Earth, at 1:110 million. */
export function loadOutlines(): Outlines {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
  const { countries, land } = topology.objects;
  const whole = feature(topology, land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.type === "Polygon" ? geometry.coordinates : [],
  );
  const between = mesh(topology, countries, (one, other) => one !== other).coordinates;
  return { land: whole.map((ring) => closeAroundPole(unroll(ring))).map(draw), borders: between.map(unroll).map(draw) };
}

type Degrees = readonly (readonly number[])[];

/** A line without the jump at the date line: it goes on beyond 180 degrees, where the next copy of the Earth begins. */
function unroll(line: Degrees): Degrees {
  let [turned, before] = [0, line[0]?.[0] ?? 0];
  return line.map(([longitude = 0, latitude = 0]) => {
    if (longitude - before > 180) turned -= 360;
    else if (longitude - before < -180) turned += 360;
    before = longitude;
    return [longitude + turned, latitude];
  });
}

/** Land that goes all around the Earth ends at the pole and not where it began. */
function closeAroundPole(ring: Degrees): Degrees {
  const [first = 0, latitude = 0] = ring[0] ?? [];
  const last = ring[ring.length - 1]?.[0] ?? 0;
  const pole = latitude < 0 ? -90 : 90;
  return Math.abs(last - first) > 180 ? [...ring, [last, pole], [first, pole]] : ring;
}

function draw(line: Degrees): Line {
  const drawn = new Float64Array(line.length * 2);
  line.forEach(([longitude = 0, latitude = 0], place) => {
    const { x, y } = project({ latitude, longitude });
    drawn[2 * place] = x;
    drawn[2 * place + 1] = y;
  });
  return drawn;
}
