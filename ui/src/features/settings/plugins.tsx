"use client";
import { useQuery } from "@tanstack/react-query";
import { Badge, Cell, Choice, HeadCell, Loading, ProblemNote, Row, Table, type Tone } from "@/components/ui";
import { Search } from "@/components/ui/search";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import { texts } from "@/texts/en";
import { isBroken, listBrought, pickPlugins, type Plugin } from "./picks";

const words = texts.settings.plugins;

interface Props {
  filter: string;
  onlyBroken: boolean;
  onChange: (change: { words?: string; broken?: boolean }) => void;
}

/** The plugins, and what is wrong with them. */
export function Plugins({ filter, onlyBroken, onChange }: Props) {
  const { data, error, refetch } = useQuery({
    queryKey: ["plugins"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/plugins", { signal })),
  });
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  const plugins = pickPlugins(data.plugins, filter, onlyBroken);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Choice
          label={words.show}
          value={onlyBroken ? "broken" : "all"}
          onChange={(value) => onChange({ broken: value === "broken" })}
          options={[
            { value: "all", label: words.all(count(data.plugins.length)) },
            { value: "broken", label: words.broken(count(data.plugins.filter(isBroken).length)) },
          ]}
        />
        <Search label={words.filter} value={filter} onChange={(typed) => onChange({ words: typed })} />
      </div>
      {plugins.length ? (
        <Table label={texts.settings.tabs.plugins}>
          <thead>
            <tr>
              <HeadCell>{words.columns.plugin}</HeadCell>
              <HeadCell>{words.columns.state}</HeadCell>
              <HeadCell>{words.columns.brings}</HeadCell>
              <HeadCell>{words.columns.from}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {plugins.map((one) => (
              <PluginRow key={`${one.origin} ${one.plugin}`} plugin={one} />
            ))}
          </tbody>
        </Table>
      ) : (
        <p className="text-sm text-muted-foreground">{words.none}</p>
      )}
    </div>
  );
}

function toneOf(plugin: Plugin): Tone {
  if (isBroken(plugin)) return plugin.state === "indexed" || plugin.state === "active" ? "warn" : "bad";
  return plugin.state === "indexed" || plugin.state === "active" ? "good" : "plain";
}

function PluginRow({ plugin }: { plugin: Plugin }) {
  return (
    <Row>
      <Cell className="min-w-40">
        {plugin.plugin} {plugin.version && <span className="text-muted-foreground">{plugin.version}</span>}
      </Cell>
      <Cell className="whitespace-nowrap">
        <Badge tone={toneOf(plugin)}>{plugin.state}</Badge>
      </Cell>
      <Cell className="min-w-52">
        {listBrought(plugin.brings)}
        {plugin.problems.length > 0 && (
          <ul aria-label={words.problems} className="mt-1 flex flex-col gap-1">
            {plugin.problems.map((problem, place) => (
              <li key={place} className="text-bad">
                {problem.message}
                {problem.hint && <span className="block text-muted-foreground">{problem.hint}</span>}
              </li>
            ))}
          </ul>
        )}
      </Cell>
      <Cell className="whitespace-nowrap text-muted-foreground">{plugin.origin}</Cell>
    </Row>
  );
}
