import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Panel, Spark } from "@/components/ui";
import { ConnectionBadge } from "@/features/shell/connection-badge";
import { chooseLook, followLook, useLook } from "@/features/shell/look";
import { findPage } from "@/features/shell/pages";
import { useConnection } from "@/lib/api";

describe("the badge", () => {
  beforeEach(() => vi.stubGlobal("fetch", async () => new Response("{}")));
  afterEach(() => {
    vi.unstubAllGlobals();
    useConnection.setState({ awaySince: null, answeredAt: 0, resumingFrom: null });
  });

  it("says how the page stands with its server", async () => {
    render(<ConnectionBadge />);
    expect(await screen.findByText("live")).toBeVisible();
    act(() => useConnection.getState().resuming(812));
    expect(screen.getByText("resuming from #812")).toBeVisible();
    act(() => useConnection.setState({ awaySince: Date.now() / 1000 - 12 }));
    expect(screen.getByText(/server away for 12/)).toBeVisible();
  });

  it("finds out by itself that the server is away, also where a proxy answers for it", async () => {
    vi.stubGlobal("fetch", async () => new Response("bad gateway", { status: 502 }));
    render(<ConnectionBadge />);
    expect(await screen.findByText(/server away/)).toBeVisible();
  });
});

describe("another version of the page on the server", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["feedbeef0000aa", true],
    ["cafe12345678aa", false],
  ])("built from %s: says so %s", async (sources, isOther) => {
    vi.stubEnv("NEXT_PUBLIC_SOURCES", "cafe12345678");
    vi.resetModules();
    const { SkewBar } = await import("@/features/shell/skew");
    const asked = vi.fn(async () => new Response(JSON.stringify({ sources })));
    vi.stubGlobal("fetch", asked);
    render(
      <QueryClientProvider client={new QueryClient()}>
        <SkewBar />
      </QueryClientProvider>,
    );
    await waitFor(() => expect(asked).toHaveBeenCalled());
    if (isOther) expect(await screen.findByRole("button", { name: "Reload" })).toBeVisible();
    else {
      await act(async () => {}); // what was answered is drawn
      expect(screen.queryByRole("alert")).toBeNull();
    }
    vi.unstubAllEnvs();
  });
});

describe("a panel that crashes", () => {
  it("crashes alone, and can be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    let isBroken = true;
    const Frail = () => {
      if (isBroken) throw new Error("no such node");
      return <p>the graph</p>;
    };
    render(
      <>
        <Panel name="Graph">
          <Frail />
        </Panel>
        <p>the rest</p>
      </>,
    );
    expect(screen.getByText("the rest")).toBeVisible();
    expect(screen.getByRole("alert")).toHaveTextContent("no such node");
    isBroken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(screen.getByText("the graph")).toBeVisible();
    vi.restoreAllMocks();
  });
});

describe("the look", () => {
  beforeEach(() => {
    localStorage.clear();
    useLook.setState({ theme: "system", density: "comfortable" });
  });

  it("is kept, and shown at once", () => {
    chooseLook({ theme: "dark", density: "compact" });
    expect({ ...document.documentElement.dataset }).toMatchObject({ theme: "dark", density: "compact" });
    useLook.setState({ theme: "system", density: "comfortable" });
    followLook()();
    expect(useLook.getState()).toMatchObject({ theme: "dark", density: "compact" });
  });

  it.each(["{", "null", '{"theme":"purple","density":7}'])("is the usual where %s was kept", (kept) => {
    localStorage.setItem("moe.look", kept);
    followLook()();
    expect(useLook.getState()).toMatchObject({ theme: "system", density: "comfortable" });
  });
});

describe("small things", () => {
  it("finds the page that an address belongs to", () => {
    expect(findPage("/")?.label).toBe("Now");
    expect(findPage("/runs/")?.label).toBe("Runs");
    expect(findPage("/runs/view/")?.label).toBe("Run");
    expect(findPage("/personas/view/")?.label).toBe("Personas");
    expect(findPage("/nope/")).toBeUndefined();
  });

  it("draws a line with gaps where nothing was measured, and a point that stands alone", () => {
    render(<Spark values={[null, 1, null, 2, 4]} label="two parts" />);
    const path = screen.getByRole("img", { name: "two parts" }).querySelector("path");
    expect(path?.getAttribute("d")?.match(/M/g)).toHaveLength(2);
    expect(path?.getAttribute("d")).toContain("h0");
  });
});
