import type { DataOf, ExpertChoice, TaskProblem, Walk } from "./events";

/** What stands in the panes at a playhead, folded from the events up to it. Values are never changed, only replaced. */
export interface RunState {
  /** Of the last event that counts; 0 before the first. */
  sequence: number;
  /** Unix seconds of the first and the last event that count. */
  startedAt: number;
  at: number;
  request: DataOf<"run.started">["request"] | null;
  forkedFrom: string;
  asked: DataOf<"question.completed"> | null;
  route: DataOf<"route.chosen"> | null;
  chain: DataOf<"chain.assembled"> | null;
  documents: (DataOf<"documents.loaded"> & { at: number }) | null;
  resumed: readonly number[];
  /** Where on the Earth lies what the answer speaks of. */
  places: DataOf<"places.found">["places"];
  finished: (DataOf<"run.finished"> & { at: number }) | null;
  /** By id, in the order in which they began. */
  tasks: Map<string, TaskState>;
  calls: CallState[];
  tools: ToolState[];
  searches: SearchState[];
  remarks: Remark[];
  totals: Totals;
  /** Calls and tool uses that have not come back, by task, as places in `calls` and `tools`. */
  open: Map<string, readonly Open[]>;
}

export interface Open {
  kind: "call" | "tool";
  place: number;
}

export type TaskStatus = "running" | "waiting" | "done" | "degraded" | "failed" | "cancelled";

export interface TaskState {
  id: string;
  parentId: string | null;
  agent: string;
  role: string;
  capability: string;
  instruction: string;
  status: TaskStatus;
  startedAt: number;
  endedAt: number | null;
  sequence: number;
  /** How often it was begun: more than once after the run was taken up again. */
  attempts: number;
  /** Model calls and tools that were asked again, and replies that could not be used. */
  retries: number;
  tokens: number;
  cost: number;
  calls: number;
  statements: number;
  evidence: number;
  error: TaskProblem | null;
  notes: readonly string[];
}

export interface CallState {
  taskId: string;
  agent: string;
  provider: string;
  model: string;
  purpose: string;
  server: string;
  isLocal: boolean;
  startedAt: number;
  endedAt: number | null;
  /** The model's own time; what is left of the whole was waiting for a turn and between attempts. */
  seconds: number | null;
  promptTokens: number;
  completionTokens: number;
  cost: number;
  isCached: boolean;
  retries: number;
  /** Why the reply could not be used, or why there was none. */
  problem: string;
  hint: string;
  /** Digests of what was sent and of what came back; "" where the record keeps none. */
  prompt: string;
  reply: string;
  status: "open" | "answered" | "invalid" | "failed";
  sequence: number;
}

export interface ToolState {
  taskId: string;
  agent: string;
  tool: string;
  params: Record<string, unknown>;
  startedAt: number;
  endedAt: number | null;
  evidence: number;
  progress: string;
  retries: number;
  problem: string;
  status: "open" | "answered" | "failed" | "refused";
  sequence: number;
}

/** One search and the experts that it woke, or why it woke nobody. */
export interface SearchState {
  taskId: string;
  query: string;
  tool: string;
  questionKind: string;
  experts: readonly ExpertState[];
  /** Why nobody was woken, with what was measured. */
  decided: { reason: string; numbers: Readonly<Record<string, number>> } | null;
  /** Filled where the run explains itself. */
  walks: readonly Walk[];
  found: readonly string[];
  seeds: number;
  passages: number;
  isCut: boolean;
  startedAt: number;
  endedAt: number | null;
  sequence: number;
}

export interface ExpertState extends Omit<ExpertChoice, "numbers"> {
  numbers: Readonly<Record<string, number>>;
  score: number | null;
  parts: Readonly<Record<string, number>>;
  isLeading: boolean;
  added: number;
  counts: boolean;
}

export type RemarkKind = "note" | "model" | "budget" | "context" | "breaker" | "plan" | "persona" | "tool" | "run";

/** A flag on the time axis. */
export interface Remark {
  kind: RemarkKind;
  severity: "info" | "warning";
  text: string;
  at: number;
  sequence: number;
  taskId: string | null;
}

export interface Totals {
  promptTokens: number;
  completionTokens: number;
  cost: number;
  requests: number;
  cached: number;
  invalid: number;
  retries: number;
  failed: number;
  modelSeconds: number;
  sentBytes: number;
}

export const emptyState = (): RunState => ({
  sequence: 0,
  startedAt: 0,
  at: 0,
  request: null,
  forkedFrom: "",
  asked: null,
  route: null,
  chain: null,
  documents: null,
  resumed: [],
  places: [],
  finished: null,
  tasks: new Map(),
  calls: [],
  tools: [],
  searches: [],
  remarks: [],
  totals: {
    promptTokens: 0,
    completionTokens: 0,
    cost: 0,
    requests: 0,
    cached: 0,
    invalid: 0,
    retries: 0,
    failed: 0,
    modelSeconds: 0,
    sentBytes: 0,
  },
  open: new Map(),
});

/** A state of its own, which can go on without changing this one; what is in it is shared, as it is never changed. */
export const copyState = (state: RunState): RunState => ({
  ...state,
  tasks: new Map(state.tasks),
  calls: state.calls.slice(),
  tools: state.tools.slice(),
  searches: state.searches.slice(),
  remarks: state.remarks.slice(),
  open: new Map(state.open),
});
