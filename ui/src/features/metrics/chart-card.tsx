"use client";
import { lazy, Suspense, type ReactNode } from "react";
import { Card } from "@/components/ui";
import { cn } from "@/lib/cn";
import { texts } from "@/texts/en";
import type { ChartLine } from "./charts";
import { hasFigures, labelBucket, makeRows, type Bucket, type Selection, type Series } from "./series";

const words = texts.metrics.charts;
const TimeChart = lazy(() => import("./charts")); // recharts is heavy, and nothing else needs it
const LANE = ["text-lane-1", "text-lane-2", "text-lane-3", "text-lane-4", "text-lane-5", "text-lane-6", "text-lane-7", "text-lane-8"];

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
                <svg aria-hidden viewBox="0 0 20 4" className={cn("h-1 w-5", LANE[(line.lane - 1) % 8])}>
                  <line x1="0" y1="2" x2="20" y2="2" stroke="currentColor" strokeWidth="4" {...(line.isDashed && { strokeDasharray: "5 4" })} />
                </svg>
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
