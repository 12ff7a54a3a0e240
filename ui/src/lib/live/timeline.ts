import { buildTree, listRows } from "./tree";
import type { RunState } from "./state";

export type SpanKind = "task" | "model" | "wait" | "tool" | "documents";

export interface Span {
  id: string;
  parentId: string | null;
  kind: SpanKind;
  label: string;
  /** Unix seconds; the end of what goes on is the playhead's time. */
  start: number;
  end: number;
  isOpen: boolean;
  isFailed: boolean;
  sequence: number;
}

export interface Lane {
  taskId: string;
  label: string;
  role: string;
  depth: number;
  span: Span;
  /** Model calls with what they waited, and tools. */
  parts: readonly Span[];
}

export interface Timeline {
  start: number;
  end: number;
  /** Before any task: routing, and reading the documents. */
  preparing: readonly Span[];
  lanes: readonly Lane[];
}

/** Swim lanes, one a task, in the tree's order. */
export function buildTimeline(state: RunState): Timeline {
  const now = state.at;
  const parts = new Map<string, Span[]>();
  const put = (taskId: string, span: Span) => {
    const listed = parts.get(taskId);
    if (listed) listed.push(span);
    else parts.set(taskId, [span]);
  };
  state.calls.forEach((call, place) => {
    const end = call.endedAt ?? now;
    const base = { parentId: call.taskId, isOpen: call.endedAt === null, isFailed: call.status === "failed" || call.status === "invalid" };
    const asked = call.seconds === null ? call.startedAt : Math.max(call.startedAt, end - call.seconds);
    const label = `${call.purpose} · ${call.model}`;
    put(call.taskId, { ...base, id: `call:${place}`, kind: "model", label, start: asked, end, sequence: call.sequence });
    if (asked > call.startedAt)
      put(call.taskId, { ...base, id: `wait:${place}`, kind: "wait", label, start: call.startedAt, end: asked, isFailed: false, sequence: call.sequence });
  });
  state.tools.forEach((tool, place) => {
    const [end, isOpen, isFailed] = [tool.endedAt ?? now, tool.endedAt === null, tool.status === "failed"];
    const span = { parentId: tool.taskId, label: tool.tool, start: tool.startedAt, end, isOpen, isFailed, sequence: tool.sequence };
    put(tool.taskId, { ...span, id: `tool:${place}`, kind: "tool" });
  });
  const lanes = listRows(buildTree(state), new Set()).map(({ task, depth }): Lane => {
    const span: Span = {
      id: task.id,
      parentId: task.parentId,
      kind: "task",
      label: task.agent,
      start: task.startedAt,
      end: task.endedAt ?? now,
      isOpen: task.endedAt === null,
      isFailed: task.status === "failed",
      sequence: task.sequence,
    };
    return { taskId: task.id, label: task.agent, role: task.role, depth, span, parts: parts.get(task.id) ?? [] };
  });
  const first = lanes[0]?.span.start ?? now;
  const preparing: Span[] = [];
  if (state.documents) {
    const span = { id: "documents", parentId: null, kind: "documents" as const, label: "documents", start: state.startedAt, end: state.documents.at };
    preparing.push({ ...span, end: Math.min(span.end, first), isOpen: false, isFailed: false, sequence: 1 });
  }
  return { start: state.startedAt, end: Math.max(now, state.startedAt), preparing, lanes };
}

/** What the run's end waited for, last first: at each moment the deepest span that ended latest. */
export interface Critical {
  spanId: string;
  start: number;
  end: number;
}

/** From the end back to the beginning: who could not have been later without the end being later. */
export function findCriticalPath(timeline: Timeline): Critical[] {
  const below = new Map<string | null, Span[]>();
  const known = new Set(timeline.lanes.map((lane) => lane.taskId));
  const add = (span: Span) => {
    const parent = span.parentId !== null && known.has(span.parentId) ? span.parentId : null;
    const listed = below.get(parent);
    if (listed) listed.push(span);
    else below.set(parent, [span]);
  };
  for (const lane of timeline.lanes) {
    add(lane.span);
    lane.parts.forEach(add);
  }
  timeline.preparing.forEach(add);
  for (const spans of below.values()) spans.sort((one, other) => one.end - other.end);
  const path: Critical[] = [];
  walk(null, timeline.start, timeline.end, below, path);
  return path;
}

function walk(
  owner: string | null,
  start: number,
  end: number,
  below: ReadonlyMap<string | null, readonly Span[]>,
  path: Critical[],
): void {
  const spans = below.get(owner) ?? [];
  let cursor = end;
  // Sorted by their ends: each is looked at once, from the last.
  for (let place = spans.length - 1; place >= 0 && cursor > start; place--) {
    const span = spans[place];
    if (!span || span.end > cursor + 1e-9 || span.end <= start || span.start >= cursor) continue;
    if (owner !== null && span.end < cursor) path.push({ spanId: owner, start: span.end, end: cursor });
    const from = Math.max(span.start, start);
    if (span.kind === "task") walk(span.id, from, span.end, below, path);
    else path.push({ spanId: span.id, start: from, end: span.end });
    cursor = from;
  }
  if (owner !== null && cursor > start) path.push({ spanId: owner, start, end: cursor });
}
