// What graph_frames.py runs in a browser: the page's own drawing, the same as SVG, and nothing at all.
import { GraphCanvas, type GraphTheme } from "@/lib/graph/canvas";
import { buildScene, type Hop, type Lane, type Scene } from "@/lib/graph/scene";

const THEME: GraphTheme = {
  background: "#ffffff",
  line: "#cbd5e1",
  node: "#7c8db0",
  accent: "#0b6a88",
  text: "#1f2937",
  faded: "#dddddd",
  fadedLine: "#eeeeee",
  lanes: ["#3b82f6", "#f59e0b", "#10b981"],
};
const PATHS = 3;
const STEPS = 12;

function make(count: number): { scene: Scene; lanes: Lane[] } {
  let seed = 11;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const names = Array.from({ length: count }, (_, place) => ({ id: `n${place}`, label: `node ${place}`, kind: place % 7 ? "passage" : "entity" }));
  const links = names.flatMap((node, place) => (place ? [0, 1].map(() => ({ source: node.id, target: `n${Math.floor(random() * place)}`, kind: "mentions" })) : []));
  const scene = buildScene(names, links);
  const lanes = Array.from({ length: PATHS }, (_, lane): Lane => {
    let at = Math.floor(random() * count);
    const hops = Array.from({ length: STEPS }, (_, step): Hop => {
      const from = at;
      at = Math.floor(random() * count);
      return { a: from, b: at, hop: step + 1 };
    });
    return { name: `p${lane}`, number: lane + 1, hops };
  });
  return { scene, lanes };
}

/** Frames of a second while something happens in each; and the longest time between two. */
async function measure(milliseconds: number, onFrame: (now: number) => void): Promise<{ fps: number; longestMs: number }> {
  let [frames, longestMs] = [0, 0];
  const begun = performance.now();
  let before = begun;
  await new Promise<void>((done) => {
    const step = (now: number) => {
      frames++;
      longestMs = Math.max(longestMs, now - before);
      before = now;
      if (now - begun >= milliseconds) return done();
      onFrame(now - begun);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  return { fps: (frames * 1000) / (before - begun), longestMs };
}

const swing = (now: number) => [Math.cos(now / 250) * 9, Math.sin(now / 400) * 6] as const;

async function canvas(count: number, milliseconds: number) {
  const element = document.createElement("canvas");
  element.style.cssText = "width:1200px;height:800px;display:block";
  document.body.append(element);
  const { scene, lanes } = make(count);
  const begun = performance.now();
  const graph = new GraphCanvas(element, THEME);
  graph.setScene(scene);
  graph.setLanes(lanes);
  graph.fit();
  while (graph.stats.draws === 0) await new Promise(requestAnimationFrame);
  const firstMs = performance.now() - begun;
  graph.zoom(1.5);
  const measured = await measure(milliseconds, (now) => {
    graph.pan(...swing(now));
    if (Math.floor(now / 700) !== Math.floor((now - 17) / 700)) graph.zoom(Math.floor(now / 700) % 2 ? 1.25 : 0.8);
  });
  const pickBegun = performance.now();
  for (let pick = 0; pick < 100; pick++) graph.pick(600 + pick, 400);
  const pickUs = (performance.now() - pickBegun) * 10;
  graph.stop();
  element.remove();
  return { ...measured, firstMs, pickUs, draws: graph.stats.draws, longestSliceMs: graph.stats.longestMs };
}

async function svg(count: number, milliseconds: number) {
  const { scene, lanes } = make(count);
  const SVG = "http://www.w3.org/2000/svg";
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("width", "1200");
  root.setAttribute("height", "800");
  const group = document.createElementNS(SVG, "g");
  const line = (a: number, b: number, colour: string, width: number) => {
    const element = document.createElementNS(SVG, "line");
    for (const [name, value] of Object.entries({ x1: scene.nodes[a]?.x, y1: scene.nodes[a]?.y, x2: scene.nodes[b]?.x, y2: scene.nodes[b]?.y })) element.setAttribute(name, String(value));
    element.setAttribute("stroke", colour);
    element.setAttribute("stroke-width", String(width));
    group.append(element);
  };
  for (const { a, b } of scene.edges) line(a, b, THEME.fadedLine, 1);
  for (const node of scene.nodes) {
    const element = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: node.x, cy: node.y, r: node.r, fill: THEME.faded })) element.setAttribute(name, String(value));
    group.append(element);
  }
  for (const lane of lanes) for (const { a, b } of lane.hops) line(a, b, THEME.lanes[lane.number - 1] ?? "", 3);
  root.append(group);
  document.body.append(root);
  let scale = (1.5 * 0.9 * 800) / (52 * Math.sqrt(count)); // as large as the canvas shows it
  let [x, y] = [600, 400];
  const measured = await measure(milliseconds, (now) => {
    const [dx, dy] = swing(now);
    [x, y] = [x + dx, y + dy];
    if (Math.floor(now / 700) !== Math.floor((now - 17) / 700)) scale *= Math.floor(now / 700) % 2 ? 1.25 : 0.8;
    group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
  });
  root.remove();
  return measured;
}

Object.assign(window, {
  moe: { canvas, svg, empty: (milliseconds: number) => measure(milliseconds, () => undefined) },
});
