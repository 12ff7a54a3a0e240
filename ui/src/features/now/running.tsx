"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Button, Card, Progress, ProblemNote, StatusBadge, toast } from "@/components/ui";
import { api, describeProblem, readEvents, unwrap, type RunSummary } from "@/lib/api";
import { duration, shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addEvents, listWorking, NO_STRIP } from "./strip";

const words = texts.now.running;
const LOOK_MS = 2000;
const NAMED_MAX = 3;

const listBy = (status: "running" | "queued", signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/runs", { params: { query: { status, limit: 20 } }, signal })).then((page) => page.runs);

/** The runs that are not over, the newest first. */
export function useActiveRuns() {
  return useQuery({
    queryKey: ["runs", "active"],
    refetchInterval: LOOK_MS,
    queryFn: async ({ signal }) => (await Promise.all([listBy("running", signal), listBy("queued", signal)])).flat(),
  });
}

export function Running() {
  const { data, error, refetch } = useActiveRuns();
  return (
    <Card aria-labelledby="running">
      <h2 id="running" className="mb-2 font-semibold">
        {words.title}
      </h2>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className="text-sm text-muted-foreground">{words.none}</p>}
      <ul className="divide-y">
        {data?.map((run) => (
          <li key={run.run_id} className="py-2">
            <RunStrip run={run} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Reads what has happened since the last look; a stream for each run would take the browser's few connections. */
function useStrip(run: RunSummary) {
  const strip = useRef(NO_STRIP);
  const { data } = useQuery({
    queryKey: ["runs", "strip", run.run_id],
    enabled: run.status === "running",
    refetchInterval: LOOK_MS,
    staleTime: 0,
    queryFn: async ({ signal }) => {
      strip.current = addEvents(strip.current, await readEvents(run.run_id, strip.current.after, signal));
      return strip.current;
    },
  });
  return data ?? NO_STRIP;
}

function RunStrip({ run }: { run: RunSummary }) {
  const strip = useStrip(run);
  const working = listWorking(strip);
  const named = working.slice(0, NAMED_MAX).join(", ") + (working.length > NAMED_MAX ? ` +${working.length - NAMED_MAX}` : "");
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <StatusBadge status={run.status} />
      <Link href={`/runs/view/?id=${encodeURIComponent(run.run_id)}`} className="min-w-40 flex-1 truncate rounded-sm font-medium hover:underline" dir="auto">
        {run.question}
      </Link>
      <CancelButton run={run} />
      <Progress value={strip.tasks ? strip.done / strip.tasks : null} label={words.progress(run.question)} />
      <p className="flex w-full flex-wrap gap-x-4 text-xs text-muted-foreground tabular-nums">
        <span>{run.status === "queued" ? words.waiting : words.steps(strip.done, strip.tasks)}</span>
        {named && <span className="min-w-0 truncate">{words.at(named)}</span>}
        <span>{words.tokens(shortCount(strip.tokens))}</span>
        <span>{duration(run.seconds)}</span>
      </p>
    </div>
  );
}

function CancelButton({ run }: { run: RunSummary }) {
  const client = useQueryClient();
  const cancel = async () => {
    try {
      await unwrap(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: run.run_id } } }));
      toast(words.cancelled);
    } catch (error) {
      toast(words.cancelFailed(describeProblem(error).message));
    }
    await client.invalidateQueries({ queryKey: ["runs", "active"] });
  };
  return (
    <Button variant="outline" size="small" aria-label={words.cancelOf(run.question)} onClick={() => void cancel()}>
      {words.cancel}
    </Button>
  );
}
