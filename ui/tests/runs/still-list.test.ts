import { describe, expect, it } from "vitest";
import { bringUpToDate, findHorizon } from "@/features/runs/still-list";
import type { RunSummary } from "@/lib/api";

const run = (run_id: string, started: number, status = "done") => ({ run_id, started, status, question: run_id }) as RunSummary;

describe("a list that never moves under its reader", () => {
  const shown = [run("c", 30), run("b", 20, "running"), run("a", 10)];

  it("counts what is new, and shows what is known where it stood", () => {
    const look = bringUpToDate(shown, [run("e", 50), run("d", 40), run("c", 30), run("b", 20, "failed")], "");
    expect(look.fresh).toBe(2);
    expect(look.rows.map(({ run_id, status }) => `${run_id} ${status}`)).toEqual(["c done", "b failed", "a done"]);
  });

  it("counts only what the filter would show, and keeps a row that no longer fits", () => {
    const look = bringUpToDate([run("b", 20, "running")], [run("d", 40), run("c", 30, "running"), run("b", 20, "done")], "running");
    expect(look.fresh).toBe(1);
    expect(look.rows).toMatchObject([{ run_id: "b", status: "done" }]);
  });

  it("does not take for new what is older than what is shown, such as the next page's", () => {
    expect(bringUpToDate(shown, [run("z", 5), run("c", 30)], "").fresh).toBe(0);
  });

  it("counts all where nothing was there", () => expect(bringUpToDate([], [run("a", 1)], "").fresh).toBe(1));

  it("looks back as far as something can still change", () => {
    expect(findHorizon(shown)).toBe(20);
    expect(findHorizon([run("c", 30.7), run("a", 10)])).toBe(30);
    expect(findHorizon([])).toBe(0);
  });
});
