"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Badge, Button, Cell, Empty, HeadCell, Loading, ProblemNote, Row, Table, type Tone } from "@/components/ui";
import { Search } from "@/components/ui/search";
import { api, unwrap } from "@/lib/api";
import { bytes, count } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfDocument } from "./address";

const words = texts.documents.index;
const PAGE = 100;
const TONES: Record<string, Tone> = { unchanged: "good", changed: "warn", missing: "bad" };

/** The project's index: what it holds, and which of its files have changed. */
export function IndexPanel({ filter, onFilter }: { filter: string; onFilter: (words: string) => void }) {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, refetch } = useQuery({
    queryKey: ["index", filter, limit],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/index", { params: { query: { limit, text: filter } }, signal })),
    placeholderData: keepPreviousData,
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  if (!data.exists) return <Empty title={words.none} hint={words.noneHint} />;
  const [changed, missing] = [data.states.changed ?? 0, data.states.missing ?? 0];
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        {data.is_outdated ? words.outdated : words.facts(count(data.documents), count(data.passages), bytes(data.size_bytes))}{" "}
        <span className={changed + missing ? "text-warn" : "text-good"}>
          {changed + missing ? words.behind(count(changed), count(missing)) : words.upToDate}
        </span>
      </p>
      <Search label={words.filter} value={filter} onChange={(typed) => onFilter(typed)} />
      {data.sources.length ? (
        <Table label={texts.documents.tabs.index}>
          <thead>
            <tr>
              <HeadCell>{words.columns.name}</HeadCell>
              <HeadCell>{words.columns.state}</HeadCell>
              <HeadCell>{words.columns.documents}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {data.sources.map((one) => (
              <Row key={one.name}>
                <Cell className="min-w-48">
                  <Link href={addressOfDocument({ tab: "index", document: one.name })} className="underline underline-offset-4">
                    {one.name}
                  </Link>
                </Cell>
                <Cell className="whitespace-nowrap">
                  <Badge tone={TONES[one.state] ?? "plain"}>{words.states[one.state] ?? one.state}</Badge>
                </Cell>
                <Cell className="tabular-nums">{count(one.documents)}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : (
        <p className="text-sm text-muted-foreground">{words.nothing}</p>
      )}
      <div className="flex flex-wrap items-center gap-3 text-sm text-muted-foreground">
        {words.shown(count(data.sources.length), count(data.total))}
        {data.sources.length < data.total && limit < 1000 && (
          <Button variant="outline" size="small" onClick={() => setLimit((now) => Math.min(1000, now * 3))}>
            {words.more}
          </Button>
        )}
      </div>
    </div>
  );
}
