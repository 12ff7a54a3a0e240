"use client";
import { CircleCheck, CircleDashed, CloudOff, RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { Badge } from "@/components/ui";
import { BASE, useConnection } from "@/lib/api";
import { duration } from "@/lib/format";
import { texts } from "@/texts/en";

const PROBE_SECONDS = 3;
const IDLE_PROBE_SECONDS = 20; // while nothing else asks the server anything

const words = texts.shell.connection;

/** Whether the server answers; it is asked again until it does. */
export function ConnectionBadge() {
  const { awaySince, answeredAt, resumingFrom } = useConnection();
  useProbe();
  const now = useClock(awaySince !== null);
  if (awaySince !== null) {
    const told = words.away(duration(Math.max(0, Math.floor(now - awaySince))));
    return (
      <Badge tone="bad">
        <CloudOff aria-hidden className="size-3" />
        {told}
      </Badge>
    );
  }
  if (resumingFrom !== null)
    return (
      <Badge tone="warn">
        <RotateCw aria-hidden className="size-3" />
        {words.resuming(resumingFrom)}
      </Badge>
    );
  if (answeredAt === 0)
    return (
      <Badge>
        <CircleDashed aria-hidden className="size-3" />
        {words.asking}
      </Badge>
    );
  return (
    <Badge tone="good">
      <CircleCheck aria-hidden className="size-3" />
      {words.live}
    </Badge>
  );
}

/** The time in Unix seconds, going on while it is shown. */
function useClock(isGoing: boolean): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!isGoing) return;
    const tick = () => setNow(Date.now() / 1000);
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [isGoing]);
  return now;
}

/** Asks whether the server lives, more often while it does not; not while nobody looks. */
function useProbe(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const probe = async () => {
      const { awaySince, answeredAt, answered, missed } = useConnection.getState();
      const isQuiet = Date.now() / 1000 - answeredAt >= IDLE_PROBE_SECONDS;
      if (document.visibilityState === "visible" && (awaySince !== null || isQuiet)) {
        try {
          const answer = await fetch(`${BASE}/health/live`, { cache: "no-store" });
          if (answer.ok) answered();
          else missed(); // such as a proxy whose server is away
        } catch {
          missed();
        }
      }
      if (!isOver) timer = setTimeout(() => void probe(), PROBE_SECONDS * 1000);
    };
    void probe();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
}
