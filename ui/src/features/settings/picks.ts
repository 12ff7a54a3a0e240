import type { paths } from "@/lib/api/schema";

type Get<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { "application/json": infer T } } } } } ? T : never;
export type Doctor = Get<"/api/v1/doctor">;
export type Finding = Doctor["findings"][number];
export type PluginList = Get<"/api/v1/plugins">;
export type Plugin = PluginList["plugins"][number];
export type Key = Get<"/api/v1/keys">["keys"][number];
export type Setting = Get<"/api/v1/config">["settings"][number];

const ORDER = ["wrong", "note", "ok"];

/** Findings of a state, or all: what is broken first, else in the order in which they were told. */
export function pickFindings(findings: readonly Finding[], state: string): Finding[] {
  const kept = findings.filter((one) => state === "" || one.state === state);
  return kept.map((one, place) => ({ one, place })).sort((a, b) => ORDER.indexOf(a.one.state) - ORDER.indexOf(b.one.state) || a.place - b.place).map(({ one }) => one);
}

export function countStates(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of findings) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

const CHOSEN = new Set(["replaced", "disabled", "untrusted"]); // by the user, so nothing is broken

export const isBroken = (plugin: Plugin) => plugin.problems.length > 0 && !CHOSEN.has(plugin.state);

/** What a plugin brings, by kind: "tool calculator; persona ann, bob". */
export const listBrought = (brings: Record<string, readonly string[]>) =>
  Object.entries(brings)
    .map(([kind, names]) => `${kind.replaceAll("_", " ")} ${names.join(", ")}`)
    .join("; ");

/** Plugins with all words in them, broken ones first. */
export function pickPlugins(plugins: readonly Plugin[], words: string, onlyBroken: boolean): Plugin[] {
  const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return plugins
    .filter((one) => !onlyBroken || isBroken(one))
    .filter((one) => {
      const told = `${one.plugin} ${one.state} ${listBrought(one.brings)}`.toLowerCase();
      return wanted.every((word) => told.includes(word));
    })
    .sort((one, other) => Number(isBroken(other)) - Number(isBroken(one)));
}

/** A setting's value as one line, or its lines. */
export function writeValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const SHIPPED = new Set(["bundled", "default"]);

export function pickSettings(settings: readonly Setting[], words: string, which: "all" | "own" | "budgets"): Setting[] {
  const wanted = words.trim().toLowerCase();
  return settings.filter((one) => {
    if (which === "own" && SHIPPED.has(one.layer)) return false;
    if (which === "budgets" && !one.name.includes("budget")) return false;
    return `${one.name} ${writeValue(one.value)}`.toLowerCase().includes(wanted);
  });
}

/** What the form for a key sends; null for a number that is none. */
export interface KeyDraft {
  name: string;
  scopes: readonly string[];
  rate: string;
  budget: string;
  concurrency: string;
  days: string;
}

export const NEW_KEY: KeyDraft = { name: "", scopes: ["runs:read", "runs:write"], rate: "", budget: "", concurrency: "0", days: "" };

export function checkKey(draft: KeyDraft): "name" | "scopes" | "concurrency" | "days" | null {
  if (!draft.name.trim()) return "name";
  if (!draft.scopes.length) return "scopes";
  if (!/^\d{1,6}$/.test(draft.concurrency.trim() || "0")) return "concurrency";
  if (draft.days.trim() && !(Number(draft.days) > 0)) return "days";
  return null;
}
