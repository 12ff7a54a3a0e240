"use client";
import { useQuery } from "@tanstack/react-query";
import { Eye, MoveRight } from "lucide-react";
import { lazy, Suspense, type ReactNode } from "react";
import { Card, ProblemNote, StatusBadge } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { ago } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

const words = texts.now.needs;
const WaitingRun = lazy(() => import("@/features/run/waiting").then((room) => ({ default: room.WaitingRun })));
const LOOK_MS = 15_000;

/** What a person should look at: runs that failed or wait, what the Observer saw, personas due to move. */
export function NeedsYou() {
  const { data, error, refetch } = useQuery({
    queryKey: ["attention"],
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/attention", { signal })),
  });
  const isCalm = data && !data.runs.length && !data.remarks.length && !data.moves.length;
  return (
    <Card aria-labelledby="needs">
      <h2 id="needs" className="mb-2 font-semibold">
        {words.title}
      </h2>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {isCalm && <p className="text-sm text-muted-foreground">{words.none}</p>}
      <ul className="divide-y text-sm">
        {data?.remarks.map((remark) => (
          <Need key={remark.rule + remark.text} icon={<Eye role="img" aria-label={words.remark} className="size-4 shrink-0 text-warn" />} hint={remark.hint}>
            {remark.text}
          </Need>
        ))}
        {data?.moves.map((move) => (
          <Need key={move.persona} icon={<MoveRight role="img" aria-label={words.due} className="size-4 shrink-0 text-primary" />} hint={move.reason}>
            <Link href={`/personas/view/?name=${encodeURIComponent(move.persona)}`} className="rounded-sm font-medium hover:underline">
              {words.move(move.persona, move.before, move.after)}
            </Link>
          </Need>
        ))}
        {data?.runs.map((run) => (
          <Need key={run.run_id} icon={<StatusBadge status={run.status} />} hint={ago(run.started)}>
            <Link href={`/runs/view/?id=${encodeURIComponent(run.run_id)}`} className="rounded-sm font-medium hover:underline" dir="auto">
              {run.question}
            </Link>
            {run.status === "waiting" && (
              <Suspense>
                <div className="mt-2">
                  <WaitingRun runId={run.run_id} />
                </div>
              </Suspense>
            )}
          </Need>
        ))}
      </ul>
      {data?.more_runs && (
        <Link href="/runs/?status=failed" className="mt-2 inline-block rounded-sm text-sm underline">
          {words.moreRuns}
        </Link>
      )}
    </Card>
  );
}

function Need({ icon, hint, children }: { icon: ReactNode; hint: string; children: ReactNode }) {
  return (
    <li className="flex items-start gap-2 py-2">
      {icon}
      <div className="min-w-0 flex-1">
        {children}
        {hint && <p className="text-xs text-muted-foreground">{hint}</p>}
      </div>
    </li>
  );
}
