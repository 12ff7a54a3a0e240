import type { components } from "./schema";

type ProblemBody = components["schemas"]["Problem"];

/** What the server says went wrong, in its own words. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string;
  readonly parts: readonly { pointer: string; detail: string }[];
  readonly correlationId: string;

  constructor(body: Partial<ProblemBody>, status: number) {
    super(body.detail || body.title || `the server answered ${status}`);
    this.name = "ApiProblem";
    this.code = body.code ?? "error";
    this.status = status;
    this.hint = body.hint ?? "";
    this.parts = body.errors ?? [];
    this.correlationId = body.correlation_id ?? "";
  }
}

/** The server cannot be reached. */
export class ServerAway extends Error {
  constructor(cause: unknown) {
    super("the server cannot be reached", { cause });
    this.name = "ServerAway";
  }
}

/** Any error as one line and what to do about it. */
export function describeProblem(error: unknown): { message: string; hint: string } {
  if (error instanceof ApiProblem) return { message: error.message, hint: error.hint };
  if (error instanceof ServerAway) return { message: error.message, hint: "moe serve starts it; this page tries again by itself" };
  return { message: error instanceof Error ? error.message : String(error), hint: "" };
}

/** The problem that an answer tells, whatever its body is. */
export function readProblem(body: unknown, status: number): ApiProblem {
  return new ApiProblem(typeof body === "object" && body !== null ? (body as Partial<ProblemBody>) : {}, status);
}
