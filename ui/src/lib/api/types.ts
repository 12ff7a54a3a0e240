import type { components, paths } from "./schema";

/** What the endpoints take and give, under the names that the server has for them. */
type Json<R> = R extends { content: { "application/json": infer T } } ? T : never;
type Answer<P extends keyof paths, M extends keyof paths[P], S extends number = 200> = paths[P][M] extends {
  responses: Record<S, infer R>;
}
  ? Json<R>
  : never;
type Body<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;

export type Problem = components["schemas"]["Problem"];
export type RunPage = Answer<"/api/v1/runs", "get">;
export type RunSummary = RunPage["runs"][number];
export type RunResult = Answer<"/api/v1/runs/{run_id}", "get">;
export type RunRequest = Body<"/api/v1/runs", "post">;
export type RunEvent = Answer<"/api/v1/runs/{run_id}/events", "get">["events"][number];
export type GraphSnapshot = Answer<"/api/v1/runs/{run_id}/graph", "get">;
export type Route = Answer<"/api/v1/route", "post">;
export type CollectionState = Answer<"/api/v1/collections", "get">["collections"][number];
export type RunMetrics = Answer<"/api/v1/metrics", "get">;
export type Attention = Answer<"/api/v1/attention", "get">;
export type Conversation = Answer<"/api/v1/conversations", "get">["conversations"][number];
export type MetricsSeries = Answer<"/api/v1/metrics/series", "get">;
export type MetricsBucket = MetricsSeries["buckets"][number];
