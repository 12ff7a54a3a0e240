"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button, Loading, ProblemNote, ShortId } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { cn } from "@/lib/cn";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";

const said = texts.run.cited;
const AROUND = 3000; // characters on both sides: some screens, at once there
const WHOLE_MAX = 1_500_000; // what the server gives around one citation at most

interface Part {
  text: string;
  /** The citations that are bound to these characters. */
  numbers: readonly number[];
}

/** The document of a citation, opened at the very words. */
export function CitedReader({ runId, number }: { runId: string; number: number }) {
  const [isWhole, setWhole] = useState(false);
  const around = isWhole ? WHOLE_MAX : AROUND;
  const { data, error, refetch } = useQuery({
    queryKey: ["cited", runId, number, around],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/runs/{run_id}/citations/{number}", { params: { path: { run_id: runId, number }, query: { around } }, signal })),
    retry: false,
  });
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = box.current?.querySelector<HTMLElement>("[data-cited]");
    if (box.current && mark) box.current.scrollTop = mark.offsetTop - box.current.clientHeight / 3;
  }, [data, number]);
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={said.loading} />;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium" dir="auto">
        {data.title || <ShortId most={40}>{data.document}</ShortId>}
      </p>
      <p className="text-xs text-muted-foreground">
        <ShortId most={48}>{data.document}</ShortId> · {said.cut(count(data.start), count(data.end), count(data.length))}
      </p>
      {data.is_changed && <p className="text-sm text-warn">{said.changed}</p>}
      <div ref={box} tabIndex={0} role="region" aria-label={data.document} className="relative max-h-96 overflow-auto rounded-md border bg-background p-3 text-sm leading-relaxed">
        {data.start > 0 && <p className="mb-2 text-xs text-muted-foreground">{said.cutBefore}</p>}
        <p dir="auto" className="whitespace-pre-wrap">
          {markSpans(data.text, data.start, data.spans).map((part, place) =>
            part.numbers.length ? (
              <mark
                key={place}
                data-cited={part.numbers.includes(number) ? "" : undefined}
                className={cn("rounded-sm bg-mark text-foreground", part.numbers.includes(number) && "underline decoration-primary decoration-2")}
              >
                {part.text}
                <sup className="ml-0.5 text-xs">{part.numbers.filter((one) => one > 0).join(",")}</sup>
              </mark>
            ) : (
              <span key={place}>{part.text}</span>
            ),
          )}
        </p>
        {data.end < data.length && <p className="mt-2 text-xs text-muted-foreground">{said.cutAfter}</p>}
      </div>
      {!isWhole && (data.start > 0 || data.end < data.length) && (
        <Button variant="outline" size="small" className="self-start" onClick={() => setWhole(true)}>
          {said.whole}
        </Button>
      )}
    </div>
  );
}

/** A text cut where spans begin and end; the server counts characters, where JavaScript counts halves of some of them. */
export function markSpans(text: string, start: number, spans: readonly { number: number; start: number; end: number }[]): Part[] {
  const signs = Array.from(text);
  const inside = spans.map((span) => ({ number: span.number, from: Math.max(0, span.start - start), to: Math.min(signs.length, span.end - start) })).filter(({ from, to }) => from < to);
  const cuts = [...new Set([0, signs.length, ...inside.flatMap(({ from, to }) => [from, to])])].sort((one, other) => one - other);
  return cuts.slice(1).map((to, place) => {
    const from = cuts[place] ?? 0;
    return { text: signs.slice(from, to).join(""), numbers: inside.filter((span) => span.from <= from && to <= span.to).map(({ number }) => number) };
  });
}
