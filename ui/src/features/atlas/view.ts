import { buildScene, type Hop, type Lane, type Scene } from "@/lib/graph/scene";
import type { NodeFacts } from "@/lib/graph/walks";

export interface AtlasNode {
  id: string;
  kind: string;
  text: string;
  degree: number;
  document?: string;
  score?: number;
  /** Where the server has it; nowhere in a part that was added to another. */
  x?: number | null;
  y?: number | null;
}
export interface AtlasEdge {
  source: string;
  target: string;
  kind: string;
}
export interface AtlasPart {
  nodes: readonly AtlasNode[];
  edges: readonly AtlasEdge[];
}

/** What the server tells of a part, and of how much there would be. */
export interface AtlasAnswer extends AtlasPart {
  total: number;
  documents: number;
  passages: number;
  is_cut?: boolean;
}

type Loose = Readonly<Record<string, unknown>>;
const say = (value: unknown) => (typeof value === "string" ? value : "");
const figure = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** The graph that a run walked, in the words of an index's; with words to look for, what holds one of them first. */
export function readSnapshot(snapshot: { nodes: readonly object[]; edges: readonly object[]; is_cut: boolean }, words: string, limit: number): AtlasAnswer {
  const edges = (snapshot.edges as readonly Loose[]).map(({ source, target, kind }): AtlasEdge => ({ source: say(source), target: say(target), kind: say(kind) }));
  const degrees = new Map<string, number>();
  for (const id of edges.flatMap(({ source, target }) => [source, target])) degrees.set(id, (degrees.get(id) ?? 0) + 1);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (snapshot.nodes as readonly Loose[])
    .map((node): AtlasNode => {
      const id = say(node.id);
      const score = typeof node.relevance === "number" ? node.relevance : 0;
      return { id, kind: say(node.kind), text: say(node.title) || say(node.text), degree: degrees.get(id) ?? 0, document: say(node.document_id), score, x: figure(node.x), y: figure(node.y) };
    })
    .filter(({ id, text }) => id && (!wanted.length || wanted.some((word) => text.toLowerCase().includes(word))))
    .sort((one, other) => (other.score ?? 0) - (one.score ?? 0) || other.degree - one.degree);
  const passages = found.filter(({ kind }) => kind === "passage");
  const documents = new Set(passages.map(({ document }) => document)).size;
  return { nodes: found.slice(0, limit), edges, total: found.length, documents, passages: passages.length, is_cut: snapshot.is_cut };
}

export interface AtlasDrawing {
  scene: Scene;
  facts: readonly NodeFacts[];
  nodes: readonly AtlasNode[];
  edges: readonly AtlasEdge[];
}

/** What several answers show together: each node and edge once, without what is hidden. */
export function mergeParts(parts: readonly AtlasPart[], hidden: ReadonlySet<string>, without: ReadonlySet<string>): AtlasDrawing {
  const found = new Map<string, AtlasNode>();
  for (const node of parts.flatMap((part) => part.nodes)) if (!found.has(node.id)) found.set(node.id, node);
  const nodes = [...found.values()].filter((node) => !hidden.has(node.id) && !without.has(node.kind));
  const kept = new Set(nodes.map(({ id }) => id));
  const edges = [...new Map(parts.flatMap((part) => part.edges).map((edge) => [`${edge.source}\n${edge.target}`, edge])).values()].filter(
    ({ source, target }) => kept.has(source) && kept.has(target),
  );
  const scene = buildScene(
    nodes.map(({ id, text, kind, score, x, y }) => ({ id, label: text, kind, x, y, weight: score ?? 0 })),
    edges,
  );
  const facts = nodes.map(
    (node): NodeFacts => ({
      id: node.id,
      label: node.text,
      kind: node.kind,
      text: node.kind === "passage" ? node.text : "",
      passageId: node.kind === "passage" ? node.id.replace(/^passage:/, "") : "",
      document: node.document ?? "",
      personas: [],
      rank: null,
    }),
  );
  return { scene, facts, nodes, edges };
}

/** A way over a scene as a lane, in the order of its nodes. */
export function laneOf(scene: Scene, way: AtlasPart | undefined, name: string): Lane[] {
  const ids = way?.nodes.map(({ id }) => id) ?? [];
  const hops = ids.slice(1).flatMap((id, place): Hop[] => {
    const [a, b] = [scene.places.get(ids[place] ?? ""), scene.places.get(id)];
    return a === undefined || b === undefined ? [] : [{ a, b, hop: place + 1 }];
  });
  return hops.length ? [{ name, number: 2, hops }] : [];
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
// Also what XML cannot hold at all.
const escapeXml = (text: string) => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

/** The drawing as GraphML, for graph programs. */
export function toGraphml({ nodes, edges }: AtlasDrawing): string {
  const keys = ["kind", "text", "document"].map((name) => `<key id="${name}" for="node" attr.name="${name}" attr.type="string"/>`);
  const listed = nodes.map(
    (node) =>
      `<node id="${escapeXml(node.id)}">${(["kind", "text", "document"] as const).map((name) => `<data key="${name}">${escapeXml(node[name] ?? "")}</data>`).join("")}</node>`,
  );
  const joined = edges.map((edge) => `<edge source="${escapeXml(edge.source)}" target="${escapeXml(edge.target)}"><data key="join">${escapeXml(edge.kind)}</data></edge>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
${keys.join("\n")}
<key id="join" for="edge" attr.name="kind" attr.type="string"/>
<graph edgedefault="undirected">
${listed.join("\n")}
${joined.join("\n")}
</graph>
</graphml>
`;
}

/** The drawing as a picture that can be scaled. */
export function toSvg({ scene }: AtlasDrawing): string {
  const { nodes, edges } = scene;
  const [xs, ys] = [nodes.map(({ x }) => x), nodes.map(({ y }) => y)];
  const least = (values: readonly number[]) => values.reduce((one, other) => Math.min(one, other), 0) - 40;
  const most = (values: readonly number[]) => values.reduce((one, other) => Math.max(one, other), 0) + 40;
  const [left, top, width, height] = [least(xs), least(ys), most(xs) - least(xs) + 120, most(ys) - least(ys)];
  const at = (value: number) => value.toFixed(1);
  const lines = edges.map(({ a, b }) => {
    const [from, to] = [nodes[a], nodes[b]];
    return from && to ? `<line x1="${at(from.x)}" y1="${at(from.y)}" x2="${at(to.x)}" y2="${at(to.y)}"/>` : "";
  });
  const marks = nodes.map(
    (node) =>
      `<circle cx="${at(node.x)}" cy="${at(node.y)}" r="${at(node.r)}"><title>${escapeXml(node.label.slice(0, 500))}</title></circle><text x="${at(node.x + node.r + 3)}" y="${at(node.y + 4)}">${escapeXml(node.label.slice(0, 40))}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${at(left)} ${at(top)} ${at(width)} ${at(height)}" font-family="sans-serif" font-size="11">
<g stroke="#b8b8b0" stroke-width="1">${lines.join("")}</g>
<g fill="#3f6f86" stroke="none">${marks.join("")}</g>
</svg>
`;
}
