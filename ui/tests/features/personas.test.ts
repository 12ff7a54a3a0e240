import { describe, expect, it } from "vitest";
import { countTiers, findSharing, findSteps, findThresholds, pickCards, type Board, type Card } from "@/features/personas/board";
import { beginDraft, findFaults, readChanges, splitWords } from "@/features/personas/edit";

const NONE = { mean: null, low: 0, high: 1, n: 0 };
const makeCard = (name: string, more: Partial<Card> = {}, use: Partial<Card["use"]> = {}): Card => ({
  name,
  description: `${name} reads`,
  tier: "active",
  rule: "as bundled brings it",
  moved: null,
  source: "bundled",
  traversal: "",
  activation_cost: 0.3,
  tier_score: 0.5,
  since_move: 0,
  feedback: NONE,
  ...more,
  use: { chosen: 0, share: 0, failed: 0, led: NONE, score: NONE, json_validity: NONE, ...use },
});
const makeBoard = (experts: Card[], searches = 40): Board => ({ experts, searches, thresholds: {}, observations_min: 8 });

describe("the board", () => {
  const cards = [
    makeCard("bob", { tier: "stable" }, { share: 0.9, score: { mean: 0.4, low: 0.1, high: 0.8, n: 5 } }),
    makeCard("ann", {}, { share: 0.2, score: { mean: 0, low: 0, high: 0.4, n: 3 } }),
    makeCard("cid", { description: "Looks for dates" }),
  ];
  it("sorts by name, and by figures with those that are unknown last", () => {
    const names = (sort: "name" | "score") => pickCards(cards, { tier: "all", words: "", sort }).map((card) => card.name);
    expect(names("name")).toEqual(["ann", "bob", "cid"]);
    expect(names("score")).toEqual(["bob", "ann", "cid"]);
  });
  it("keeps to a tier and to all words, whatever their case", () => {
    expect(pickCards(cards, { tier: "stable", words: "", sort: "name" }).map((card) => card.name)).toEqual(["bob"]);
    expect(pickCards(cards, { tier: "all", words: " DATES looks ", sort: "name" }).map((card) => card.name)).toEqual(["cid"]);
    expect(countTiers(cards)).toEqual({ all: 3, stable: 1, active: 2 });
  });
  it("warns of an expert that takes all and of those in work that get none, once enough was searched", () => {
    const woken = cards.map((card) => (card.name === "ann" ? makeCard("ann", {}, { chosen: 8, share: 0.2 }) : card));
    expect(findSharing(makeBoard(woken))).toMatchObject({ collapsed: { name: "bob" }, idle: [{ name: "bob" }, { name: "cid" }] });
    expect(findSharing(makeBoard(woken, 19))).toEqual({ collapsed: null, idle: [] });
  });
  it("knows the tiers beside one", () => {
    expect(findSteps("experimental")).toEqual({ up: "active", down: null }); // below it one is retired, by a button of its own
    expect(findSteps("active")).toEqual({ up: "stable", down: "experimental" });
    expect(findSteps("stable")).toEqual({ up: null, down: "active" });
    expect(findSteps("pruned")).toEqual({ up: null, down: null });
  });
  it("holds a tier against its own thresholds", () => {
    const thresholds = { pruning: 0.3, demotion: 0.5, activation: 0.6, promotion: 0.8 };
    expect(findThresholds("experimental", thresholds)).toEqual({ sinks: 0.3, rises: 0.6 });
    expect(findThresholds("active", thresholds)).toEqual({ sinks: 0.5, rises: 0.8 });
    expect(findThresholds("stable", thresholds)).toEqual({ sinks: 0.5, rises: null });
    expect(findThresholds("pruned", thresholds)).toEqual({ sinks: null, rises: null });
  });
});

describe("a draft", () => {
  const before = beginDraft(null, "ann");
  it("begins neutral, and says only what was changed", () => {
    expect(before.traits).toEqual({ breadth: "5", depth: "5", curiosity: "5", precision: "5", scepticism: "5" });
    expect(readChanges(before, before)).toEqual({ traits: {} });
    const now = { ...before, expertise: "law,  contracts ,", cost: "0.5", traits: { ...before.traits, depth: "8" } };
    expect(readChanges(before, now)).toEqual({ expertise: ["law", "contracts"], activation_cost: 0.5, traits: { depth: 8 } });
  });
  it("is wrong where a trait is none from 1 to 9, or the cost no number from 0", () => {
    expect(findFaults(before)).toEqual({ traits: [] });
    const wrong = { ...before, cost: "-1", traits: { depth: "10", breadth: "x", curiosity: "0", precision: "9" } };
    expect(findFaults(wrong)).toEqual({ cost: true, traits: ["depth", "breadth", "curiosity"] });
    expect(findFaults({ ...before, cost: " " }).cost).toBe(true);
  });
  it("reads words between commas", () => expect(splitWords(" a b ,, c")).toEqual(["a b", "c"]));
});
