import type { SearchState } from "./state";

/** How the experts of a search stand to one passage. */
export interface Claim {
  passageId: string;
  title: string;
  /** Who holds it, best rank first. */
  by: readonly { persona: string; rank: number; rating: number }[];
  /** Who came back without it, or ranks it below what was found. */
  without: readonly string[];
  verdict: "agreed" | "contested" | "alone";
}

export interface Overlap {
  one: string;
  other: string;
  /** Of the passages that either holds, the share that both hold; null where neither holds any. */
  share: number | null;
}

export interface Debate {
  experts: readonly string[];
  claims: readonly Claim[];
  overlaps: readonly Overlap[];
  agreed: number;
  contested: number;
}

/**
 * Where the experts of a search agree: an expert holds a passage that it ranks among as many as were found.
 *
 * Only a run that explains itself tells ranks; for others there is nothing to compare, and `claims` is empty.
 */
export function compareExperts(search: SearchState): Debate {
  const most = search.found.length;
  const held = new Map<string, Map<string, { rank: number; rating: number }>>();
  const titles = new Map<string, string>();
  for (const walk of search.walks) {
    const mine = new Map<string, { rank: number; rating: number }>();
    for (const path of walk.paths) {
      titles.set(path.passage_id, path.steps[path.steps.length - 1]?.title ?? "");
      if (path.rank <= most) mine.set(path.passage_id, { rank: path.rank, rating: path.rating });
    }
    held.set(walk.persona, mine);
  }
  const experts = [...held.keys()];
  const claims = search.found.map((passageId): Claim => {
    const by = experts
      .flatMap((persona) => {
        const place = held.get(persona)?.get(passageId);
        return place ? [{ persona, ...place }] : [];
      })
      .sort((one, other) => one.rank - other.rank);
    const without = experts.filter((persona) => !held.get(persona)?.has(passageId));
    const verdict = without.length === 0 && by.length > 1 ? "agreed" : by.length > 1 ? "contested" : "alone";
    return { passageId, title: titles.get(passageId) ?? "", by, without, verdict };
  });
  const overlaps = experts.flatMap((one, place) =>
    experts.slice(place + 1).map((other): Overlap => ({ one, other, share: overlap(held.get(one), held.get(other)) })),
  );
  return {
    experts,
    claims: experts.length > 1 ? claims : [],
    overlaps,
    agreed: claims.filter(({ verdict }) => verdict === "agreed").length,
    contested: claims.filter(({ verdict }) => verdict !== "agreed").length,
  };
}

function overlap(one?: ReadonlyMap<string, unknown>, other?: ReadonlyMap<string, unknown>): number | null {
  const all = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  if (all.size === 0) return null;
  return [...all].filter((id) => one?.has(id) && other?.has(id)).length / all.size;
}

/** Searches that asked the same, as two tools of one task do: the later one stands for both. */
export function distinctSearches(searches: readonly SearchState[]): SearchState[] {
  const kept = new Map<string, SearchState>();
  for (const search of searches) {
    const key = `${search.taskId}\n${search.query}`;
    const before = kept.get(key);
    if (!before || search.walks.length >= before.walks.length) kept.set(key, search);
  }
  return [...kept.values()];
}
