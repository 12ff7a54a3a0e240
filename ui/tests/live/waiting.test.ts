import { describe, expect, it } from "vitest";
import { exportHtml } from "@/features/run/export";
import type { RunResult } from "@/lib/api";
import type { RunEvent } from "@/lib/live/events";
import { foldAll } from "@/lib/live/fold";
import { emptyState } from "@/lib/live/state";

const ID = "r/1";
const make = (kind: string, data: Record<string, unknown>, sequence: number): RunEvent => ({
  run_id: "r",
  correlation_id: "c",
  sequence,
  at: 100 + sequence,
  kind,
  task_id: kind.startsWith("run.") ? null : ID,
  agent: "poster",
  data,
});
const call = { tool: "post_note", call: "k", params: { query: "<b>late</b>" }, effects: ["fs.write"], reason: "first" };
const BEFORE = [
  make("run.started", { request: { question: "Post it" } }, 1),
  make("task.started", { role: "drummer", parent_id: null, capability: "note", instruction: "Post it" }, 2),
  make("tool.waiting", call, 3),
  make("run.waiting", { calls: 1, seconds_left: 60 }, 4),
];
const AFTER = [
  make("tool.skipped", { tool: "post_note", call: "k", by: "ann", note: "not today" }, 5),
  make("run.resumed", { steps: 2 }, 6),
  make("task.started", { role: "drummer", parent_id: null, capability: "note", instruction: "Post it" }, 7),
];

describe("a run that waits for a person", () => {
  it("shows the task that waits, and what for", () => {
    const state = foldAll(emptyState(), BEFORE);
    expect(state.tasks.get(ID)?.status).toBe("waiting");
    expect(state.finished).toBeNull();
    expect(state.remarks.map(({ text }) => text)).toEqual([
      "post_note waits for a person: it asks before each call",
      "the run waits for a person to decide on 1 call",
    ]);
  });

  it("goes on, and says who decided", () => {
    const state = foldAll(emptyState(), [...BEFORE, ...AFTER]);
    expect(state.tasks.get(ID)).toMatchObject({ status: "running", attempts: 2 });
    expect(state.remarks.map(({ text }) => text)).toContain("post_note was skipped by ann: not today");
  });

  it("is exported with what it waits for, as text", () => {
    const waiting = [{ ...call, task: "1", agent: "poster", begun: 0, since: 100 }];
    const html = exportHtml("r", { status: "waiting", question: "Post it", waiting } as unknown as RunResult, BEFORE);
    expect(html).toContain("What it waits for");
    expect(html).toContain("&lt;b&gt;late&lt;/b&gt;");
    expect(html).not.toContain("<b>");
    expect(exportHtml("r", { status: "done", question: "Post it", waiting } as unknown as RunResult, BEFORE)).not.toContain("What it waits for");
  });
});

describe("places that an answer speaks of", () => {
  const found = make("places.found", { places: [{ label: "<i>Mill</i>", latitude: 58.2, longitude: -6.4, citations: [1] }] }, 5);

  it("are there from the event on, and not before", () => {
    expect(foldAll(emptyState(), BEFORE).places).toEqual([]);
    expect(foldAll(emptyState(), [...BEFORE, found]).places.map(({ label }) => label)).toEqual(["<i>Mill</i>"]);
  });

  it("are gone when the run is taken up again, which finds its own", () => {
    expect(foldAll(emptyState(), [...BEFORE, found, make("run.resumed", { steps: 2 }, 6)]).places).toEqual([]);
  });

  it("are exported as text, with their citations", () => {
    const html = exportHtml("r", undefined, [...BEFORE, found]);
    expect(html).toContain("&lt;i&gt;Mill&lt;/i&gt;</td><td>58.2</td><td>-6.4</td>");
    expect(html).toContain('<a href="#c1">[1]</a>');
  });
});
