import { describe, expect, it } from "vitest";
import type { CollectionState } from "@/lib/api";
import { describeChange, describeStep, findShare, isChanging } from "@/features/documents/changes";
import { chooseWindow, cutAtSpans } from "@/features/documents/spans";
import { findTwice, isName, joinFiles } from "@/features/documents/upload";

describe("cutting at spans", () => {
  const cut = (text: string, first: number, spans: [number, number, number][]) =>
    cutAtSpans(
      text,
      first,
      spans.map(([number, start, end]) => ({ number, start, end })),
    ).map((part) => [part.text, ...part.numbers]);
  it("gives every part its spans, also where they overlap or touch", () => {
    expect(cut("abcdef", 0, [[1, 1, 4], [2, 3, 5]])).toEqual([["a"], ["bc", 1], ["d", 1, 2], ["e", 2], ["f"]]);
    expect(cut("abcd", 0, [[1, 0, 2], [2, 2, 4]])).toEqual([["ab", 1], ["cd", 2]]);
    expect(cut("ab", 0, [[1, 0, 2], [1, 0, 2]])).toEqual([["ab", 1]]);
  });
  it("keeps to the window, and leaves out what lies outside or is empty", () => {
    expect(cut("cdef", 2, [[1, 0, 3], [2, 5, 99], [3, 20, 30], [4, 4, 4]])).toEqual([["c", 1], ["de"], ["f", 2]]);
    expect(cut("", 0, [[1, 0, 1]])).toEqual([]);
    expect(cut("ab", 0, [])).toEqual([["ab"]]);
  });
  it("counts whole characters, as the server does", () => expect(cut("a😀b", 0, [[1, 1, 2]])).toEqual([["a"], ["😀", 1], ["b"]]));
  it("makes up the whole text again", () => {
    const text = "The mill 🌊 was restored.";
    expect(cut(text, 7, [[1, 9, 12], [2, 11, 20]]).map(([part]) => part).join("")).toBe(text);
  });
});

describe("the window", () => {
  it("begins at the beginning, or before what is marked", () => {
    expect(chooseWindow(null, null, 100)).toEqual({ start: 0, end: 100 });
    expect(chooseWindow(10, 20, 100)).toEqual({ start: 0, end: 100 });
    expect(chooseWindow(1000, 1010, 100)).toEqual({ start: 975, end: 1075 });
    expect(chooseWindow(1000, 3000, 100)).toEqual({ start: 975, end: 3025 });
  });
});

describe("files to send", () => {
  const file = (name: string, text = "x") => new File([text], name);
  it("take the place of one of the same name", () => {
    const joined = joinFiles([file("a.md", "old"), file("b.md")], [file("a.md", "newer")]);
    expect(joined.map((one) => [one.name, one.size])).toEqual([["b.md", 1], ["a.md", 5]]);
  });
  it("that are called alike in one drop are told", () => {
    expect(findTwice(joinFiles([], [file("a.md"), file("a.md")]))).toBe("a.md");
    expect(findTwice([file("a.md"), file("b.md")])).toBeNull();
  });
  it("go to a collection that can have that name", () => {
    expect(["papers", "a.b-c_1", "7"].every(isName)).toBe(true);
    expect(["", "-a", "a b", "../x", "a/b", "x".repeat(64), "ä"].some(isName)).toBe(false);
  });
});

describe("a change", () => {
  const collection = (last_change: unknown, status = "indexing") => ({ name: "c", status, version: "", files: [], last_change }) as CollectionState;
  const reading = collection({ status: "indexing", progress: { step: "reading", name: "a.md", done_bytes: 30, total_bytes: 120, passages: 2 } });
  it("tells how far it is, and nothing of which nothing is known", () => {
    expect([findShare(reading.last_change), describeStep(reading.last_change), isChanging(reading)]).toEqual([0.25, "reading a.md", true]);
    const waiting = collection({ status: "waiting", progress: null }, "waiting");
    expect([findShare(waiting.last_change), describeStep(waiting.last_change)]).toEqual([null, "waiting"]);
    expect(isChanging(collection(null, "ready"))).toBe(false);
  });
  it("tells what it did", () => {
    const done = { status: "done", change: { added: ["a", "b"], changed: [], removed: ["c"], documents: 1200, passages: 9 } };
    expect(describeChange(collection(done).last_change)).toEqual(["2 added", "1 removed", "documents: 1,200, passages: 9"]);
    expect(describeChange(null)).toEqual([]);
  });
});
