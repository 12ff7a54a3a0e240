"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Hand } from "lucide-react";
import { useId, useState } from "react";
import { Badge, Button, Input, ProblemNote, toast } from "@/components/ui";
import { api, unwrap, type RunResult } from "@/lib/api";
import { ago } from "@/lib/format";
import { texts } from "@/texts/en";

const said = texts.run.waiting;
const PARAMS_MAX = 4000; // characters shown of what a tool is called with; the record has all
const LOOK_MS = 4000;

export type WaitingCall = NonNullable<RunResult["waiting"]>[number];
type Verdict = "approve" | "skip";

/** The calls of a run that wait for a person, read by its id. */
export function WaitingRun({ runId }: { runId: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["run", runId],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: runId } }, signal })),
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  return data?.status === "waiting" ? <WaitingCalls runId={runId} calls={data.waiting ?? []} /> : null;
}

/** What tools would do, and what a person says to it: once for all calls of a task, as the server takes it. */
export function WaitingCalls({ runId, calls, onDecided }: { runId: string; calls: readonly WaitingCall[]; onDecided?: () => void }) {
  const byTask = new Map<string, WaitingCall[]>();
  for (const call of calls) byTask.set(call.task, [...(byTask.get(call.task) ?? []), call]);
  return (
    <ul className="flex flex-col gap-3">
      {[...byTask].map(([task, some]) => (
        <li key={task} className="flex flex-col gap-2">
          {some.map((call) => (
            <Call key={call.call} call={call} />
          ))}
          <Decision runId={runId} task={task} tools={[...new Set(some.map(({ tool }) => tool))].join(", ")} count={some.length} onDecided={onDecided} />
        </li>
      ))}
    </ul>
  );
}

function Call({ call }: { call: WaitingCall }) {
  const params = JSON.stringify(call.params, null, 1);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Hand aria-hidden className="size-4 shrink-0 text-warn" />
        <span>
          {said.wants(call.agent)} <strong>{call.tool}</strong>
        </span>
        {call.effects.map((effect) => (
          <Badge key={effect} tone="warn">
            {effect}
          </Badge>
        ))}
        <span className="text-xs text-muted-foreground">{ago(call.since)}</span>
      </p>
      <p className="text-muted-foreground">{call.reason === "unknown" ? said.unknown(call.begun) : said.first}</p>
      <pre tabIndex={0} role="region" aria-label={said.params(call.tool)} dir="auto" className="max-h-48 overflow-auto rounded-md border bg-background p-2 text-xs whitespace-pre-wrap">
        {params.length > PARAMS_MAX ? `${params.slice(0, PARAMS_MAX)}…` : params}
      </pre>
    </div>
  );
}

interface DecisionProps {
  runId: string;
  task: string;
  tools: string;
  count: number;
  onDecided?: () => void;
}

/** Approve or skip: the first press asks for a note, the second decides. */
function Decision({ runId, task, tools, count, onDecided }: DecisionProps) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [note, setNote] = useState("");
  const queries = useQueryClient();
  const hintId = useId();
  const decide = useMutation({
    mutationFn: (chosen: Verdict) =>
      unwrap(api.POST(`/api/v1/runs/{run_id}/${chosen}`, { params: { path: { run_id: runId } }, body: { task, note: note.trim() } })),
    onSuccess: (_, chosen) => {
      toast(said.decided[chosen](tools));
      onDecided?.();
    },
    // Also after a refusal: somebody else may have been quicker.
    onSettled: () => Promise.all([["run", runId], ["runs"], ["attention"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  if (verdict === null)
    return (
      <div className="flex flex-wrap gap-2">
        <Button size="small" aria-label={said.approveOf(tools)} onClick={() => setVerdict("approve")}>
          {said.approve}
        </Button>
        <Button size="small" variant="outline" aria-label={said.skipOf(tools)} onClick={() => setVerdict("skip")}>
          {said.skip}
        </Button>
      </div>
    );
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        decide.mutate(verdict);
      }}
      onKeyDown={(event) => event.key === "Escape" && setVerdict(null)}
    >
      <p id={hintId}>{said.sure[verdict](tools, count)}</p>
      <div className="flex flex-wrap gap-2">
        <Input autoFocus aria-label={said.note} aria-describedby={hintId} placeholder={said.note} maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} className="min-w-40 flex-1" />
        <Button type="submit" size="small" variant={verdict === "skip" ? "outline" : undefined} disabled={decide.isPending}>
          {said.confirm[verdict]}
        </Button>
        <Button type="button" size="small" variant="ghost" onClick={() => setVerdict(null)}>
          {texts.shell.cancel}
        </Button>
      </div>
      {decide.error && <ProblemNote error={decide.error} />}
    </form>
  );
}
