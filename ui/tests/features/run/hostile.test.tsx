import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { AnswerPane } from "@/features/run/answer-pane";
import { markSpans } from "@/features/run/cited";
import { exportHtml } from "@/features/run/export";
import { Inspector } from "@/features/run/inspector";
import { filterEvents } from "@/features/run/log-pane";
import type { RunResult } from "@/lib/api";
import { readAnswer } from "@/lib/live/answer";
import type { RunEvent } from "@/lib/live/events";
import { foldAll } from "@/lib/live/fold";
import { emptyState } from "@/lib/live/state";
import { readRecord } from "../../live/records";

const HOSTILE = '<script>window.ran = true</script></script><img src=x onerror="window.ran = true"> [link](javascript:alert(1)) <a href="javascript:alert(1)">x</a>';
const TURNED = "price \u202Egnihton\u202C \u2066isolated";
const ran = () => (window as unknown as { ran?: boolean }).ran;
const record = readRecord("quotes");
const state = foldAll(emptyState(), record.events);

const withAnswer = (answer: string): RunResult => ({ ...record.result, answer, short_answer: answer, citations: [{ ...(record.result.citations?.[0] as object), text: answer } as never] });
const pane = (result: RunResult) => render(<AnswerPane result={result} state={state} draft="" numbers={new Map()} chosen="" onCite={() => undefined} />);

describe("an answer", () => {
  it("is text, whatever it holds: no script runs, no link and no image is made", () => {
    const { container } = pane(withAnswer(`${HOSTILE} [1]`));
    expect(ran()).toBeUndefined();
    expect(container.querySelectorAll("script, img, a, iframe")).toHaveLength(0);
    expect(screen.getByTestId("answer")).toHaveTextContent("<script>window.ran = true</script>");
  });

  it("keeps what turns the direction of writing inside its own paragraph", () => {
    const { container } = pane(withAnswer(TURNED));
    expect(container.querySelectorAll("[dir=auto]").length).toBeGreaterThan(0);
  });

  it("of a megabyte in one line is cut, and says so", () => {
    pane(withAnswer("long ".repeat(200_000)));
    expect(screen.getByTestId("answer").textContent?.length).toBeLessThan(30_000);
    expect(screen.getAllByText(/characters more/).length).toBeGreaterThan(0);
  });

  it("binds each run of marks to the words before it, and leaves numbers alone that no citation has", () => {
    expect(readAnswer("One. [1] [2]\n\nTwo [9] and [0]. [2]", 2)).toEqual([
      [{ parts: [{ kind: "text", text: "One. " }, { kind: "mark", number: 1 }, { kind: "text", text: " " }, { kind: "mark", number: 2 }], citations: [1, 2] }],
      [{ parts: [{ kind: "text", text: "Two [9] and [0]. " }, { kind: "mark", number: 2 }], citations: [2] }],
    ]);
    expect(readAnswer("A. [1] B. [2]", 2)[0]).toHaveLength(2);
  });
});

describe("a document", () => {
  it("is marked at the characters that the server counts, also after signs outside the basic plane", () => {
    const parts = markSpans("a😀b<script>c", 10, [{ number: 1, start: 11, end: 13 }]);
    expect(parts).toEqual([
      { text: "a", numbers: [] },
      { text: "😀b", numbers: [1] },
      { text: "<script>c", numbers: [] },
    ]);
  });

  it("has spans that overlap, leave it, or hold nothing, and none is lost", () => {
    const spans = [
      { number: 1, start: 0, end: 4 },
      { number: 2, start: 2, end: 99 },
      { number: 3, start: 5, end: 5 },
    ];
    expect(markSpans("abcdef", 0, spans).map(({ text, numbers }) => `${text}:${numbers.join("+")}`)).toEqual(["ab:1", "cd:1+2", "ef:2"]);
  });

  it("is shown as text in the reader", async () => {
    const cited = { run_id: "r", document: "d.md", title: HOSTILE, media_type: "text/markdown", length: 500, start: 0, end: HOSTILE.length, text: HOSTILE, spans: [{ number: 1, start: 0, end: 8, text: "<script>" }], is_changed: false };
    vi.stubGlobal("fetch", async () => Response.json(cited));
    const client = new QueryClient();
    const view = render(
      <QueryClientProvider client={client}>
        <Inspector runId="r" state={state} events={record.events} facts={[]} selection="cite:1" onClose={() => undefined} />
      </QueryClientProvider>,
    );
    const mark = await view.findByText("<script>");
    expect(mark.closest("mark")).not.toBeNull();
    expect(view.container.querySelectorAll("script, img, a")).toHaveLength(0);
    expect(ran()).toBeUndefined();
    vi.unstubAllGlobals();
  });
});

describe("what is exported as HTML", () => {
  const hostile = record.events.map((event): RunEvent => (event.kind === "task.started" ? { ...event, data: { ...event.data, instruction: HOSTILE + TURNED } } : event));
  const html = exportHtml("r<1>", withAnswer(`${HOSTILE} [1]`), hostile);

  it("holds no script and no link but its own", () => {
    const page = new DOMParser().parseFromString(html, "text/html");
    expect(page.querySelectorAll("script, img, iframe")).toHaveLength(0);
    const links = [...page.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(new Set(links)).toEqual(new Set(["#c1"]));
    expect(page.querySelector("meta[http-equiv]")?.getAttribute("content")).toContain("default-src 'none'");
    expect(page.body.textContent).toContain("<script>window.ran = true</script>");
  });

  it("shows signs that turn the writing as what they are", () => {
    expect(html).not.toContain("\u202E");
    expect(html).toContain("U+202E");
  });

  it("holds the whole record", () => {
    const page = new DOMParser().parseFromString(exportHtml("r", record.result, record.events), "text/html");
    const kept = JSON.parse(page.querySelector("pre")?.textContent ?? "") as { events: unknown[] };
    expect(kept.events).toEqual(record.events);
  });
});

describe("the log", () => {
  it("is filtered by words and kind, up to the playhead", () => {
    expect(filterEvents(record.events, 69, "tennick", "tool.called").map(({ sequence }) => sequence)).toEqual([18, 25, 34, 39]);
    expect(filterEvents(record.events, 20, "tennick", "tool.called").map(({ sequence }) => sequence)).toEqual([18]);
    expect(filterEvents(record.events, 10, "", "")).toHaveLength(10);
    expect(filterEvents(record.events, 69, "no such word", "")).toHaveLength(0);
  });
});
