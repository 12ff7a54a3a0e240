import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, ApiProblem, describeProblem, ServerAway, unwrap, useConnection, useSession } from "@/lib/api";

const problem = { type: "/problems/busy", title: "Too many runs wait.", status: 429, code: "busy", detail: "200 runs wait", hint: "ask later" };

function answer(body: unknown, status = 200): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  vi.stubGlobal("fetch", vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { "content-type": type } })));
}
const asked = () => (vi.mocked(fetch).mock.calls.at(-1)?.[0] ?? null) as Request | null;
const cancel = () => unwrap(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: "r/1" } } }));
const list = () => unwrap(api.GET("/api/v1/runs"));

describe("what the server says", () => {
  beforeEach(() => {
    useSession.setState({ standing: "in", csrf: "" });
    useConnection.setState({ awaySince: null, answeredAt: 0 });
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is shown in its own words, with its hint", async () => {
    answer(problem, 429);
    const error = await list().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ code: "busy", status: 429 });
    expect(describeProblem(error)).toEqual({ message: "200 runs wait", hint: "ask later" });
  });

  it("is told by its status where its body is none of the server's", async () => {
    vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    const error = await list().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 502, message: "the server answered 502" });
  });

  it("brings the login where a key is demanded", async () => {
    answer({ ...problem, code: "key_missing", status: 401 }, 401);
    await list().catch(() => null);
    expect(useSession.getState().standing).toBe("out");
  });

  it("is waited for while it cannot be reached, and the badge knows since when", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("failed");
    });
    await expect(list()).rejects.toBeInstanceOf(ServerAway);
    expect(useConnection.getState().awaySince).not.toBeNull();
    answer({ runs: [], next: null });
    await list();
    expect(useConnection.getState().awaySince).toBeNull();
  });
});

describe("the session", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("sends its token with what changes something, and with nothing else", async () => {
    useSession.setState({ csrf: "token" });
    answer({});
    await cancel();
    expect(asked()?.headers.get("x-csrf-token")).toBe("token");
    expect(asked()?.url).toContain("/api/v1/runs/r%2F1/cancel");
    await list();
    expect(asked()?.headers.get("x-csrf-token")).toBeNull();
  });

  it("begins with a key that is not kept, and says why where it does not", async () => {
    answer({ name: "ann", scopes: ["runs:read"], expires: null, csrf_token: "t2" }, 201);
    await useSession.getState().begin("secret");
    expect(useSession.getState()).toMatchObject({ standing: "in", name: "ann", csrf: "t2" });
    expect(JSON.stringify(useSession.getState())).not.toContain("secret");
    answer({ ...problem, status: 401, code: "key_unknown", detail: "no such key" }, 401);
    await expect(useSession.getState().begin("wrong")).rejects.toMatchObject({ message: "no such key" });
    expect(useSession.getState().standing).toBe("out");
  });

  it("knows where users log in without a key, and where they log out there too", async () => {
    const assign = vi.fn();
    vi.stubGlobal("location", { assign });
    const answers: Record<string, unknown> = { "/api/v1/version": { login: "/api/v1/login" }, "/api/v1/session": null };
    vi.stubGlobal("fetch", async (path: string) => new Response(JSON.stringify(answers[path]), { status: answers[path] ? 200 : 401 }));
    await useSession.getState().look();
    expect(useSession.getState()).toMatchObject({ standing: "out", login: "/api/v1/login" });
    answers["/api/v1/session"] = { name: "ann", scopes: [], csrf_token: "t", way_out: "https://login.example/out" };
    await useSession.getState().look();
    await useSession.getState().end();
    expect(assign).toHaveBeenCalledWith("https://login.example/out");
  });
});
