import { describe, expect, it } from "vitest";
import { readEmphasis } from "@/lib/format/emphasis";

const strong = (text: string) => readEmphasis(text).flatMap((words) => (words.isStrong ? [words.text] : []));

describe("strong words", () => {
  it("lose their marks, and nothing else is lost", () => {
    expect(readEmphasis("gave **£71,430**. And **more**!")).toEqual([
      { text: "gave ", isStrong: false },
      { text: "£71,430", isStrong: true },
      { text: ". And ", isStrong: false },
      { text: "more", isStrong: true },
      { text: "!", isStrong: false },
    ]);
  });

  it.each(["2**3**4", "a ** b ** c", "**open", "\\**no**", "__init__.py", "snake__case__name", "****", "** a**", "one **two\nthree** four", "a*b*c"])("are not seen in %s", (text) => {
    expect(strong(text)).toEqual([]);
    expect(readEmphasis(text).map((words) => words.text).join("")).toBe(text);
  });

  it("are found in no time in a text made to take long", () => {
    const began = performance.now();
    readEmphasis("**a".repeat(7_000));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
