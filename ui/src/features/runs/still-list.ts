import type { RunSummary } from "@/lib/api";

/** A list that never moves under its reader: what is new waits, what is shown is brought up to date where it stands. */

const OVER = new Set(["done", "failed", "cancelled", "interrupted"]);

export interface Look {
  /** The rows that are shown, with what is known of them now; in the order in which they stood. */
  rows: readonly RunSummary[];
  /** How many runs wait above them. */
  fresh: number;
}

/**
 * @param shown The rows as they were read.
 * @param seen The newest runs as they are now, whatever their status.
 * @param status The only status that the list shows; "" for all.
 */
export function bringUpToDate(shown: readonly RunSummary[], seen: readonly RunSummary[], status: string): Look {
  const known = new Set(shown.map((row) => row.run_id));
  const now = new Map(seen.map((row) => [row.run_id, row]));
  const newest = shown[0]?.started ?? -Infinity;
  const fresh = seen.filter((row) => !known.has(row.run_id) && row.started >= newest && (!status || row.status === status));
  return { rows: shown.map((row) => now.get(row.run_id) ?? row), fresh: fresh.length };
}

/** From when on the newest runs must be read so that all that can have changed is among them, in Unix seconds. */
export function findHorizon(shown: readonly RunSummary[]): number {
  const [newest] = shown;
  if (!newest) return 0;
  const active = shown.filter((row) => !OVER.has(row.status)).map((row) => row.started);
  return Math.floor(Math.min(newest.started, ...active));
}
