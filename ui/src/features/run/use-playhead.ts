"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Replay } from "@/lib/live/replay";

export const SPEEDS = { slow: 60, normal: 20, fast: 5 } as const; // seconds for a whole run
export type Speed = keyof typeof SPEEDS;
const SETTLE_MS = 300; // without a move, before the address tells it

export interface Playhead {
  /** How many events count. */
  place: number;
  isFollowing: boolean;
  isPlaying: boolean;
  speed: Speed;
  go: (place: number) => void;
  follow: () => void;
  toggle: () => void;
  setSpeed: (speed: Speed) => void;
}

/** One place in the events for all panes. It moves at once, and is written into the address when it rests. */
export function usePlayhead(replay: Replay, length: number, at: number | null, write: (at: number | null) => void): Playhead {
  const [moving, setMoving] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>("normal");
  const timer = useRef(0);
  const place = moving ?? (at === null ? length : replay.placeOf(at));
  const latest = useRef({ place, length, speed });
  useEffect(() => {
    latest.current = { place, length, speed };
  });

  const settle = useCallback(
    (next: number) => {
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => {
        write(replay.events[next - 1]?.sequence ?? 0);
        setMoving(null);
      }, SETTLE_MS);
    },
    [replay, write],
  );
  const go = useCallback(
    (wanted: number) => {
      const next = Math.max(0, Math.min(latest.current.length, Math.round(wanted)));
      setPlaying(false);
      setMoving(next);
      settle(next);
    },
    [settle],
  );
  const follow = useCallback(() => {
    window.clearTimeout(timer.current);
    setPlaying(false);
    setMoving(null);
    write(null);
  }, [write]);
  const toggle = useCallback(() => {
    const { place: now, length: most } = latest.current;
    if (isPlaying) settle(now);
    else {
      window.clearTimeout(timer.current);
      setMoving(now >= most ? 0 : now);
    }
    setPlaying(!isPlaying);
  }, [isPlaying, settle]);

  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    let before = performance.now();
    let exact = latest.current.place >= latest.current.length ? 0 : latest.current.place;
    const step = (now: number) => {
      const { length: most, speed: chosen } = latest.current;
      exact += ((now - before) / 1000) * (most / SPEEDS[chosen]);
      before = now;
      if (exact >= most) {
        setPlaying(false);
        setMoving(null);
        write(null);
        return;
      }
      setMoving(Math.floor(exact));
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, write]);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return { place, isFollowing: moving === null && at === null, isPlaying, speed, go, follow, toggle, setSpeed };
}
