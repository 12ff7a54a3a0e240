import { texts } from "@/texts/en";
import { known, type DataOf, type EventOf, type RunEvent } from "./events";
import type { CallState, ExpertState, Remark, RunState, SearchState, TaskState, TaskStatus, ToolState, Totals } from "./state";

const STATUSES: readonly TaskStatus[] = ["running", "done", "degraded", "failed", "cancelled"];

/** Take one more event into a state. What the state holds is replaced, never changed; the state itself goes on. */
export function fold(state: RunState, event: RunEvent): void {
  const told = known(event);
  if (told.kind === "answer.piece") return; // on its way only, and no part of the record
  if (state.sequence === 0) state.startedAt = event.at;
  state.sequence = event.sequence;
  state.at = Math.max(state.at, event.at);
  switch (told.kind) {
    case "run.started":
      state.request = told.data.request;
      state.forkedFrom = told.data.forked_from ?? "";
      return;
    case "run.resumed":
      return resume(state, told);
    case "run.finished":
      state.finished = { ...told.data, at: told.at };
      return;
    case "question.completed":
      state.asked = told.data;
      return;
    case "route.chosen":
      state.route = told.data;
      return;
    case "chain.assembled":
      state.chain = told.data;
      for (const text of told.data.warnings) remark(state, told, "run", "warning", text);
      return;
    case "documents.loaded":
      state.documents = { ...told.data, at: told.at };
      return;
    case "places.found":
      state.places = told.data.places;
      return;
    case "plan.cut":
      return remark(state, told, "plan", "warning", `${told.data.kept} of ${told.data.planned} tasks kept`);
    case "task.started":
      return startTask(state, told);
    case "task.finished":
      return finishTask(state, told);
    case "model.called":
      return startCall(state, told);
    case "model.answered":
      return answerCall(state, told);
    case "model.invalid":
      return spoilCall(state, told);
    case "model.failed":
      return failCall(state, told);
    case "model.retried":
      return retryCall(state, told);
    case "breaker.opened":
      return remark(state, told, "breaker", "warning", `${told.data.server} rests: ${told.data.message}`);
    case "breaker.closed":
      return remark(state, told, "breaker", "info", `${told.data.server} is well again`);
    case "context.cut": {
      const { dropped, shortened, tokens_before: before, tokens } = told.data;
      const text = `${before} tokens cut to ${tokens}: ${dropped.length} pieces of evidence left out, ${shortened.length} shortened`;
      return remark(state, told, "context", "warning", text);
    }
    case "budget.tight":
      return remark(state, told, "budget", "warning", told.data.text);
    case "budget.spent":
      return remark(state, told, "budget", "warning", told.data.message);
    case "observer.note":
      return remark(state, told, "note", told.data.severity === "warning" ? "warning" : "info", told.data.text);
    case "persona.changed": {
      const { persona, before, after, reason } = told.data;
      return remark(state, told, "persona", "info", `${persona}: ${before ? `${before} → ` : ""}${after}: ${reason}`);
    }
    case "tool.called":
      return startTool(state, told);
    case "tool.answered":
      return endTool(state, told, { status: "answered", evidence: told.data.evidence });
    case "tool.failed":
      remark(state, told, "tool", "warning", `${told.data.tool}: ${told.data.message}`);
      return endTool(state, told, { status: "failed", problem: told.data.message });
    case "tool.refused":
      return remark(state, told, "tool", "warning", `${told.data.tool}: ${told.data.message}`);
    case "tool.waiting":
      changeTask(state, told.task_id, (task) => ({ ...task, status: "waiting" }));
      return remark(state, told, "tool", "warning", texts.run.waiting.call(told.data.tool, told.data.reason));
    case "tool.approved":
    case "tool.skipped": {
      const { tool, by = "", note = "" } = told.data;
      const verdict = told.kind === "tool.approved" ? "approved" : "skipped";
      return remark(state, told, "tool", verdict === "skipped" ? "warning" : "info", texts.run.waiting.verdict(tool, verdict, by, note));
    }
    case "run.waiting":
      return remark(state, told, "run", "warning", texts.run.waiting.run(told.data.calls));
    case "tool.sent":
      total(state, { sentBytes: told.data.size_bytes });
      return;
    case "tool.progressed":
      return changeTool(state, told, (tool) => ({ ...tool, progress: told.data.progress }));
    case "tool.retried":
      changeTool(state, told, (tool) => ({ ...tool, retries: tool.retries + 1, problem: told.data.message }));
      changeTask(state, told.task_id, (task) => ({ ...task, retries: task.retries + 1 }));
      return;
    case "search.decided":
      return decideSearch(state, told);
    case "expert.chosen":
      return chooseExpert(state, told);
    case "expert.scored":
      return scoreExpert(state, told);
    case "documents.explored":
      return endSearch(state, told);
  }
}

/** The state after all of these events. */
export function foldAll(state: RunState, events: Iterable<RunEvent>): RunState {
  for (const event of events) fold(state, event);
  return state;
}

function resume(state: RunState, event: EventOf<"run.resumed">): void {
  state.resumed = [...state.resumed, event.sequence];
  state.finished = null;
  state.places = [];
  state.open.clear();
  for (const task of state.tasks.values()) if (task.status === "running" || task.status === "waiting") state.tasks.set(task.id, { ...task, status: "running", endedAt: null });
  remark(state, event, "run", "info", `taken up again, with ${event.data.steps} steps known`);
}

function remark(state: RunState, event: RunEventLike, kind: Remark["kind"], severity: Remark["severity"], text: string): void {
  state.remarks.push({ kind, severity, text, at: event.at, sequence: event.sequence, taskId: event.task_id ?? null });
}
type RunEventLike = Pick<RunEvent, "at" | "sequence" | "task_id">;

function total(state: RunState, more: Partial<Totals>): void {
  const totals = { ...state.totals };
  for (const [name, value] of Object.entries(more)) totals[name as keyof Totals] += value;
  state.totals = totals;
}

function changeTask(state: RunState, id: string | null | undefined, change: (task: TaskState) => TaskState): void {
  const task = id == null ? undefined : state.tasks.get(id);
  if (task) state.tasks.set(task.id, change(task));
}

function startTask(state: RunState, event: EventOf<"task.started">): void {
  const id = event.task_id ?? "";
  const before = state.tasks.get(id);
  const { role, parent_id: parentId, capability, instruction } = event.data;
  state.tasks.set(id, {
    id,
    parentId: parentId ?? null,
    agent: event.agent ?? "",
    role,
    capability,
    instruction,
    status: "running",
    startedAt: before?.startedAt ?? event.at,
    endedAt: null,
    sequence: before?.sequence ?? event.sequence,
    attempts: (before?.attempts ?? 0) + 1,
    retries: before?.retries ?? 0,
    tokens: before?.tokens ?? 0,
    cost: before?.cost ?? 0,
    calls: before?.calls ?? 0,
    statements: 0,
    evidence: 0,
    error: null,
    notes: [],
  });
}

function finishTask(state: RunState, event: EventOf<"task.finished">): void {
  const { status, statements, evidence, error, notes } = event.data;
  const said = STATUSES.find((one) => one === status) ?? "done";
  changeTask(state, event.task_id, (task) => ({ ...task, status: said, endedAt: event.at, statements, evidence, error, notes }));
  if (event.task_id) state.open.delete(event.task_id);
}

function startCall(state: RunState, event: EventOf<"model.called">): void {
  const { provider, model, purpose, server = "", is_local: isLocal = false, prompt = "" } = event.data;
  open(state, event.task_id, { kind: "call", place: state.calls.length });
  state.calls.push({
    taskId: event.task_id ?? "",
    agent: event.agent ?? "",
    provider,
    model,
    purpose,
    server,
    isLocal,
    startedAt: event.at,
    endedAt: null,
    seconds: null,
    promptTokens: 0,
    completionTokens: 0,
    cost: 0,
    isCached: false,
    retries: 0,
    problem: "",
    hint: "",
    prompt,
    reply: "",
    status: "open",
    sequence: event.sequence,
  });
  changeTask(state, event.task_id, (task) => ({ ...task, calls: task.calls + 1 }));
  total(state, { requests: 1 });
}

type ModelEvent = EventOf<"model.answered" | "model.invalid" | "model.failed" | "model.retried">;

/** The place of the call that an event is about: the first open one that fits, else the last one that does. */
function findCall(state: RunState, event: ModelEvent, isOpen: boolean): number {
  const { provider, model, purpose } = event.data;
  const fits = (call: CallState | undefined) =>
    call !== undefined && call.purpose === purpose && call.provider === provider && call.model === model;
  if (isOpen)
    for (const { kind, place } of state.open.get(event.task_id ?? "") ?? []) if (kind === "call" && fits(state.calls[place])) return place;
  const least = Math.max(0, state.calls.length - 200); // a call that was answered lately; older ones are over
  for (let place = state.calls.length - 1; !isOpen && place >= least; place--) {
    const call = state.calls[place];
    if (call && call.taskId === (event.task_id ?? "") && fits(call)) return place;
  }
  return -1;
}

function changeCall(state: RunState, place: number, change: Partial<CallState>): void {
  const call = state.calls[place];
  if (call) state.calls[place] = { ...call, ...change };
}

function answerCall(state: RunState, event: EventOf<"model.answered">): void {
  const place = findCall(state, event, true);
  const { seconds, prompt_tokens: promptTokens, completion_tokens: completionTokens, cost = 0, cached = false, reply = "" } = event.data;
  changeCall(state, place, { status: "answered", endedAt: event.at, seconds, promptTokens, completionTokens, cost, isCached: cached, reply });
  shut(state, event.task_id, "call", place);
  changeTask(state, event.task_id, (task) => ({
    ...task,
    tokens: task.tokens + promptTokens + completionTokens,
    cost: task.cost + cost,
  }));
  total(state, { promptTokens, completionTokens, cost, cached: cached ? 1 : 0, modelSeconds: seconds });
}

function spoilCall(state: RunState, event: EventOf<"model.invalid">): void {
  const { problem, message } = event.data;
  changeCall(state, findCall(state, event, false), { status: "invalid", problem: `${problem}: ${message}` });
  changeTask(state, event.task_id, (task) => ({ ...task, retries: task.retries + 1 }));
  total(state, { invalid: 1 });
  remark(state, event, "model", "warning", `${event.agent ?? ""}: ${event.data.purpose}: ${problem}: ${message}`);
}

function failCall(state: RunState, event: EventOf<"model.failed">): void {
  const place = findCall(state, event, true);
  const { error, message, hint } = event.data;
  const last = place < 0 ? findCall(state, event, false) : place;
  changeCall(state, last, { status: "failed", endedAt: state.calls[last]?.endedAt ?? event.at, problem: message || error, hint });
  shut(state, event.task_id, "call", place);
  total(state, { failed: 1 });
  remark(state, event, "model", "warning", `${event.agent ?? ""}: ${event.data.purpose}: ${message || error}`);
}

function retryCall(state: RunState, event: EventOf<"model.retried">): void {
  const place = findCall(state, event, true);
  const call = state.calls[place];
  if (call) changeCall(state, place, { retries: call.retries + 1, problem: event.data.message });
  changeTask(state, event.task_id, (task) => ({ ...task, retries: task.retries + 1 }));
  total(state, { retries: 1 });
}

function startTool(state: RunState, event: EventOf<"tool.called">): void {
  open(state, event.task_id, { kind: "tool", place: state.tools.length });
  state.tools.push({
    taskId: event.task_id ?? "",
    agent: event.agent ?? "",
    tool: event.data.tool,
    params: event.data.params,
    startedAt: event.at,
    endedAt: null,
    evidence: 0,
    progress: "",
    retries: 0,
    problem: "",
    status: "open",
    sequence: event.sequence,
  });
}

type ToolEvent = EventOf<"tool.answered" | "tool.failed" | "tool.progressed" | "tool.retried">;

function findTool(state: RunState, event: ToolEvent): number {
  for (const { kind, place } of state.open.get(event.task_id ?? "") ?? [])
    if (kind === "tool" && state.tools[place]?.tool === event.data.tool) return place;
  return -1;
}

function changeTool(state: RunState, event: ToolEvent, change: (tool: ToolState) => ToolState): void {
  const place = findTool(state, event);
  const tool = state.tools[place];
  if (tool) state.tools[place] = change(tool);
}

function endTool(state: RunState, event: EventOf<"tool.answered" | "tool.failed">, change: Partial<ToolState>): void {
  const place = findTool(state, event);
  changeTool(state, event, (tool) => ({ ...tool, ...change, endedAt: event.at }));
  shut(state, event.task_id, "tool", place);
}

function open(state: RunState, taskId: string | null | undefined, entry: { kind: "call" | "tool"; place: number }): void {
  const id = taskId ?? "";
  state.open.set(id, [...(state.open.get(id) ?? []), entry]);
}

function shut(state: RunState, taskId: string | null | undefined, kind: "call" | "tool", place: number): void {
  const id = taskId ?? "";
  const left = (state.open.get(id) ?? []).filter((entry) => entry.kind !== kind || entry.place !== place);
  if (left.length) state.open.set(id, left);
  else state.open.delete(id);
}

/** The search that a task is at: experts are told of one after another, before what the search found. */
function findSearch(state: RunState, taskId: string, query: string): number {
  const least = Math.max(0, state.searches.length - 200); // as many may go on at once
  for (let place = state.searches.length - 1; place >= least; place--) {
    const search = state.searches[place];
    if (search && search.endedAt === null && search.taskId === taskId && search.query === query) return place;
  }
  return -1;
}

function beginSearch(state: RunState, event: RunEventLike, query: string): number {
  const taskId = event.task_id ?? "";
  const place = findSearch(state, taskId, query);
  if (place >= 0) return place;
  state.searches.push({
    taskId,
    query,
    tool: "",
    questionKind: "",
    experts: [],
    decided: null,
    walks: [],
    found: [],
    seeds: 0,
    passages: 0,
    isCut: false,
    startedAt: event.at,
    endedAt: null,
    sequence: event.sequence,
  });
  return state.searches.length - 1;
}

function changeSearch(state: RunState, place: number, change: (search: SearchState) => SearchState): void {
  const search = state.searches[place];
  if (search) state.searches[place] = change(search);
}

const unscored = (choice: DataOf<"expert.chosen">): ExpertState => ({
  persona: choice.persona,
  cost: choice.cost,
  reason: choice.reason,
  failure: choice.failure ?? "",
  numbers: choice.numbers ?? {},
  score: null,
  parts: {},
  isLeading: false,
  added: 0,
  counts: false,
});

function chooseExpert(state: RunState, event: EventOf<"expert.chosen">): void {
  let place = beginSearch(state, event, event.data.query);
  // The same search by another tool of the task, where nothing told that the one before had ended.
  if (state.searches[place]?.experts.some((expert) => expert.persona === event.data.persona)) {
    changeSearch(state, place, (search) => ({ ...search, endedAt: event.at }));
    place = beginSearch(state, event, event.data.query);
  }
  changeSearch(state, place, (search) => ({ ...search, experts: [...search.experts, unscored(event.data)] }));
}

function decideSearch(state: RunState, event: EventOf<"search.decided">): void {
  const { query, tool, reason, numbers = {} } = event.data;
  const place = beginSearch(state, event, query);
  changeSearch(state, place, (search) => ({ ...search, tool, decided: { reason, numbers } }));
}

function scoreExpert(state: RunState, event: EventOf<"expert.scored">): void {
  const { persona, query, question_kind: questionKind, score, parts, is_leading: isLeading, added, counts } = event.data;
  const place = findSearch(state, event.task_id ?? "", query);
  changeSearch(state, place, (search) => ({
    ...search,
    questionKind,
    experts: search.experts.map((expert) =>
      expert.persona === persona ? { ...expert, score, parts: parts ?? {}, isLeading, added, counts } : expert,
    ),
  }));
}

function endSearch(state: RunState, event: EventOf<"documents.explored">): void {
  const { tool, query, seeds, passages, is_cut: isCut, found, walks, experts = [] } = event.data;
  const place = beginSearch(state, event, query);
  changeSearch(state, place, (search) => ({
    ...search,
    tool,
    seeds,
    passages,
    isCut,
    found,
    walks,
    experts: search.experts.length ? search.experts : experts.map((choice) => unscored({ ...choice, query })),
    endedAt: event.at,
  }));
}
