import type { GraphSnapshot, RunResult } from "@/lib/api";
import type { components } from "@/lib/api/schema";

/** One persona's walk, with its path to each passage that was found. */
export type Walk = GraphSnapshot["walks"][number];
export type WalkStep = Walk["paths"][number]["steps"][number];
/** Who was woken for a search, and why. */
export type ExpertChoice = NonNullable<RunResult["explanation"]>[number]["searches"][number]["experts"][number];
export interface ServedAgent {
  name: string;
  role: string;
  served: { provider: string; model: string; instead_of: string } | null;
  tools: readonly string[];
}
export interface TaskProblem {
  code: string;
  message: string;
  hint?: string | null;
}

type Described = Required<components["schemas"]["EventData"]>;
/** What the description of the API leaves open as "an object". */
interface Opened {
  "run.started": { request: { question: string; explain?: boolean; [field: string]: unknown } };
  "run.finished": { error: TaskProblem | null };
  "task.finished": { error: TaskProblem | null };
  "documents.explored": { walks: readonly Walk[]; experts?: readonly ExpertChoice[] };
  "documents.loaded": { notes: readonly Record<string, unknown>[]; changes?: readonly Record<string, unknown>[] };
  "chain.assembled": {
    camina: ServedAgent | null;
    belters: readonly ServedAgent[];
    drummers: readonly ServedAgent[];
    observer: ServedAgent | null;
    choice: { provider: string; passed_over: readonly { provider: string; why: string }[] } | null;
  };
  "places.found": { places: NonNullable<RunResult["places"]> };
  "tool.waiting": { params: Record<string, unknown> };
  "tool.called": { params: Record<string, unknown> };
  "route.chosen": { scores: Record<string, number> };
  "search.decided": { numbers?: Record<string, number> };
  "expert.chosen": { numbers?: Record<string, number> };
  "expert.scored": { parts?: Record<string, number> };
}
/** A field at its default may be left out, so such a field is optional here whatever the description says. */
export type EventKind = keyof Described;
export type DataOf<K extends EventKind> = K extends keyof Opened ? Omit<Described[K], keyof Opened[K]> & Opened[K] : Described[K];

export interface EventBase {
  run_id: string;
  correlation_id: string;
  /** From 1, without gaps. */
  sequence: number;
  /** Unix time in seconds. */
  at: number;
  task_id?: string | null;
  agent?: string;
}
export type EventOf<K extends EventKind> = EventBase & { kind: K; data: DataOf<K> };
/** A known event. */
export type KnownEvent = { [K in EventKind]: EventOf<K> }[EventKind];
/** Any event, also one of a kind that only another version of the server knows. */
export type RunEvent = EventBase & { kind: string; data: Record<string, unknown> };

/** The same event with its kind's fields. One of an unknown kind fits no case of a switch over them. */
export const known = (event: RunEvent): KnownEvent => event as unknown as KnownEvent;

/** Whether a value that came over the wire is an event that can be shown; what is damaged is left out by whoever asks. */
export function isEvent(value: unknown): value is RunEvent {
  if (typeof value !== "object" || value === null) return false;
  const event = value as Partial<RunEvent>;
  return (
    Number.isSafeInteger(event.sequence) &&
    typeof event.at === "number" &&
    typeof event.kind === "string" &&
    typeof event.data === "object" &&
    event.data !== null
  );
}
