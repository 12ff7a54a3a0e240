"use client";
import { useQuery } from "@tanstack/react-query";
import { Badge, Card, Cell, HeadCell, Row, Table, type Tone } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { count, duration } from "@/lib/format";
import { texts } from "@/texts/en";

const words = texts.metrics.workers;
const TONES: Record<string, Tone> = { live: "good", draining: "warn", dead: "bad", lost: "bad" };

/** Who does runs. */
export function Workers() {
  const { data } = useQuery({
    queryKey: ["workers"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/workers", { signal })),
    refetchInterval: 10_000,
  });
  if (!data) return null;
  return (
    <Card aria-label={words.title} className="flex flex-col gap-2">
      <h2 className="font-semibold">{words.title}</h2>
      <p className="text-sm">{words.pool(count(data.pool.running), count(data.pool.queued), count(data.pool.ready))}</p>
      {data.workers.length ? (
        <Table label={words.title}>
          <thead>
            <tr>
              {Object.values(words.columns).map((name) => (
                <HeadCell key={name}>{name}</HeadCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.workers.map((one) => (
              <Row key={one.lease.worker_id}>
                <Cell>{one.lease.worker_id}</Cell>
                <Cell className="whitespace-nowrap">
                  <Badge tone={TONES[one.state] ?? "plain"}>{words.states[one.state] ?? one.state}</Badge>
                </Cell>
                <Cell className="tabular-nums">
                  {one.runs}/{one.lease.concurrency}
                </Cell>
                <Cell className="tabular-nums">{duration(one.silent_seconds)}</Cell>
                <Cell className="tabular-nums">{duration(one.seconds)}</Cell>
                <Cell>{one.lease.version}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : (
        <p className="text-sm text-muted-foreground">{words.none}</p>
      )}
    </Card>
  );
}
