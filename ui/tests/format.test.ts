import { describe, expect, it } from "vitest";
import { ago, bytes, count, cutMiddle, duration, moment, percent, rate, shortCount } from "@/lib/format";

const plain = (text: string) => text.replace(/\u202f/g, " ");

describe("numbers as people read them", () => {
  it.each([
    [0, "0 ms"],
    [0.2404, "240 ms"],
    [0.9994, "999 ms"],
    [0.9996, "1.0 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min 00 s"],
    [245, "4 min 05 s"],
    [3599.6, "1 h 00 min"],
    [7800, "2 h 10 min"],
    [273_600, "3 d 4 h"],
    [-1, "–"],
    [null, "–"],
    [Number.NaN, "–"],
  ])("a duration of %s s is %s", (seconds, said) => expect(plain(duration(seconds))).toBe(said));

  it.each([
    [999, "999"],
    [999.96, "1.0k"],
    [1000, "1.0k"],
    [12_480, "12.5k"],
    [99_960, "100k"],
    [999_960, "1.0M"],
    [2_500_000_000, "2.5G"],
    [0.25, "0.3"],
    [undefined, "–"],
  ])("%s in little room is %s", (value, said) => expect(shortCount(value)).toBe(said));

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [999.96, "1.0 kB"],
    [1536, "1.5 kB"],
    [999_960, "1.0 MB"],
  ])("%s bytes are %s", (size, said) => expect(plain(bytes(size))).toBe(said));

  it("groups thousands, and tells shares with what is known of them", () => {
    expect(count(12_480)).toBe("12,480");
    expect(plain(percent(0.873))).toBe("87 %");
    expect(plain(rate(0.62, 0.48, 0.74, 41))).toBe("62 % (48–74, n 41)");
    expect(rate(0.5, null, null, 0)).toBe("–");
  });

  it("tells times by the reader's clock", () => {
    const at = new Date(2026, 10, 3, 4, 5, 6).getTime() / 1000;
    expect(moment(at)).toBe("2026-11-03 04:05:06");
    expect(plain(ago(at, at + 59))).toBe("59 s ago");
    expect(plain(ago(at, at + 3600))).toBe("1 h ago");
    expect(ago(at, at - 5)).toBe("just now");
  });
});

describe("names that are too long", () => {
  it("are cut in the middle, to the length that was asked for", () => {
    expect(cutMiddle("20261130-104434-abcdef", 11)).toBe("20261…bcdef");
    expect([...cutMiddle("😀".repeat(30), 9)]).toHaveLength(9);
  });
  it("are whole where they fit", () => expect(cutMiddle("short", 5)).toBe("short"));
});
