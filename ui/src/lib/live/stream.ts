import { ApiProblem, BASE, readProblem, useConnection, useSession } from "@/lib/api";
import { isEvent, type RunEvent } from "./events";
import { SseReader, type SseMessage } from "./sse";

export type StreamPhase =
  | "connecting"
  | "live"
  /** It was cut, and goes on after the last event that is known. */
  | "resuming"
  /** The tab is not seen, so nothing is followed. */
  | "hidden"
  | "ended"
  /** The server refuses it; it is not asked again by itself. */
  | "refused";

/** Numbers that never came, both ends included. */
export interface Gap {
  from: number;
  to: number;
}

export interface StreamState {
  phase: StreamPhase;
  /** The greatest number that came. */
  after: number;
  gaps: readonly Gap[];
  /** How often it was cut and taken up again. */
  cuts: number;
  /** Lines that could not be read as events. */
  damaged: number;
  error: ApiProblem | null;
  /** How the run stands, where the stream's end told it. */
  status: string;
}

export interface StreamHooks {
  /** Events in order, each once; called at most once a frame. `pieces` are words of an answer on their way, not recorded. */
  onEvents: (events: readonly RunEvent[], pieces: readonly RunEvent[]) => void;
  onState: (state: StreamState) => void;
}

/** What of the browser is used, so that tests can give their own. */
export interface StreamWorld {
  fetch: typeof fetch;
  nextFrame: (run: () => void) => number;
  dropFrame: (handle: number) => void;
  wait: (run: () => void, milliseconds: number) => number;
  stopWaiting: (handle: number) => void;
  random: () => number;
  page: Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;
}

const browser = (): StreamWorld => ({
  fetch: (...given) => globalThis.fetch(...given),
  nextFrame: (run) => requestAnimationFrame(run),
  dropFrame: (handle) => cancelAnimationFrame(handle),
  wait: (run, milliseconds) => window.setTimeout(run, milliseconds),
  stopWaiting: (handle) => window.clearTimeout(handle),
  random: () => Math.random(),
  page: document,
});

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;
const SILENCE_MS = 45_000; // the server says something every 15 s at least; three of those missed is a dead connection

/** Follows one run: closed while the tab is hidden, taken up after the last event, ended with the run. */
export class RunStream {
  private state: StreamState = { phase: "connecting", after: 0, gaps: [], cuts: 0, damaged: 0, error: null, status: "" };
  private queue: RunEvent[] = [];
  private pieces: RunEvent[] = [];
  private frame = 0;
  private timer = 0;
  private watch = 0;
  private failures = 0;
  private askedAgainAt = -1;
  private request: AbortController | null = null;
  private isStopped = false;

  constructor(
    private readonly runId: string,
    private readonly hooks: StreamHooks,
    private readonly world: StreamWorld = browser(),
  ) {}

  /** Begin, after events that are known already. */
  start(after = 0): void {
    this.state = { ...this.state, after };
    this.world.page.addEventListener("visibilitychange", this.onVisibility);
    if (this.world.page.hidden) this.tell({ phase: "hidden" });
    else void this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.world.page.removeEventListener("visibilitychange", this.onVisibility);
    this.close();
    this.world.dropFrame(this.frame);
    if (this.state.phase === "resuming") useConnection.getState().resuming(null);
  }

  /** Ask again now, after a refusal or in place of waiting. */
  retry(): void {
    if (this.state.phase === "ended" || this.isStopped) return;
    this.close();
    this.failures = 0;
    void this.connect();
  }

  private readonly onVisibility = () => {
    if (this.state.phase === "ended" || this.state.phase === "refused") return;
    if (this.world.page.hidden) {
      this.close();
      this.flush(); // no frame comes while nothing is seen
      this.tell({ phase: "hidden" });
    } else if (this.state.phase === "hidden") {
      this.failures = 0;
      void this.connect();
    }
  };

  private close(): void {
    this.request?.abort();
    this.request = null;
    this.world.stopWaiting(this.timer);
    this.world.stopWaiting(this.watch);
  }

  private async connect(): Promise<void> {
    const request = new AbortController();
    this.request = request;
    const after = this.state.after;
    const address = `${BASE}/api/v1/runs/${encodeURIComponent(this.runId)}/events${after ? `?after=${after}` : ""}`;
    try {
      const answer = await this.world.fetch(address, {
        headers: { accept: "text/event-stream" },
        signal: request.signal,
        credentials: "same-origin",
        cache: "no-store",
      });
      if (!answer.ok || !answer.body) return await this.refuse(answer, request);
      useConnection.getState().answered();
      useConnection.getState().resuming(null);
      this.tell({ phase: "live", error: null });
      await this.read(answer.body, request);
    } catch {
      if (!request.signal.aborted) useConnection.getState().missed();
    }
    if (this.request === request && !this.isStopped && this.phase() !== "ended") this.resume();
  }

  private phase(): StreamPhase {
    return this.state.phase;
  }

  private async refuse(answer: Response, request: AbortController): Promise<void> {
    const problem = readProblem(await answer.json().catch(() => null), answer.status);
    if (this.request !== request) return;
    if (answer.status === 401) useSession.getState().lost();
    if (answer.status >= 500 || answer.status === 429) {
      this.tell({ error: problem });
      this.resume();
      return;
    }
    this.request = null;
    this.tell({ phase: "refused", error: problem });
  }

  private async read(body: ReadableStream<Uint8Array>, request: AbortController): Promise<void> {
    const [reader, decoder, messages] = [body.getReader(), new TextDecoder(), new SseReader()];
    for (;;) {
      this.world.stopWaiting(this.watch);
      this.watch = this.world.wait(() => this.cut(request), SILENCE_MS);
      const { done, value } = await reader.read();
      if (request.signal.aborted || done) return;
      this.failures = 0;
      for (const message of messages.feed(decoder.decode(value, { stream: true }))) {
        if (message.event === "stream.end") {
          this.finish(message);
          // Nothing follows; a connection that is read to its end is closed in order, which one that is dropped is not.
          while (!(await reader.read()).done);
          return;
        }
        if (!this.take(message)) {
          this.cut(request);
          return;
        }
      }
    }
  }

  /** End a connection that is of no use any more, and go on with another. */
  private cut(request: AbortController): void {
    if (this.request !== request) return;
    this.close();
    this.resume();
  }

  /** Take in one event. False asks for the stream anew, after the last event: numbers are missing. */
  private take(message: SseMessage): boolean {
    const event = parse(message.data);
    if (event === null) {
      this.tell({ damaged: this.state.damaged + 1 });
      return true;
    }
    if (event.kind === "answer.piece") {
      this.pieces.push(event);
      this.ask();
      return true;
    }
    if (event.sequence <= this.state.after) return true; // known already
    if (event.sequence > this.state.after + 1) {
      if (this.askedAgainAt !== this.state.after) {
        this.askedAgainAt = this.state.after;
        return false;
      }
      this.state = { ...this.state, gaps: [...this.state.gaps, { from: this.state.after + 1, to: event.sequence - 1 }] };
    }
    this.state = { ...this.state, after: event.sequence };
    this.queue.push(event);
    this.ask();
    return true;
  }

  private finish(message: SseMessage): void {
    const told = parseObject(message.data);
    this.request = null;
    this.world.stopWaiting(this.watch);
    this.world.page.removeEventListener("visibilitychange", this.onVisibility);
    this.world.dropFrame(this.frame);
    this.flush();
    this.tell({ phase: "ended", status: typeof told?.status === "string" ? told.status : "" });
  }

  private resume(): void {
    this.request = null;
    this.world.stopWaiting(this.watch);
    useConnection.getState().resuming(this.state.after);
    this.tell({ phase: "resuming", cuts: this.state.cuts + 1 });
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures++) * (0.75 + this.world.random() / 2);
    this.timer = this.world.wait(() => void this.connect(), wait);
  }

  private ask(): void {
    this.frame ||= this.world.nextFrame(() => this.flush());
  }

  private flush(): void {
    this.frame = 0;
    if (!this.queue.length && !this.pieces.length) return;
    const [events, pieces] = [this.queue, this.pieces];
    this.queue = [];
    this.pieces = [];
    this.hooks.onEvents(events, pieces);
    this.hooks.onState(this.state);
  }

  private tell(change: Partial<StreamState>): void {
    this.state = { ...this.state, ...change };
    this.hooks.onState(this.state);
  }
}

function parseObject(data: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function parse(data: string): RunEvent | null {
  const value = parseObject(data);
  return isEvent(value) ? value : null;
}
