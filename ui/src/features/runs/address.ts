import { integer, list, oneOf, text, type StateOf } from "@/lib/address";

export const STATUSES = ["queued", "running", "waiting", "done", "failed", "cancelled", "interrupted"] as const;

/** The list of runs, as its address tells it; others link here with it. */
export const RUNS_ADDRESS = {
  status: oneOf(["", ...STATUSES], ""),
  rating: oneOf(["", "good", "bad"], ""),
  text: text(),
  /** Begun then or later, in Unix seconds. */
  since: integer(),
  /** Begun before. */
  until: integer(),
  /** The ticked runs. */
  ticked: list(),
};
export type RunsState = StateOf<typeof RUNS_ADDRESS>;
export type RunsFilter = Omit<RunsState, "ticked">;

export const NO_FILTER: RunsFilter = { status: "", rating: "", text: "", since: null, until: null };

export function isFiltered(state: RunsFilter): boolean {
  return (Object.keys(NO_FILTER) as (keyof RunsFilter)[]).some((name) => state[name] !== NO_FILTER[name]);
}

/** As the endpoint takes it. */
export function toQuery({ status, rating, text: words, since, until }: RunsFilter) {
  return {
    ...(status && { status }),
    ...(rating && { rating }),
    ...(words && { text: words }),
    ...(since !== null && { since }),
    ...(until !== null && { until }),
  };
}
