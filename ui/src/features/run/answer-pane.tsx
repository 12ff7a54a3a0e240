"use client";
import { useMemo, useState } from "react";
import { Badge, Button, ShortId } from "@/components/ui";
import type { RunResult } from "@/lib/api";
import { cn } from "@/lib/cn";
import { percent } from "@/lib/format";
import { readAnswer } from "@/lib/live/answer";
import type { RunState } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { Emphasis } from "./emphasis";
import { LaneMark } from "./lane-mark";

const said = texts.run.answer;
export type Citation = NonNullable<RunResult["citations"]>[number];
const SHOWN_MAX = 20_000; // characters of one answer or quotation; what is longer is cut, and says so

interface AnswerPaneProps {
  result: RunResult | undefined;
  state: RunState;
  draft: string;
  numbers: ReadonlyMap<string, number>;
  chosen: string;
  onCite: (number: number) => void;
}

/** The answer, each sentence bound to what it rests on. All of it is text: nothing in it is markup. */
export function AnswerPane({ result, state, draft, numbers, chosen, onCite }: AnswerPaneProps) {
  const [lit, setLit] = useState<readonly number[]>([]);
  const citations = useMemo(() => result?.citations ?? [], [result]);
  const answer = result?.answer ?? "";
  const paragraphs = useMemo(() => readAnswer(cut(answer), citations.length), [answer, citations.length]);
  const isOver = state.finished !== null;
  if (!answer && draft)
    return (
      <div className="flex flex-col gap-3">
        <Badge tone="info" className="self-start">
          {said.writing}
        </Badge>
        <p dir="auto" className="max-w-prose whitespace-pre-wrap">
          {cut(draft)}
        </p>
      </div>
    );
  if (!answer) return <p className="text-muted-foreground">{said.none}</p>;
  return (
    <div className="flex flex-col gap-4">
      {!isOver && <p className="text-sm text-muted-foreground">{said.notThere}</p>}
      {result?.degraded && <p className="text-sm text-warn">{said.degraded}</p>}
      {result?.short_answer && (
        <p className="rounded-lg border bg-card p-3">
          <span className="text-sm text-muted-foreground">{said.short}: </span>
          <strong dir="auto">
            <Emphasis>{result.short_answer}</Emphasis>
          </strong>
          {result.confidence != null && <span className="text-sm text-muted-foreground"> · {said.confidence(percent(result.confidence))}</span>}
        </p>
      )}
      <div className="flex max-w-prose flex-col gap-3 leading-relaxed" data-testid="answer">
        {paragraphs.map((sentences, paragraph) => (
          <p key={paragraph} dir="auto" className="whitespace-pre-wrap">
            {sentences.map((sentence, place) => (
              <span
                key={place}
                onMouseEnter={() => setLit(sentence.citations)}
                onMouseLeave={() => setLit([])}
                className={cn("rounded-sm", sentence.citations.length > 0 && sentence.citations.every((one) => lit.includes(one)) && "bg-mark")}
              >
                {sentence.parts.map((part, index) =>
                  part.kind === "text" ? (
                    <Emphasis key={index}>{part.text}</Emphasis>
                  ) : (
                    <Mark key={index} number={part.number} isChosen={chosen === `cite:${part.number}`} onCite={onCite} />
                  ),
                )}
              </span>
            ))}
          </p>
        ))}
      </div>
      {citations.length > 0 && (
        <div>
          <h3 className="mb-2 text-sm font-medium">{said.citations}</h3>
          <ol className="flex flex-col gap-2">
            {citations.map((citation, place) => (
              <Source
                key={place}
                number={place + 1}
                citation={citation}
                finders={findersOf(result, place + 1)}
                numbers={numbers}
                isLit={lit.includes(place + 1)}
                onLit={(isLit) => setLit(isLit ? [place + 1] : [])}
                onCite={onCite}
              />
            ))}
          </ol>
        </div>
      )}
      {!!result?.nearest?.length && (
        <div>
          <p className="mb-2 text-sm text-muted-foreground">{said.nearest}</p>
          <ul className="flex flex-col gap-2">
            {result.nearest.map((near, place) => (
              <li key={place} className="rounded-lg border bg-card p-3 text-sm">
                <blockquote dir="auto">
                  <Emphasis>{cut(near.text)}</Emphasis>
                </blockquote>
                <ShortId most={50}>{near.document}</ShortId>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Notes result={result} />
    </div>
  );
}

function Mark({ number, isChosen, onCite }: { number: number; isChosen: boolean; onCite: (number: number) => void }) {
  return (
    <button
      type="button"
      aria-label={said.citation(String(number))}
      aria-pressed={isChosen}
      onClick={() => onCite(number)}
      className="mx-0.5 inline-flex min-w-6 items-center justify-center rounded-md border border-control px-1 align-baseline text-xs font-medium text-primary hover:bg-muted aria-pressed:bg-primary aria-pressed:text-primary-foreground"
    >
      {number}
    </button>
  );
}

interface SourceProps {
  number: number;
  citation: Citation;
  finders: readonly string[];
  numbers: ReadonlyMap<string, number>;
  isLit: boolean;
  onLit: (isLit: boolean) => void;
  onCite: (number: number) => void;
}

function Source({ number, citation, finders, numbers, isLit, onLit, onCite }: SourceProps) {
  return (
    <li
      onMouseEnter={() => onLit(true)}
      onMouseLeave={() => onLit(false)}
      className={cn("flex gap-3 rounded-lg border bg-card p-3 text-sm", isLit && "border-primary")}
    >
      <span className="font-medium tabular-nums">{number}</span>
      <div className="min-w-0 flex-1">
        <blockquote dir="auto" className="whitespace-pre-wrap">
          <Emphasis>{cut(citation.text)}</Emphasis>
        </blockquote>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted-foreground">
          <ShortId most={60}>{citation.document}</ShortId>
          {citation.page && <span>{said.page(citation.page)}</span>}
          {citation.row && <span>{said.row(citation.row)}</span>}
          {finders.length > 0 && <span>{said.foundBy}</span>}
          {finders.map((persona) => (
            <LaneMark key={persona} number={numbers.get(persona)} name={persona} />
          ))}
        </p>
      </div>
      <Button variant="outline" size="small" aria-label={`${said.open} (${number})`} onClick={() => onCite(number)}>
        {texts.run.actions.open}
      </Button>
    </li>
  );
}

function Notes({ result }: { result: RunResult | undefined }) {
  const notes = (result?.observer?.notes ?? []) as readonly { severity?: unknown; text?: unknown }[];
  const left = result?.left_out ?? [];
  if (!notes.length && !left.length) return null;
  return (
    <div className="text-sm">
      <h3 className="mb-1 font-medium">{said.notes}</h3>
      <ul className="list-disc pl-5 text-muted-foreground">
        {notes.map((note, place) => (
          <li key={place} dir="auto">
            {note.severity === "warning" && <strong className="text-warn">warning: </strong>}
            {String(note.text ?? "")}
          </li>
        ))}
        {left.map((note, place) => (
          <li key={`left ${place}`} dir="auto">
            {said.leftOut}: {Object.values(note).filter((part) => typeof part === "string").join(": ")}
          </li>
        ))}
      </ul>
    </div>
  );
}

function findersOf(result: RunResult | undefined, number: number): string[] {
  const passages = (result?.explanation ?? []).filter((passage) => passage.citations.includes(number));
  return [...new Set(passages.flatMap(({ searches }) => searches.flatMap(({ walks }) => walks.map(({ persona }) => persona))))];
}

const cut = (text: string) => (text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}… (${text.length - SHOWN_MAX} characters more)` : text);
