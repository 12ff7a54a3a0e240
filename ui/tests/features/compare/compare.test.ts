import { expect, it } from "vitest";
import { compareAnswer, compareNumbers, comparePaths, readCompared } from "@/features/compare/compare";
import { readRecord } from "../../live/records";

const read = (name: "quotes" | "experts" | "retries" | "failed") => {
  const record = readRecord(name);
  return readCompared(name, record.result, record.events, record.graph ?? null);
};

it("tells which sentences both answers hold, whatever their marks", () => {
  const one = compareAnswer("The mill was sold. [1] It leaned. [2]\n\nOnly here. [3]", "It  LEANED. [7] Another.\n\nThe mill was sold. [2]");
  expect(one.map((paragraph) => paragraph.map(({ isShared }) => isShared))).toEqual([[true, true], [false]]);
});

it("puts both runs' paths on one graph: what both took, and what only one did", () => {
  const [a, b] = [read("experts"), read("quotes")];
  const { scene, lanes, passages, counts, facts } = comparePaths(a, b);
  expect(counts.both + counts.a + counts.b).toBe(passages.length);
  expect(counts.a).toBeGreaterThan(0);
  expect(counts.b).toBeGreaterThan(0);
  const taken = (run: typeof a) => new Set(run.walks.flatMap(({ paths }) => paths.flatMap(({ steps }) => steps.map((step) => step.passage_id))));
  const [inA, inB] = [taken(a), taken(b)];
  for (const { passageId, where } of passages) expect([inA.has(passageId), inB.has(passageId)]).toEqual([where !== "b", where !== "a"]);
  expect(scene.nodes).toHaveLength(passages.length + 1);
  expect(lanes.map(({ number }) => number)).toEqual([1, 2]);
  expect(facts).toHaveLength(scene.nodes.length);
});

it("is empty in paths for runs that got nowhere, and full in numbers", () => {
  const [a, b] = [read("failed"), read("failed")];
  expect(comparePaths(a, b).passages).toEqual([]);
  const rows = compareNumbers(a, b, { total: "total", requests: "requests" }, (name) => `step ${name}`);
  expect(rows.find(({ name }) => name === "total")?.a).toBeGreaterThan(0);
  expect(rows.every(({ a: one, b: other }) => one === other)).toBe(true);
});

it("counts what the retried run cost beyond the other", () => {
  const rows = compareNumbers(read("experts"), read("retries"), { invalid: "invalid", requests: "requests" }, (name) => name);
  expect(rows.find(({ name }) => name === "invalid")).toMatchObject({ a: 0, b: 2 });
  expect(rows.find(({ name }) => name === "requests")?.a).toBe(3);
});
