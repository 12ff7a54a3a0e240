"use client";
import { useQuery } from "@tanstack/react-query";
import { Spark } from "@/components/ui";
import { RUNS_ADDRESS } from "@/features/runs/address";
import { addressOf } from "@/lib/address";
import { api, unwrap, useSession, type MetricsBucket } from "@/lib/api";
import { duration, percent, shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

const words = texts.now.tiles;
const HOURS = 24;
const HOUR = 3600;
const LOOK_MS = 60_000;

interface Figure {
  name: string;
  read: (bucket: MetricsBucket) => number | null;
  write: (value: number | null) => string;
}

const share = (part: number, whole: number) => (whole ? part / whole : null);
const FIGURES: readonly Figure[] = [
  { name: words.runs, read: (one) => one.runs, write: shortCount },
  { name: words.p50, read: (one) => one.seconds.p50, write: duration },
  { name: words.p95, read: (one) => one.seconds.p95, write: duration },
  { name: words.json, read: (one) => share(one.json_tries.first, one.json_tries.asked), write: percent },
  { name: words.tokens, read: (one) => one.tokens_read + one.tokens_written, write: shortCount },
  { name: words.cost, read: (one) => one.cost, write: (value) => (value === null ? "–" : value.toFixed(2)) },
];

/** Figures of the last day with their course; each leads to its runs. For those who may see all runs. */
export function Tiles() {
  const mayLook = useSession((state) => state.standing === "in" && state.scopes.includes("admin"));
  const { data } = useQuery({
    queryKey: ["metrics", "day"],
    enabled: mayLook,
    refetchInterval: LOOK_MS,
    queryFn: ({ signal }) => {
      const until = Math.ceil(Date.now() / 1000 / HOUR) * HOUR; // whole hours: a span does not change its runs as time goes on
      const query = { since: until - HOURS * HOUR, until, buckets: HOURS };
      return unwrap(api.GET("/api/v1/metrics/series", { params: { query }, signal }));
    },
  });
  if (!data?.whole.runs) return null;
  const href = addressOf("/runs/", RUNS_ADDRESS, { since: Math.floor(data.whole.start), until: Math.ceil(data.whole.end) });
  return (
    <section aria-label={words.title}>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
        {FIGURES.map(({ name, read, write }) => (
          <li key={name}>
            <Link href={href} className="block h-full rounded-lg border bg-card p-3 hover:border-control">
              <span className="block text-xs text-muted-foreground">{name}</span>
              <span className="block text-lg font-semibold tabular-nums">{write(read(data.whole))}</span>
              <Spark values={data.buckets.map(read)} label={words.spark(name, write(read(data.whole)))} className="mt-1 h-7 w-full text-primary" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
