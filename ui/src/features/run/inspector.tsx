"use client";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { Badge, Button, Card, ProblemNote, ShortId } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count, duration, moment } from "@/lib/format";
import type { NodeFacts } from "@/lib/graph/walks";
import type { RunEvent } from "@/lib/live/events";
import type { CallState, RunState, TaskState, ToolState } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { CitedReader } from "./cited";
import { DEMO } from "./demo";
import { Exchange } from "./exchange";

const said = texts.run.inspector;
const TEXT_MAX = 8000; // characters of one text; what is longer is cut, and says so

interface InspectorProps {
  runId: string;
  state: RunState;
  events: readonly RunEvent[];
  facts: readonly NodeFacts[];
  selection: string;
  onClose: () => void;
  onFork?: (taskPath: string) => void;
}

/** All that is known of what was chosen in any pane; without a choice, what the run cost so far. */
export function Inspector({ runId, state, events, facts, selection, onClose, onFork }: InspectorProps) {
  const [kind, id] = split(selection);
  const box = useRef<HTMLElement>(null);
  const before = useRef(selection);
  useEffect(() => {
    // Below the other panes where there is little room: what was asked for comes into view.
    if (selection && selection !== before.current) box.current?.scrollIntoView?.({ block: "nearest" });
    before.current = selection;
  }, [selection]);
  return (
    <aside ref={box} aria-label={said.label} className="flex min-w-0 flex-col gap-3">
      {selection && (
        <Card className="flex flex-col gap-3">
          <div className="flex items-center justify-between gap-2">
            <h2 className="font-medium">{title(kind, id)}</h2>
            <Button variant="ghost" size="icon" aria-label={said.close} onClick={onClose}>
              <X aria-hidden className="size-4" />
            </Button>
          </div>
          {kind === "task" && <TaskCard runId={runId} state={state} id={id} onFork={onFork} />}
          {kind === "event" && <EventCard runId={runId} event={findEvent(events, Number(id))} />}
          {kind === "node" && <NodeCard node={facts.find((one) => one.id === id)} />}
          {kind === "cite" && (runId === DEMO ? <p className="text-sm text-muted-foreground">{texts.run.demo.noDocuments}</p> : <CitedReader key={id} runId={runId} number={Number(id)} />)}
        </Card>
      )}
      {!selection && <p className="text-sm text-muted-foreground">{said.nothing}</p>}
      <Costs state={state} />
    </aside>
  );
}

const split = (selection: string): [string, string] => {
  const colon = selection.indexOf(":");
  return [selection.slice(0, Math.max(0, colon)), selection.slice(colon + 1)];
};

function title(kind: string, id: string): string {
  if (kind === "event") return `${said.event} #${id}`;
  if (kind === "cite") return `${said.citation} ${id}`;
  return kind === "node" ? said.node : said.task;
}

const findEvent = (events: readonly RunEvent[], sequence: number) => {
  const near = events[sequence - 1]; // there, unless some are missing
  return near?.sequence === sequence ? near : events.find((event) => event.sequence === sequence);
};

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">{children}</dl>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Long({ label, children, isCode = false }: { label: string; children: string; isCode?: boolean }) {
  const shown = children.length > TEXT_MAX ? `${children.slice(0, TEXT_MAX)}… (${count(children.length - TEXT_MAX)} characters more)` : children;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{label}</h3>
      <div tabIndex={0} role="group" aria-label={label} dir="auto" className={`max-h-72 overflow-auto rounded-md border bg-background p-2 text-sm whitespace-pre-wrap ${isCode ? "font-mono text-xs" : ""}`}>
        {shown}
      </div>
    </div>
  );
}

interface TaskCardProps {
  runId: string;
  state: RunState;
  id: string;
  onFork?: (taskPath: string) => void;
}

function TaskCard({ runId, state, id, onFork }: TaskCardProps) {
  const task = state.tasks.get(id);
  const calls = useMemo(() => state.calls.filter((call) => call.taskId === id), [state.calls, id]);
  const tools = useMemo(() => state.tools.filter((tool) => tool.taskId === id), [state.tools, id]);
  if (!task) return <p className="text-sm text-muted-foreground">{texts.run.tree.empty}</p>;
  const path = id.slice(id.indexOf("/") + 1);
  return (
    <>
      <p className="text-sm">
        <strong>{task.agent}</strong> <span className="text-muted-foreground">{texts.run.tree.roles[task.role] ?? task.role}</span> <ShortId>{path}</ShortId>
      </p>
      <Facts>
        <Fact name={said.status}>{texts.run.status[task.status] ?? task.status}</Fact>
        <Fact name={said.took}>{duration(Math.max(0, (task.endedAt ?? state.at) - task.startedAt))}</Fact>
        {task.endedAt !== null && <Fact name={said.statements}>{count(task.statements)}</Fact>}
        {task.endedAt !== null && <Fact name={said.evidence}>{count(task.evidence)}</Fact>}
      </Facts>
      {task.error && <ProblemLine task={task} />}
      <Long label={said.instruction}>{task.instruction}</Long>
      {task.notes.length > 0 && <Long label={texts.run.answer.notes}>{task.notes.join("\n")}</Long>}
      {calls.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium">{said.calls}</h3>
          <ul className="flex flex-col gap-2">
            {calls.slice(0, 50).map((call) => (
              <Call key={call.sequence} runId={runId} call={call} now={state.at} />
            ))}
          </ul>
        </div>
      )}
      {tools.length > 0 && (
        <div>
          <h3 className="mb-1 text-sm font-medium">{said.tools}</h3>
          <ul className="flex flex-col gap-2">
            {tools.slice(0, 50).map((tool) => (
              <Tool key={tool.sequence} tool={tool} now={state.at} />
            ))}
          </ul>
        </div>
      )}
      {task.endedAt !== null && runId !== DEMO && <Replies runId={runId} path={path} />}
      {onFork && (
        <div>
          <Button variant="outline" size="small" onClick={() => onFork(path)}>
            {texts.run.actions.fork}
          </Button>
          <p className="mt-1 text-xs text-muted-foreground">{texts.run.actions.forkHint}</p>
        </div>
      )}
    </>
  );
}

/** What the task's steps came to: models' replies as they were taken over, and its result. */
function Replies({ runId, path }: { runId: string; path: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["steps", runId, path],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs/{run_id}/steps", { params: { path: { run_id: runId }, query: { task: path } }, signal })),
    retry: false,
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{said.replies}</h3>
      {!data.steps.length && <p className="text-sm text-muted-foreground">{said.noReplies}</p>}
      {data.steps.map((step) => (
        <details key={`${step.what} ${step.turn}`} className="text-sm">
          <summary className="py-0.5">
            {step.what}
            {step.turn > 1 && ` ${step.turn}`}
          </summary>
          <Long label={`${said.reply}: ${step.what}`} isCode>
            {JSON.stringify(step.outcome, null, 1) ?? ""}
          </Long>
        </details>
      ))}
    </div>
  );
}

function ProblemLine({ task }: { task: TaskState }) {
  return (
    <p role="note" className="text-sm text-bad" dir="auto">
      {said.error}: {task.error?.message}
      {task.error?.hint && <span className="block text-muted-foreground">{task.error.hint}</span>}
    </p>
  );
}

function Call({ runId, call, now }: { runId: string; call: CallState; now: number }) {
  const whole = (call.endedAt ?? now) - call.startedAt;
  const waited = call.seconds === null ? 0 : whole - call.seconds;
  return (
    <li className="rounded-md border px-2 py-1.5 text-sm">
      <span className="font-medium">{call.purpose}</span>{" "}
      <Badge tone={call.status === "answered" ? "good" : call.status === "open" ? "info" : "bad"}>{call.status === "open" ? said.open : call.status}</Badge>
      <span className="block text-xs text-muted-foreground tabular-nums">
        {[
          `${call.model} by ${call.provider}`,
          duration(call.seconds ?? whole),
          waited > 0.05 && said.waited(duration(waited)),
          `${count(call.promptTokens)} + ${count(call.completionTokens)} tokens`,
          call.cost > 0 && `${said.cost} ${call.cost}`,
          call.isCached && said.fromDisk,
          call.retries > 0 && texts.run.tree.retries(count(call.retries)),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {call.problem && (
        <span className="block text-xs text-bad" dir="auto">
          {call.status === "invalid" ? `${said.schema}: ` : ""}
          {call.problem}
          {call.hint && <span className="block text-muted-foreground">{call.hint}</span>}
        </span>
      )}
      {call.prompt && <Exchange runId={runId} digest={call.prompt} kind="prompt" />}
      {call.reply && <Exchange runId={runId} digest={call.reply} kind="reply" problem={call.status === "invalid" ? call.problem : ""} />}
    </li>
  );
}

function Tool({ tool, now }: { tool: ToolState; now: number }) {
  return (
    <li className="rounded-md border px-2 py-1.5 text-sm">
      <span className="font-medium">{tool.tool}</span>{" "}
      <Badge tone={tool.status === "answered" ? "good" : tool.status === "open" ? "info" : "bad"}>{tool.status === "open" ? said.open : tool.status}</Badge>
      <span className="block text-xs text-muted-foreground tabular-nums">
        {duration((tool.endedAt ?? now) - tool.startedAt)} · {count(tool.evidence)} {said.evidence.toLowerCase()}
      </span>
      <code className="mt-1 block text-xs break-words text-muted-foreground" dir="auto">
        {JSON.stringify(tool.params).slice(0, 600)}
      </code>
      {tool.progress && <span className="block text-xs">{tool.progress.slice(0, 300)}</span>}
      {tool.problem && <span className="block text-xs text-bad">{tool.problem.slice(0, 600)}</span>}
    </li>
  );
}

function EventCard({ runId, event }: { runId: string; event: RunEvent | undefined }) {
  if (!event) return null;
  const { prompt, reply } = event.data;
  return (
    <>
      <Facts>
        <Fact name={texts.run.log.kind}>{event.kind}</Fact>
        <Fact name={said.took}>{moment(event.at)}</Fact>
        {event.agent && <Fact name={said.task}>{event.agent}</Fact>}
      </Facts>
      <Long label={texts.run.tabs.raw} isCode>
        {JSON.stringify(event.data, null, 2)}
      </Long>
      {event.kind === "model.called" && typeof prompt === "string" && prompt && <Exchange runId={runId} digest={prompt} kind="prompt" />}
      {event.kind === "model.answered" && typeof reply === "string" && reply && <Exchange runId={runId} digest={reply} kind="reply" />}
    </>
  );
}

function NodeCard({ node }: { node: NodeFacts | undefined }) {
  if (!node) return null;
  return (
    <>
      <p className="font-medium" dir="auto">
        {node.label.slice(0, 300)}
      </p>
      <Facts>
        <Fact name={texts.run.graph.kind}>{node.kind}</Fact>
        {node.rank !== null && <Fact name={texts.run.graph.rank}>{node.rank}</Fact>}
        {node.personas.length > 0 && <Fact name={texts.run.graph.reachedBy}>{node.personas.join(", ")}</Fact>}
        {node.passageId && (
          <Fact name={texts.run.debate.passage}>
            <ShortId most={40}>{node.passageId}</ShortId>
          </Fact>
        )}
      </Facts>
      {node.text && <Long label={said.text}>{node.text}</Long>}
    </>
  );
}

function Costs({ state: { totals } }: { state: RunState }) {
  const rows: [string, string][] = [
    [said.requests, count(totals.requests)],
    [said.prompt, count(totals.promptTokens)],
    [said.completion, count(totals.completionTokens)],
    [said.cost, totals.cost > 0 ? totals.cost.toPrecision(3) : "0"],
    [said.modelTime, duration(totals.modelSeconds)],
    [said.cached, count(totals.cached)],
    [said.invalid, count(totals.invalid)],
    [said.retries, count(totals.retries)],
  ];
  return (
    <Card>
      <h2 className="mb-2 text-sm font-medium">{said.costs}</h2>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(7rem,1fr))] gap-x-3 gap-y-2 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="flex flex-col">
            <dt className="text-xs text-muted-foreground">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
