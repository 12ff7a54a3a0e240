"use client";
import { useMemo } from "react";
import { Choice } from "@/components/ui";
import type { RunResult } from "@/lib/api";
import { count } from "@/lib/format";
import type { RunEvent } from "@/lib/live/events";
import { texts } from "@/texts/en";

const said = texts.run.raw;
const EVENTS_MAX = 200; // shown as JSON; the export has all
const SIGNS_MAX = 60_000; // of text in one block: a browser lays out more of it slowly

interface RawPaneProps {
  events: readonly RunEvent[];
  place: number;
  result: RunResult | undefined;
  what: "events" | "result";
  onWhat: (what: "events" | "result") => void;
}

/** The last events before the playhead as JSON, newest first, as many as can be laid out at once. */
export function writeLast(events: readonly RunEvent[], place: number): string {
  const parts: string[] = [];
  let left = SIGNS_MAX;
  for (let next = place - 1; next >= Math.max(0, place - EVENTS_MAX) && left > 0; next--) {
    const json = JSON.stringify(events[next], null, 2);
    parts.push(json.length > left ? `${json.slice(0, left)}\n…` : json);
    left -= json.length;
  }
  return parts.join(",\n");
}

/** What the server told, as it told it. */
export function RawPane({ events, place, result, what, onWhat }: RawPaneProps) {
  const text = useMemo(() => {
    if (what === "result") {
      const json = JSON.stringify(result ?? null, null, 2);
      return json.length > SIGNS_MAX ? `${json.slice(0, SIGNS_MAX)}\n…` : json;
    }
    return writeLast(events, place);
  }, [events, place, result, what]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Choice
          label={said.choose}
          value={what}
          onChange={onWhat}
          options={[
            { value: "events", label: said.events },
            { value: "result", label: said.result },
          ]}
        />
        {what === "events" && place > EVENTS_MAX && <span className="text-sm text-muted-foreground">{said.cut(count(EVENTS_MAX), count(place))}</span>}
      </div>
      <pre tabIndex={0} role="region" aria-label={said.label} className="h-[28rem] overflow-auto rounded-lg border bg-card p-3 font-mono text-xs whitespace-pre-wrap">
        {text}
      </pre>
    </div>
  );
}
