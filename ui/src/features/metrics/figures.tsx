"use client";
import { Choice } from "@/components/ui";
import { count, duration, percent, shortCount } from "@/lib/format";
import { texts } from "@/texts/en";
import { ChartCard } from "./chart-card";
import type { ChartLine } from "./charts";
import { countOf, listNames, readJson, readTimes, type Of, type Selection, type Series } from "./series";

const words = texts.metrics.charts;
const STATUSES = ["done", "failed", "cancelled", "interrupted", "running", "waiting", "queued"];
const MOST_NAMES = 4; // with p50 and p95 each, more lines cannot be told apart
const LANES: Record<string, number> = { done: 3, failed: 2, cancelled: 5, interrupted: 4, running: 1, waiting: 6, queued: 8 };

interface Props {
  series: Series;
  of: Of;
  onOf: (of: Of) => void;
  selection: Selection | null;
  onSelect: (selection: Selection) => void;
}

/** All charts of a time. */
export function Figures({ series, of, onOf, ...chosen }: Props) {
  const shared = { series, ...chosen };
  const names = of === "runs" ? [words.whole] : listNames(series.buckets, countOf(of)).slice(0, MOST_NAMES);
  const routes = listNames(series.buckets, (bucket) => bucket.routes);
  const statuses = STATUSES.filter((status) => series.whole.statuses[status]);
  const times: ChartLine[] = names.flatMap((name, place) => [
    { key: `${name} p50`, name: words.p50(name), lane: place + 1 },
    { key: `${name} p95`, name: words.p95(name), lane: place + 1, isDashed: true },
  ]);
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <ChartCard
        {...shared}
        title={words.runs}
        kind="bars"
        read={(bucket) => Object.fromEntries(statuses.map((status) => [status, bucket.statuses[status] ?? 0]))}
        lines={statuses.map((status) => ({ key: status, name: status, lane: LANES[status] ?? 8 }))}
        format={count}
      />
      <ChartCard {...shared} title={words.latency} kind="lines" read={readTimes(of, names)} lines={times} format={duration}>
        <Choice
          label={words.of}
          value={of}
          onChange={onOf}
          options={(["layers", "providers", "runs"] as const).map((value) => ({ value, label: words.ofs[value] }))}
        />
      </ChartCard>
      <ChartCard
        {...shared}
        title={words.json}
        kind="lines"
        read={readJson}
        lines={[
          { key: "first", name: words.first, lane: 2, isDashed: true },
          { key: "last", name: words.last, lane: 3 },
        ]}
        format={(value) => percent(value)}
      />
      <ChartCard
        {...shared}
        title={words.tokens}
        kind="bars"
        read={(bucket) => ({ read: bucket.tokens_read, written: bucket.tokens_written })}
        lines={[
          { key: "read", name: words.read, lane: 1 },
          { key: "written", name: words.written, lane: 2 },
        ]}
        format={shortCount}
      />
      <ChartCard
        {...shared}
        title={words.cost}
        kind="bars"
        read={(bucket) => ({ cost: bucket.cost })}
        lines={[{ key: "cost", name: words.cost, lane: 6 }]}
        format={(value) => value.toFixed(value < 1 ? 4 : 2)}
      />
      <ChartCard
        {...shared}
        title={words.trouble}
        kind="bars"
        read={(bucket) => ({ retries: bucket.retries, failures: bucket.failures, breakers: bucket.breakers })}
        lines={[
          { key: "retries", name: words.retries, lane: 5 },
          { key: "failures", name: words.failures, lane: 2 },
          { key: "breakers", name: words.breakers, lane: 4 },
        ]}
        format={count}
      />
      <div className="flex min-w-0 flex-col gap-2">
        <ChartCard
          {...shared}
          title={words.routes}
          kind="bars"
          read={(bucket) => Object.fromEntries(routes.map((route) => [route, bucket.routes[route] ?? 0]))}
          lines={routes.map((route, place) => ({ key: route, name: route, lane: place + 1 }))}
          format={count}
        />
        <p className="text-sm text-muted-foreground">
          {series.whole.evenness === null ? words.noSpread : words.evenness(series.whole.evenness.toFixed(2))}
        </p>
      </div>
    </div>
  );
}
