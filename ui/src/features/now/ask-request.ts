import type { RunRequest } from "@/lib/api";
import type { AskState } from "./address";

/** What the server is asked for. */
export function buildRequest(state: AskState): RunRequest {
  const docs = state.docs.map((line) => line.trim()).filter(Boolean);
  return {
    question: state.question.trim(),
    explain: true, // the run's page shows how each passage was found
    stream: true,
    ...(state.from === "docs" && docs.length > 0 && { docs }),
    ...(state.from === "collection" && state.collection && { collection: state.collection }),
    ...(state.depth && { depth: state.depth }),
    ...(state.belter ? { belter: state.belter } : state.type && { task_type: state.type }),
    ...(state.tokens !== null && { budget: { run: { max_tokens: state.tokens } } }),
    ...(state.seconds !== null && { deadline_seconds: state.seconds }),
    ...(state.personas.length > 0 && { personas: [...state.personas] }),
    ...(state.conversation && { conversation_id: state.conversation }),
  } as RunRequest;
}

/** Whether it can be asked: a question, and documents or a collection where these are what is to answer. */
export function isAskable(state: AskState): boolean {
  if (!state.question.trim()) return false;
  if (state.from === "docs") return state.docs.some((line) => line.trim());
  return state.from !== "collection" || state.collection !== "";
}
