import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useConnection } from "@/lib/api";
import type { RunEvent } from "@/lib/live/events";
import { SseReader } from "@/lib/live/sse";
import { RunStream, type StreamState, type StreamWorld } from "@/lib/live/stream";
import { readRecord } from "./records";

const { events } = readRecord("quotes");
const frameOf = (event: RunEvent) => `id: ${event.sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
const END = 'event: stream.end\ndata: {"run_id":"r","status":"done"}\n\n';

/** A server whose connections send what a plan says, and a page that may be hidden. */
class World {
  asked: number[] = [];
  state: StreamState | null = null;
  got: RunEvent[] = [];
  batches = 0;
  private readonly listeners = new Set<() => void>();
  private readonly page = {
    hidden: false,
    addEventListener: (_: string, listener: unknown) => void this.listeners.add(listener as () => void),
    removeEventListener: (_: string, listener: unknown) => void this.listeners.delete(listener as () => void),
  };

  constructor(private readonly plan: (after: number, connection: number) => { text: string; isCut?: boolean; stays?: boolean } | Response) {}

  readonly hooks = {
    onEvents: (found: readonly RunEvent[]) => {
      this.batches++;
      this.got.push(...found);
    },
    onState: (state: StreamState) => {
      this.state = state;
    },
  };

  get world(): StreamWorld {
    return {
      fetch: async (input, init) => this.answer(String(input), init?.signal ?? null),
      nextFrame: (run) => window.setTimeout(run, 1),
      dropFrame: (handle) => window.clearTimeout(handle),
      wait: (run, ms) => window.setTimeout(run, ms > 20_000 ? ms : 1),
      stopWaiting: (handle) => window.clearTimeout(handle),
      random: () => 0.5,
      page: this.page,
    };
  }

  show(isHidden: boolean) {
    this.page.hidden = isHidden;
    this.listeners.forEach((listener) => listener());
  }

  private answer(address: string, signal: AbortSignal | null): Response {
    const after = Number(new URL(address, "http://x").searchParams.get("after") ?? 0);
    const planned = this.plan(after, this.asked.length);
    this.asked.push(after);
    if (planned instanceof Response) return planned;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (planned.text) controller.enqueue(new TextEncoder().encode(planned.text));
        signal?.addEventListener("abort", () => {
          try {
            controller.error(new DOMException("gone", "AbortError"));
          } catch {}
        });
        if (planned.stays) return;
        if (planned.isCut) setTimeout(() => controller.error(new TypeError("cut")), 0);
        else controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}

const settle = async (until: () => boolean) => vi.waitFor(() => expect(until()).toBe(true), { timeout: 4000, interval: 2 });
let stream: RunStream | null = null;
beforeEach(() => useConnection.setState({ awaySince: null, resumingFrom: null }));
afterEach(() => stream?.stop());
const follow = (world: World, after = 0) => {
  stream = new RunStream("r", world.hooks, world.world);
  stream.start(after);
  return stream;
};

describe("a stream that is read", () => {
  it("is the same however it is cut into pieces", () => {
    const whole = events.slice(0, 5).map(frameOf).join("") + ": still here\n\n" + END;
    const all = new SseReader().feed(whole);
    expect(all).toHaveLength(6);
    for (const size of [1, 2, 7, 64]) {
      const reader = new SseReader();
      const found = [];
      for (let from = 0; from < whole.length; from += size) found.push(...reader.feed(whole.slice(from, from + size)));
      expect(found).toEqual(all);
    }
    expect(new SseReader().feed("data: a\r\ndata: b\r\n\r\n")).toEqual([{ id: "", event: "message", data: "a\nb" }]);
  });
});

describe("the stream of a run", () => {
  it("ends with the run, and has exactly its events", async () => {
    const world = new World(() => ({ text: events.map(frameOf).join("") + END }));
    follow(world);
    await settle(() => world.state?.phase === "ended");
    expect(world.got).toEqual(events);
    expect(world.state?.status).toBe("done");
    expect(world.asked).toEqual([0]);
    expect(world.batches).toBe(1); // once a frame
  });

  it("cut fifty times anywhere, ends with exactly the record's events", async () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const world = new World((after, connection) => {
      const from = Math.max(0, after - 3); // and some are told twice
      const text = events.slice(from).map(frameOf).join("") + END;
      const some = events.slice(from, from + 4 + Math.floor(random() * 4)).map(frameOf).join("");
      return connection < 50 ? { text: some.slice(0, Math.floor(random() * some.length)), isCut: connection % 2 === 0 } : { text };
    });
    follow(world);
    await settle(() => world.state?.phase === "ended");
    expect(world.got).toEqual(events);
    expect(world.state).toMatchObject({ cuts: 50, gaps: [] });
    expect(useConnection.getState().resumingFrom).toBeNull();
  });

  it("says from where it goes on while it is cut", async () => {
    const world = new World((_, connection) => (connection === 0 ? { text: events.slice(0, 12).map(frameOf).join("") } : { text: "", stays: true }));
    const phases: string[] = [];
    const hooks = { ...world.hooks, onState: (state: StreamState) => phases.push(`${state.phase} ${state.after} ${useConnection.getState().resumingFrom}`) };
    stream = new RunStream("r", hooks, world.world);
    stream.start();
    await settle(() => world.asked.length === 2);
    expect(world.asked).toEqual([0, 12]);
    expect(phases).toContain("resuming 12 12");
  });

  it("asks once more where numbers are missing, then goes on and says which", async () => {
    const world = new World(() => ({ text: [...events.slice(0, 5), ...events.slice(8)].map(frameOf).join("") + END }));
    follow(world);
    await settle(() => world.state?.phase === "ended");
    expect(world.asked).toEqual([0, 5]);
    expect(world.state?.gaps).toEqual([{ from: 6, to: 8 }]);
    expect(world.got).toHaveLength(events.length - 3);
  });

  it("heals a gap of one connection by the next", async () => {
    const world = new World((after, connection) => ({
      text: (connection === 0 ? [...events.slice(0, 5), ...events.slice(8)] : events.slice(after)).map(frameOf).join("") + END,
    }));
    follow(world);
    await settle(() => world.state?.phase === "ended");
    expect(world.got).toEqual(events);
    expect(world.state?.gaps).toEqual([]);
  });

  it("is closed while the tab is hidden, and goes on after what is known", async () => {
    const world = new World((after, connection) =>
      connection === 0 ? { text: events.slice(0, 20).map(frameOf).join(""), stays: true } : { text: events.slice(after).map(frameOf).join("") + END },
    );
    let isDrawn = false;
    const still = { ...world.world, nextFrame: (run: () => void) => (isDrawn ? window.setTimeout(run, 1) : 1) };
    stream = new RunStream("r", world.hooks, still);
    stream.start();
    await new Promise((done) => setTimeout(done, 30));
    expect(world.got).toHaveLength(0);
    world.show(true);
    expect(world.state?.phase).toBe("hidden");
    expect(world.got).toHaveLength(20); // applied, though no frame comes
    isDrawn = true;
    await new Promise((done) => setTimeout(done, 20));
    expect(world.asked).toEqual([0]);
    world.show(false);
    await settle(() => world.state?.phase === "ended");
    expect(world.asked).toEqual([0, 20]);
    expect(world.got).toEqual(events);
  });

  it("is not asked again for a run that is not there, in the server's words", async () => {
    const world = new World(() => Response.json({ code: "name_unknown", detail: "no run is named 'x'" }, { status: 404 }));
    follow(world);
    await settle(() => world.state?.phase === "refused");
    expect(world.state?.error?.message).toBe("no run is named 'x'");
    await new Promise((done) => setTimeout(done, 20));
    expect(world.asked).toHaveLength(1);
  });

  it("counts lines that are no events, and goes on", async () => {
    const odd = "event: x\ndata: {not json\n\nevent: y\ndata: 7\n\nevent: z\ndata: {\"sequence\":\"1\"}\n\n";
    const world = new World(() => ({ text: events.slice(0, 3).map(frameOf).join("") + odd + events.slice(3).map(frameOf).join("") + END }));
    follow(world);
    await settle(() => world.state?.phase === "ended");
    expect(world.got).toEqual(events);
    expect(world.state?.damaged).toBe(3);
  });

  it("passes words of an answer on, which have no number of their own", async () => {
    const piece = { ...(events[66] as RunEvent), kind: "answer.piece", data: { text: "Tenn", statement: 0, attempt: 1 } };
    const world = new World(() => ({ text: events.slice(0, 67).map(frameOf).join("") + frameOf(piece).replace(/id: .*\n/, "") + events.slice(67).map(frameOf).join("") + END }));
    const pieces: RunEvent[] = [];
    stream = new RunStream("r", { ...world.hooks, onEvents: (found, more) => void (world.hooks.onEvents(found), pieces.push(...more)) }, world.world);
    stream.start();
    await settle(() => world.state?.phase === "ended");
    expect(world.got).toEqual(events);
    expect(pieces).toEqual([piece]);
  });
});
