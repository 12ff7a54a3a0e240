import { expect, it } from "vitest";
import { laneOf, mergeParts, readSnapshot, toGraphml, toSvg, type AtlasPart } from "@/features/atlas/view";
import { readRecord } from "../../live/records";

const node = (id: string, kind = "entity", text = id) => ({ id, kind, text, degree: 1 });
const none: ReadonlySet<string> = new Set();
const first: AtlasPart = { nodes: [node("entity:a"), node("document:d", "document")], edges: [{ source: "document:d", target: "entity:a", kind: "mentions" }] };
const second: AtlasPart = {
  nodes: [node("document:d", "document"), node("passage:p", "passage", "its words")],
  edges: [
    { source: "document:d", target: "passage:p", kind: "holds" },
    { source: "document:d", target: "entity:gone", kind: "mentions" },
  ],
};

it("draws each node and edge of several answers once, without what is hidden or left out", () => {
  const all = mergeParts([first, second, first], none, none);
  expect(all.nodes.map(({ id }) => id)).toEqual(["entity:a", "document:d", "passage:p"]);
  expect(all.edges).toHaveLength(2);
  expect(mergeParts([first, second], new Set(["document:d"]), none).edges).toHaveLength(0);
  expect(mergeParts([first, second], none, new Set(["entity"])).nodes.map(({ kind }) => kind)).toEqual(["document", "passage"]);
});

it("takes the places that the server has, and lays out what was added to them", () => {
  const placed: AtlasPart = { ...first, nodes: first.nodes.map((one, place) => ({ ...one, x: 10 * place, y: -5 })) };
  const { scene } = mergeParts([placed], none, none);
  expect(scene.isPlaced).toBe(true);
  expect(scene.nodes.map(({ x, y }) => [x, y])).toEqual([
    [0, -5],
    [10, -5],
  ]);
  expect(mergeParts([placed, second], none, none).scene.isPlaced).toBe(false);
  expect(mergeParts([placed, second], new Set(["passage:p"]), none).scene.isPlaced).toBe(true);
});

it("draws a way as a lane, step by step", () => {
  const { scene } = mergeParts([first, second], none, none);
  const way: AtlasPart = { nodes: [node("entity:a"), node("document:d"), node("passage:p")], edges: [] };
  expect(laneOf(scene, way, "way")[0]?.hops).toEqual([
    { a: 0, b: 1, hop: 1 },
    { a: 1, b: 2, hop: 2 },
  ]);
  expect(laneOf(scene, undefined, "way")).toEqual([]);
});

it("reads the graph that a run walked, best first, and finds words in it", () => {
  const { graph } = readRecord("quotes");
  if (!graph) throw new Error("the record has a graph");
  const whole = readSnapshot(graph, "", 300);
  expect(whole.total).toBe(graph.nodes.length);
  expect(whole.nodes[0]?.score).toBe(1);
  const found = readSnapshot(graph, "hydraulic nothing", 300);
  expect(found.nodes.map(({ text }) => text)).toEqual(["Hydraulic study of the mill pond"]);
  expect(readSnapshot(graph, "", 3).nodes).toHaveLength(3);
});

it("writes GraphML and SVG that hold hostile names as text", () => {
  const hostile = '</text><script>alert(1)</script>&"\u0000\u0008';
  const drawing = mergeParts([{ nodes: [node('entity:"x"', "entity", hostile), node("document:d", "document")], edges: first.edges }], none, none);
  for (const [text, names] of [
    [toGraphml(drawing), "node"],
    [toSvg(drawing), "circle"],
  ] as const) {
    const parsed = new DOMParser().parseFromString(text, "application/xml");
    expect(parsed.querySelector("parsererror")).toBeNull();
    expect(parsed.querySelectorAll("script")).toHaveLength(0);
    expect(parsed.querySelectorAll(names)).toHaveLength(2);
    expect(parsed.documentElement.textContent).toContain("<script>alert(1)</script>");
  }
});
