import type { RunResult } from "@/lib/api";
import { readAnswer } from "@/lib/live/answer";
import { describeEvent } from "@/lib/live/describe";
import type { RunEvent } from "@/lib/live/events";
import { foldAll } from "@/lib/live/fold";
import { emptyState } from "@/lib/live/state";
import { buildTree, listRows } from "@/lib/live/tree";
import { texts } from "@/texts/en";

/** All that is known of a run, as one JSON document. */
export function exportJson(result: RunResult | undefined, events: readonly RunEvent[]): string {
  return JSON.stringify({ result: result ?? null, events }, null, 1);
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** Any text as text of HTML. Characters that turn the direction of writing are shown as what they are. */
export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign).replace(/[\u202a-\u202e\u2066-\u2069]/g, (sign) => `<code>U+${sign.charCodeAt(0).toString(16).toUpperCase()}</code>`);

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark;overflow-wrap:anywhere}" +
  "table{border-collapse:collapse;width:100%;font-size:.85rem}td,th{border-bottom:1px solid #8886;padding:.25rem .5rem;text-align:left;vertical-align:top}" +
  "blockquote{margin:.25rem 0;white-space:pre-wrap}.muted{opacity:.75}li:target{outline:2px solid}";

/**
 * A run as one HTML file that needs nothing else: answer, sources, places, agents, routing, events, and the record as JSON.
 *
 * Its policy forbids every script and every request, so that what documents hold stays text wherever it is opened.
 */
export function exportHtml(runId: string, result: RunResult | undefined, events: readonly RunEvent[]): string {
  const state = foldAll(emptyState(), events);
  const question = result?.question || state.request?.question || runId;
  const citations = result?.citations ?? [];
  const answer = readAnswer(result?.answer ?? "", citations.length)
    .map(
      (sentences) =>
        `<p dir="auto">${sentences
          .flatMap(({ parts }) => parts.map((part) => (part.kind === "text" ? escapeHtml(part.text) : `<a href="#c${part.number}">[${part.number}]</a>`)))
          .join("")}</p>`,
    )
    .join("\n");
  const sources = citations.map(
    (citation, place) =>
      `<li id="c${place + 1}"><blockquote dir="auto">${escapeHtml(citation.text)}</blockquote><span class="muted">${escapeHtml(citation.document)}, characters ${citation.start}–${citation.end}</span></li>`,
  );
  const places = state.places.map(
    (place) =>
      `<tr><td dir="auto">${escapeHtml(place.label)}</td><td>${Number(place.latitude)}</td><td>${Number(place.longitude)}</td><td>${place.citations
        .map(Number)
        .map((number) => `<a href="#c${number}">[${number}]</a>`)
        .join(" ")}</td></tr>`,
  );
  const waiting = (result?.status === "waiting" ? (result.waiting ?? []) : []).map(
    (call) =>
      `<tr><td>${escapeHtml(call.agent)}</td><td>${escapeHtml(call.tool)}</td><td dir="auto"><pre>${escapeHtml(JSON.stringify(call.params, null, 1))}</pre></td><td>${escapeHtml(call.reason === "unknown" ? texts.run.waiting.unknown(call.begun) : texts.run.waiting.first)}</td></tr>`,
  );
  const agents = listRows(buildTree(state), new Set()).map(
    ({ task, depth, tokens, retries }) =>
      `<tr><td>${"&nbsp;".repeat(depth * 4)}${escapeHtml(task.agent)}</td><td>${escapeHtml(task.status)}</td><td>${tokens}</td><td>${retries}</td><td dir="auto">${escapeHtml(task.instruction.slice(0, 500))}</td></tr>`,
  );
  const scores = Object.entries(state.route?.scores ?? {}).map(([name, share]) => `<tr><td>${escapeHtml(name)}</td><td>${(share * 100).toFixed(1)} %</td></tr>`);
  const first = events[0]?.at ?? 0;
  const log = events.map(
    (event) =>
      `<tr><td>${event.sequence}</td><td>${(event.at - first).toFixed(3)} s</td><td>${escapeHtml(event.agent ?? "")}</td><td>${escapeHtml(event.kind)}</td><td dir="auto">${escapeHtml(describeEvent(event))}</td></tr>`,
  );
  const table = (head: readonly string[], rows: readonly string[]) => `<table><thead><tr>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(question.slice(0, 200))}</title><style>${STYLE}</style></head>
<body><h1 dir="auto">${escapeHtml(question)}</h1>
<p class="muted">Run ${escapeHtml(runId)}, ${escapeHtml(result?.status ?? state.finished?.status ?? "")}, ${events.length} events</p>
${answer || "<p>There is no answer.</p>"}
${result?.error ? `<p><strong>${escapeHtml(result.error.message)}</strong></p>` : ""}
<h2>What the answer rests on</h2><ol>${sources.join("\n")}</ol>
${waiting.length ? `<h2>What it waits for</h2>${table(["Agent", "Tool", "Called with", "Why"], waiting)}` : ""}
${places.length ? `<h2>Places</h2>${table(["Place", "Latitude", "Longitude", "Cited as"], places)}` : ""}
<h2>Agents</h2>${table(["Agent", "Status", "Tokens", "Retries", "Asked to do"], agents)}
<h2>Routing</h2><p dir="auto">${escapeHtml(state.route?.why ?? "")}</p>${table(["Candidate", "Share"], scores)}
<h2>Events</h2><details><summary>${events.length} events</summary>${table(["#", "At", "Agent", "Kind", "What"], log)}</details>
<h2>Record</h2><details><summary>JSON</summary><pre>${escapeHtml(exportJson(result, events))}</pre></details>
</body></html>
`;
}
