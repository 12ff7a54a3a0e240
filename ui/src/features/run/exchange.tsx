"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import { markReply } from "@/lib/live/marked-json";
import { texts } from "@/texts/en";

const said = texts.run.inspector;
const LINES_MAX = 400; // of one text; what is longer is cut, and says so
const LINE_MAX = 4000; // characters of one line

interface ExchangeProps {
  runId: string;
  digest: string;
  /** "prompt" or "reply". */
  kind: "prompt" | "reply";
  /** What is wrong with a reply, as its validator told it. */
  problem?: string;
}

/** What was sent to a model, or what it replied, word for word; asked for when it is opened. */
export function Exchange({ runId, digest, kind, problem = "" }: ExchangeProps) {
  const [isOpen, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ["exchange", runId, digest],
    enabled: isOpen,
    retry: false,
    staleTime: Infinity,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs/{run_id}/exchanges/{digest}", { params: { path: { run_id: runId, digest } }, signal })),
  });
  const label = said.exchange[kind];
  return (
    <details className="mt-1 text-xs" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="py-0.5">
        {label}
        {problem && <span className="text-bad"> · {said.exchange.wrong}</span>}
      </summary>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {data?.reasoning && <Words label={said.exchange.reasoning}>{data.reasoning}</Words>}
      {data?.messages.map((message, place) => (
        <Words key={place} label={kind === "prompt" ? message.role : label} problem={kind === "reply" ? problem : ""}>
          {message.content}
        </Words>
      ))}
      {data && kind === "prompt" && Object.keys(data.parameters ?? {}).length > 0 && (
        <Words label={said.exchange.parameters}>{JSON.stringify(data.parameters)}</Words>
      )}
      {data?.finish_reason && data.finish_reason !== "stop" && <p className="text-warn">{said.exchange.ended(data.finish_reason)}</p>}
    </details>
  );
}

/** Words of a model's, all of them text; with a problem each line that it is about is marked. */
function Words({ label, children, problem = "" }: { label: string; children: string; problem?: string }) {
  const lines = useMemo(() => (problem ? markReply(children, problem) : children.split("\n").map((text) => ({ text, problems: [] as readonly string[] }))), [children, problem]);
  return (
    <div className="mt-1">
      <h4 className="text-muted-foreground">{label}</h4>
      <div tabIndex={0} role="group" aria-label={label} className="max-h-72 overflow-auto rounded-md border bg-background p-2 font-mono whitespace-pre-wrap">
        {lines.slice(0, LINES_MAX).map(({ text, problems }, place) => (
          <div key={place} dir="auto">
            {problems.length ? <mark className="rounded-sm bg-mark text-inherit">{clip(text)}</mark> : clip(text) || " "}
            {problems.map((words) => (
              <div key={words} className="border-l-2 border-bad pl-2 font-sans text-bad">
                {words}
              </div>
            ))}
          </div>
        ))}
        {lines.length > LINES_MAX && <p className="font-sans">{said.exchange.more(count(lines.length - LINES_MAX))}</p>}
      </div>
    </div>
  );
}

const clip = (text: string) => (text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}… (${count(text.length - LINE_MAX)} characters more)` : text);
