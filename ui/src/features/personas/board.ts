import type { paths } from "@/lib/api/schema";

type Json<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer T } } } } } ? T : never;
export type Board = Json<"/api/v1/experts">;
export type Card = Board["experts"][number];
export type Report = Json<"/api/v1/personas/{name}">;
export type Rate = Card["feedback"];

/** From the lowest, in the order of promotion. */
export const TIERS = ["pruned", "experimental", "active", "stable"] as const;
export type Tier = (typeof TIERS)[number];
export const SHOWN_TIERS = ["all", "active", "stable", "experimental", "pruned"] as const;
export const SORTS = ["name", "share", "led", "score"] as const;
export type Sort = (typeof SORTS)[number];

const WARNED_FROM = 20; // searches; fewer say nothing
const COLLAPSED = 0.9; // share from which one expert takes all; as the Observer has it for routes

/** The cards of a tier with some words in them, in an order; the unknown ones last. */
export function pickCards(cards: readonly Card[], wanted: { tier: string; words: string; sort: Sort }): Card[] {
  const words = wanted.words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (card: Card) => {
    const told = `${card.name} ${card.description} ${card.traversal} ${card.source}`.toLowerCase();
    return (wanted.tier === "all" || card.tier === wanted.tier) && words.every((word) => told.includes(word));
  };
  return cards.filter(fits).sort((one, other) => compare(one, other, wanted.sort) || one.name.localeCompare(other.name));
}

function compare(one: Card, other: Card, sort: Sort): number {
  if (sort === "name") return 0;
  const value = (card: Card) => (sort === "share" ? card.use.share : (card.use[sort].mean ?? -1));
  return value(other) - value(one);
}

/** How many stand in each tier; "all" for all. */
export function countTiers(cards: readonly Card[]): Record<string, number> {
  const counts: Record<string, number> = { all: cards.length };
  for (const card of cards) counts[card.tier] = (counts[card.tier] ?? 0) + 1;
  return counts;
}

/** What is wrong with how searches are shared out: one expert that takes all, and those in work that get none. */
export function findSharing(board: Board): { collapsed: Card | null; idle: Card[] } {
  if (board.searches < WARNED_FROM) return { collapsed: null, idle: [] };
  const working = board.experts.filter((card) => card.tier === "active" || card.tier === "stable");
  return {
    collapsed: board.experts.find((card) => card.use.share >= COLLAPSED) ?? null,
    idle: working.filter((card) => card.use.chosen === 0),
  };
}

/** The tier above and the one below; none beyond the ends, and none for one that is retired: it is restored. */
export function findSteps(tier: string): { up: Tier | null; down: Tier | null } {
  const place = TIERS.indexOf(tier as Tier);
  if (place <= 0) return { up: null, down: null };
  return { up: TIERS[place + 1] ?? null, down: place > 1 ? (TIERS[place - 1] ?? null) : null };
}

/** The thresholds that count in a tier: below the first one it sinks, from the second one on it rises. */
export function findThresholds(tier: string, thresholds: Record<string, number>): { sinks: number | null; rises: number | null } {
  if (tier === "experimental") return { sinks: thresholds.pruning ?? null, rises: thresholds.activation ?? null };
  if (tier === "active") return { sinks: thresholds.demotion ?? null, rises: thresholds.promotion ?? null };
  return { sinks: tier === "stable" ? (thresholds.demotion ?? null) : null, rises: null };
}
