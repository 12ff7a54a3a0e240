"use client";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import type { RunEvent } from "@/lib/live/events";
import { Replay } from "@/lib/live/replay";
import { RunStream, type StreamState } from "@/lib/live/stream";
import { DEMO, loadDemo } from "./demo";

interface Piece {
  text: string;
  statement: number;
  attempt: number;
}

export interface FeedView {
  replay: Replay;
  /** Changes whenever events came. */
  length: number;
  stream: StreamState;
  /** The words of the answer that is being written; "" for none. */
  draft: string;
}

const IDLE: StreamState = { phase: "connecting", after: 0, gaps: [], cuts: 0, damaged: 0, error: null, status: "" };

/** One run as it comes in; panes look at it through `useRunFeed`. */
class RunFeed {
  private readonly replay = new Replay();
  private readonly listeners = new Set<() => void>();
  private pieces: Piece[] = [];
  private stream: RunStream | null = null;
  private view: FeedView = { replay: this.replay, length: 0, stream: IDLE, draft: "" };

  constructor(private readonly runId: string) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  readonly look = () => this.view;
  readonly retry = () => this.stream?.retry();

  /** Follow it, from where it was left. */
  readonly start = () => {
    if (this.runId === DEMO) return this.play();
    this.stream = new RunStream(this.runId, { onEvents: this.take, onState: (stream) => this.show({ stream }) });
    this.stream.start(this.view.stream.after);
    return () => {
      this.stream?.stop();
      this.stream = null;
    };
  };

  /** All events of the demo at once: it has no server. */
  private play() {
    let isWanted = true;
    void loadDemo().then(({ events, result }) => {
      if (!isWanted) return;
      this.take(events, []);
      this.show({ stream: { ...IDLE, phase: "ended", after: events.length, status: result.status } });
    });
    return () => {
      isWanted = false;
    };
  }

  /** Follow it anew once it goes on again after it had ended. */
  readonly restart = () => {
    this.stream?.stop();
    this.show({ stream: { ...this.view.stream, phase: "connecting", status: "" } });
    this.start();
  };

  private readonly take = (events: readonly RunEvent[], pieces: readonly RunEvent[]) => {
    this.replay.add(events);
    for (const { data } of pieces) {
      const piece = data as unknown as Piece;
      if (piece.attempt !== this.pieces[0]?.attempt) this.pieces = [];
      this.pieces.push(piece);
    }
    this.show({ length: this.replay.length, draft: pieces.length ? this.write() : this.view.draft });
  };

  private write(): string {
    let [text, statement] = ["", 0];
    for (const piece of this.pieces) {
      if (piece.statement !== statement) text += "\n\n";
      statement = piece.statement;
      text += piece.text;
    }
    return text;
  }

  private show(change: Partial<FeedView>): void {
    this.view = { ...this.view, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

const NOTHING: FeedView = { replay: new Replay(), length: 0, stream: IDLE, draft: "" };
const look = () => NOTHING;

/** The run's events as they come, and the state of their stream. */
export function useRunFeed(runId: string): FeedView & { retry: () => void; restart: () => void } {
  const feed = useMemo(() => new RunFeed(runId), [runId]);
  useEffect(() => (runId ? feed.start() : undefined), [feed, runId]);
  const view = useSyncExternalStore(feed.subscribe, feed.look, look);
  return { ...view, retry: feed.retry, restart: feed.restart };
}
