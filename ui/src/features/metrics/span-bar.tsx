"use client";
import { Button, Card } from "@/components/ui";
import { useTyped } from "@/lib/address";
import { count, moment } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfRuns, describeSelection, orderSelection, readSelection, writeSelection, type Selection, type Series, type Span } from "./series";

const words = texts.metrics.span;

interface Props {
  series: Series;
  selection: Selection | null;
  onSelect: (selection: Selection | null) => void;
  onZoom: (span: Span) => void;
}

/** The chosen span of time, its ends movable by keyboard, and what it leads to. */
export function SpanBar({ series, selection, onSelect, onZoom }: Props) {
  const last = series.buckets.length - 1;
  // Moved here at once, and in the address after a pause.
  const typed = useTyped(writeSelection(selection), (text) => onSelect(readSelection(text)));
  const { from, to } = readSelection(typed.text) ?? { from: 0, to: last };
  const move = (next: Selection) => typed.type(writeSelection(next));
  const told = describeSelection(series.buckets, { from, to });
  const slider = (name: string, value: number, onChange: (value: number) => void) => (
    <label className="flex min-w-0 flex-1 items-center gap-2">
      <span className="w-10 shrink-0 text-muted-foreground">{name}</span>
      <input
        type="range"
        min={0}
        max={last}
        value={value}
        aria-valuetext={moment(name === words.from ? series.buckets[value]?.start : series.buckets[value]?.end)}
        className="w-full min-w-0 accent-primary"
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
  return (
    <Card aria-label={words.title} className="flex flex-col gap-2 p-3 text-sm">
      <div className="flex flex-wrap gap-x-6 gap-y-1">
        {slider(words.from, from, (value) => move(orderSelection(value, Math.max(value, to))))}
        {slider(words.to, to, (value) => move(orderSelection(Math.min(value, from), value)))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="tabular-nums">{words.told(moment(told.since), moment(told.until), count(told.runs))}</span>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button asChild size="small">
            <Link href={addressOfRuns(told)}>{words.runs}</Link>
          </Button>
          <Button variant="outline" size="small" disabled={selection === null} onClick={() => onZoom(told)}>
            {words.zoom}
          </Button>
          <Button variant="ghost" size="small" disabled={selection === null} onClick={() => onSelect(null)}>
            {words.clear}
          </Button>
        </span>
      </div>
      <p className="text-xs text-muted-foreground">{words.hint}</p>
    </Card>
  );
}
