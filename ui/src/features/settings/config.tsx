"use client";
import { useQuery } from "@tanstack/react-query";
import { Cell, Choice, HeadCell, Loading, ProblemNote, Row, Table } from "@/components/ui";
import { Search } from "@/components/ui/search";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";
import { pickSettings, writeValue } from "./picks";

const words = texts.settings.config;
export const WHICH = ["all", "own", "budgets"] as const;

interface Props {
  filter: string;
  which: (typeof WHICH)[number];
  onChange: (change: { words?: string; which?: (typeof WHICH)[number] }) => void;
}

/** Every setting with who set it. */
export function Config({ filter, which, onChange }: Props) {
  const { data, error, refetch } = useQuery({
    queryKey: ["config"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/config", { signal })),
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  const settings = pickSettings(data.settings, filter, which);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Choice
          label={words.show}
          value={which}
          onChange={(next) => onChange({ which: next })}
          options={WHICH.map((value) => ({ value, label: `${words.which[value]} ${pickSettings(data.settings, "", value).length}` }))}
        />
        <Search label={words.filter} value={filter} onChange={(typed) => onChange({ words: typed })} />
      </div>
      <p className="text-sm text-muted-foreground">{words.hint}</p>
      {settings.length ? (
        <Table label={texts.settings.tabs.config}>
          <thead>
            <tr>
              <HeadCell>{words.columns.name}</HeadCell>
              <HeadCell>{words.columns.value}</HeadCell>
              <HeadCell>{words.columns.from}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {settings.map((one) => (
              <Row key={one.name}>
                <Cell className="min-w-52 font-mono text-xs">{one.name}</Cell>
                <Cell className="min-w-40 font-mono text-xs">
                  <Value value={writeValue(one.value)} />
                </Cell>
                <Cell className="min-w-44 text-xs text-muted-foreground">{one.place || one.layer}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : (
        <p className="text-sm text-muted-foreground">{words.none}</p>
      )}
    </div>
  );
}

/** A long text is folded away. */
function Value({ value }: { value: string }) {
  const lines = value.split("\n").length;
  if (lines === 1) return value;
  return (
    <details>
      <summary>{words.lines(count(lines))}</summary>
      <pre className="mt-1 whitespace-pre-wrap">{value}</pre>
    </details>
  );
}
