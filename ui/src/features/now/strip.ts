import type { RunEvent } from "@/lib/api";

/** A running run in one line, folded from its events. */
export interface Strip {
  /** The number of the last event that counts in it. */
  after: number;
  tasks: number;
  done: number;
  tokens: number;
  /** Who is at work, by task. */
  working: Readonly<Record<string, string>>;
}

export const NO_STRIP: Strip = { after: 0, tasks: 0, done: 0, tokens: 0, working: {} };

const number = (value: unknown) => (typeof value === "number" ? value : 0);

/** The strip with further events; those that it has already change nothing. */
export function addEvents(strip: Strip, events: readonly RunEvent[]): Strip {
  let { after, tasks, done, tokens } = strip;
  const working = { ...strip.working };
  for (const event of events) {
    if (event.sequence <= after) continue;
    after = event.sequence;
    const data = event.data as Record<string, unknown>;
    const task = event.task_id ?? "";
    if (event.kind === "task.started") {
      // A task that is taken up again after a break has begun before.
      if (!(task in working)) tasks += 1;
      working[task] = event.agent ?? "";
    } else if (event.kind === "task.finished") {
      if (task in working) done += 1;
      delete working[task];
    } else if (event.kind === "model.answered") tokens += number(data.prompt_tokens) + number(data.completion_tokens);
  }
  return { after, tasks, done, tokens, working };
}

/** Who is at work, each once; those furthest down first, as they do what the others wait for. */
export function listWorking(strip: Strip): string[] {
  const depth = (task: string) => task.split("/").length;
  const entries = Object.entries(strip.working).sort(([one], [other]) => depth(other) - depth(one));
  return [...new Set(entries.map(([, agent]) => agent).filter(Boolean))];
}
