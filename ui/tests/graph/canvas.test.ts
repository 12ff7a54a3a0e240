import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { GraphCanvas, type GraphTheme } from "@/lib/graph/canvas";
import { buildScene, type Lane } from "@/lib/graph/scene";

const THEME: GraphTheme = {
  background: "white",
  line: "grey",
  node: "grey",
  accent: "blue",
  text: "black",
  faded: "silver",
  fadedLine: "silver",
  lanes: ["lane1", "lane2", "lane3"],
};

/** A canvas that writes down what is drawn; jsdom has none. */
class Paper {
  said: string[] = [];
  constructor(readonly canvas: HTMLCanvasElement) {}
  dash: number[] = [];
  fillStyle = "";
  strokeStyle = "";
  lineWidth = 1;
  fill = () => this.said.push(`fill ${this.fillStyle}`);
  stroke = () => this.said.push(`stroke ${this.strokeStyle} [${this.dash.join(",")}]`);
  fillText = (text: string) => this.said.push(`text ${text}`);
  drawImage = () => this.said.push("image");
  setLineDash = (dash: number[]) => void (this.dash = dash);
  beginPath() {}
  moveTo() {}
  lineTo() {}
  arc() {}
  rect() {}
  closePath() {}
  fillRect() {}
  strokeText() {}
  setTransform() {}
}

let frames: (() => void)[] = [];
const papers = new Map<HTMLCanvasElement, Paper>();
const play = (most = 200) => {
  let count = 0;
  while (frames.length && count++ < most) frames.shift()?.();
  return count;
};
beforeEach(() => {
  frames = [];
  papers.clear();
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
  vi.stubGlobal("cancelAnimationFrame", () => void (frames = []));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (this: HTMLCanvasElement) {
    const paper = papers.get(this) ?? new Paper(this);
    papers.set(this, paper);
    return paper as unknown as CanvasRenderingContext2D;
  } as never);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function view(count = 3) {
  const element = document.createElement("canvas");
  const names = Array.from({ length: count }, (_, place) => ({ id: `n${place}`, label: `n${place}`, kind: "passage", x: place * 100, y: 0 }));
  const links = names.slice(1).map(({ id }, place) => ({ source: `n${place}`, target: id, kind: "mentions" }));
  const scene = buildScene(names, links);
  const graph = new GraphCanvas(element, THEME);
  graph.setScene(scene);
  graph.fit();
  play();
  return { graph, paper: papers.get(element) as Paper, scene };
}

it("moves the bitmap while the view moves, and draws anew only when it is used up", () => {
  const { graph, paper } = view();
  expect(graph.stats.draws).toBe(1);
  paper.said = [];
  for (let step = 0; step < 10; step++) {
    graph.pan(5, 2);
    play();
  }
  expect(graph.stats.draws).toBe(1);
  expect(paper.said.filter((said) => said === "image")).toHaveLength(10);
  graph.pan(600, 0);
  play();
  expect(graph.stats.draws).toBe(2);
});

it("draws many nodes in slices of several frames, and shows the last bitmap until then", () => {
  const { graph, paper } = view(20_000);
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 4)); // each look at the clock is 4 ms later
  const before = graph.stats.draws;
  graph.setTheme(THEME);
  paper.said = [];
  frames.shift()?.();
  expect(graph.stats.draws).toBe(before);
  expect(paper.said).toContain("image");
  expect(play()).toBeGreaterThan(10);
  expect(graph.stats.draws).toBe(before + 1);
});

it("picks the node under the pointer and none beside it, and finds the next by arrows", () => {
  const { graph } = view();
  graph.centre(1);
  play();
  const { width, height } = graph.element;
  expect(graph.pick(width / 2, height / 2)).toBe(1);
  expect(graph.pick(width / 2, height / 2 + 60)).toBe(-1);
  expect(graph.step(1, 1, 0)).toBe(2);
  expect(graph.step(1, -1, 0)).toBe(0);
  expect(graph.step(2, 1, 0)).toBe(-1);
});

it("draws each persona's way with a colour and dash of its own, up to the hop, and shares nodes as pies", () => {
  const { graph } = view();
  const lanes: Lane[] = [
    { name: "one", number: 1, hops: [{ a: 0, b: 1, hop: 1 }, { a: 1, b: 2, hop: 2 }] },
    { name: "two", number: 2, hops: [{ a: 0, b: 1, hop: 1 }] },
  ];
  const show = (reach: number) => {
    papers.forEach((paper) => (paper.said = []));
    graph.setLanes(lanes, reach);
    play();
    return [...papers.values()].flatMap(({ said }) => said);
  };
  const strokes = (said: string[]) => said.filter((one) => one.startsWith("stroke lane"));
  const first = show(1);
  expect(strokes(first)).toEqual(["stroke lane1 []", "stroke lane2 [9,4]"]);
  expect(first.filter((said) => said.startsWith("fill lane")).length).toBeGreaterThanOrEqual(4); // two shared nodes, halves each
  expect(first).toContain("text 1");
  expect(strokes(show(2))).toHaveLength(3);
  graph.setLanes([], 0);
  papers.forEach((paper) => (paper.said = []));
  play();
  expect(strokes([...papers.values()].flatMap(({ said }) => said))).toHaveLength(0);
});

it("draws lanes that grow over the bitmap, which stays", () => {
  const { graph, paper } = view();
  const lanes: Lane[] = [{ name: "one", number: 1, hops: [{ a: 0, b: 1, hop: 1 }] }];
  graph.setLanes(lanes, 0.1);
  play();
  const draws = graph.stats.draws;
  paper.said = [];
  for (const reach of [0.2, 0.3, 0.4]) {
    graph.setLanes(lanes, reach);
    play();
  }
  expect(paper.said.filter((said) => said === "stroke lane1 []")).toHaveLength(3);
  expect(graph.stats.draws).toBe(draws);
});
