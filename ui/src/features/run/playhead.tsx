"use client";
import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight, Flag, Pause, Play } from "lucide-react";
import { useEffect, useMemo } from "react";
import { Button, Choice } from "@/components/ui";
import { cn } from "@/lib/cn";
import { count, duration } from "@/lib/format";
import type { RunEvent } from "@/lib/live/events";
import type { Remark } from "@/lib/live/state";
import { texts } from "@/texts/en";
import { SPEEDS, type Playhead, type Speed } from "./use-playhead";

const said = texts.run.playhead;
const FLAGS_MAX = 60; // more of them would cover each other

interface PlayheadBarProps {
  playhead: Playhead;
  events: readonly RunEvent[];
  length: number;
  remarks: readonly Remark[];
  isLive: boolean;
}

/** Where the panes stand in the run; moved by hand, by its keys, or by itself. */
export function PlayheadBar({ playhead, events, length, remarks, isLive }: PlayheadBarProps) {
  const { place, go } = playhead;
  useKeys(playhead);
  const [first, now] = [events[0]?.at ?? 0, events[Math.max(0, place - 1)]?.at ?? 0];
  const sequence = events[place - 1]?.sequence ?? 0;
  const label = said.value(count(sequence), count(length), duration(Math.max(0, now - first)));
  return (
    <section aria-label={said.label} className="rounded-lg border bg-card px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="flex items-center">
          <Step label={said.first} onClick={() => go(0)} isDisabled={place === 0}>
            <ChevronsLeft aria-hidden className="size-4" />
          </Step>
          <Step label={said.back} onClick={() => go(place - 1)} isDisabled={place === 0}>
            <ChevronLeft aria-hidden className="size-4" />
          </Step>
          <Step label={playhead.isPlaying ? said.pause : said.play} onClick={playhead.toggle} isDisabled={length === 0}>
            {playhead.isPlaying ? <Pause aria-hidden className="size-4" /> : <Play aria-hidden className="size-4" />}
          </Step>
          <Step label={said.on} onClick={() => go(place + 1)} isDisabled={place >= length}>
            <ChevronRight aria-hidden className="size-4" />
          </Step>
          <Step label={isLive ? said.follow : said.last} onClick={playhead.follow} isDisabled={playhead.isFollowing}>
            <ChevronsRight aria-hidden className="size-4" />
          </Step>
        </div>
        <div className="relative order-last min-w-0 flex-[1_1_100%] sm:order-none sm:flex-1">
          <Flags remarks={remarks} events={events} length={length} onGo={go} />
          <input
            type="range"
            min={0}
            max={Math.max(1, length)}
            value={place}
            onChange={(event) => go(Number(event.target.value))}
            aria-label={said.label}
            aria-valuetext={label}
            className="h-6 w-full accent-primary"
          />
        </div>
        <span className="text-sm text-muted-foreground tabular-nums">
          {label}
          {playhead.isFollowing && isLive && <span className="text-good"> · {said.following}</span>}
        </span>
        <Choice
          label={said.speed}
          value={playhead.speed}
          onChange={playhead.setSpeed}
          options={(Object.keys(SPEEDS) as Speed[]).map((value) => ({ value, label: said.speeds[value] }))}
        />
      </div>
    </section>
  );
}

function Step({ label, isDisabled, onClick, children }: { label: string; isDisabled: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <Button variant="ghost" size="icon" aria-label={label} title={label} disabled={isDisabled} onClick={onClick}>
      {children}
    </Button>
  );
}

/** Remarks as flags over the slider, at their events; a warning is also taller. */
function Flags({ remarks, events, length, onGo }: { remarks: readonly Remark[]; events: readonly RunEvent[]; length: number; onGo: (place: number) => void }) {
  const flags = useMemo(() => {
    const first = events[0]?.at ?? 0;
    // Warnings first where not all have room.
    const chosen = [...remarks].sort((one, other) => Number(other.severity === "warning") - Number(one.severity === "warning")).slice(0, FLAGS_MAX);
    return chosen
      .sort((one, other) => one.sequence - other.sequence)
      .map((remark) => ({ ...remark, text: remark.text.slice(0, 300), time: duration(Math.max(0, remark.at - first)) }));
  }, [remarks, events]);
  if (!flags.length) return null;
  return (
    <ul aria-label={said.flags} className="relative mx-2 h-5">
      {flags.map((flag, place) => {
        const label = said.flag(flag.severity, flag.time, flag.text);
        return (
          <li key={`${flag.sequence} ${place}`} className="absolute bottom-0 -translate-x-1/2" style={{ left: `${(flag.sequence / Math.max(1, length)) * 100}%` }}>
            <button type="button" aria-label={label} title={label} onClick={() => onGo(flag.sequence)} className="block rounded-sm p-0.5">
              <Flag aria-hidden className={cn(flag.severity === "warning" ? "size-4 fill-current text-warn" : "size-3 text-muted-foreground")} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** [ and ] step, as the list of keys says. */
function useKeys({ place, go }: Playhead): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || (event.key !== "[" && event.key !== "]")) return;
      if ((event.target as HTMLElement | null)?.closest("input:not([type=range]), textarea, select, dialog[open]")) return;
      event.preventDefault();
      go(place + (event.key === "]" ? 1 : -1));
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [place, go]);
}
