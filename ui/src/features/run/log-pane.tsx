"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useDeferredValue, useEffect, useMemo, useRef } from "react";
import { Checkbox, Input, Select } from "@/components/ui";
import { cn } from "@/lib/cn";
import { count, duration } from "@/lib/format";
import { describeEvent } from "@/lib/live/describe";
import type { RunEvent } from "@/lib/live/events";
import { texts } from "@/texts/en";

const said = texts.run.log;
const ROW = 26; // pixels
const WARNS = /^(model\.(failed|invalid|retried)|tool\.(failed|refused|retried)|breaker\.opened|budget\.|context\.cut|plan\.cut)/;

interface LogPaneProps {
  events: readonly RunEvent[];
  kinds: ReadonlySet<string>;
  place: number;
  q: string;
  kind: string;
  isFollowing: boolean;
  chosen: string;
  set: (change: { q?: string; kind?: string; follow?: "on" | "off" }) => void;
  onChoose: (sequence: number) => void;
}

/** Every event up to the playhead, one line each; only those in view are drawn. */
export function LogPane({ events, kinds, place, q, kind, isFollowing, chosen, set, onChoose }: LogPaneProps) {
  const wanted = useDeferredValue(q.trim().toLowerCase());
  const shown = useMemo(() => filterEvents(events, place, wanted, kind), [events, place, wanted, kind]);
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used in this component alone
  const lines = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 15 });
  const first = events[0]?.at ?? 0;
  useEffect(() => {
    if (isFollowing && shown.length) lines.scrollToIndex(shown.length - 1, { align: "end" });
  }, [isFollowing, shown.length, lines]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Input data-search aria-label={said.filter} placeholder={said.filter} value={q} onChange={(event) => set({ q: event.target.value })} className="min-w-40 flex-1" />
        <Select aria-label={said.kind} value={kind} onChange={(event) => set({ kind: event.target.value })} className="w-auto">
          <option value="">{said.all}</option>
          {[...kinds].sort().map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
        <label className="flex items-center gap-2 text-sm">
          <Checkbox checked={isFollowing} onChange={(event) => set({ follow: event.target.checked ? "on" : "off" })} />
          {said.follow}
        </label>
        <span className="text-sm text-muted-foreground tabular-nums">{said.count(count(shown.length), count(place))}</span>
      </div>
      <div ref={box} tabIndex={0} role="region" aria-label={said.label} className="h-[28rem] overflow-auto rounded-lg border bg-card font-mono text-xs">
        {shown.length === 0 && <p className="p-3 font-sans text-sm text-muted-foreground">{said.none}</p>}
        <div className="relative" style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map((line) => {
            const event = shown[line.index];
            if (!event) return null;
            const isChosen = chosen === `event:${event.sequence}`;
            return (
              <button
                key={event.sequence}
                type="button"
                aria-pressed={isChosen}
                onClick={() => onChoose(event.sequence)}
                className={cn("absolute inset-x-0 flex items-center gap-3 px-2 text-left hover:bg-muted", isChosen && "bg-muted")}
                style={{ top: line.start, height: line.size }}
              >
                <span className="w-10 shrink-0 text-right text-muted-foreground tabular-nums">{event.sequence}</span>
                <span className="hidden w-14 shrink-0 text-right text-muted-foreground tabular-nums sm:inline">{duration(Math.max(0, event.at - first))}</span>
                <span className="hidden w-20 shrink-0 truncate sm:inline xl:hidden 2xl:inline">{event.agent}</span>
                <span className={cn("w-30 shrink-0 truncate", WARNS.test(event.kind) && "font-semibold text-warn")}>{event.kind}</span>
                <bdi className="truncate">{describeEvent(event)}</bdi>
              </button>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The first `place` events that fit; without a filter the list itself, as far as it goes. */
export function filterEvents(events: readonly RunEvent[], place: number, wanted: string, kind: string): readonly RunEvent[] {
  const upTo = events.slice(0, place);
  if (!wanted && !kind) return upTo;
  return upTo.filter(
    (event) =>
      (!kind || event.kind === kind) &&
      (!wanted || `${event.sequence} ${event.agent ?? ""} ${event.kind} ${event.task_id ?? ""} ${describeEvent(event)}`.toLowerCase().includes(wanted)),
  );
}
