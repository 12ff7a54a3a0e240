"use client";
import { useEffect, useMemo, useRef, useState } from "react";
import { Badge, Button, Checkbox, Empty, Select } from "@/components/ui";
import { count } from "@/lib/format";
import { download } from "@/lib/graph/download";
import { GraphView, type GraphHandle } from "@/lib/graph/graph-view";
import { GraphTable } from "@/lib/graph/graph-table";
import { longestHop } from "@/lib/graph/scene";
import { buildWalked } from "@/lib/graph/walks";
import { ZoomButtons } from "@/lib/graph/zoom-buttons";
import type { RunState } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { LaneMark } from "./lane-mark";
import { listChoices, listWalked, useWalkedGraph } from "./searches";

const said = texts.run.graph;
const HOP_MS = 450; // for one step, when a search comes into view

interface GraphPaneProps {
  runId: string;
  state: RunState;
  /** Of the run's result: the search whose whole walk is kept; "" where none is. */
  keptQuery: string;
  numbers: ReadonlyMap<string, number>;
  search: number | null;
  without: readonly string[];
  hop: number | null;
  isTable: boolean;
  chosen: string;
  set: (change: { search?: number | null; without?: readonly string[]; hop?: number | null; table?: boolean }) => void;
  onChoose: (nodeId: string) => void;
}

/** Each persona's path over a search's graph, step by step up to the playhead. */
export function GraphPane(props: GraphPaneProps) {
  const { runId, state, keptQuery, numbers, without, isTable, chosen, set, onChoose } = props;
  const kept = useWalkedGraph(runId, keptQuery !== "");
  const searches = useMemo(() => listWalked(state), [state]);
  const view = useRef<GraphHandle>(null);
  const current = searches.find(({ place }) => place === props.search) ?? searches[searches.length - 1];
  const search = current?.search;
  const isKept = kept !== null && (search ? kept.question === search.query : state.finished !== null);
  const snapshot = isKept ? kept : null;
  const walks = search?.walks ?? (isKept ? kept.walks : undefined);
  const question = search?.query ?? (keptQuery || kept?.question || "");
  const { scene, lanes, facts } = useMemo(() => buildWalked(question, walks ?? [], snapshot, numbers), [question, walks, snapshot, numbers]);
  const shown = useMemo(() => lanes.filter((lane) => !without.includes(lane.name)), [lanes, without]);
  const most = longestHop(lanes);
  const reach = useReach(scene, most, props.hop);
  if (!walks?.length) return <Empty title={said.none} hint={said.noneHint} />;
  const name = (place: number) => said.pointed(facts[place]?.label.slice(0, 120) ?? "", facts[place]?.kind ?? "");
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        {searches.length > 1 && (
          <label className="flex min-w-0 flex-1 flex-col gap-1 text-sm">
            <span className="font-medium">{said.search}</span>
            <Select value={current?.place ?? ""} onChange={(event) => set({ search: Number(event.target.value), hop: null })}>
              {listChoices(searches, current?.place).map(({ search: one, place }) => (
                <option key={place} value={place}>
                  {`${one.query.slice(0, 90)} · ${one.tool}`}
                </option>
              ))}
            </Select>
          </label>
        )}
        {most > 0 && (
          <label className="flex flex-col gap-1 text-sm">
            <span className="font-medium">
              {said.hop} {said.hopValue(count(Math.floor(Math.min(reach, most))), count(most))}
            </span>
            <input
              type="range"
              min={0}
              max={most}
              value={Math.floor(Math.min(reach, most))}
              onChange={(event) => set({ hop: Number(event.target.value) === most ? null : Number(event.target.value) })}
              className="w-32 accent-primary"
            />
          </label>
        )}
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <legend className="sr-only">{said.personas}</legend>
        {lanes.map((lane) => {
          const walk = walks.find(({ persona }) => persona === lane.name);
          const isShown = !without.includes(lane.name);
          return (
            <label
              key={lane.name}
              className="flex items-center gap-2"
              title={walk && said.visited(count(walk.rounds), count(walk.visited), count(walk.reached))}
            >
              <Checkbox
                checked={isShown}
                onChange={() => set({ without: isShown ? [...without, lane.name] : without.filter((one) => one !== lane.name) })}
              />
              <LaneMark number={lane.number} name={lane.name} />
            </label>
          );
        })}
      </fieldset>
      <div className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
        <span>{said.label(count(scene.nodes.length), count(scene.edges.length))}</span>
        {(search?.isCut || snapshot?.is_cut) && <Badge tone="warn">{said.cut}</Badge>}
        {snapshot && !snapshot.is_whole && <span>{said.part}</span>}
        <span className="ml-auto flex gap-1">
          {!isTable && (
            <>
              <ZoomButtons view={view} />
              <Button variant="outline" className="h-9" size="small" onClick={() => void savePng(view.current, `moe-${runId}.png`)}>
                {said.png}
              </Button>
            </>
          )}
          <Button variant="outline" className="h-9" size="small" onClick={() => set({ table: !isTable })}>
            {isTable ? said.picture : said.table}
          </Button>
        </span>
      </div>
      {isTable ? (
        <GraphTable scene={scene} facts={facts} chosen={chosen} onChoose={onChoose} />
      ) : (
        <GraphView
          handle={view}
          scene={scene}
          lanes={shown}
          reach={reach}
          chosen={chosen}
          onChoose={onChoose}
          label={said.label(count(scene.nodes.length), count(scene.edges.length))}
          keys={said.keys}
          describe={name}
          className="h-[28rem] rounded-lg border bg-card"
        />
      )}
    </div>
  );
}

export async function savePng(view: GraphHandle | null, name: string): Promise<void> {
  const picture = await view?.toPng();
  if (picture) download(name, picture);
}

/** How far the paths are drawn: to the step that is asked for, else they grow once when a search comes into view. */
function useReach(scene: unknown, most: number, hop: number | null): number {
  const [grown, setGrown] = useState(Infinity);
  useEffect(() => {
    if (hop !== null || most === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let frame = 0;
    const begun = performance.now();
    const step = (now: number) => {
      const reach = (now - begun) / HOP_MS;
      setGrown(reach >= most ? Infinity : reach);
      if (reach < most) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => {
      cancelAnimationFrame(frame);
      setGrown(Infinity);
    };
  }, [scene, most, hop]);
  return hop ?? grown;
}
