import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { addressOf, decimal, flag, integer, list, oneOf, readAddress, text, useAddress, writeAddress } from "@/lib/address";

const ADDRESS = {
  id: text(),
  tab: oneOf(["answer", "log"], "answer"),
  at: integer(),
  from: decimal(),
  tiers: list(),
  open: flag(),
};

describe("the address is the whole state", () => {
  beforeEach(() => history.replaceState(null, "", "/runs/"));

  it("reads what is written, whatever is in it", () => {
    const state = { id: "a&b=c, ü/%2C", tab: "log" as const, at: 812, from: 1.5, tiers: ["a,b", "50%2C", "c"], open: true };
    const search = writeAddress(ADDRESS, "", state);
    expect(readAddress(ADDRESS, search)).toEqual(state);
    expect(readAddress(ADDRESS, new URL(`http://x/${search}`).search)).toEqual(state);
  });

  it("leaves out what stands at its default, and keeps what it does not know", () => {
    expect(writeAddress(ADDRESS, "?tab=log&other=1", { tab: "answer", tiers: [], at: null })).toBe("?other=1");
    expect(addressOf("/runs/view/", ADDRESS, { id: "r1" })).toBe("/runs/view/?id=r1");
  });

  it("takes nothing that is no value of a parameter", () => {
    const state = readAddress(ADDRESS, "?tab=nope&at=1e3&from=x&open=yes");
    expect(state).toMatchObject({ tab: "answer", at: null, from: null, open: false });
  });

  it("is heard by every view that reads it, also on going back", async () => {
    const one = renderHook(() => useAddress(ADDRESS));
    const other = renderHook(() => useAddress(ADDRESS));
    await act(async () => one.result.current[1]({ id: "r1" }));
    await act(async () => one.result.current[1]({ tab: "log" }, { isStep: true }));
    expect(other.result.current[0]).toMatchObject({ id: "r1", tab: "log" });
    expect(location.search).toBe("?id=r1&tab=log");
    await act(async () => {
      const moved = new Promise((done) => addEventListener("popstate", done, { once: true }));
      history.back();
      await moved;
    });
    expect(other.result.current[0].tab).toBe("answer");
  });

  it("hears the router too, which writes the history by itself", async () => {
    const view = renderHook(() => useAddress(ADDRESS));
    await act(async () => history.pushState(null, "", "/runs/?id=r9"));
    expect(view.result.current[0].id).toBe("r9");
  });

  it("makes no entry of the history where nothing changes", async () => {
    const view = renderHook(() => useAddress(ADDRESS));
    const before = history.length;
    await act(async () => view.result.current[1]({ tab: "answer" }, { isStep: true }));
    expect(history.length).toBe(before);
  });
});
