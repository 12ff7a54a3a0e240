import type { paths } from "@/lib/api/schema";

export type Series = paths["/api/v1/metrics/series"]["get"]["responses"][200]["content"]["application/json"];
export type Bucket = Series["whole"];

export const RANGES = ["hour", "day", "week", "month", "custom"] as const;
export type Range = (typeof RANGES)[number];
export const BUCKETS = 48;

const SECONDS: Record<Exclude<Range, "custom">, number> = { hour: 3600, day: 86_400, week: 604_800, month: 2_592_000 };

export interface Span {
  since: number;
  until: number;
}

/**
 * The time that is looked at, in Unix seconds. Its spans begin at whole seconds, so that the list of runs, whose address
 * has whole seconds, shows exactly those of a span.
 */
export function readSpan(range: Range, since: number | null, until: number | null, now: number): Span {
  const isChosen = range === "custom" && since !== null && until !== null && since < until;
  const wanted = isChosen ? until - since : SECONDS[range === "custom" ? "day" : range];
  const length = Math.max(1, Math.ceil(wanted / BUCKETS));
  const begin = isChosen ? since : Math.ceil(now / length) * length - length * BUCKETS;
  return { since: begin, until: begin + length * BUCKETS };
}

/** Buckets from one to another, both among them, whichever is first. */
export interface Selection {
  from: number;
  to: number;
}

export function orderSelection(one: number, other: number): Selection {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

export const writeSelection = (selection: Selection | null) => (selection ? `${selection.from}-${selection.to}` : "");

export function readSelection(text: string): Selection | null {
  const found = /^(\d+)-(\d+)$/.exec(text);
  return found ? { from: Number(found[1]), to: Number(found[2]) } : null;
}

/** The buckets that lie within a time; null for none, as when the time that is looked at has moved on. */
export function findSelection(buckets: readonly Bucket[], from: number | null, to: number | null): Selection | null {
  if (from === null || to === null) return null;
  const within = buckets.flatMap((bucket, place) => (bucket.start >= from - 0.5 && bucket.end <= to + 0.5 ? [place] : []));
  return within.length ? { from: within[0] as number, to: within.at(-1) as number } : null;
}

/** What a selection comes to: its time, and its runs. */
export function describeSelection(buckets: readonly Bucket[], { from, to }: Selection): { since: number; until: number; runs: number } {
  const chosen = buckets.slice(from, to + 1);
  return {
    since: Math.round(chosen[0]?.start ?? 0),
    until: Math.round(chosen.at(-1)?.end ?? 0),
    runs: chosen.reduce((sum, one) => sum + one.runs, 0),
  };
}

/** Where the list of runs shows those of a time. */
export const addressOfRuns = ({ since, until }: Span) => `/runs/?since=${Math.floor(since)}&until=${Math.ceil(until)}`;

export type Of = "layers" | "providers" | "runs";

/** Names in what a part of the buckets tells by name, those of most first. */
export function listNames(buckets: readonly Bucket[], read: (bucket: Bucket) => Record<string, number>): string[] {
  const sums = new Map<string, number>();
  for (const bucket of buckets) for (const [name, n] of Object.entries(read(bucket))) sums.set(name, (sums.get(name) ?? 0) + n);
  return [...sums].sort(([one, n], [other, m]) => m - n || one.localeCompare(other)).map(([name]) => name);
}

export const countOf = (of: "layers" | "providers") => (bucket: Bucket) =>
  Object.fromEntries(Object.entries(bucket[of]).map(([name, spread]) => [name, spread.n]));

/** A row of a chart: the bucket's place, and a figure by the line's or bar's key; null is a gap. */
export type ChartRow = { place: number } & Record<string, number | null>;

export const makeRows = (buckets: readonly Bucket[], read: (bucket: Bucket) => Record<string, number | null>): ChartRow[] =>
  buckets.map((bucket, place) => ({ place, ...read(bucket) }));

/** p50 and p95 of whole runs, or of each layer or provider, in seconds. */
export function readTimes(of: Of, names: readonly string[]): (bucket: Bucket) => Record<string, number | null> {
  return (bucket) => {
    const row: Record<string, number | null> = {};
    for (const name of names) {
      const spread = of === "runs" ? bucket.seconds : bucket[of][name];
      row[`${name} p50`] = spread?.p50 ?? null;
      row[`${name} p95`] = spread?.p95 ?? null;
    }
    return row;
  };
}

/** Shares of calls that were to be answered in JSON, from 0 to 1; null where none was. */
export function readJson({ json_tries: tries }: Bucket): { first: number | null; last: number | null } {
  if (!tries.asked) return { first: null, last: null };
  return { first: tries.first / tries.asked, last: tries.last / tries.asked };
}

/** The share of runs that failed or were broken off; null without runs. */
export function readFailed({ statuses, runs }: Bucket): number | null {
  return runs ? ((statuses.failed ?? 0) + (statuses.interrupted ?? 0)) / runs : null;
}

/** Whether any row has a figure other than 0. */
export const hasFigures = (rows: readonly ChartRow[]) => rows.some((row) => Object.keys(row).some((key) => key !== "place" && row[key]));

/** When a bucket began, short: the hour within a day or two, else the day. */
export function labelBucket(start: number, bucketSeconds: number): string {
  const date = new Date(start * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hour = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return bucketSeconds * BUCKETS <= 2 * 86_400 ? hour : `${day} ${hour}`;
}
