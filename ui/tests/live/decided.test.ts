import { describe, expect, it } from "vitest";
import { describeEvent } from "@/lib/live/describe";
import type { RunEvent } from "@/lib/live/events";
import { foldAll } from "@/lib/live/fold";
import { emptyState } from "@/lib/live/state";

const QUERY = "Where is rain water collected?";
const make = (kind: string, data: Record<string, unknown>, sequence: number): RunEvent => ({
  run_id: "r",
  correlation_id: "c",
  sequence,
  at: 100 + sequence,
  kind,
  task_id: "r/1",
  agent: "search",
  data,
});
const DECIDED = make("search.decided", { tool: "search", query: QUERY, reason: "words find as much", numbers: { chance: 0.01 } }, 1);
const EXPLORED = make(
  "documents.explored",
  { tool: "search", query: QUERY, seeds: 0, passages: 0, is_cut: false, found: ["a#1"], walks: [], verdict: { reason: "words find as much", numbers: {} } },
  2,
);

describe("a search that woke nobody", () => {
  it("is one search with its reason, and without experts", () => {
    const { searches } = foldAll(emptyState(), [DECIDED, EXPLORED]);
    expect(searches).toHaveLength(1);
    expect(searches[0]?.decided).toEqual({ reason: "words find as much", numbers: { chance: 0.01 } });
    expect(searches[0]?.experts).toEqual([]);
    expect(searches[0]?.found).toEqual(["a#1"]);
  });

  it("is described by who did not walk", () => {
    expect(describeEvent(DECIDED)).toBe(`nobody walked, as words find as much: ${QUERY}`);
    expect(describeEvent(EXPLORED)).toBe(`1 passages by words: ${QUERY}`);
  });
});
