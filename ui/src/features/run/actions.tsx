"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button, Checkbox, Input, Menu, ProblemNote, toast } from "@/components/ui";
import { addressOf } from "@/lib/address";
import { api, describeProblem, unwrap, type RunRequest, type RunResult } from "@/lib/api";
import { download } from "@/lib/graph/download";
import type { RunEvent } from "@/lib/live/events";
import type { RunState } from "@/lib/live/state";
import { useGo } from "@/nav";
import { texts } from "@/texts/en";
import { RUN_ADDRESS } from "./address";
import { DEMO } from "./demo";

const said = texts.run.actions;
const QuestionDialog = lazy(() => import("./question-dialog").then((room) => ({ default: room.QuestionDialog })));
const exports = () => import("./export"); // when it is asked for
const OVER = new Set(["done", "degraded", "failed", "cancelled", "interrupted"]);
const BROKEN = new Set(["failed", "cancelled", "interrupted"]);
export const isOver = (status: string) => OVER.has(status);

const tell = (error: unknown) => {
  const { message, hint } = describeProblem(error);
  toast(hint ? `${message}: ${hint}` : message);
};

/** Opens a run that has begun. */
function useOpenRun() {
  const go = useGo();
  const queries = useQueryClient();
  return (run: { run_id: string }, text: string) => {
    void queries.invalidateQueries({ queryKey: ["runs"] });
    toast(text);
    go(addressOf("/runs/view/", RUN_ADDRESS, { id: run.run_id }));
  };
}

/** What a question may be asked again with: the request as it was recorded, without what only its sender means. */
export function requestAgain(request: Readonly<Record<string, unknown>>): RunRequest {
  const kept = Object.fromEntries(Object.entries(request).filter(([name, value]) => value !== null && name !== "correlation_id" && name !== "stream"));
  return { ...kept, explain: true } as unknown as RunRequest;
}

export function useFork(runId: string) {
  const open = useOpenRun();
  const { mutate } = useMutation({
    mutationFn: (task: string) => unwrap(api.POST("/api/v1/runs/{run_id}/fork", { params: { path: { run_id: runId } }, body: { task, accept_changes: false } })),
    onSuccess: (run) => open(run as { run_id: string }, said.forked),
    onError: tell,
  });
  return mutate;
}

interface RunActionsProps {
  runId: string;
  status: string;
  result: RunResult | undefined;
  state: RunState;
  events: readonly RunEvent[];
}

/** Run again, follow up, rate, export. */
export function RunActions({ runId, status, result, state, events }: RunActionsProps) {
  const open = useOpenRun();
  const [isAsking, setAsking] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const again = useMutation({
    mutationFn: (request: RunRequest) => unwrap(api.POST("/api/v1/runs", { body: request })),
    onSuccess: (run) => open(run as { run_id: string }, said.begun),
    onError: tell,
  });
  const rate = useMutation({
    mutationFn: (verdict: "good" | "bad") => unwrap(api.POST("/api/v1/runs/{run_id}/rate", { params: { path: { run_id: runId } }, body: { verdict, note: "" } })),
    onSuccess: (_, verdict) => toast(said.rated(verdict)),
    onError: tell,
  });
  const request = runId === DEMO ? null : state.request;
  const name = `moe-run-${runId}`;
  return (
    <>
      <div role="group" aria-label={said.label} className="flex flex-wrap items-center gap-2">
        {isOver(status) && runId !== DEMO && (
          <>
            <Button variant="outline" size="small" aria-label={said.good} title={said.good} onClick={() => rate.mutate("good")}>
              <ThumbsUp aria-hidden className="size-4" />
            </Button>
            <Button variant="outline" size="small" aria-label={said.bad} title={said.bad} onClick={() => rate.mutate("bad")}>
              <ThumbsDown aria-hidden className="size-4" />
            </Button>
            <Button variant="outline" size="small" aria-expanded={isAsking} onClick={() => setAsking(!isAsking)}>
              {said.followUp}
            </Button>
            <Button variant="outline" size="small" onClick={() => setAdding(true)}>
              {texts.run.questionSet.open}
            </Button>
          </>
        )}
        {request && (
          <Button variant="outline" size="small" disabled={again.isPending} onClick={() => again.mutate(requestAgain(request))}>
            {said.again}
          </Button>
        )}
        <Menu
          trigger={
            <Button variant="outline" size="small">
              {said.more}
            </Button>
          }
          items={[
            { label: said.exportJson, onSelect: () => void exports().then(({ exportJson }) => download(`${name}.json`, exportJson(result, events))) },
            {
              label: said.exportHtml,
              onSelect: () => void exports().then(({ exportHtml }) => download(`${name}.html`, exportHtml(runId, result, events), "text/html")),
            },
            { label: said.copy, onSelect: () => void navigator.clipboard.writeText(location.href).then(() => toast(said.copied)) },
          ]}
        />
      </div>
      {isAdding && (
        <Suspense>
          <QuestionDialog runId={runId} result={result} onClose={() => setAdding(false)} />
        </Suspense>
      )}
      {isAsking && request && (
        <FollowUp
          isPending={again.isPending}
          onAsk={(question) =>
            // A conversation is named by its first run.
            again.mutate({ ...requestAgain(request), question, conversation_id: result?.conversation_id || runId } as RunRequest)
          }
        />
      )}
    </>
  );
}

function FollowUp({ isPending, onAsk }: { isPending: boolean; onAsk: (question: string) => void }) {
  const [question, setQuestion] = useState("");
  return (
    <form
      className="flex w-full gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (question.trim()) onAsk(question.trim());
      }}
    >
      <Input autoFocus aria-label={said.followUpLabel} placeholder={said.followUpLabel} value={question} onChange={(event) => setQuestion(event.target.value)} />
      <Button type="submit" disabled={isPending || !question.trim()}>
        {said.ask}
      </Button>
    </form>
  );
}

interface EndingProps {
  runId: string;
  status: string;
  result: RunResult | undefined;
  state: RunState;
  onResumed: () => void;
}

/** How a run ended that did not end well, its first cause, and how to go on; or how to end one that goes on. */
export function Ending({ runId, status, result, state, onResumed }: EndingProps) {
  const [wish, setWish] = useState({ accept_changes: false, repeat_tools: false });
  const resume = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/runs/{run_id}/resume", { params: { path: { run_id: runId } }, body: wish })),
    onSuccess: () => {
      toast(texts.run.dead.resumed);
      onResumed();
    },
  });
  if (!BROKEN.has(status)) return null;
  const cause = result?.error ?? state.finished?.error ?? firstCause(state);
  return (
    <section role="alert" className="flex flex-col gap-2 rounded-lg border border-bad/50 bg-card p-3 text-sm">
      <p className="font-medium">{texts.run.dead[status as keyof typeof texts.run.dead] ?? status}</p>
      {cause && (
        <p dir="auto">
          {texts.run.dead.firstCause}: {cause.message}
          {cause.hint && <span className="block text-muted-foreground">{cause.hint}</span>}
        </p>
      )}
      {resume.error && <ProblemNote error={resume.error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button size="small" disabled={resume.isPending} onClick={() => resume.mutate()}>
          {texts.run.dead.resume}
        </Button>
        {resume.error && (
          <>
            <label className="flex items-center gap-2">
              <Checkbox checked={wish.accept_changes} onChange={(event) => setWish({ ...wish, accept_changes: event.target.checked })} />
              {texts.run.dead.acceptChanges}
            </label>
            <label className="flex items-center gap-2">
              <Checkbox checked={wish.repeat_tools} onChange={(event) => setWish({ ...wish, repeat_tools: event.target.checked })} />
              {texts.run.dead.repeatTools}
            </label>
          </>
        )}
      </div>
    </section>
  );
}

/** Goes on with a run of which nothing is to be decided any more. */
export function ResumeButton({ runId, onResumed }: { runId: string; onResumed: () => void }) {
  const resume = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/v1/runs/{run_id}/resume", { params: { path: { run_id: runId } }, body: { accept_changes: false, repeat_tools: false } })),
    onSuccess: () => {
      toast(texts.run.dead.resumed);
      onResumed();
    },
    onError: tell,
  });
  return (
    <Button size="small" className="self-start" disabled={resume.isPending} onClick={() => resume.mutate()}>
      {texts.run.waiting.goOn}
    </Button>
  );
}

export function CancelButton({ runId }: { runId: string }) {
  const cancel = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: runId } } })),
    onSuccess: () => toast(texts.run.dead.cancelled_),
    onError: tell,
  });
  return (
    <Button variant="danger" size="small" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
      {texts.run.dead.cancel}
    </Button>
  );
}

/** The first thing that went wrong in what was recorded. */
function firstCause(state: RunState): { message: string; hint?: string | null } | null {
  const call = state.calls.find(({ status }) => status === "failed");
  if (call) return { message: call.problem, hint: call.hint };
  const task = [...state.tasks.values()].find(({ error }) => error !== null);
  return task?.error ?? null;
}
