import type { GraphSnapshot, RunResult } from "@/lib/api";
import type { RunEvent, Walk } from "@/lib/live/events";
import { readAnswer } from "@/lib/live/answer";
import { foldAll } from "@/lib/live/fold";
import { emptyState, type RunState } from "@/lib/live/state";
import { buildScene, type Hop, type Lane, type Scene } from "@/lib/graph/scene";
import type { NodeFacts } from "@/lib/graph/walks";

export interface ComparedRun {
  id: string;
  result: RunResult;
  state: RunState;
  walks: readonly Walk[];
}

export function readCompared(id: string, result: RunResult, events: readonly RunEvent[], graph: GraphSnapshot | null): ComparedRun {
  const state = foldAll(emptyState(), events);
  const told = state.searches.flatMap(({ walks }) => walks);
  return { id, result, state, walks: told.length ? told : (graph?.walks ?? []) };
}

export interface ComparedSentence {
  text: string;
  isShared: boolean;
}

const plain = (text: string) => text.replace(/\[\d+\]/g, "").replace(/\s+/g, " ").trim().toLowerCase();

/** The sentences of one answer, each with whether the other one says it too in the same words. */
export function compareAnswer(answer: string, other: string): ComparedSentence[][] {
  const cut = (text: string) => readAnswer(text, Number.MAX_SAFE_INTEGER).map((sentences) => sentences.map(({ parts }) => parts.map((part) => (part.kind === "text" ? part.text : `[${part.number}]`)).join("")));
  const known = new Set(cut(other).flat().map(plain));
  return cut(answer).map((paragraph) => paragraph.map((text) => ({ text, isShared: known.has(plain(text)) })));
}

export type Where = "both" | "a" | "b";

export interface ComparedPassage {
  passageId: string;
  title: string;
  where: Where;
  isCited: { a: boolean; b: boolean };
}

interface Way {
  passages: Map<string, string>;
  hops: { from: string; to: string; hop: number; kind: string }[];
}

const QUESTION = "question";

/** Where a run's experts went, put together over all its searches; steps are known by their passages. */
function collectWay(walks: readonly Walk[]): Way {
  const way: Way = { passages: new Map(), hops: [] };
  const seen = new Set<string>();
  for (const path of walks.flatMap(({ paths }) => paths)) {
    let from = QUESTION;
    path.steps.forEach((step, depth) => {
      way.passages.set(step.passage_id, step.title);
      const key = `${from}\n${step.passage_id}`;
      if (!seen.has(key)) way.hops.push({ from, to: step.passage_id, hop: depth + 1, kind: step.kind });
      seen.add(key);
      from = step.passage_id;
    });
  }
  return way;
}

export interface ComparedPaths {
  scene: Scene;
  lanes: readonly Lane[];
  facts: readonly NodeFacts[];
  passages: readonly ComparedPassage[];
  counts: Record<Where, number>;
}

/** Both runs' ways on one graph. */
export function comparePaths(a: ComparedRun, b: ComparedRun): ComparedPaths {
  const [one, other] = [collectWay(a.walks), collectWay(b.walks)];
  const cited = (run: ComparedRun) => new Set((run.result.citations ?? []).map((citation) => citation.passage_id));
  const [citedA, citedB] = [cited(a), cited(b)];
  const passages = [...new Set([...one.passages.keys(), ...other.passages.keys()])].map((passageId): ComparedPassage => ({
    passageId,
    title: one.passages.get(passageId) || other.passages.get(passageId) || passageId,
    where: one.passages.has(passageId) ? (other.passages.has(passageId) ? "both" : "a") : "b",
    isCited: { a: citedA.has(passageId), b: citedB.has(passageId) },
  }));
  const counts: Record<Where, number> = { both: 0, a: 0, b: 0 };
  for (const { where } of passages) counts[where]++;
  const question = a.result.question;
  const wishes = [{ id: QUESTION, label: question, kind: QUESTION, weight: 1 }, ...passages.map((passage) => ({ id: passage.passageId, label: passage.title, kind: "passage" }))];
  const links = [...one.hops, ...other.hops].map(({ from, to, kind }) => ({ source: from, target: to, kind }));
  const unique = [...new Map(links.map((link) => [`${link.source}\n${link.target}`, link])).values()];
  const scene = buildScene(wishes, unique);
  const lane = (name: string, number: number, way: Way): Lane => ({
    name,
    number,
    hops: way.hops.flatMap(({ from, to, hop }): Hop[] => {
      const [start, end] = [scene.places.get(from), scene.places.get(to)];
      return start === undefined || end === undefined ? [] : [{ a: start, b: end, hop }];
    }),
  });
  const facts = wishes.map(
    ({ id, label, kind }): NodeFacts => ({
      id,
      label,
      kind,
      text: "",
      passageId: id === QUESTION ? "" : id,
      document: "",
      personas: [...(one.passages.has(id) ? ["A"] : []), ...(other.passages.has(id) ? ["B"] : [])],
      rank: null,
    }),
  );
  return { scene, lanes: [lane("A", 1, one), lane("B", 2, other)], facts, passages, counts };
}

export interface ComparedNumber {
  name: string;
  a: number | null;
  b: number | null;
  unit: "seconds" | "count" | "share" | "cost";
}

/** What both cost, line by line; steps that one of them has not are empty there. */
export function compareNumbers(a: ComparedRun, b: ComparedRun, names: Record<string, string>, step: (name: string) => string): ComparedNumber[] {
  const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);
  const pair = (name: string, unit: ComparedNumber["unit"], read: (run: ComparedRun) => unknown): ComparedNumber => ({ name, unit, a: number(read(a)), b: number(read(b)) });
  const steps = [...new Set([...Object.keys(a.result.timings ?? {}), ...Object.keys(b.result.timings ?? {})])].filter((name) => name !== "total");
  const timing = (run: ComparedRun, name: string) => (run.result.timings as Record<string, unknown> | undefined)?.[name];
  const experts = (run: ComparedRun) => new Set(run.state.searches.flatMap((search) => search.experts.map(({ persona }) => persona))).size;
  return [
    pair(names.total ?? "", "seconds", (run) => timing(run, "total")),
    ...steps.map((name) => pair(step(name), "seconds", (run) => timing(run, name))),
    pair(names.requests ?? "", "count", (run) => run.result.usage?.requests),
    pair(names.prompt ?? "", "count", (run) => run.result.usage?.prompt_tokens),
    pair(names.completion ?? "", "count", (run) => run.result.usage?.completion_tokens),
    pair(names.cost ?? "", "cost", (run) => run.result.usage?.cost),
    pair(names.invalid ?? "", "count", (run) => run.state.totals.invalid),
    pair(names.experts ?? "", "count", experts),
    pair(names.tasks ?? "", "count", (run) => run.state.tasks.size),
    pair(names.citations ?? "", "count", (run) => run.result.citations?.length ?? 0),
    pair(names.confidence ?? "", "share", (run) => run.result.confidence),
  ];
}
