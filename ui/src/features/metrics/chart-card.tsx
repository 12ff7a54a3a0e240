"use client";
import { lazy, Suspense, type ReactNode } from "react";
import { Card } from "@/components/ui";
import { cn } from "@/lib/cn";
import { texts } from "@/texts/en";
import type { ChartLine } from "./charts";
import { hasFigures, labelBucket, makeRows, type Bucket, type Selection, type Series } from "./series";

const words = texts.metrics.charts;
const TimeChart = lazy(() => import("./charts")); // recharts is heavy, and nothing else needs it
const LANE: Record<number, string> = {
  1: "bg-lane-1",
  2: "bg-lane-2",
  3: "bg-lane-3",
  4: "bg-lane-4",
  5: "bg-lane-5",
  6: "bg-lane-6",
  7: "bg-lane-7",
  8: "bg-lane-8",
};

interface Props {
  title: string;
  kind: "lines" | "bars";
  series: Series;
  read: (bucket: Bucket) => Record<string, number | null>;
  lines: readonly ChartLine[];
  format: (value: number) => string;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
  children?: ReactNode;
}

/** A chart with its name, its legend in words, and what there is to choose. */
export function ChartCard({ title, kind, series, read, lines, format, selection, onSelect, children }: Props) {
  const rows = makeRows(series.buckets, read);
  const labelOf = (place: number) => labelBucket(series.buckets[place]?.start ?? 0, series.bucket_seconds);
  return (
    <Card aria-label={title} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{title}</h2>
        {children}
      </div>
      {hasFigures(rows) ? (
        <>
          <Suspense fallback={<div className="h-52" />}>
            <TimeChart
              {...{ kind, rows, lines, labelOf, format, selection, onSelect }}
              label={words.drag(title)}
            />
          </Suspense>
          <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
            {lines.map((line) => (
              <li key={line.key} className="flex items-center gap-1.5">
                <span aria-hidden className={cn("h-1 w-4", LANE[((line.lane - 1) % 8) + 1], line.isDashed && "w-1.5 border-r-4 border-dashed")} />
                {line.name}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="py-8 text-center text-sm text-muted-foreground">{words.nothing}</p>
      )}
    </Card>
  );
}
