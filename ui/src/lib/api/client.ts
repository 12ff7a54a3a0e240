import createClient, { type Middleware } from "openapi-fetch";
import { BASE } from "./base";
import { useConnection } from "./connection";
import { readProblem, ServerAway } from "./problem";
import type { paths } from "./schema";
import { useSession } from "./session";
import type { RunEvent } from "./types";

const SAFE = new Set(["GET", "HEAD"]);

const guard: Middleware = {
  onRequest({ request }) {
    const { csrf } = useSession.getState();
    if (csrf && !SAFE.has(request.method)) request.headers.set("x-csrf-token", csrf);
    return request;
  },
  onResponse({ response }) {
    useConnection.getState().answered();
    if (response.status === 401) useSession.getState().lost();
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    useConnection.getState().missed();
    return new ServerAway(error);
  },
};

/** The server's API, typed by its own description: `api.GET("/api/v1/runs", { params: … })`. */
export const api = createClient<paths>({
  baseUrl: (typeof location === "undefined" ? "" : location.origin) + BASE,
  fetch: (request) => globalThis.fetch(request), // looked up when called, so that tests can stand in for it
});
api.use(guard);

/** The events of a run after one of them, as far as it has got. */
export async function readEvents(id: string, after = 0, signal?: AbortSignal): Promise<RunEvent[]> {
  const params = { path: { run_id: id }, query: { after } };
  const told = await unwrap(api.GET("/api/v1/runs/{run_id}/events", { params, headers: { accept: "application/json" }, signal }));
  return (told as { events: RunEvent[] }).events; // the endpoint has two types of answers, and the client cannot tell
}

/**
 * What an answer holds, or its problem thrown:
 *
 *     queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs", { signal }))
 */
export async function unwrap<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw readProblem(error, response.status);
  return data as T;
}
