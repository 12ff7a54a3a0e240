"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { Button, Choice, Empty, Loading, PageHead, ProblemNote } from "@/components/ui";
import { integer, oneOf, useAddress, useIsAddressed } from "@/lib/address";
import { api, unwrap } from "@/lib/api";
import { downloadJson } from "@/lib/download";
import { texts } from "@/texts/en";
import { Figures } from "./figures";
import { BUCKETS, describeSelection, findSelection, RANGES, readSpan, type Range, type Selection, type Series } from "./series";
import { SpanBar } from "./span-bar";
import { Tiles } from "./tiles";
import { Twin } from "./twin";
import { Workers } from "./workers";

const words = texts.metrics;
const LOOK_MS = 30_000;
const ADDRESS = {
  range: oneOf(RANGES, "day"),
  since: integer(),
  until: integer(),
  of: oneOf(["layers", "providers", "runs"], "layers"),
  /** The chosen span, in Unix seconds. */
  from: integer(),
  to: integer(),
};

/** How runs went over time. */
export function MetricsPage() {
  return useIsAddressed() ? <Metrics /> : <PageHead title={texts.shell.pages.metrics} />;
}

function Metrics() {
  const [state, set] = useAddress(ADDRESS);
  const { range, since, until } = state;
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const span = useMemo(() => readSpan(range, since, until, now), [range, since, until, now]);
  const { data, error, refetch } = useQuery({
    queryKey: ["metrics", "series", span],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/metrics/series", { params: { query: { ...span, buckets: BUCKETS } }, signal })),
  });
  const chooseRange = (next: Range) => set({ range: next, since: null, until: null, from: null, to: null }, { isStep: true });
  return (
    <>
      <PageHead title={texts.shell.pages.metrics}>
        <Choice
          label={words.range}
          value={range}
          options={RANGES.filter((one) => one !== "custom" || range === "custom").map((value) => ({ value, label: words.ranges[value] }))}
          onChange={chooseRange}
        />
        <Button variant="outline" size="small" disabled={!data} onClick={() => downloadJson("metrics.json", data)}>
          <Download aria-hidden className="size-4" />
          {words.exportJson}
        </Button>
      </PageHead>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label={words.loading} />}
      {data && <Shown data={data} state={state} set={set} />}
    </>
  );
}

type Address = ReturnType<typeof useAddress<typeof ADDRESS>>;

function Shown({ data, state, set }: { data: Series; state: Address[0]; set: Address[1] }) {
  const selection = findSelection(data.buckets, state.from, state.to);
  const select = (next: Selection | null) => {
    const { since, until } = next ? describeSelection(data.buckets, next) : { since: null, until: null };
    set({ from: since, to: until });
  };
  return (
    <div className="flex flex-col gap-4">
      {data.whole.runs ? (
        <>
          <Tiles series={data} />
          <SpanBar
            series={data}
            selection={selection}
            onSelect={select}
            onZoom={({ since, until }) => set({ range: "custom", since, until, from: null, to: null }, { isStep: true })}
          />
          <Figures series={data} of={state.of} onOf={(of) => set({ of })} selection={selection} onSelect={select} />
          <Twin series={data} />
        </>
      ) : (
        <Empty title={words.none} hint={words.noneHint} />
      )}
      <Workers />
    </div>
  );
}
