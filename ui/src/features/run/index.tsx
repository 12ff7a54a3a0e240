"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef } from "react";
import { Badge, Button, Empty, Loading, PageHead, Panel, ProblemNote, ShortId, Tabs, type Tone } from "@/components/ui";
import { addressOf, useAddress, useIsAddressed } from "@/lib/address";
import { api, unwrap } from "@/lib/api";
import { count, duration } from "@/lib/format";
import { buildWalked, numberPersonas } from "@/lib/graph/walks";
import type { Remark } from "@/lib/live/state";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { CancelButton, Ending, isOver, ResumeButton, RunActions, useFork } from "./actions";
import { RUN_ADDRESS, type RunTab } from "./address";
import { AnswerPane } from "./answer-pane";
import { DEMO, loadDemo } from "./demo";
import { useRunFeed, type FeedView } from "./feed";
import { PlayheadBar } from "./playhead";
import { listWalked, useWalkedGraph } from "./searches";
import { StatusBadge } from "./status";
import type { WaitingCall } from "./waiting";
import { usePlayhead } from "./use-playhead";

const said = texts.run;
const WAITING_MS = 4000; // between two looks at whether somebody has decided elsewhere

// What is not seen first is fetched when it is: a browser that opens an answer loads little more than it.
const TreePane = lazy(() => import("./tree-pane").then((room) => ({ default: room.TreePane })));
const TimelinePane = lazy(() => import("./timeline-pane").then((room) => ({ default: room.TimelinePane })));
const GraphPane = lazy(() => import("./graph-pane").then((room) => ({ default: room.GraphPane })));
const MapPane = lazy(() => import("./map-pane").then((room) => ({ default: room.MapPane })));
const RoutingPane = lazy(() => import("./routing-pane").then((room) => ({ default: room.RoutingPane })));
const DebatePane = lazy(() => import("./debate-pane").then((room) => ({ default: room.DebatePane })));
const LogPane = lazy(() => import("./log-pane").then((room) => ({ default: room.LogPane })));
const RawPane = lazy(() => import("./raw-pane").then((room) => ({ default: room.RawPane })));
const WaitingCalls = lazy(() => import("./waiting").then((room) => ({ default: room.WaitingCalls })));
const Inspector = lazy(() => import("./inspector").then((room) => ({ default: room.Inspector })));

/** One run, live or replayed: what it did at the playhead, in three panes. */
export function RunPage() {
  const [{ id }] = useAddress(RUN_ADDRESS);
  if (!useIsAddressed()) return <PageHead title={said.title} />;
  if (!id)
    return (
      <>
        <PageHead title={said.title} />
        <Empty title={said.unnamed} hint={said.unnamedHint}>
          <Button asChild>
            <Link href="/runs/">{said.toRuns}</Link>
          </Button>
          <Button asChild variant="outline">
            <Link href={addressOf("/runs/view/", RUN_ADDRESS, { id: DEMO })}>{said.toDemo}</Link>
          </Button>
        </Empty>
      </>
    );
  return <RunView key={id} id={id} />;
}

function RunView({ id }: { id: string }) {
  const [address, set] = useAddress(RUN_ADDRESS);
  const isDemo = id === DEMO;
  const feed = useRunFeed(id);
  const { replay, length, stream } = feed;
  const write = useCallback((at: number | null) => set({ at }), [set]);
  const playhead = usePlayhead(replay, length, address.at, write);
  // The slider moves at once; panes of a long run follow when the browser has time, in slices.
  const place = useDeferredValue(playhead.place);
  const known = useDeferredValue(length); // no pane before it: an empty log would say that its filter fits nothing
  // The replay grows in place; how long it is tells when.
  const state = useMemo(() => replay.at(Math.min(place, known)), [replay, place, known]);
  const whole = useMemo(() => replay.at(known), [replay, known]);
  const numbers = useMemo(() => numberPersonas(whole.searches), [whole.searches]);
  const result = useQuery({
    queryKey: ["run", id],
    queryFn: async ({ signal }) => (isDemo ? (await loadDemo()).result : unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } }, signal }))),
    retry: false,
    refetchInterval: ({ state: { data } }) => (data?.status === "waiting" ? WAITING_MS : false),
  });
  const { refetch } = result;
  useEffect(() => {
    if (stream.phase === "ended") void refetch(); // what was asked before the end knows less
  }, [stream.phase, refetch]);
  useGoOn(result.data?.status, stream.phase === "ended", feed.restart);
  const fork = useFork(id);
  const status = stream.status || whole.finished?.status || result.data?.status || "running";
  const isDone = isOver(status);
  const keptQuery = result.data?.graph?.query ?? "";
  const kept = useWalkedGraph(id, keptQuery !== "");
  const facts = useMemo(() => {
    if (!address.sel.startsWith("node:")) return [];
    const searches = listWalked(state);
    const search = (searches.find(({ place }) => place === address.search) ?? searches[searches.length - 1])?.search;
    const snapshot = kept && (!search || search.query === kept.question) ? kept : null;
    return buildWalked(search?.query ?? "", search?.walks ?? kept?.walks ?? [], snapshot, numbers).facts;
  }, [address.sel, address.search, state, kept, numbers]);
  useDemoPlay(isDemo && length > 0, address.at === null, playhead.toggle);
  const choose = useCallback((sel: string) => set({ sel }), [set]);
  const chosenTask = address.sel.startsWith("task:") ? address.sel.slice(5) : "";
  const node = address.sel.startsWith("node:") ? address.sel.slice(5) : "";
  const events = replay.events;
  if (stream.phase === "refused" && length === 0)
    return (
      <>
        <PageHead title={said.title} />
        <ProblemNote error={stream.error} onRetry={feed.retry} />
      </>
    );
  const chooseTask = (taskId: string) => choose(`task:${taskId}`);
  const choosePassage = (passageId: string) => {
    const steps = state.searches.flatMap(({ walks }) => walks.flatMap(({ paths }) => paths.flatMap((path) => path.steps)));
    const found = steps.find((step) => step.passage_id === passageId);
    if (found) set({ tab: "graph", sel: `node:${found.node_id}` }, { isStep: true });
  };
  const panes: Record<RunTab, React.ReactNode> = {
    answer: (
      <AnswerPane
        result={result.data}
        state={state}
        draft={feed.draft}
        numbers={numbers}
        chosen={address.sel}
        onCite={(number) => choose(`cite:${number}`)}
      />
    ),
    timeline: (
      <TimelinePane
        state={state}
        chosen={chosenTask}
        isCritical={address.critical === "on"}
        onCritical={(isCritical) => set({ critical: isCritical ? "on" : "off" })}
        onChoose={chooseTask}
      />
    ),
    graph: (
      <GraphPane
        runId={id}
        state={state}
        keptQuery={keptQuery}
        numbers={numbers}
        search={address.search}
        without={address.without}
        hop={address.hop}
        isTable={address.table}
        chosen={node}
        set={set}
        onChoose={(nodeId) => choose(nodeId && `node:${nodeId}`)}
      />
    ),
    map: (
      <MapPane
        places={state.places}
        isTable={address.table}
        chosen={address.pin}
        onChoose={(pin) => set({ pin })}
        onTable={(table) => set({ table })}
        onCite={(number) => choose(`cite:${number}`)}
      />
    ),
    routing: <RoutingPane state={state} numbers={numbers} />,
    debate: (
      <DebatePane state={state} numbers={numbers} search={address.search} onSearch={(search) => set({ search })} onChoosePassage={choosePassage} />
    ),
    log: (
      <LogPane
        events={events}
        kinds={replay.kinds}
        place={place}
        q={address.q}
        kind={address.kind}
        isFollowing={address.follow === "on"}
        chosen={address.sel}
        set={set}
        onChoose={(sequence) => choose(`event:${sequence}`)}
      />
    ),
    raw: <RawPane events={events} place={place} result={result.data} what={address.raw} onWhat={(raw) => set({ raw })} />,
  };
  const isOffered = (tab: RunTab) => tab !== "map" || whole.places.length > 0 || address.tab === "map";
  const question = result.data?.question || whole.request?.question || "";
  const askedAs = whole.asked?.asked_as ?? "";
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-col gap-2">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1 basis-72">
            <h1 dir="auto" className="text-xl font-semibold">
              {question.slice(0, 600) || said.title}
            </h1>
            {askedAs && askedAs !== question && (
              <p dir="auto" className="text-sm text-muted-foreground">
                {said.askedAs}: {askedAs}
              </p>
            )}
            <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
              {isDemo && <Badge tone="info">{said.demo.badge}</Badge>}
              <StatusBadge status={status} />
              <StreamLine stream={stream} />
              {isDemo ? <span>{said.demo.about}</span> : <ShortId>{id}</ShortId>}
              {whole.startedAt > 0 && <span className="tabular-nums">{duration(whole.at - whole.startedAt)}</span>}
              {!isDone && <CancelButton runId={id} />}
            </p>
          </div>
          <RunActions runId={id} status={status} result={result.data} state={whole} events={events} />
        </div>
        <Ending
          runId={id}
          status={status}
          result={result.data}
          state={whole}
          onResumed={() => {
            feed.restart();
            void refetch();
          }}
        />
        {result.data?.status === "waiting" && status === "waiting" && (
          <Waiting runId={id} calls={result.data.waiting ?? []} onDecided={() => void refetch()} />
        )}
        <Losses stream={stream} />
      </header>
      {known === 0 ? (
        <Loading label={said.loading} />
      ) : (
        <>
          <PlayheadBar playhead={playhead} events={events} length={length} remarks={whole.remarks} isLive={!isDone} />
          <div className="grid gap-4 lg:grid-cols-[15rem_minmax(0,1fr)] xl:grid-cols-[14rem_minmax(0,1fr)_18rem] 2xl:grid-cols-[18rem_minmax(0,1fr)_24rem]">
            <Side>
              <Part name={said.tree.label}>
                <TreePane state={state} closed={address.closed} chosen={chosenTask} onChoose={chooseTask} onClosed={(closed) => set({ closed })} />
              </Part>
              <Remarks remarks={state.remarks} first={state.startedAt} onGo={(sequence) => playhead.go(replay.placeOf(sequence))} />
            </Side>
            <Tabs
              label={said.tabs.label}
              value={address.tab}
              onChange={(tab) => set({ tab }, { isStep: true })}
              tabs={(Object.keys(panes) as RunTab[]).filter(isOffered).map((value) => ({
                value,
                label: said.tabs[value],
                content: value === address.tab && <Part name={said.tabs[value]}>{panes[value]}</Part>,
              }))}
            />
            <div className="lg:col-span-2 xl:col-span-1">
              <Part name={said.inspector.label}>
                <Inspector
                  runId={id}
                  state={state}
                  events={events}
                  facts={facts}
                  selection={address.sel}
                  onClose={() => choose("")}
                  onFork={isDone && !isDemo ? (task) => fork(task) : undefined}
                />
              </Part>
            </div>
          </div>
        </>
      )}
    </div>
  );
}

/** Follow a run anew that has waited for a person, once somebody has decided, here or elsewhere. */
function useGoOn(status: string | undefined, isEnded: boolean, restart: () => void): void {
  const hasWaited = useRef(false);
  useEffect(() => {
    if (status === "waiting") hasWaited.current = true;
    else if (status && hasWaited.current && isEnded) {
      hasWaited.current = false;
      restart();
    }
  }, [status, isEnded, restart]);
}

/** What a run waits for, and what a person can say to it. */
function Waiting({ runId, calls, onDecided }: { runId: string; calls: readonly WaitingCall[]; onDecided: () => void }) {
  return (
    <section aria-label={said.waiting.title} className="flex flex-col gap-2 rounded-lg border border-warn/60 bg-card p-3 text-sm">
      <h2 className="font-medium">{said.waiting.title}</h2>
      {calls.length > 0 ? (
        <>
          <p className="text-muted-foreground">{said.waiting.hint}</p>
          <Part name={said.waiting.title}>
            <WaitingCalls runId={runId} calls={calls} onDecided={onDecided} />
          </Part>
        </>
      ) : (
        <>
          <p>{said.waiting.decidedAll}</p>
          <ResumeButton runId={runId} onResumed={onDecided} />
        </>
      )}
    </section>
  );
}

/** The demo plays by itself, once, unless the address says where to stand or motion is not wanted. */
function useDemoPlay(isThere: boolean, isWanted: boolean, toggle: () => void): void {
  const latest = useRef({ isWanted, toggle });
  useEffect(() => {
    latest.current = { isWanted, toggle };
  });
  useEffect(() => {
    if (!isThere || !latest.current.isWanted || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setTimeout(() => latest.current.toggle(), 400);
    return () => clearTimeout(timer);
  }, [isThere]);
}

function StreamLine({ stream }: { stream: FeedView["stream"] }) {
  const { phase } = stream;
  const tone: Tone = phase === "live" ? "good" : phase === "resuming" ? "warn" : "plain";
  return (
    <span role="status" className="flex items-center gap-2">
      {phase !== "ended" && <Badge tone={tone}>{phase === "resuming" ? said.stream.resuming(count(stream.after)) : said.stream[phase]}</Badge>}
      {stream.cuts > 0 && <span>{said.stream.cuts(stream.cuts)}</span>}
    </span>
  );
}

/** What of the record did not come; never silent. */
function Losses({ stream }: { stream: FeedView["stream"] }) {
  if (!stream.gaps.length && !stream.damaged) return null;
  const ranges = stream.gaps.map(({ from, to }) => (from === to ? `#${from}` : `#${from}–#${to}`)).join(", ");
  return (
    <div role="alert" className="text-sm text-warn">
      {ranges && <p>{said.stream.gaps(ranges)}</p>}
      {stream.damaged > 0 && <p>{said.stream.damaged(count(stream.damaged))}</p>}
    </div>
  );
}

/** A part that crashes alone, and may still be on its way. */
function Part({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Panel name={name}>
      <Suspense fallback={<Loading label={said.loadingPart(name)} />}>{children}</Suspense>
    </Panel>
  );
}

/** Beside the tabs where there is room; behind a line to open where there is little. */
function Side({ children }: { children: React.ReactNode }) {
  return (
    <details open className="min-w-0 lg:[&>summary]:hidden">
      <summary className="mb-2 text-sm font-medium">{said.tree.show}</summary>
      <div className="flex flex-col gap-4">{children}</div>
    </details>
  );
}

const REMARKS = 30; // shown; the log has all

function Remarks({ remarks, first, onGo }: { remarks: readonly Remark[]; first: number; onGo: (sequence: number) => void }) {
  return (
    <section aria-label={said.tree.remarks}>
      <h2 className="mb-1 text-sm font-medium">{said.tree.remarks}</h2>
      {!remarks.length && <p className="text-sm text-muted-foreground">{said.tree.noRemarks}</p>}
      <ul className="flex flex-col gap-1 text-sm">
        {remarks.slice(-REMARKS).map((remark, place) => (
          <li key={`${remark.sequence} ${place}`}>
            <button type="button" className="w-full rounded-md px-1.5 py-1 text-left hover:bg-muted" onClick={() => onGo(remark.sequence)}>
              <Badge tone={remark.severity === "warning" ? "warn" : "plain"}>{remark.severity}</Badge>{" "}
              <span className="text-xs text-muted-foreground tabular-nums">{duration(Math.max(0, remark.at - first))}</span>
              <bdi className="block">{remark.text.slice(0, 300)}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {remarks.length > REMARKS && <p className="text-xs text-muted-foreground">{said.playhead.moreFlags(count(remarks.length - REMARKS))}</p>}
    </section>
  );
}
