"use client";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { Badge, Button, Card, Checkbox, Empty, Input, Loading, Menu, PageHead, Panel, ProblemNote, Select, ShortId } from "@/components/ui";
import { useAddress, useIsAddressed, type StateOf } from "@/lib/address";
import { api, unwrap } from "@/lib/api";
import { count } from "@/lib/format";
import { download } from "@/lib/graph/download";
import { GraphTable } from "@/lib/graph/graph-table";
import { GraphView, type GraphHandle } from "@/lib/graph/graph-view";
import { ZoomButtons } from "@/lib/graph/zoom-buttons";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { ATLAS_ADDRESS } from "./address";
import { laneOf, mergeParts, readSnapshot, toGraphml, toSvg, type AtlasAnswer, type AtlasDrawing, type AtlasNode, type AtlasPart } from "./view";

const AtlasMap = lazy(() => import("./atlas-map").then((room) => ({ default: room.AtlasMap })));
const said = texts.atlas;
type State = StateOf<typeof ATLAS_ADDRESS>;
type Change = (change: Partial<State>, step?: { isStep?: boolean }) => void;
const FIRST = 300; // nodes that can be read at once; the server gives 2,000 at most
const MOST = 2000;
const NOTHING: readonly string[] = [];
const KINDS = ["document", "passage", "entity"] as const;

/** The graph of an index, or of a run: looked over, searched, opened node by node. */
export function AtlasPage() {
  return useIsAddressed() ? <Atlas /> : <PageHead title={said.title} />;
}

function Atlas() {
  const [state, set] = useAddress(ATLAS_ADDRESS);
  const limit = Math.min(MOST, Math.max(1, state.limit ?? FIRST));
  const views = useAtlas(state, limit);
  const { base, way } = views;
  const drawing = useMemo(
    () => mergeParts(views.parts, new Set(state.hidden), new Set(state.without)),
    [views.parts, state.hidden, state.without],
  );
  const view = useRef<GraphHandle>(null);
  const path = useMemo(() => laneOf(drawing.scene, way.data, said.path), [drawing.scene, way.data]);
  const node = drawing.nodes.find(({ id }) => id === state.sel);
  return (
    <>
      <PageHead title={said.title}>
        <Exports drawing={drawing} view={view} />
      </PageHead>
      <div className="flex flex-col gap-3">
        <Search state={state} set={set} />
        {base.error && <ProblemNote error={base.error} onRetry={() => void base.refetch()} />}
        {way.error && <ProblemNote error={way.error} />}
        {base.isPending && <Loading label={said.loading} />}
        {base.data === null && !state.map && (
          <Empty title={state.run ? said.noGraph : said.noIndex} hint={state.run ? said.noGraphHint : said.noIndexHint}>
            {state.run && (
              <span className="flex flex-wrap justify-center gap-2">
                <Button asChild variant="outline" size="small">
                  <Link href="/graph/">{said.toIndex}</Link>
                </Button>
                <Button variant="outline" size="small" onClick={() => set({ map: true }, { isStep: true })}>
                  {said.map.show}
                </Button>
              </span>
            )}
          </Empty>
        )}
        {(base.data || state.map) && (
          <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
            <Panel name={said.title}>
              <div className="flex min-w-0 flex-col gap-2">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted-foreground">
                  {base.data && !state.map && <Amounts base={base.data} limit={limit} set={set} />}
                  <span className="ml-auto flex gap-1">
                    {!state.table && !state.map && <ZoomButtons view={view} />}
                    {!state.map && (
                      <Button variant="outline" size="small" className="h-9" onClick={() => set({ table: !state.table })}>
                        {state.table ? texts.run.graph.picture : texts.run.graph.table}
                      </Button>
                    )}
                    <Button variant="outline" size="small" className="h-9" onClick={() => set({ map: !state.map, pin: null }, { isStep: true })}>
                      {state.map ? said.map.back : said.map.show}
                    </Button>
                  </span>
                </div>
                {state.map ? (
                  <Suspense fallback={<Loading label={said.map.loading} />}>
                    <AtlasMap
                      run={state.run}
                      collection={state.collection}
                      q={state.q}
                      isTable={state.table}
                      pin={state.pin}
                      onPin={(pin) => set({ pin })}
                      onTable={(table) => set({ table })}
                      onNode={(id) => set({ sel: id, open: drawing.scene.places.has(id) ? state.open : [...state.open, id] })}
                    />
                  </Suspense>
                ) : (
                  <>
                    <Kinds state={state} set={set} />
                    <Drawing drawing={drawing} path={path} state={state} set={set} view={view} />
                  </>
                )}
                {state.hidden.length > 0 && (
                  <Button variant="outline" size="small" className="self-start" onClick={() => set({ hidden: [] })}>
                    {said.hidden(count(state.hidden.length))}
                  </Button>
                )}
              </div>
            </Panel>
            <aside className="flex min-w-0 flex-col gap-3">
              <Chosen node={node} state={state} set={set} />
              <Way state={state} set={set} way={way.data} />
              <Basket drawing={drawing} state={state} set={set} />
            </aside>
          </div>
        )}
      </div>
    </>
  );
}

/** How much of it is drawn, and of how much. */
function Amounts({ base, limit, set }: { base: AtlasAnswer; limit: number; set: Change }) {
  const isPart = base.nodes.length < base.total;
  const isFull = limit >= MOST;
  return (
    <>
      <span>{said.shown(count(base.nodes.length), count(base.total))}</span>
      {isPart && !isFull && (
        <Button variant="outline" size="small" onClick={() => set({ limit: Math.min(MOST, limit * 2) })}>
          {said.more}
        </Button>
      )}
      {isPart && isFull && <span>{said.most}</span>}
      {base.is_cut && <Badge tone="warn">{said.cut}</Badge>}
      <span>{said.sizes(count(base.documents), count(base.passages))}</span>
    </>
  );
}

/** What is looked at: a run's graph, or an index's, whole or searched. */
async function readBase({ run, collection, q }: State, limit: number, signal: AbortSignal): Promise<AtlasAnswer | null> {
  if (run) {
    const params = { path: { run_id: run } };
    const result = await unwrap(api.GET("/api/v1/runs/{run_id}", { params, signal }));
    if (!result.graph) return null;
    const snapshot = await unwrap(api.GET("/api/v1/runs/{run_id}/graph", { params, signal }));
    return typeof snapshot === "object" ? readSnapshot(snapshot, q, limit) : null;
  }
  if (!collection) {
    const index = await unwrap(api.GET("/api/v1/index", { params: { query: { limit: 1 } }, signal }));
    if (!index.exists) return null;
  }
  return q
    ? unwrap(api.GET("/api/v1/atlas/search", { params: { query: { text: q, limit, collection } }, signal }))
    : unwrap(api.GET("/api/v1/atlas", { params: { query: { limit, collection } }, signal }));
}

/** What is looked at, what is joined to opened nodes, and a way between two. */
function useAtlas(state: State, limit: number) {
  const { run, collection, q, from, to } = state;
  const open = run ? NOTHING : state.open; // a run's graph is there as a whole
  const base = useQuery({
    queryKey: ["atlas", run, collection, q, limit],
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => readBase(state, limit, signal),
  });
  const opened = useQueries({
    queries: open.map((node) => ({
      queryKey: ["atlas neighbours", collection, node],
      retry: false,
      queryFn: ({ signal }: { signal: AbortSignal }) => unwrap(api.GET("/api/v1/atlas/neighbours", { params: { query: { node, limit: 50, collection } }, signal })),
    })),
    combine: (answers) => answers.flatMap(({ data }) => data ?? []),
  });
  const way = useQuery({
    queryKey: ["atlas path", collection, from, to],
    enabled: from !== "" && to !== "" && run === "",
    retry: false,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/atlas/path", { params: { query: { begin: from, end: to, collection } }, signal })),
  });
  const parts = useMemo(() => [base.data, ...opened, way.data].filter((part) => part != null) as AtlasPart[], [base.data, opened, way.data]);
  return { base, way, parts };
}

interface PartProps {
  state: State;
  set: Change;
}

function Search({ state, set }: PartProps) {
  const [text, setText] = useState<string | null>(null);
  const collections = useQuery({
    queryKey: ["collections"],
    retry: false,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/collections", { signal })),
  });
  return (
    <form
      className="flex flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        set({ q: (text ?? state.q).trim(), open: [], sel: "", from: "", to: "", pin: null }, { isStep: true });
      }}
    >
      {state.run && (
        <p className="flex items-center gap-2 text-sm">
          {said.ofRun} <ShortId>{state.run}</ShortId>
          <Link href="/graph/" className="text-primary underline-offset-2 hover:underline">
            {said.toIndex}
          </Link>
        </p>
      )}
      <Select
        aria-label={said.collection}
        className="w-auto max-w-56"
        value={state.collection}
        onChange={(event) => set({ run: "", collection: event.target.value, open: [], hidden: [], sel: "", from: "", to: "", basket: [], pin: null }, { isStep: true })}
      >
        <option value="">{said.index}</option>
        {collections.data?.collections.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Input data-search aria-label={said.search} placeholder={said.search} value={text ?? state.q} onChange={(event) => setText(event.target.value)} className="min-w-40 flex-1" />
      <Button type="submit" variant="outline">
        {said.go}
      </Button>
      {state.q && (
        <Button
          variant="ghost"
          onClick={() => {
            setText(null);
            set({ q: "", open: [], pin: null }, { isStep: true });
          }}
        >
          {said.all}
        </Button>
      )}
    </form>
  );
}

function Kinds({ state, set }: PartProps) {
  return (
    <fieldset className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      <legend className="sr-only">{said.kindsLabel}</legend>
      {KINDS.map((kind) => {
        const isShown = !state.without.includes(kind);
        return (
          <label key={kind} className="flex items-center gap-2">
            <Checkbox checked={isShown} onChange={() => set({ without: isShown ? [...state.without, kind] : state.without.filter((one) => one !== kind) })} />
            {said.kinds[kind]}
          </label>
        );
      })}
    </fieldset>
  );
}

interface DrawingProps extends PartProps {
  drawing: AtlasDrawing;
  path: ReturnType<typeof laneOf>;
  view: React.RefObject<GraphHandle | null>;
}

function Drawing({ drawing, path, state, set, view }: DrawingProps) {
  const { scene, facts } = drawing;
  const marked = useMemo(() => new Set(state.basket), [state.basket]);
  if (!scene.nodes.length) return <Empty title={said.empty} hint={said.emptyHint} />;
  const choose = (id: string) => set({ sel: id });
  if (state.table) return <GraphTable scene={scene} facts={facts} chosen={state.sel} onChoose={choose} />;
  return (
    <GraphView
      handle={view}
      scene={scene}
      lanes={path}
      chosen={state.sel}
      onChoose={choose}
      marked={marked}
      label={texts.run.graph.label(count(scene.nodes.length), count(scene.edges.length))}
      keys={texts.run.graph.keys}
      describe={(place) => texts.run.graph.pointed(facts[place]?.label.slice(0, 120) ?? "", facts[place]?.kind ?? "")}
      className="h-[36rem] max-h-[75vh] rounded-lg border bg-card"
    />
  );
}

const toggled = (list: readonly string[], id: string) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id]);

function Chosen({ node, state, set }: PartProps & { node: AtlasNode | undefined }) {
  if (!node) return <Card className="text-sm text-muted-foreground">{said.choose}</Card>;
  const isOpen = state.open.includes(node.id);
  const isKept = state.basket.includes(node.id);
  return (
    <Card aria-label={said.chosen} className="flex flex-col gap-2">
      <p dir="auto" className="max-h-48 overflow-auto font-medium whitespace-pre-wrap" tabIndex={0}>
        {node.text.slice(0, 4000)}
      </p>
      <p className="text-sm text-muted-foreground">
        {node.kind} · {said.degree(count(node.degree))}
        {node.document && node.kind === "passage" && (
          <span className="block">
            <ShortId most={36}>{node.document}</ShortId>
          </span>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        {!state.run && (
          <Button variant="outline" size="small" onClick={() => set({ open: toggled(state.open, node.id) })}>
            {isOpen ? said.collapse : said.expand}
          </Button>
        )}
        <Button variant="outline" size="small" onClick={() => set({ hidden: [...state.hidden, node.id], sel: "" })}>
          {said.hide}
        </Button>
        {!state.run && (
          <>
            <Button variant="outline" size="small" onClick={() => set({ from: node.id })} aria-pressed={state.from === node.id}>
              {said.pathFrom}
            </Button>
            <Button variant="outline" size="small" onClick={() => set({ to: node.id })} aria-pressed={state.to === node.id}>
              {said.pathTo}
            </Button>
          </>
        )}
        <Button variant="outline" size="small" onClick={() => set({ basket: toggled(state.basket, node.id) })}>
          {isKept ? said.remove : said.add}
        </Button>
      </div>
    </Card>
  );
}

function Way({ state, set, way }: PartProps & { way: AtlasPart | undefined }) {
  if (!state.from && !state.to) return null;
  return (
    <Card className="flex flex-col gap-2 text-sm">
      <h2 className="font-medium">{said.path}</h2>
      {way && way.nodes.length === 0 && <p>{said.noPath}</p>}
      {way && way.nodes.length > 0 ? (
        <ol className="list-decimal pl-5">
          {way.nodes.map((node) => (
            <li key={node.id}>
              <button type="button" dir="auto" className="text-left text-primary underline-offset-2 hover:underline" onClick={() => set({ sel: node.id })}>
                {node.text.slice(0, 100)}
              </button>{" "}
              <span className="text-xs text-muted-foreground">{node.kind}</span>
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-muted-foreground">{said.pathOf(state.from || "…", state.to || "…")}</p>
      )}
      <Button variant="outline" size="small" className="self-start" onClick={() => set({ from: "", to: "" })}>
        {said.dropPath}
      </Button>
    </Card>
  );
}

function Basket({ drawing, state, set }: PartProps & { drawing: AtlasDrawing }) {
  const names = state.basket.map((id) => ({ id, text: drawing.nodes.find((node) => node.id === id)?.text ?? id.replace(/^[a-z]+:/, "") }));
  // The same words that Now's form has in its address.
  const asked = new URLSearchParams({
    question: said.question(names.map(({ text }) => text.slice(0, 80)).join(", ")),
    ...(state.collection ? { from: "collection", collection: state.collection } : {}),
  });
  return (
    <Card className="flex flex-col gap-2 text-sm">
      <h2 className="font-medium">{said.basket}</h2>
      {!names.length && <p className="text-muted-foreground">{said.basketEmpty}</p>}
      <ul className="flex flex-col gap-1">
        {names.map(({ id, text }) => (
          <li key={id} className="flex items-center gap-2">
            <button type="button" dir="auto" className="min-w-0 flex-1 truncate text-left hover:underline" onClick={() => set({ sel: id })}>
              {text.slice(0, 120)}
            </button>
            <Button variant="ghost" size="icon" aria-label={`${said.remove}: ${text.slice(0, 60)}`} onClick={() => set({ basket: state.basket.filter((one) => one !== id) })}>
              <X aria-hidden className="size-4" />
            </Button>
          </li>
        ))}
      </ul>
      {names.length > 0 && (
        <Button asChild size="small" className="self-start">
          <Link href={`/?${asked}`}>{said.ask}</Link>
        </Button>
      )}
    </Card>
  );
}

function Exports({ drawing, view }: { drawing: AtlasDrawing; view: React.RefObject<GraphHandle | null> }) {
  const items = [
    { label: said.png, onSelect: () => void view.current?.toPng().then((picture) => picture && download("moe-atlas.png", picture)) },
    { label: said.svg, onSelect: () => download("moe-atlas.svg", toSvg(drawing), "image/svg+xml") },
    { label: said.graphml, onSelect: () => download("moe-atlas.graphml", toGraphml(drawing), "application/graphml+xml") },
    { label: said.json, onSelect: () => download("moe-atlas.json", JSON.stringify({ nodes: drawing.nodes, edges: drawing.edges }, null, 1)) },
  ];
  return (
    <Menu
      trigger={
        <Button variant="outline" size="small">
          {said.exports}
        </Button>
      }
      items={items}
    />
  );
}
