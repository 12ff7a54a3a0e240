import type { GraphSnapshot } from "@/lib/api";
import type { SearchState } from "@/lib/live/state";
import type { Walk } from "@/lib/live/events";
import { buildScene, type Hop, type Lane, type NodeWish, type Scene } from "./scene";

const QUESTION = "question";

/** What is said of a node beside its place; read out by the table that stands for the drawing. */
export interface NodeFacts {
  id: string;
  label: string;
  kind: string;
  text: string;
  passageId: string;
  document: string;
  personas: readonly string[];
  rank: number | null;
}

export interface WalkedScene {
  scene: Scene;
  lanes: readonly Lane[];
  facts: readonly NodeFacts[];
}

type Loose = Record<string, unknown>;
const say = (value: unknown) => (typeof value === "string" ? value : "");
const figure = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/**
 * The graph of a search with each persona's ways: from what the search told, and the snapshot kept of it if there is one.
 *
 * Ways lead from the question over passages; a step that the snapshot has no edge for makes one.
 */
export function buildWalked(question: string, walks: readonly Walk[], snapshot: GraphSnapshot | null, numbers: ReadonlyMap<string, number>): WalkedScene {
  const facts = new Map<string, NodeFacts>();
  const spots = new Map<string, { x: number | null; y: number | null }>();
  const links: { source: string; target: string; kind: string }[] = [];
  const joined = new Set<string>();
  const link = (source: string, target: string, kind: string) => {
    const key = source < target ? `${source}\n${target}` : `${target}\n${source}`;
    if (joined.has(key)) return;
    joined.add(key);
    links.push({ source, target, kind });
  };
  facts.set(QUESTION, { id: QUESTION, label: question, kind: QUESTION, text: question, passageId: "", document: "", personas: [], rank: null });
  for (const node of (snapshot?.nodes ?? []) as readonly Loose[]) {
    const id = say(node.id);
    if (!id) continue;
    const text = say(node.text);
    facts.set(id, {
      id,
      label: say(node.title) || text.slice(0, 200),
      kind: say(node.kind),
      text,
      passageId: say(node.passage_id),
      document: say(node.document_id),
      personas: Array.isArray(node.reached_by) ? node.reached_by.filter((one): one is string => typeof one === "string") : [],
      rank: figure(node.rank),
    });
    spots.set(id, { x: figure(node.x), y: figure(node.y) });
  }
  const ways = walks.map((walk) => {
    const hops: { source: string; target: string; hop: number }[] = [];
    for (const path of walk.paths) {
      let before = QUESTION;
      path.steps.forEach((step, depth) => {
        const known = facts.get(step.node_id);
        const personas = known?.personas.includes(walk.persona) ? known.personas : [...(known?.personas ?? []), walk.persona];
        facts.set(step.node_id, {
          id: step.node_id,
          label: known?.label || step.title || step.passage_id,
          kind: known?.kind || "passage",
          text: known?.text ?? "",
          passageId: step.passage_id,
          document: known?.document || step.passage_id.replace(/#[^#]*$/, ""),
          personas,
          rank: known?.rank ?? null,
        });
        link(before, step.node_id, step.kind);
        hops.push({ source: before, target: step.node_id, hop: depth + 1 });
        before = step.node_id;
      });
    }
    return { persona: walk.persona, hops };
  });
  for (const edge of (snapshot?.edges ?? []) as readonly Loose[]) link(say(edge.source), say(edge.target), say(edge.kind));
  const listed = [...facts.values()];
  const wishes = listed.map((node): NodeWish => ({ ...node, ...spots.get(node.id), weight: node.kind === QUESTION ? 1 : node.rank === null ? 0 : 1 / node.rank }));
  const scene = buildScene(wishes, links);
  const lanes = ways.map(({ persona, hops }, place): Lane => {
    const found = hops.flatMap(({ source, target, hop }): Hop[] => {
      const [a, b] = [scene.places.get(source), scene.places.get(target)];
      return a === undefined || b === undefined ? [] : [{ a, b, hop }];
    });
    return { name: persona, number: numbers.get(persona) ?? place + 1, hops: found };
  });
  return { scene, lanes, facts: listed };
}

/** A number for each persona of a run, the same in every search and pane: in the order in which they were woken. */
export function numberPersonas(searches: readonly SearchState[]): Map<string, number> {
  const numbers = new Map<string, number>();
  const count = (persona: string) => {
    if (!numbers.has(persona)) numbers.set(persona, numbers.size + 1);
  };
  for (const search of searches) {
    search.experts.forEach((expert) => count(expert.persona));
    search.walks.forEach((walk) => count(walk.persona));
  }
  return numbers;
}
