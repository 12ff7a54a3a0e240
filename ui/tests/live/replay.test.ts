import { describe, expect, it } from "vitest";
import { compareExperts, distinctSearches } from "@/lib/live/debate";
import { describeEvent } from "@/lib/live/describe";
import type { RunEvent } from "@/lib/live/events";
import { foldAll } from "@/lib/live/fold";
import { Replay } from "@/lib/live/replay";
import { emptyState } from "@/lib/live/state";
import { buildTimeline, findCriticalPath } from "@/lib/live/timeline";
import { buildTree, listRows } from "@/lib/live/tree";
import { readRecord, stretch } from "./records";

const foldOf = (events: readonly RunEvent[]) => foldAll(emptyState(), events);

describe("what a state tells of recorded runs", () => {
  it("has the tree of a run with three layers, each done", () => {
    const state = foldOf(readRecord("quotes").events);
    const rows = listRows(buildTree(state), new Set());
    expect(rows.map(({ task, depth }) => `${depth} ${task.role} ${task.status}`)).toEqual([
      "0 camina done",
      "1 belter done",
      "2 drummer done",
      "2 drummer done",
      "2 drummer done",
    ]);
    expect(state.finished?.citations).toBe(5);
    expect(state.open.size).toBe(0);
  });

  it("counts replies of no use and requests made again, at their task and in all", () => {
    const record = readRecord("retries");
    const state = foldOf(record.events);
    const camina = [...state.tasks.values()].find((task) => task.role === "camina");
    expect(camina?.retries).toBe(3);
    expect(state.totals).toMatchObject({ invalid: 2, retries: 1, requests: 10 });
    expect(state.calls.filter((call) => call.status === "invalid").map((call) => call.problem)).toEqual([
      "no_object: the reply holds no JSON object",
      "no_object: the reply holds no JSON object",
    ]);
    const usage = record.result.usage;
    expect(state.totals.promptTokens + state.totals.completionTokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
    const top = listRows(buildTree(state), new Set())[0];
    expect(top?.tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it("puts the first cause of a failed run at its task", () => {
    const state = foldOf(readRecord("failed").events);
    expect(state.finished?.error?.message).toContain("wants a key");
    expect(state.calls[0]).toMatchObject({ status: "failed", problem: expect.stringContaining("wants a key") });
    expect([...state.tasks.values()].map((task) => task.status)).toEqual(["failed"]);
  });

  it("shows a killed run up to where it got: its last call is still open", () => {
    const state = foldOf(readRecord("interrupted").events);
    expect(state.finished).toBeNull();
    expect(state.calls.filter((call) => call.status === "open").map((call) => call.purpose)).toEqual(["synthesise"]);
    expect([...state.tasks.values()].filter((task) => task.status === "running").map((task) => task.role)).toEqual(["camina"]);
  });

  it("joins experts' choice, score and walks of one search, and tells two tools' searches apart", () => {
    const state = foldOf(readRecord("experts").events);
    const search = state.searches[0];
    expect(search?.experts).toHaveLength(3);
    expect(search?.experts.filter((expert) => expert.isLeading)).toHaveLength(1);
    expect(search?.experts.every((expert) => expert.score !== null)).toBe(true);
    expect(search?.walks).toHaveLength(3);
    expect(state.searches.every((one) => one.endedAt !== null)).toBe(true);
    expect(distinctSearches(state.searches).length).toBeLessThanOrEqual(state.searches.length);
  });

  it("says where experts agree: who holds each passage that was found", () => {
    const search = foldOf(readRecord("quotes").events).searches[1];
    expect(search?.query).toBe("Who restored the tidal mill");
    const debate = compareExperts(search as NonNullable<typeof search>);
    expect(debate.experts).toEqual(["generalist", "matcher"]);
    // The matcher ranks all that the generalist found far below the eight that count.
    expect(debate.agreed).toBe(0);
    expect(debate.claims.map((claim) => claim.verdict)).toEqual(Array(8).fill("alone"));
    expect(debate.overlaps).toEqual([{ one: "generalist", other: "matcher", share: 0 }]);
    const first = compareExperts(foldOf(readRecord("quotes").events).searches[0] as NonNullable<typeof search>);
    expect(first.agreed).toBeGreaterThan(0);
  });
});

describe("the timeline", () => {
  it("has a critical path that covers the run without holes or overlaps", () => {
    for (const name of ["quotes", "experts", "retries", "interrupted"] as const) {
      const timeline = buildTimeline(foldOf(readRecord(name).events));
      const path = findCriticalPath(timeline);
      for (let place = 1; place < path.length; place++) expect(path[place]?.end).toBeLessThanOrEqual((path[place - 1]?.start ?? 0) + 1e-6);
      const covered = path.reduce((sum, part) => sum + part.end - part.start, 0);
      const whole = timeline.end - timeline.start;
      expect(covered).toBeGreaterThan(whole * 0.6);
      expect(covered).toBeLessThanOrEqual(whole + 1e-6);
    }
  });

  it("tells what a call waited apart from the model's own time", () => {
    const timeline = buildTimeline(foldOf(readRecord("retries").events));
    const waits = timeline.lanes.flatMap((lane) => lane.parts).filter((part) => part.kind === "wait");
    expect(Math.max(...waits.map((wait) => wait.end - wait.start))).toBeGreaterThan(1.4); // the busy server asked for it
  });

  it("has open spans end at the playhead", () => {
    const { events } = readRecord("quotes");
    const timeline = buildTimeline(foldOf(events.slice(0, 30)));
    const open = timeline.lanes.filter((lane) => lane.span.isOpen);
    expect(open.length).toBeGreaterThan(0);
    expect(open.every((lane) => lane.span.end === timeline.end)).toBe(true);
  });
});

describe("the playhead", () => {
  it("shows at any place what the events up to it tell, forward, back and in jumps", () => {
    const events = stretch(readRecord("retries").events, 1700);
    const replay = new Replay();
    replay.add(events);
    const places = [0, 1, 2, 3, 511, 512, 513, 600, 10, 1024, 1023, 1700, 1699, 900, 901, 1412, 5];
    for (const place of places) expect(replay.at(place)).toEqual(foldOf(events.slice(0, place)));
  });

  it("leaves a state alone that it has given away", () => {
    const events = readRecord("quotes").events;
    const replay = new Replay();
    replay.add(events);
    const early = replay.at(20);
    const kept = structuredClone(early);
    replay.at(40);
    replay.at(30);
    expect(early).toEqual(kept);
  });

  it("takes each event once, and tells where numbers and times lie", () => {
    const events = readRecord("quotes").events;
    const replay = new Replay();
    expect(replay.add(events.slice(0, 10))).toBe(10);
    expect(replay.add(events.slice(5, 12))).toBe(2);
    expect(replay.length).toBe(12);
    expect(replay.placeOf(7)).toBe(7);
    expect(replay.placeAt((events[4] as RunEvent).at)).toBe(5);
    expect(replay.placeAt(0)).toBe(0);
  });

  it("stays quick over 20,000 events", () => {
    const events = stretch(readRecord("retries").events, 20_000);
    expect(events).toHaveLength(20_000);
    const replay = new Replay();
    replay.add(events);
    // The bar in a browser is 200 ms a task; a jump folds at most 512 events, which this bound holds on any machine.
    const slowest = Math.max(
      ...[19_999, 3, 10_000, 511, 15_871, 7_777].map((place) => {
        const before = performance.now();
        replay.at(place);
        return performance.now() - before;
      }),
    );
    expect(slowest).toBeLessThan(200);
  });
});

describe("what is hostile or unknown", () => {
  it("leaves out what a newer server tells, and goes on", () => {
    const events = readRecord("quotes").events;
    const strange = { ...(events[5] as RunEvent), kind: "future.thing", data: { whatever: [1] } };
    const state = foldOf([...events.slice(0, 5), strange, ...events.slice(6)]);
    expect(state.finished?.status).toBe("done");
    expect(describeEvent(strange)).toBe('{"whatever":[1]}');
  });

  it("puts a line of a megabyte into one short line of the log", () => {
    const note = { ...(readRecord("quotes").events[0] as RunEvent), kind: "observer.note", data: { severity: "info", text: "x\n".repeat(500_000) } };
    expect(describeEvent(note).length).toBeLessThan(500);
  });

  it("stands a tree whose parents are missing or point at themselves", () => {
    const started = readRecord("quotes").events.find((event) => event.kind === "task.started") as RunEvent;
    const lost = { ...started, task_id: "a", data: { ...started.data, parent_id: "gone" } };
    const own = { ...started, task_id: "b", sequence: 99, data: { ...started.data, parent_id: "b" } };
    expect(listRows(buildTree(foldOf([lost, own])), new Set()).map((row) => row.depth)).toEqual([0, 0]);
  });
});
