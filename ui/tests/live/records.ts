import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { GraphSnapshot, RunResult } from "@/lib/api";
import type { RunEvent } from "@/lib/live/events";

export interface RunRecord {
  result: RunResult;
  events: RunEvent[];
  graph?: GraphSnapshot;
}

/**
 * What real runs over examples/harbour left: `quotes` without a model, with `--explain`; `experts` with three experts and
 * a model; `retries` with replies that were no JSON and a busy server; `failed` with a refused key; `interrupted` killed.
 */
export const readRecord = (name: "quotes" | "experts" | "retries" | "failed" | "interrupted"): RunRecord =>
  JSON.parse(readFileSync(resolve(__dirname, "..", "records", `${name}.json`), "utf-8")) as RunRecord;

/** Events of one run that are as long as wanted: the record's own, over and over, as further tasks. */
export function stretch(events: readonly RunEvent[], count: number): RunEvent[] {
  const [head, body] = [events.slice(0, 4), events.slice(4, -1)];
  const last = events[events.length - 1] as RunEvent;
  const long = [...head];
  for (let round = 0; long.length < count - 1; round++) {
    const shift = round * ((last.at - (head[0]?.at ?? 0)) / 2);
    for (const event of body) {
      if (long.length >= count - 1) break;
      const rename = (id: unknown) => (typeof id === "string" ? `${id}~${round}` : id);
      const data = "parent_id" in event.data ? { ...event.data, parent_id: rename(event.data.parent_id) } : event.data;
      long.push({ ...event, sequence: long.length + 1, at: event.at + shift, task_id: rename(event.task_id) as string | null, data });
    }
  }
  const end = long[long.length - 1]?.at ?? last.at;
  return [...long, { ...last, sequence: long.length + 1, at: end }];
}
