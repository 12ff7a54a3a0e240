"use client";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Badge, Button, Card, Cell, Empty, HeadCell, Loading, PageHead, Panel, ProblemNote, Row, Select, Table } from "@/components/ui";
import { flag, list, text, useAddress, useIsAddressed, addressOf } from "@/lib/address";
import { api, unwrap, type GraphSnapshot } from "@/lib/api";
import { RUN_ADDRESS } from "@/features/run/address";
import { LaneMark } from "@/features/run/lane-mark";
import { StatusBadge } from "@/features/run/status";
import { cn } from "@/lib/cn";
import { count, duration, percent } from "@/lib/format";
import { download } from "@/lib/graph/download";
import { GraphTable } from "@/lib/graph/graph-table";
import { GraphView } from "@/lib/graph/graph-view";
import type { RunEvent } from "@/lib/live/events";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { compareAnswer, compareNumbers, comparePaths, readCompared, type ComparedNumber, type ComparedRun, type Where } from "./compare";

const said = texts.compare;
const ADDRESS = { ids: list(), sel: text(), table: flag() };

/** Two runs beside each other: answers, paths on one graph, routing, time and cost. */
export function ComparePage() {
  return useIsAddressed() ? <Compare /> : <PageHead title={said.title} />;
}

function Compare() {
  const [{ ids, sel, table }, set] = useAddress(ADDRESS);
  const [a = "", b = "", ...others] = ids;
  const runs = useQueries({ queries: (a === b ? [a] : [a, b]).map(runQuery) });
  const [first, second = a && a === b ? first : undefined] = runs.map((run) => run.data);
  const error = runs.find((run) => run.error)?.error;
  return (
    <>
      <PageHead title={said.title}>
        {first && second && (
          <>
            <Button variant="outline" size="small" onClick={() => set({ ids: [b, a, ...others] })}>
              {said.swap}
            </Button>
            <Button variant="outline" size="small" onClick={() => download(`moe-compare-${a}-${b}.json`, JSON.stringify({ a: first.result, b: second.result }, null, 1))}>
              {said.export}
            </Button>
          </>
        )}
      </PageHead>
      <div className="flex flex-col gap-5">
        <Chooser ids={[a, b]} onChange={(next) => set({ ids: [...next, ...others], sel: "" }, { isStep: true })} />
        {others.length > 0 && (
          <p className="flex flex-wrap items-center gap-2 text-sm">
            {said.others}
            {others.map((id, place) => (
              <Button key={id} variant="outline" size="small" onClick={() => set({ ids: [a, id, ...others.with(place, b)], sel: "" }, { isStep: true })}>
                {id}
              </Button>
            ))}
          </p>
        )}
        {error !== undefined && error !== null && <ProblemNote error={error} />}
        {(!a || !b) && <Empty title={said.none} hint={said.noneHint} />}
        {a && b && !error && (!first || !second) && <Loading label={said.loading} />}
        {first && second && <Compared a={first} b={second} sel={sel} isTable={table} set={set} />}
      </div>
    </>
  );
}

const runQuery = (id: string) => ({
  queryKey: ["compared", id],
  enabled: id !== "",
  retry: false,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<ComparedRun> => {
    const params = { path: { run_id: id } };
    const [result, listed] = await Promise.all([
      unwrap(api.GET("/api/v1/runs/{run_id}", { params, signal })),
      unwrap(api.GET("/api/v1/runs/{run_id}/events", { params, signal, headers: { accept: "application/json" } })),
    ]);
    const graph = result.graph ? await unwrap(api.GET("/api/v1/runs/{run_id}/graph", { params, signal })) : null; // many runs keep none
    const { events } = listed as unknown as { events: RunEvent[] };
    return readCompared(id, result, events, graph as GraphSnapshot | null);
  },
});

function Chooser({ ids, onChange }: { ids: readonly [string, string]; onChange: (ids: string[]) => void }) {
  const { data } = useQuery({
    queryKey: ["runs", "to compare"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs", { params: { query: { limit: 100 } }, signal })),
  });
  const [chosen, setChosen] = useState<readonly [string, string]>(ids);
  const shown: readonly [string, string] = [ids[0] || chosen[0], ids[1] || chosen[1]];
  const choose = (place: number, id: string) => {
    const next: [string, string] = place === 0 ? [id, shown[1]] : [shown[0], id];
    setChosen(next);
    if (next[0] && next[1]) onChange(next);
  };
  return (
    <fieldset className="grid gap-3 sm:grid-cols-2">
      <legend className="sr-only">{said.choose}</legend>
      {[said.first, said.second].map((label, place) => (
        <label key={label} className="flex min-w-0 flex-col gap-1 text-sm">
          <span className="font-medium">{label}</span>
          <Select value={shown[place]} onChange={(event) => choose(place, event.target.value)}>
            <option value="">–</option>
            {shown[place] && !data?.runs.some((run) => run.run_id === shown[place]) && <option>{shown[place]}</option>}
            {data?.runs.map((run) => (
              <option key={run.run_id} value={run.run_id}>
                {`${run.question.slice(0, 70)} · ${run.run_id}`}
              </option>
            ))}
          </Select>
        </label>
      ))}
    </fieldset>
  );
}

interface ComparedProps {
  a: ComparedRun;
  b: ComparedRun;
  sel: string;
  isTable: boolean;
  set: (change: { sel?: string; table?: boolean }) => void;
}

function Compared({ a, b, sel, isTable, set }: ComparedProps) {
  const answers = useMemo(() => [compareAnswer(a.result.answer ?? "", b.result.answer ?? ""), compareAnswer(b.result.answer ?? "", a.result.answer ?? "")], [a, b]);
  return (
    <>
      {a.result.question !== b.result.question && <p className="text-sm text-warn">{said.otherQuestion}</p>}
      <div className="grid gap-4 md:grid-cols-2">
        {[a, b].map((run, place) => (
          <Card key={place} aria-label={`${said.answers} ${place ? said.b : said.a}`}>
            <p className="mb-2 flex flex-wrap items-center gap-2 text-sm">
              <LaneMark number={place + 1} name={place ? said.b : said.a} />
              <StatusBadge status={run.result.status} />
              <Link href={addressOf("/runs/view/", RUN_ADDRESS, { id: run.id })} className="text-primary underline-offset-2 hover:underline">
                {said.open}
              </Link>
            </p>
            <h2 dir="auto" className="mb-2 font-medium">
              {run.result.question.slice(0, 300)}
            </h2>
            {!run.result.answer && <p className="text-sm text-muted-foreground">{said.noAnswer}</p>}
            <div className="flex flex-col gap-2 text-sm leading-relaxed">
              {answers[place]?.slice(0, 200).map((paragraph, line) => (
                <p key={line} dir="auto" className="whitespace-pre-wrap">
                  {paragraph.map((sentence, index) => (
                    <span
                      key={index}
                      title={sentence.isShared ? said.sameWords : said.onlyHere}
                      className={cn(!sentence.isShared && "rounded-sm bg-mark underline decoration-dotted underline-offset-4")}
                    >
                      {sentence.text.slice(0, 5000)}
                    </span>
                  ))}
                </p>
              ))}
            </div>
          </Card>
        ))}
      </div>
      <Panel name={said.paths}>
        <Paths a={a} b={b} sel={sel} isTable={isTable} set={set} />
      </Panel>
      <Panel name={said.routing}>
        <Routing a={a} b={b} />
      </Panel>
      <Panel name={said.numbers}>
        <Numbers a={a} b={b} />
      </Panel>
    </>
  );
}

const WHERE: Record<Where, string> = { both: said.both, a: said.onlyA, b: said.onlyB };
const PASSAGES = 60; // shown in the table

function Paths({ a, b, sel, isTable, set }: ComparedProps) {
  const paths = useMemo(() => comparePaths(a, b), [a, b]);
  if (!paths.passages.length) return <Empty title={said.noPaths} hint={said.noPathsHint} />;
  const label = texts.run.graph.label(count(paths.scene.nodes.length), count(paths.scene.edges.length));
  const describe = (place: number) => texts.run.graph.pointed(paths.facts[place]?.label.slice(0, 120) ?? "", paths.facts[place]?.personas.join(", ") ?? "");
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 className="font-medium">{said.paths}</h2>
        <span className="text-sm text-muted-foreground">{said.pathCounts(count(paths.counts.both), count(paths.counts.a), count(paths.counts.b))}</span>
        <LaneMark number={1} name={said.a} className="text-sm" />
        <LaneMark number={2} name={said.b} className="text-sm" />
        <Button variant="outline" size="small" className="ml-auto" onClick={() => set({ table: !isTable })}>
          {isTable ? texts.run.graph.picture : texts.run.graph.table}
        </Button>
      </div>
      {isTable ? (
        <GraphTable scene={paths.scene} facts={paths.facts} chosen={sel} onChoose={(id) => set({ sel: id })} />
      ) : (
        <GraphView
          scene={paths.scene}
          lanes={paths.lanes}
          chosen={sel}
          onChoose={(id) => set({ sel: id })}
          label={label}
          keys={texts.run.graph.keys}
          describe={describe}
          className="h-96 rounded-lg border bg-card"
        />
      )}
      <Table label={said.paths}>
        <thead>
          <Row>
            <HeadCell>{said.passage}</HeadCell>
            <HeadCell>{said.where}</HeadCell>
            <HeadCell>{said.cited}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {[...paths.passages]
            .sort((one, other) => one.where.localeCompare(other.where))
            .slice(0, PASSAGES)
            .map((passage) => (
              <Row key={passage.passageId} aria-selected={passage.passageId === sel}>
                <Cell>
                  <button type="button" dir="auto" className="text-left text-primary underline-offset-2 hover:underline" onClick={() => set({ sel: passage.passageId })}>
                    {passage.title.slice(0, 160)}
                  </button>
                  <span className="block text-xs text-muted-foreground">{passage.passageId}</span>
                </Cell>
                <Cell>
                  <Badge tone={passage.where === "both" ? "good" : "warn"} className="whitespace-nowrap">{WHERE[passage.where]}</Badge>
                </Cell>
                <Cell>{[passage.isCited.a && said.a, passage.isCited.b && said.b].filter(Boolean).join(", ")}</Cell>
              </Row>
            ))}
        </tbody>
      </Table>
    </div>
  );
}

function Routing({ a, b }: { a: ComparedRun; b: ComparedRun }) {
  const names = [...new Set([...Object.keys(a.state.route?.scores ?? {}), ...Object.keys(b.state.route?.scores ?? {})])];
  if (!names.length) return null;
  return (
    <div>
      <h2 className="mb-2 font-medium">{said.routing}</h2>
      <Table label={said.routing}>
        <thead>
          <Row>
            <HeadCell>{said.candidate}</HeadCell>
            <HeadCell className="text-right">{said.a}</HeadCell>
            <HeadCell className="text-right">{said.b}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {names.map((name) => (
            <Row key={name}>
              <Cell>{name}</Cell>
              {[a, b].map((run, place) => (
                <Cell key={place} className="text-right whitespace-nowrap tabular-nums">
                  {run.state.route?.belters.includes(name) && <Badge tone="good">{texts.run.routing.chosen}</Badge>} {percent(run.state.route?.scores[name])}
                </Cell>
              ))}
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

const write = (value: number | null, unit: ComparedNumber["unit"]) =>
  unit === "seconds" ? duration(value) : unit === "share" ? percent(value) : unit === "cost" ? (value === null ? "–" : value.toPrecision(3)) : count(value);

function Numbers({ a, b }: { a: ComparedRun; b: ComparedRun }) {
  const rows = useMemo(() => compareNumbers(a, b, said.rows, said.step), [a, b]);
  return (
    <div>
      <h2 className="mb-2 font-medium">{said.numbers}</h2>
      <Table label={said.numbers}>
        <thead>
          <Row>
            <HeadCell>{said.what}</HeadCell>
            <HeadCell className="text-right">{said.a}</HeadCell>
            <HeadCell className="text-right">{said.b}</HeadCell>
            <HeadCell className="text-right">{said.difference}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {rows.map(({ name, a: one, b: other, unit }) => (
            <Row key={name}>
              <Cell>{name}</Cell>
              <Cell className="text-right tabular-nums">{write(one, unit)}</Cell>
              <Cell className="text-right tabular-nums">{write(other, unit)}</Cell>
              <Cell className="text-right tabular-nums">{one && other !== null ? `${other >= one ? "+" : "−"}${percent(Math.abs(other / one - 1))}` : ""}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
