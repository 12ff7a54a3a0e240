import { describe, expect, it } from "vitest";
import {
  addressOfRuns,
  BUCKETS,
  countOf,
  describeSelection,
  findSelection,
  hasFigures,
  labelBucket,
  listNames,
  makeRows,
  orderSelection,
  readFailed,
  readJson,
  readSelection,
  readSpan,
  readTimes,
  writeSelection,
  type Bucket,
} from "@/features/metrics/series";

const NONE = { n: 0, p50: null, p95: null };
const makeBucket = (more: Partial<Bucket> = {}): Bucket => ({
  start: 0,
  end: 60,
  runs: 0,
  statuses: {},
  seconds: NONE,
  layers: {},
  providers: {},
  requests: 0,
  retries: 0,
  cached: 0,
  failures: 0,
  breakers: 0,
  json_tries: { asked: 0, first: 0, last: 0 },
  tokens_read: 0,
  tokens_written: 0,
  cost: 0,
  routes: {},
  evenness: null,
  ...more,
});
const BUCKETS_OF_FOUR = [0, 1, 2, 3].map((place) => makeBucket({ start: place * 60, end: place * 60 + 60, runs: place }));

describe("the time that is looked at", () => {
  it("is cut into spans of whole seconds that end now or a little later", () => {
    for (const range of ["hour", "day", "week", "month"] as const) {
      const { since, until } = readSpan(range, null, null, 1_764_500_123.4);
      const length = (until - since) / BUCKETS;
      expect(Number.isInteger(length)).toBe(true);
      expect(until).toBeGreaterThanOrEqual(1_764_500_123.4);
      expect(until - 1_764_500_123.4).toBeLessThanOrEqual(length);
    }
  });
  it("stays the same while a span goes on, so that nothing is asked twice", () => {
    expect(readSpan("day", null, null, 1_764_500_100)).toEqual(readSpan("day", null, null, 1_764_500_101));
  });
  it("is the chosen one, and whole; a day where none, or none that can be, is chosen", () => {
    expect(readSpan("custom", 1000, 1048, 5000)).toEqual({ since: 1000, until: 1048 });
    expect(readSpan("custom", 1000, 1050, 5000)).toEqual({ since: 1000, until: 1096 });
    for (const [since, until] of [[null, null], [50, 40], [null, 10]] as const)
      expect(readSpan("custom", since, until, 5000)).toEqual(readSpan("day", null, null, 5000));
  });
});

describe("a chosen span", () => {
  it("is the same whichever end comes first", () => expect(orderSelection(3, 1)).toEqual({ from: 1, to: 3 }));
  it("comes to its time and its runs", () => {
    expect(describeSelection(BUCKETS_OF_FOUR, { from: 1, to: 2 })).toEqual({ since: 60, until: 180, runs: 3 });
    expect(addressOfRuns({ since: 60, until: 180 })).toBe("/runs/?since=60&until=180");
  });
  it("is written and read again", () => {
    expect([readSelection(writeSelection({ from: 3, to: 11 })), readSelection(writeSelection(null)), readSelection("x-1")]).toEqual([
      { from: 3, to: 11 },
      null,
      null,
    ]);
  });
  it("is found again by its time, and is none when that is not shown", () => {
    expect(findSelection(BUCKETS_OF_FOUR, 60, 180)).toEqual({ from: 1, to: 2 });
    expect(findSelection(BUCKETS_OF_FOUR, 60, null)).toBeNull();
    expect(findSelection(BUCKETS_OF_FOUR, 900, 960)).toBeNull();
  });
});

describe("figures", () => {
  const filled = makeBucket({
    runs: 4,
    statuses: { done: 2, failed: 1, interrupted: 1 },
    layers: { belter: { n: 3, p50: 1, p95: 4 }, camina: { n: 1, p50: 9, p95: 9 } },
    json_tries: { asked: 4, first: 2, last: 3 },
    routes: { research: 1, knowledge: 3 },
  });
  it("are unknown where nothing was, not nought", () => {
    expect([readFailed(makeBucket()), readJson(makeBucket())]).toEqual([null, { first: null, last: null }]);
    expect(readTimes("layers", ["belter"])(makeBucket())).toEqual({ "belter p50": null, "belter p95": null });
  });
  it("are shares of what was asked", () => expect([readFailed(filled), readJson(filled)]).toEqual([0.5, { first: 0.5, last: 0.75 }]));
  it("come by name, those of most first", () => {
    expect(listNames([filled, makeBucket({ routes: { general: 9 } })], (bucket) => bucket.routes)).toEqual(["general", "knowledge", "research"]);
    expect(listNames([filled], countOf("layers"))).toEqual(["belter", "camina"]);
    expect(readTimes("layers", ["belter"])(filled)).toEqual({ "belter p50": 1, "belter p95": 4 });
  });
  it("are drawn when there is any", () => {
    const rows = (bucket: Bucket) => makeRows([bucket], ({ cost }) => ({ cost }));
    expect([hasFigures(rows(makeBucket())), hasFigures(rows(makeBucket({ cost: 0.1 }))), hasFigures([{ place: 7 }])]).toEqual([false, true, false]);
  });
  it("are labelled by the hour within a day, else by the day too", () => {
    const at = new Date(2026, 10, 30, 9, 5).getTime() / 1000;
    expect([labelBucket(at, 1800), labelBucket(at, 86_400)]).toEqual(["09:05", "11-30 09:05"]);
  });
});
