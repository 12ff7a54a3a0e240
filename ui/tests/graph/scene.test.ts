import { expect, it } from "vitest";
import { shorten } from "@/lib/graph/canvas";
import { buildScene, longestHop } from "@/lib/graph/scene";
import { buildWalked, numberPersonas } from "@/lib/graph/walks";
import { foldAll } from "@/lib/live/fold";
import { emptyState } from "@/lib/live/state";
import { readRecord } from "../live/records";

const record = readRecord("quotes");
const state = foldAll(emptyState(), record.events);

it("draws a search's snapshot with each persona's ways from the question", () => {
  const search = state.searches[0];
  const numbers = numberPersonas(state.searches);
  expect([...numbers]).toEqual([
    ["generalist", 1],
    ["arbiter", 2],
    ["matcher", 3],
  ]);
  const { scene, lanes, facts } = buildWalked(search?.query ?? "", search?.walks ?? [], record.graph ?? null, numbers);
  expect(scene.nodes).toHaveLength(record.graph?.nodes.length ?? -1);
  expect(lanes.map(({ name, number, hops }) => [name, number, hops.length])).toEqual([
    ["generalist", 1, 8],
    ["arbiter", 2, 8],
  ]);
  expect(scene.nodes[lanes[0]?.hops[0]?.a ?? -1]?.id).toBe("question");
  expect(facts.find(({ id }) => id === "passage:73")?.personas).toEqual(["generalist", "arbiter"]);
  expect(longestHop(lanes)).toBe(1);
});

it("draws ways of several steps without any snapshot, and numbers their steps", () => {
  const step = (node: string) => ({ ...(state.searches[0]?.walks[0]?.paths[0]?.steps[0] as object), node_id: node, passage_id: `d#${node}` });
  const walk = { ...state.searches[0]?.walks[0], persona: "p", paths: [{ passage_id: "d#b", rank: 1, rating: 1, steps: [step("a"), step("b")] }] };
  const { scene, lanes } = buildWalked("why?", [walk as never], null, new Map());
  expect(scene.nodes.map(({ id }) => id)).toEqual(["question", "a", "b"]);
  expect(lanes[0]?.hops).toEqual([
    { a: 0, b: 1, hop: 1 },
    { a: 1, b: 2, hop: 2 },
  ]);
  expect(scene.edges).toHaveLength(2);
});

it("leaves out edges whose ends are missing, and nodes named twice", () => {
  const wish = (id: string) => ({ id, label: id, kind: "passage" });
  const links = [
    { source: "a", target: "b", kind: "x" },
    { source: "a", target: "gone", kind: "x" },
    { source: "a", target: "a", kind: "x" },
  ];
  const scene = buildScene([wish("a"), wish("b"), wish("a")], links);
  expect(scene.nodes).toHaveLength(2);
  expect(scene.edges).toHaveLength(1);
  expect(scene.isPlaced).toBe(false);
  expect(buildScene([{ ...wish("a"), x: 1, y: 2 }], []).isPlaced).toBe(true);
});

it("stands 10,000 names, and names that would turn the writing round or never end", () => {
  const before = performance.now();
  const many = buildScene(
    Array.from({ length: 10_000 }, (_, place) => ({ id: `e${place}`, label: `name ${place}`, kind: "entity" })),
    Array.from({ length: 20_000 }, (_, place) => ({ source: `e${place % 10_000}`, target: `e${(place * 7) % 10_000}`, kind: "mentions" })),
  );
  expect(many.nodes).toHaveLength(10_000);
  expect(performance.now() - before).toBeLessThan(2000);
  expect(shorten("safe\u202Eexe.txt\u2066\n<b>")).toBe("safe exe.txt <b>");
  expect(shorten("x".repeat(1_000_000)).length).toBeLessThan(40);
});
