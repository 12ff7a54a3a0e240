import { Cell, HeadCell, Row, Table } from "@/components/ui";
import { count, duration, moment, percent, shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfRuns, readFailed, readJson, type Series } from "./series";

const words = texts.metrics.table;

/** All that the charts draw, as a table; spans without runs are left out. */
export function Twin({ series }: { series: Series }) {
  const filled = series.buckets.filter((bucket) => bucket.runs > 0);
  return (
    <details className="min-w-0">
      <summary className="mb-2 w-fit text-sm font-medium">{words.title}</summary>
      <Table label={words.title}>
        <thead>
          <tr>
            {[words.start, words.runs, words.failed, words.p50, words.p95, words.first, words.last, words.tokens, words.cost, words.retries].map((name) => (
              <HeadCell key={name}>{name}</HeadCell>
            ))}
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {filled.map((one) => {
            const json = readJson(one);
            return (
              <Row key={one.start}>
                <Cell className="whitespace-nowrap">{moment(one.start)}</Cell>
                <Cell>
                  <Link href={addressOfRuns({ since: one.start, until: one.end })} className="underline underline-offset-4">
                    {count(one.runs)}
                  </Link>
                </Cell>
                <Cell>{percent(readFailed(one))}</Cell>
                <Cell>{duration(one.seconds.p50)}</Cell>
                <Cell>{duration(one.seconds.p95)}</Cell>
                <Cell>{percent(json.first)}</Cell>
                <Cell>{percent(json.last)}</Cell>
                <Cell>{shortCount(one.tokens_read + one.tokens_written)}</Cell>
                <Cell>{one.cost.toFixed(4)}</Cell>
                <Cell>{count(one.retries)}</Cell>
              </Row>
            );
          })}
        </tbody>
      </Table>
    </details>
  );
}
