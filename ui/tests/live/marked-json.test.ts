import { describe, expect, it } from "vitest";
import { markReply, readProblems } from "@/lib/live/marked-json";

const wrong = (reply: string, message: string) => markReply(reply, message).flatMap(({ text, problems }) => (problems.length ? [[text.trim(), ...problems]] : []));

describe("what is wrong with a reply", () => {
  it("stands at the line that it is about", () => {
    const reply = '{"statements": [{"text": 3, "a b": []}], "notes": {}}';
    const message = "schema: at $.statements[0].text: 3 is not of type 'string'\nat $.statements[0]['a b']: [] is too short: one\nat $: 'x' is a required property";
    expect(wrong(reply, message)).toEqual([
      ["{", "'x' is a required property"],
      ['"text": 3,', "3 is not of type 'string'"],
      ['"a b": []', "[] is too short: one"],
    ]);
  });

  it("stands at what is nearest around a place that is not there", () => {
    expect(wrong('{"a": [1]}', "at $.a[7].b: lost")).toEqual([['"a": [', "lost"]]);
  });

  it("stands above a reply that is no JSON, and is never lost", () => {
    expect(markReply("Sorry,\nno", "no_json: there is no object")).toEqual([
      { text: "Sorry,", problems: ["no_json: there is no object"] },
      { text: "no", problems: [] },
    ]);
    expect(wrong('{"a": 1}', "meaning: e9 is no evidence")).toEqual([["{", "meaning: e9 is no evidence"]]);
  });

  it("writes the value as JSON again", () => {
    const value = { a: [1, { b: null }], c: {}, d: [], "é\n": "</script>" };
    expect(JSON.parse(markReply(JSON.stringify(value), "").map(({ text }) => text).join("\n"))).toEqual(value);
    expect(readProblems("").size).toBe(0);
  });
});
