import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

/** What is asked: places as x, y pairs, and edges as pairs of their places. */
export interface LayoutWish {
  places: Float32Array;
  edges: Uint32Array;
}

const SECONDS_MAX = 4; // nobody looks at a graph that moves for longer
const worker = self as unknown as { onmessage: (event: MessageEvent<LayoutWish>) => void; postMessage: (value: unknown, transfer: Transferable[]) => void };

worker.onmessage = ({ data: { places, edges } }) => {
  const size = places.length / 2;
  const graph = new Graph({ multi: true });
  for (let node = 0; node < size; node++) graph.addNode(node, { x: places[2 * node], y: places[2 * node + 1] });
  for (let edge = 0; edge < edges.length; edge += 2) graph.addEdge(edges[edge], edges[edge + 1]);
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: size > 400, scalingRatio: 40, gravity: 0.6, slowDown: 3 };
  const begun = performance.now();
  const step = size > 2000 ? 5 : size > 400 ? 20 : 100;
  for (let done = 0; done < 400 && performance.now() - begun < SECONDS_MAX * 1000; done += step) {
    forceAtlas2.assign(graph, { iterations: step, settings });
    const next = new Float32Array(places.length);
    graph.forEachNode((key, { x, y }) => {
      next[2 * Number(key)] = x as number;
      next[2 * Number(key) + 1] = y as number;
    });
    worker.postMessage(next, [next.buffer]);
  }
  worker.postMessage(null, []);
};
