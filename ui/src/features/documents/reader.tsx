"use client";
import { X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Button, Card, Loading, ProblemNote, toast } from "@/components/ui";
import { cn } from "@/lib/cn";
import { count } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import type { DocumentsState } from "./address";
import { chooseWindow, cutAtSpans, type Part } from "./spans";
import { useDocument, type Shown, type Window } from "./use-document";

const words = texts.documents.reader;
const WINDOW = 40_000; // characters: some twenty pages, drawn at once
const MOST = 1_500_000;

/** Reads a document at the very words; what is around them is fetched when it is wanted. */
export function Reader({ wanted, onClose }: { wanted: DocumentsState; onClose: () => void }) {
  const [window, setWindow] = useState<Window>(() => chooseWindow(wanted.start, wanted.end, WINDOW));
  const { data, error, refetch } = useDocument(wanted, window);
  return (
    <Card aria-label={words.title} className="flex min-w-0 flex-col gap-3">
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 dir="auto" className="font-semibold">
            {data?.title || data?.document || wanted.document}
          </h2>
          {data && data.title && <p className="text-xs text-muted-foreground">{data.document}</p>}
        </div>
        <Button variant="ghost" size="icon" aria-label={words.close} onClick={onClose}>
          <X aria-hidden className="size-4" />
        </Button>
      </div>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label={words.loading} />}
      {data && <Pages data={data} wanted={wanted} window={window} onWindow={setWindow} />}
    </Card>
  );
}

interface PagesProps {
  data: Shown;
  wanted: DocumentsState;
  window: Window;
  onWindow: (window: Window) => void;
}

function Pages({ data, wanted, window, onWindow }: PagesProps) {
  const box = useRef<HTMLDivElement>(null);
  const parts = useMemo(() => cutAtSpans(data.text, data.start, data.spans), [data]);
  const marks = useMemo(() => listMarks(parts), [parts]);
  // At first the citation that was asked for.
  const [at, setAt] = useState(() => Math.max(0, marks.findIndex((part) => part.numbers.includes(wanted.citation ?? 0))));
  const marked = marks[Math.min(at, marks.length - 1)];
  useEffect(() => {
    const mark = box.current?.querySelector<HTMLElement>("[data-at='true']");
    if (box.current && mark) box.current.scrollTop = mark.offsetTop - box.current.clientHeight / 3;
  }, [marked]);
  const widen = () =>
    onWindow(wanted.run ? { start: 0, end: Math.min(MOST, (window.end - window.start) * 4) } : { start: Math.max(0, window.start - WINDOW), end: window.end });
  const goOn = () => (wanted.run ? widen() : onWindow({ ...window, end: window.end + WINDOW }));
  return (
    <>
      {data.isChanged && <p className="text-sm text-warn">{words.changed}</p>}
      <div className="flex flex-wrap items-center gap-2 text-xs text-muted-foreground">
        <span className="tabular-nums">{words.shown(count(data.start), count(data.end), count(data.length))}</span>
        {marks.length > 1 && (
          <span className="flex items-center gap-1">
            <Button variant="outline" size="small" disabled={at === 0} onClick={() => setAt(at - 1)}>
              {words.previous}
            </Button>
            {words.position(count(at + 1), count(marks.length))}
            <Button variant="outline" size="small" disabled={at >= marks.length - 1} onClick={() => setAt(at + 1)}>
              {words.next}
            </Button>
          </span>
        )}
        {wanted.run && (
          <Button asChild variant="outline" size="small">
            <Link href={`/runs/view/?id=${encodeURIComponent(wanted.run)}`}>{words.openRun}</Link>
          </Button>
        )}
        <Button variant="outline" size="small" onClick={() => void copyAddress()}>
          {words.copy}
        </Button>
      </div>
      <div ref={box} tabIndex={0} role="region" aria-label={data.document} className="relative max-h-[70dvh] overflow-y-auto rounded-md border bg-background p-4 text-sm leading-relaxed">
        {data.start > 0 && (
          <Button variant="outline" size="small" className="mb-3" onClick={widen}>
            {words.before}
          </Button>
        )}
        <div dir="auto" className="whitespace-pre-wrap">
          {parts.map((part) =>
            part.numbers.length ? (
              <mark
                key={part.at}
                data-at={part === marked}
                className={cn("rounded-sm bg-mark text-foreground", part === marked && "underline decoration-primary decoration-2 underline-offset-2")}
              >
                {part.text}
                {part.numbers.some((number) => number > 0) && (
                  <sup className="ml-0.5 text-xs" aria-label={part.numbers.map(words.citation).join(", ")}>
                    {part.numbers.filter((number) => number > 0).join(",")}
                  </sup>
                )}
              </mark>
            ) : (
              <span key={part.at}>{part.text}</span>
            ),
          )}
        </div>
        {data.end < data.length && (
          <Button variant="outline" size="small" className="mt-3" onClick={goOn}>
            {words.after}
          </Button>
        )}
      </div>
    </>
  );
}

/** The first part of each stretch that is marked. */
function listMarks(parts: readonly Part[]): Part[] {
  return parts.filter((part, place) => part.numbers.length > 0 && !parts[place - 1]?.numbers.length);
}

async function copyAddress(): Promise<void> {
  await navigator.clipboard.writeText(location.href);
  toast(texts.shell.palette.copied);
}
