import { BASE, type GraphSnapshot, type RunResult } from "@/lib/api";
import type { RunEvent } from "@/lib/live/events";

/** In the place of a run's id: the run that comes with the page, for those who have none yet. */
export const DEMO = "demo";

interface Demo {
  result: RunResult;
  events: RunEvent[];
  graph: GraphSnapshot;
}

let loading: Promise<Demo> | null = null;

/** A run over the example documents, as it was recorded. */
export function loadDemo(): Promise<Demo> {
  loading ??= fetch(`${BASE}/demo.json`).then((answer) => {
    if (!answer.ok) throw new Error(`demo.json: ${answer.status}`);
    return answer.json() as Promise<Demo>;
  });
  loading.catch(() => (loading = null)); // asked for again the next time
  return loading;
}
