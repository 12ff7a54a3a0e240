"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Info } from "lucide-react";
import { Button, Choice, Loading, ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { cn } from "@/lib/cn";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";
import { Copyable } from "./copyable";
import { countStates, pickFindings, type Doctor, type Finding } from "./picks";

const words = texts.settings.health;
const QUERY = ["doctor"];
const SIGNS = { ok: CircleCheck, note: Info, wrong: CircleAlert } as const;
const COLOURS: Record<string, string> = { ok: "text-good", note: "text-muted-foreground", wrong: "text-bad" };

/** What `moe doctor` finds, with what to type. */
export function Health({ state, onState }: { state: string; onState: (state: string) => void }) {
  const client = useQueryClient();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: QUERY,
    staleTime: 60_000,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/doctor", { signal })),
  });
  const measure = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/doctor")),
    onSuccess: (found) => client.setQueryData(QUERY, found as Doctor),
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  const counts = countStates(data.findings);
  const findings = pickFindings(data.findings, state);
  const options = ["", "wrong", "note", "ok"].map((value) => ({
    value,
    label: `${value ? words.states[value] : words.all} ${value ? (counts[value] ?? 0) : data.findings.length}`,
  }));
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className={cn("flex items-center gap-2 font-medium", data.ok ? "text-good" : "text-bad")}>
          {data.ok ? <CircleCheck aria-hidden className="size-5" /> : <CircleAlert aria-hidden className="size-5" />}
          {data.ok ? words.ok : words.wrong(count(counts.wrong ?? 0))}
        </p>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button variant="outline" size="small" disabled={isFetching} onClick={() => void refetch()}>
            {words.again}
          </Button>
          <Button variant="outline" size="small" disabled={measure.isPending} onClick={() => measure.mutate()}>
            {measure.isPending ? words.measuring : words.measure}
          </Button>
        </span>
      </div>
      {measure.error && <ProblemNote error={measure.error} />}
      {measure.isSuccess && <p role="status" className="text-sm text-muted-foreground">{words.measured}</p>}
      <Choice
        className="self-start"
        label={words.only}
        value={state || "all"}
        options={options.map((one) => ({ ...one, value: one.value || "all" }))}
        onChange={(next) => onState(next === "all" ? "" : next)}
      />
      {findings.length ? (
        <ul className="divide-y rounded-lg border bg-card">
          {findings.map((one, place) => (
            <Line key={place} finding={one} />
          ))}
        </ul>
      ) : (
        <p className="text-sm text-muted-foreground">{words.none}</p>
      )}
    </div>
  );
}

function Line({ finding }: { finding: Finding }) {
  const Sign = SIGNS[finding.state] ?? Info;
  return (
    <li className="flex gap-3 p-3 text-sm">
      <Sign aria-label={words.states[finding.state]} role="img" className={cn("mt-0.5 size-4 shrink-0", COLOURS[finding.state])} />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-medium">
            {finding.topic}
            {finding.name && ` ${finding.name}`}
          </span>
          : {finding.text}
        </p>
        {finding.remedy && (
          <p className="mt-1 flex flex-wrap items-center gap-x-2 text-muted-foreground">
            {words.remedy}: <Copyable>{finding.remedy}</Copyable>
          </p>
        )}
      </div>
    </li>
  );
}
