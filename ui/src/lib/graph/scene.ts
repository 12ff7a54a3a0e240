/** What a graph view draws; ends of edges are places in `nodes`. */
export interface SceneNode {
  id: string;
  label: string;
  kind: string;
  x: number;
  y: number;
  /** Radius at a scale of 1. */
  r: number;
}

export interface SceneEdge {
  a: number;
  b: number;
  kind: string;
}

/** One step of a path: drawn once the playhead has come to `hop`. */
export interface Hop {
  a: number;
  b: number;
  /** From 1: steps from the question. */
  hop: number;
}

/** A persona's ways through the graph; `number` gives its colour, its dash and the figure on it. */
export interface Lane {
  name: string;
  number: number;
  hops: readonly Hop[];
}

export interface Scene {
  nodes: SceneNode[];
  edges: readonly SceneEdge[];
  /** Where a node stands in `nodes`. */
  places: ReadonlyMap<string, number>;
  /** The nodes' places are the server's: no layout is needed. */
  isPlaced: boolean;
}

export interface NodeWish {
  id: string;
  label: string;
  kind: string;
  x?: number | null;
  y?: number | null;
  /** How much it weighs, from 0 to 1, beside the number of its edges. */
  weight?: number;
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** A scene whose nodes lie on a spiral, those with most edges in its middle, until a layout moves them. */
export function buildScene(wishes: readonly NodeWish[], links: readonly { source: string; target: string; kind: string }[]): Scene {
  const places = new Map<string, number>();
  const kept = wishes.filter((wish) => !places.has(wish.id) && places.set(wish.id, places.size));
  const degrees = new Uint32Array(kept.length);
  const edges: SceneEdge[] = [];
  for (const { source, target, kind } of links) {
    const [a, b] = [places.get(source), places.get(target)];
    if (a === undefined || b === undefined || a === b) continue;
    edges.push({ a, b, kind });
    degrees[a] = (degrees[a] ?? 0) + 1;
    degrees[b] = (degrees[b] ?? 0) + 1;
  }
  const ranks = new Uint32Array(kept.length);
  [...kept.keys()].sort((one, other) => (degrees[other] ?? 0) - (degrees[one] ?? 0) || one - other).forEach((place, rank) => (ranks[place] = rank));
  const nodes = kept.map((wish, place): SceneNode => {
    const rank = ranks[place] ?? place;
    const distance = 26 * Math.sqrt(rank);
    return {
      id: wish.id,
      label: wish.label,
      kind: wish.kind,
      x: wish.x ?? distance * Math.cos(rank * GOLDEN_ANGLE),
      y: wish.y ?? distance * Math.sin(rank * GOLDEN_ANGLE),
      r: 3.5 + Math.min(9, Math.sqrt(degrees[place] ?? 0)) + 4 * (wish.weight ?? 0),
    };
  });
  const isPlaced = kept.length > 0 && kept.every((wish) => wish.x != null && wish.y != null);
  return { nodes, edges, places, isPlaced };
}

/** The greatest number of steps that any of the lanes takes. */
export const longestHop = (lanes: readonly Lane[]) => lanes.reduce((most, lane) => lane.hops.reduce((far, hop) => Math.max(far, hop.hop), most), 0);

const DASHES: readonly (readonly number[])[] = [[], [9, 4], [3, 4], [12, 3, 3, 3], [6, 6], [2, 2], [14, 5], [8, 3, 2, 3, 2, 3]];

/** The dash of a lane, as colour is never the only sign. */
export const dashOf = (number: number): readonly number[] => DASHES[(number - 1) % DASHES.length] ?? [];
