"use client";
import { useMemo, useState } from "react";
import { Button, Cell, Checkbox, HeadCell, Row, Table } from "@/components/ui";
import { cn } from "@/lib/cn";
import { count, duration, percent } from "@/lib/format";
import type { RunState } from "@/lib/live/state";
import { buildTimeline, findCriticalPath, type Critical, type Lane, type Span, type Timeline } from "@/lib/live/timeline";
import { texts } from "@/texts/en";

const said = texts.run.timeline;
const LANES = 150; // shown at once
const FILLS: Record<Span["kind"], string> = {
  task: "border border-control bg-muted",
  model: "bg-lane-1",
  wait: "border border-dashed border-lane-1 bg-card",
  tool: "bg-lane-3",
  documents: "bg-lane-5",
};

interface TimelinePaneProps {
  state: RunState;
  chosen: string;
  isCritical: boolean;
  onCritical: (isCritical: boolean) => void;
  onChoose: (taskId: string) => void;
}

/** Who worked when: a lane for each task, what it waited for, and the path that the end of the run waited for. */
export function TimelinePane({ state, chosen, isCritical, onCritical, onChoose }: TimelinePaneProps) {
  const timeline = useMemo(() => buildTimeline(state), [state]);
  const path = useMemo(() => findCriticalPath(timeline), [timeline]);
  const [most, setMost] = useState(LANES);
  if (!timeline.lanes.length && !timeline.preparing.length) return <p className="text-muted-foreground">{said.empty}</p>;
  const scale = makeScale(timeline);
  const critical = isCritical ? groupBySpan(path) : new Map<string, Critical[]>();
  const lanes = timeline.lanes.slice(0, most);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <label className="flex items-center gap-2">
          <Checkbox checked={isCritical} onChange={(event) => onCritical(event.target.checked)} />
          {said.showCritical}
        </label>
        <ul aria-label={said.legend} className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted-foreground">
          {(["task", "model", "wait", "tool", "documents"] as const).map((kind) => (
            <li key={kind} className="flex items-center gap-1.5">
              <span aria-hidden className={cn("inline-block h-2.5 w-4 rounded-xs", FILLS[kind])} />
              {said.kinds[kind]}
            </li>
          ))}
        </ul>
      </div>
      <div className="overflow-x-auto rounded-lg border bg-card" tabIndex={0} role="region" aria-label={said.label}>
        <div className="min-w-[26rem] p-2">
          <Axis timeline={timeline} />
          {timeline.preparing.length > 0 && (
            <div className="flex items-center gap-2 py-0.5">
              <span className="w-24 shrink-0 sm:w-36 truncate text-xs text-muted-foreground">{said.preparing}</span>
              <div className="relative h-5 flex-1">
                {timeline.preparing.map((span) => (
                  <Bar key={span.id} span={span} scale={scale} />
                ))}
                <CriticalBars parts={timeline.preparing.flatMap((span) => critical.get(span.id) ?? [])} scale={scale} />
              </div>
            </div>
          )}
          {lanes.map((lane) => (
            <LaneRow key={lane.taskId} lane={lane} scale={scale} critical={critical} isChosen={lane.taskId === chosen} onChoose={onChoose} />
          ))}
          {timeline.lanes.length > most && (
            <Button variant="outline" size="small" className="mt-2" onClick={() => setMost(most + LANES)}>
              {said.cutLanes(count(most), count(timeline.lanes.length))}
            </Button>
          )}
        </div>
      </div>
      {isCritical && path.length > 0 && <CriticalTable timeline={timeline} path={path} />}
    </div>
  );
}

type Scale = (seconds: number) => number;

function makeScale({ start, end }: Timeline): Scale {
  const whole = Math.max(1e-6, end - start);
  return (seconds) => Math.min(100, Math.max(0, ((seconds - start) / whole) * 100));
}

const groupBySpan = (path: readonly Critical[]) => {
  const groups = new Map<string, Critical[]>();
  for (const part of path) groups.set(part.spanId, [...(groups.get(part.spanId) ?? []), part]);
  return groups;
};

function Axis({ timeline: { start, end } }: { timeline: Timeline }) {
  return (
    <div aria-hidden className="flex gap-2 pb-1 text-xs text-muted-foreground tabular-nums">
      <span className="w-24 shrink-0 sm:w-36" />
      <div className="flex flex-1 justify-between">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{duration((end - start) * share)}</span>
        ))}
      </div>
    </div>
  );
}

interface LaneRowProps {
  lane: Lane;
  scale: Scale;
  critical: ReadonlyMap<string, readonly Critical[]>;
  isChosen: boolean;
  onChoose: (taskId: string) => void;
}

function LaneRow({ lane, scale, critical, isChosen, onChoose }: LaneRowProps) {
  const { span } = lane;
  const status = span.isOpen ? texts.run.status.running : span.isFailed ? texts.run.status.failed : texts.run.status.done;
  const parts = [...(critical.get(span.id) ?? []), ...lane.parts.flatMap((part) => critical.get(part.id) ?? [])];
  return (
    <button
      type="button"
      aria-label={said.lane(lane.label, duration(span.end - span.start), status ?? "")}
      aria-pressed={isChosen}
      onClick={() => onChoose(lane.taskId)}
      className={cn("flex w-full items-center gap-2 rounded-sm py-0.5 text-left hover:bg-muted/60", isChosen && "bg-muted")}
    >
      <span className="w-24 shrink-0 sm:w-36 truncate text-sm" style={{ paddingLeft: `${lane.depth * 0.75}rem` }}>
        {lane.label}
      </span>
      <span className="relative block h-5 flex-1">
        <Bar span={span} scale={scale} />
        {lane.parts.map((part) => (
          <Bar key={part.id} span={part} scale={scale} isInner />
        ))}
        <CriticalBars parts={parts} scale={scale} />
      </span>
    </button>
  );
}

function Bar({ span, scale, isInner = false }: { span: Span; scale: Scale; isInner?: boolean }) {
  const [left, right] = [scale(span.start), scale(span.end)];
  const title = `${said.kinds[span.kind]}: ${span.label.slice(0, 120)}, ${duration(span.end - span.start)}`;
  return (
    <span
      title={title}
      className={cn(
        "absolute rounded-xs",
        isInner ? "top-1 bottom-1.5" : "top-0.5 bottom-1",
        FILLS[span.kind],
        span.isFailed && "outline-2 outline-bad",
        span.isOpen && "animate-pulse",
      )}
      style={{ left: `${left}%`, width: `max(2px, ${right - left}%)` }}
    />
  );
}

/** A line below the bars: it is seen without colour too. */
function CriticalBars({ parts, scale }: { parts: readonly Critical[]; scale: Scale }) {
  return parts.map((part, place) => (
    <span
      key={place}
      title={said.critical}
      className="absolute bottom-0 h-1 bg-bad"
      style={{ left: `${scale(part.start)}%`, width: `max(2px, ${scale(part.end) - scale(part.start)}%)` }}
    />
  ));
}

function CriticalTable({ timeline, path }: { timeline: Timeline; path: readonly Critical[] }) {
  const names = useMemo(() => {
    const found = new Map<string, string>();
    for (const span of timeline.preparing) found.set(span.id, said.preparing);
    for (const lane of timeline.lanes) {
      found.set(lane.taskId, `${lane.label}: ${said.kinds.task}`);
      for (const part of lane.parts) found.set(part.id, `${lane.label}: ${said.kinds[part.kind]} · ${part.label}`);
    }
    return found;
  }, [timeline]);
  const whole = Math.max(1e-6, timeline.end - timeline.start);
  const longest = [...path].sort((one, other) => other.end - other.start - (one.end - one.start)).slice(0, 12);
  return (
    <div>
      <h3 className="text-sm font-medium">{said.critical}</h3>
      <p className="mb-2 text-sm text-muted-foreground">{said.criticalHint}</p>
      <Table label={said.table}>
        <thead>
          <Row>
            <HeadCell>{said.what}</HeadCell>
            <HeadCell className="text-right">{said.from}</HeadCell>
            <HeadCell className="text-right">{said.took}</HeadCell>
          </Row>
        </thead>
        <tbody>
          {longest.map((part) => (
            <Row key={`${part.spanId} ${part.start}`}>
              <Cell>{names.get(part.spanId)?.slice(0, 120) ?? part.spanId}</Cell>
              <Cell className="text-right whitespace-nowrap tabular-nums">{duration(part.start - timeline.start)}</Cell>
              <Cell className="text-right whitespace-nowrap tabular-nums">
                {duration(part.end - part.start)} · {percent((part.end - part.start) / whole)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
