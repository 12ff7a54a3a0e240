"use client";
import { useQuery } from "@tanstack/react-query";
import { api, unwrap, type GraphSnapshot } from "@/lib/api";
import type { RunState, SearchState } from "@/lib/live/state";
import { DEMO, loadDemo } from "./demo";

/** The snapshot that is kept of a run, where its result says that one is; else null. */
export function useWalkedGraph(runId: string, isKept: boolean): GraphSnapshot | null {
  const { data } = useQuery({
    queryKey: ["run-graph", runId],
    enabled: isKept,
    retry: false,
    staleTime: Infinity,
    queryFn: async ({ signal }) =>
      runId === DEMO ? (await loadDemo()).graph : unwrap(api.GET("/api/v1/runs/{run_id}/graph", { params: { path: { run_id: runId } }, signal })),
  });
  return typeof data === "object" ? (data as GraphSnapshot) : null; // text is for graph viewers, which is not asked for
}

/** Searches that can be drawn: those that tell their walks, or the one whose graph is kept. */
export function listWalked(state: RunState): { search: SearchState; place: number }[] {
  return state.searches.flatMap((search, place) => (search.walks.length ? [{ search, place }] : []));
}

const LISTED = 100; // searches in a choice; a list of more is of no use, and slow

/** The newest searches, and the chosen one. */
export function listChoices<T extends { place: number }>(searches: readonly T[], chosen: number | undefined): readonly T[] {
  const newest = searches.slice(-LISTED);
  const current = searches.find(({ place }) => place === chosen);
  return !current || newest.includes(current) ? newest : [current, ...newest];
}
