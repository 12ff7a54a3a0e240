import { describe, expect, it } from "vitest";
import { addEvents, listWorking, NO_STRIP } from "@/features/now/strip";
import type { RunEvent } from "@/lib/api";

let sequence = 0;
const event = (kind: string, task: string | null = null, agent = "", data: object = {}) =>
  ({ run_id: "r", correlation_id: "c", sequence: ++sequence, at: 0, kind, task_id: task, agent, data }) as unknown as RunEvent;

describe("a running run in one line", () => {
  it("counts tasks and tokens, and knows who is at work, the furthest down first", () => {
    const strip = addEvents(NO_STRIP, [
      event("run.started"),
      event("task.started", "1", "camina"),
      event("task.started", "1/1", "knowledge"),
      event("task.started", "1/1/1", "search"),
      event("model.answered", "1/1/1", "search", { prompt_tokens: 900, completion_tokens: 100 }),
      event("task.started", "1/1/2", "search"),
      event("task.finished", "1/1/1", "search", { status: "done" }),
    ]);
    expect(strip).toMatchObject({ tasks: 4, done: 1, tokens: 1000, after: sequence });
    expect(listWorking(strip)).toEqual(["search", "knowledge", "camina"]);
  });

  it("is the same however often events come, and in whatever pieces", () => {
    const events = [event("task.started", "1", "camina"), event("model.answered", "1", "camina", { prompt_tokens: 5 }), event("task.finished", "1")];
    const whole = addEvents(NO_STRIP, events);
    const pieces = addEvents(addEvents(addEvents(NO_STRIP, events.slice(0, 2)), events), events);
    expect(pieces).toEqual(whole);
    expect(whole).toMatchObject({ tasks: 1, done: 1, tokens: 5 });
  });

  it("does not count a task twice that is taken up again", () => {
    const strip = addEvents(NO_STRIP, [event("task.started", "1", "camina"), event("run.resumed"), event("task.started", "1", "camina")]);
    expect(strip.tasks).toBe(1);
  });
});
