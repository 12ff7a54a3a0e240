import { Card, Spark } from "@/components/ui";
import { count, duration, percent, shortCount } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfRuns, readFailed, readJson, type Bucket, type Series } from "./series";

const words = texts.metrics.tiles;

interface Tile {
  name: string;
  value: string;
  spark: (bucket: Bucket) => number | null;
}

/** The figures of the whole time, each with how it went; all lead to their runs. */
export function Tiles({ series }: { series: Series }) {
  const { whole } = series;
  const json = readJson(whole);
  const tiles: Tile[] = [
    { name: words.runs, value: count(whole.runs), spark: (one) => one.runs },
    { name: words.failed, value: percent(readFailed(whole)), spark: readFailed },
    { name: words.seconds, value: `${duration(whole.seconds.p50)} / ${duration(whole.seconds.p95)}`, spark: (one) => one.seconds.p95 },
    { name: words.first, value: json.first === null ? words.none : percent(json.first), spark: (one) => readJson(one).first },
    { name: words.last, value: json.last === null ? words.none : percent(json.last), spark: (one) => readJson(one).last },
    { name: words.tokens, value: `${shortCount(whole.tokens_read)} / ${shortCount(whole.tokens_written)}`, spark: (one) => one.tokens_read + one.tokens_written },
    { name: words.cost, value: whole.cost.toFixed(whole.cost < 1 ? 4 : 2), spark: (one) => one.cost },
    { name: words.retries, value: `${count(whole.retries)} / ${count(whole.requests)}`, spark: (one) => one.retries },
  ];
  const href = addressOfRuns({ since: whole.start, until: whole.end });
  return (
    <ul className="grid grid-cols-2 gap-3 md:grid-cols-4">
      {tiles.map((tile) => (
        <li key={tile.name} className="min-w-0">
          <Link href={href} className="block h-full rounded-lg">
            <Card className="flex h-full flex-col gap-1 p-3 hover:bg-muted/50">
              <span className="text-xs text-muted-foreground">{tile.name}</span>
              <span className="text-lg font-semibold tabular-nums">{tile.value}</span>
              <Spark values={series.buckets.map(tile.spark)} label={`${tile.name}: ${tile.value}`} className="mt-auto h-7 w-full text-primary" />
            </Card>
          </Link>
        </li>
      ))}
    </ul>
  );
}
