import type { Report } from "./board";

/** What the form for a persona holds; texts as they are typed. */
export interface Draft {
  name: string;
  description: string;
  expertise: string;
  traversal: string;
  cost: string;
  traits: Record<string, string>;
}

export const MAIN_TRAITS = ["breadth", "depth", "curiosity", "precision", "scepticism"] as const;

export function beginDraft(report: Report | null, name: string): Draft {
  const persona = report?.persona as Stored | undefined;
  const traits = persona?.traits ?? {};
  return {
    name,
    description: report?.card.description ?? "",
    expertise: (persona?.expertise ?? []).join(", "),
    traversal: report?.card.traversal ?? "",
    cost: String(persona?.activation_cost ?? 0.3),
    traits: Object.fromEntries([...new Set([...MAIN_TRAITS, ...Object.keys(traits)])].map((key) => [key, String(traits[key] ?? 5)])),
  };
}

interface Stored {
  traits?: Record<string, number>;
  expertise?: string[];
  activation_cost?: number;
}

/** What the server is sent: only what differs from before. Texts that are no numbers are sent as NaN would be: left out. */
export function readChanges(before: Draft, now: Draft) {
  const traits: Record<string, number> = {};
  for (const [key, typed] of Object.entries(now.traits)) if (typed !== before.traits[key]) traits[key] = Number(typed);
  return {
    ...(now.description !== before.description && { description: now.description }),
    ...(now.expertise !== before.expertise && { expertise: splitWords(now.expertise) }),
    ...(now.traversal !== before.traversal && { traversal: now.traversal.trim() }),
    ...(now.cost !== before.cost && { activation_cost: Number(now.cost) }),
    traits,
  };
}

export const splitWords = (words: string) =>
  words
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);

/** What is wrong with a draft, by field; {} for nothing. The server checks again. */
export function findFaults(draft: Draft): { cost?: true; traits: string[] } {
  const cost = Number(draft.cost);
  return {
    ...(draft.cost.trim() === "" || !Number.isFinite(cost) || cost < 0 ? { cost: true as const } : {}),
    traits: Object.entries(draft.traits)
      .filter(([, typed]) => !/^[1-9]$/.test(typed.trim()))
      .map(([key]) => key),
  };
}
