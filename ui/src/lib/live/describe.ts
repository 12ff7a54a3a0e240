import { known, type RunEvent } from "./events";

const LONGEST = 400; // characters of one line of the log; the whole stands in the inspector

/** What an event tells in one line. */
export function describeEvent(event: RunEvent): string {
  const line = tell(event).replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function tell(event: RunEvent): string {
  const told = known(event);
  switch (told.kind) {
    case "run.started":
      return told.data.request.question;
    case "run.resumed":
      return `${told.data.steps} steps known`;
    case "run.finished":
      return [told.data.status, told.data.degraded ? "degraded" : "", told.data.error?.message ?? `${told.data.citations} citations`]
        .filter(Boolean)
        .join(", ");
    case "question.completed":
      return `asked as: ${told.data.asked_as}`;
    case "documents.loaded":
      return `${told.data.documents} documents, ${told.data.passages} passages`;
    case "documents.explored":
      return told.data.verdict
        ? `${told.data.found.length} passages by words: ${told.data.query}`
        : `${told.data.found.length} of ${told.data.passages} passages by ${told.data.walks.map((walk) => walk.persona).join(", ")}: ${told.data.query}`;
    case "places.found":
      return told.data.places.map(({ label }) => label).join(", ");
    case "route.chosen":
      return `${told.data.route}: ${told.data.why}`;
    case "chain.assembled":
      return `${told.data.belters.length} Belters, ${told.data.drummers.length} Drummers, mode ${told.data.mode ?? "full"}`;
    case "task.started":
      return told.data.instruction;
    case "task.sent":
      return `to ${told.data.to}, ${told.data.size_bytes} bytes`;
    case "task.finished":
      return `${told.data.status}, ${told.data.statements} statements${told.data.error ? `, ${told.data.error.message}` : ""}`;
    case "observer.note":
      return `${told.data.severity}: ${told.data.text}`;
    case "model.called":
      return `${told.data.purpose} with ${told.data.model} by ${told.data.provider}`;
    case "model.answered":
      return `${told.data.purpose}, ${told.data.prompt_tokens + told.data.completion_tokens} tokens${told.data.cached ? ", from disk" : ""}`;
    case "model.failed":
      return told.data.message || told.data.error;
    case "model.invalid":
      return `${told.data.problem}: ${told.data.message}`;
    case "model.retried":
      return `request ${told.data.attempts}: ${told.data.message}`;
    case "tool.waiting":
      return `${told.data.tool} ${JSON.stringify(told.data.params)}`;
    case "tool.approved":
    case "tool.skipped":
      return [told.data.tool, told.data.by && `by ${told.data.by}`, told.data.note].filter(Boolean).join(", ");
    case "run.waiting":
      return `${told.data.calls} calls`;
    case "tool.called":
      return `${told.data.tool} ${JSON.stringify(told.data.params)}`;
    case "tool.answered":
      return `${told.data.tool}, ${told.data.evidence} pieces of evidence`;
    case "tool.failed":
    case "tool.refused":
    case "tool.retried":
      return `${told.data.tool}: ${told.data.message}`;
    case "search.decided":
      return `nobody walked, as ${told.data.reason}: ${told.data.query}`;
    case "expert.chosen":
      return `${told.data.persona}: ${told.data.failure || told.data.reason}`;
    case "expert.scored":
      return `${told.data.persona} ${told.data.score.toFixed(2)}${told.data.is_leading ? ", leads" : ""}`;
    default: {
      const text = (event.data as { text?: unknown; message?: unknown }).text ?? (event.data as { message?: unknown }).message;
      return typeof text === "string" ? text : JSON.stringify(event.data);
    }
  }
}
