import { describe, expect, it } from "vitest";
import { ASK_ADDRESS } from "@/features/now/address";
import { buildRequest, isAskable } from "@/features/now/ask-request";
import { readAddress } from "@/lib/address";

const read = (search: string) => readAddress(ASK_ADDRESS, search);

describe("a question as the server is asked it", () => {
  it("names only what was said", () => {
    expect(buildRequest(read("?question=+Who%3F+"))).toEqual({ question: "Who?", explain: true, stream: true });
  });

  it("takes documents or a collection, never both, and a Belter before a task type", () => {
    const search = "?question=q&docs=a,%20,b&collection=papers&type=research&belter=analysis&tokens=900&seconds=60&personas=ann,bob";
    expect(buildRequest(read(`${search}&from=docs`))).toEqual({
      question: "q",
      explain: true,
      stream: true,
      docs: ["a", "b"],
      belter: "analysis",
      budget: { run: { max_tokens: 900 } },
      deadline_seconds: 60,
      personas: ["ann", "bob"],
    });
    const collected = buildRequest(read(`${search}&from=collection`));
    expect(collected).toMatchObject({ collection: "papers" });
    expect(collected).not.toHaveProperty("docs");
    expect(buildRequest(read(search))).not.toHaveProperty("collection");
  });

  it.each([
    ["?question=+", false],
    ["?question=q", true],
    ["?question=q&from=docs&docs=+", false],
    ["?question=q&from=docs&docs=a", true],
    ["?question=q&from=collection", false],
    ["?question=q&from=collection&collection=papers", true],
  ])("%s can be asked: %s", (search, can) => expect(isAskable(read(search))).toBe(can));
});
