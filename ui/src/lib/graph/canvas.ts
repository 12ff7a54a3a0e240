import { quadtree, type Quadtree } from "d3-quadtree";
import { dashOf, type Lane, type Scene } from "./scene";

export interface GraphTheme {
  background: string;
  line: string;
  node: string;
  accent: string;
  text: string;
  faded: string;
  fadedLine: string;
  /** By a lane's number, from 1. */
  lanes: readonly string[];
}

interface Camera {
  x: number;
  y: number;
  /** Pixels of the canvas for one unit. */
  scale: number;
}

const SPARE = 1.5; // the bitmap is so much larger than what is seen: panning uses it up before it is drawn anew
const SLICE_MS = 6; // of drawing in one frame; what is left is drawn in the next ones, and the old bitmap stays until then
const CHECK_EVERY = 400; // edges or nodes between two looks at the clock
const REST_MS = 140; // without a movement, before it is drawn sharp
const REACH = 14; // pixels between pointer and node
const LABELS_MAX = 120;
const FULL_TURN = Math.PI * 2;

/**
 * A graph on a canvas. All of it is drawn into a bitmap, in slices, and the bitmap is moved and stretched while the view
 * moves. Only lanes that are growing, and marks, are drawn over it in each frame.
 */
export class GraphCanvas {
  private readonly context: CanvasRenderingContext2D;
  private shown: HTMLCanvasElement;
  private hidden: HTMLCanvasElement;
  private camera: Camera = { x: 0, y: 0, scale: 1 };
  /** Where the camera stood when the shown bitmap was drawn. */
  private shownAt: Camera | null = null;
  private job: Iterator<void> | null = null;
  private jobAt: Camera | null = null;
  private isStale = true;
  private tree: Quadtree<number> | null = null;
  private frame = 0;
  private timer = 0;
  private density = 1;
  private scene: Scene = { nodes: [], edges: [], places: new Map(), isPlaced: true };
  private lanes: readonly Lane[] = [];
  private reach = Infinity;
  private chosen = -1;
  private marked: ReadonlySet<number> = new Set();
  private pointed = -1;
  /** How often the bitmap was drawn, and the longest slice: benchmarks read them. */
  readonly stats = { draws: 0, longestMs: 0 };

  constructor(
    readonly element: HTMLCanvasElement,
    private theme: GraphTheme,
  ) {
    const context = element.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser draws no canvas");
    this.context = context;
    this.shown = document.createElement("canvas");
    this.hidden = document.createElement("canvas");
    this.resize();
  }

  resize(): void {
    this.density = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round((this.element.clientWidth || 640) * this.density));
    const height = Math.max(1, Math.round((this.element.clientHeight || 400) * this.density));
    if (width === this.element.width && height === this.element.height && this.shownAt) return;
    this.element.width = width;
    this.element.height = height;
    this.hidden.width = Math.round(width * SPARE);
    this.hidden.height = Math.round(height * SPARE);
    this.spoil();
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.moved();
  }

  /** The nodes have other places. */
  moved(): void {
    this.tree = null;
    this.spoil();
  }

  setTheme(theme: GraphTheme): void {
    this.theme = theme;
    this.spoil();
  }

  /** Paths to be seen, up to so many steps; a part of a step is drawn in part. */
  setLanes(lanes: readonly Lane[], reach = Infinity): void {
    const wasGrowing = this.isGrowing();
    const isSame = lanes === this.lanes;
    this.lanes = lanes;
    this.reach = reach;
    if (isSame && wasGrowing && this.isGrowing()) this.ask();
    else this.spoil();
  }

  /** The lanes end between two steps, so they change with each frame. */
  private isGrowing(): boolean {
    return this.lanes.length > 0 && Number.isFinite(this.reach) && !Number.isInteger(this.reach);
  }

  setMarks(chosen: number, marked: ReadonlySet<number> = new Set()): void {
    this.chosen = chosen;
    this.marked = marked;
    this.ask();
  }

  setPointed(place: number): void {
    if (place === this.pointed) return;
    this.pointed = place;
    this.ask();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.job = null;
  }

  /** The whole graph, or some of its nodes, in view. */
  fit(places?: readonly number[]): void {
    const nodes = places?.length ? places.flatMap((place) => this.scene.nodes[place] ?? []) : this.scene.nodes;
    if (!nodes.length) return;
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const node of nodes) {
      left = Math.min(left, node.x);
      right = Math.max(right, node.x);
      top = Math.min(top, node.y);
      bottom = Math.max(bottom, node.y);
    }
    const { width, height } = this.element;
    // Room for the names beside the nodes, in pixels: less of it where the whole is small.
    const [side, over] = [Math.min(110 * this.density, width / 5), Math.min(45 * this.density, height / 6)];
    const scale = Math.min((width - 2 * side) / Math.max(1, right - left), (height - 2 * over) / Math.max(1, bottom - top), 14 * this.density);
    this.camera = { x: (left + right) / 2, y: (top + bottom) / 2, scale };
    this.spoil();
  }

  centre(place: number): void {
    const node = this.scene.nodes[place];
    if (!node) return;
    this.camera = { x: node.x, y: node.y, scale: Math.max(this.camera.scale, this.density) };
    this.nudge();
  }

  /** Whether a node lies in what is seen. */
  isSeen(place: number): boolean {
    const node = this.scene.nodes[place];
    if (!node) return false;
    const [x, y] = this.project(node, this.camera, this.element);
    return x >= 0 && y >= 0 && x <= this.element.width && y <= this.element.height;
  }

  pan(dx: number, dy: number): void {
    const by = this.density / this.camera.scale;
    this.camera = { ...this.camera, x: this.camera.x - dx * by, y: this.camera.y - dy * by };
    this.nudge();
  }

  /** Larger or smaller, with the point at (x, y), in pixels of the page, staying where it is. */
  zoom(factor: number, x = this.element.clientWidth / 2, y = this.element.clientHeight / 2): void {
    const [left, top] = [x * this.density - this.element.width / 2, y * this.density - this.element.height / 2];
    const { scale } = this.camera;
    const next = Math.min(40, Math.max(0.005, scale * factor));
    this.camera = {
      x: this.camera.x + left / scale - left / next,
      y: this.camera.y + top / scale - top / next,
      scale: next,
    };
    this.nudge();
  }

  /** The node at a point, in pixels of the page; -1 for none. */
  pick(x: number, y: number): number {
    const { nodes } = this.scene;
    this.tree ??= quadtree<number>()
      .x((place) => nodes[place]?.x ?? 0)
      .y((place) => nodes[place]?.y ?? 0)
      .addAll([...nodes.keys()]);
    const { camera, element, density } = this;
    const worldX = camera.x + (x * density - element.width / 2) / camera.scale;
    const worldY = camera.y + (y * density - element.height / 2) / camera.scale;
    return this.tree.find(worldX, worldY, (REACH * density) / camera.scale) ?? -1;
  }

  /** The nearest node from one in a direction, for the arrow keys; -1 for none. */
  step(from: number, dx: number, dy: number): number {
    const start = this.scene.nodes[from];
    if (!start) return this.scene.nodes.length ? 0 : -1;
    let [best, least] = [-1, Infinity];
    this.scene.nodes.forEach((node, place) => {
      const [x, y] = [node.x - start.x, node.y - start.y];
      const ahead = x * dx + y * dy;
      if (place === from || ahead <= 0) return;
      const cost = ahead + 2.5 * Math.abs(x * dy - y * dx); // what lies to the side counts as farther
      if (cost < least) [best, least] = [place, cost];
    });
    return best;
  }

  /** What is seen now, as a picture. */
  async toPng(): Promise<Blob | null> {
    for (let left = 500; this.isStale || this.job; left--) {
      if (left === 0) break;
      this.paint(Infinity);
    }
    this.compose();
    return new Promise((done) => this.element.toBlob(done, "image/png"));
  }

  private spoil(): void {
    this.isStale = true;
    this.job = null;
    this.ask();
  }

  private nudge(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const { camera, shownAt } = this;
      if (shownAt && (shownAt.x !== camera.x || shownAt.y !== camera.y || shownAt.scale !== camera.scale)) this.spoil();
    }, REST_MS);
    this.ask();
  }

  private ask(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.job && this.isUsedUp()) this.isStale = true;
      this.paint(SLICE_MS);
      this.compose();
      if (this.job || this.isStale) this.ask();
    });
  }

  /** The view has left what the bitmap holds, or is much larger or smaller than it was drawn for. */
  private isUsedUp(): boolean {
    const { camera, shownAt, element } = this;
    if (!shownAt) return true;
    const stretch = camera.scale / shownAt.scale;
    const spare = (SPARE - 1) / 2 - 0.03;
    return (
      stretch < 0.6 ||
      stretch > 1.6 ||
      Math.abs(camera.x - shownAt.x) * camera.scale > element.width * spare ||
      Math.abs(camera.y - shownAt.y) * camera.scale > element.height * spare
    );
  }

  private paint(most: number): void {
    const begun = performance.now();
    if (this.isStale && !this.job) {
      this.isStale = false;
      this.jobAt = { ...this.camera };
      if (this.hidden.width !== Math.round(this.element.width * SPARE) || this.hidden.height !== Math.round(this.element.height * SPARE)) {
        this.hidden.width = Math.round(this.element.width * SPARE);
        this.hidden.height = Math.round(this.element.height * SPARE);
      }
      this.job = this.draw(this.hidden, this.jobAt);
    }
    while (this.job) {
      if (this.job.next().done) {
        this.job = null;
        [this.shown, this.hidden] = [this.hidden, this.shown];
        this.shownAt = this.jobAt;
        this.stats.draws++;
      } else if (performance.now() - begun > most) break;
    }
    this.stats.longestMs = Math.max(this.stats.longestMs, performance.now() - begun);
  }

  private project(node: { x: number; y: number }, at: Camera, on: { width: number; height: number }): [number, number] {
    return [on.width / 2 + (node.x - at.x) * at.scale, on.height / 2 + (node.y - at.y) * at.scale];
  }

  /** How large nodes are drawn at a scale: they grow more slowly than distances. */
  private sizeAt(scale: number): number {
    return Math.min(1.8, Math.max(0.3, Math.sqrt(scale / this.density))) * this.density;
  }

  private *draw(target: HTMLCanvasElement, at: Camera): Generator<void> {
    const context = target.getContext("2d", { alpha: false });
    if (!context) return;
    const { nodes, edges } = this.scene;
    const isFaded = this.lanes.length > 0;
    const size = this.sizeAt(at.scale);
    const isInside = (x: number, y: number) => x > -40 && y > -40 && x < target.width + 40 && y < target.height + 40;
    const xs = new Float32Array(nodes.length);
    const ys = new Float32Array(nodes.length);
    nodes.forEach((node, place) => {
      [xs[place], ys[place]] = this.project(node, at, target);
    });
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, target.width, target.height);
    context.strokeStyle = isFaded ? this.theme.fadedLine : this.theme.line;
    context.lineWidth = this.density * (edges.length > 4000 ? 0.5 : 1);
    let count = 0;
    context.beginPath();
    for (const { a, b } of edges) {
      const [x, y, toX, toY] = [xs[a] ?? 0, ys[a] ?? 0, xs[b] ?? 0, ys[b] ?? 0];
      if (!isInside(x, y) && !isInside(toX, toY)) continue;
      context.moveTo(x, y);
      context.lineTo(toX, toY);
      if (++count % CHECK_EVERY === 0) {
        context.stroke();
        yield;
        context.beginPath();
      }
    }
    context.stroke();
    context.fillStyle = isFaded ? this.theme.faded : this.theme.node;
    context.beginPath();
    for (let place = 0; place < nodes.length; place++) {
      const node = nodes[place];
      const [x, y] = [xs[place] ?? 0, ys[place] ?? 0];
      if (!node || !isInside(x, y)) continue;
      outline(context, isFaded && node.kind === "question" ? "" : node.kind, x, y, Math.max(1, node.r * size)); // a pie will lie on it
      if (++count % CHECK_EVERY === 0) {
        context.fill();
        yield;
        context.beginPath();
      }
    }
    context.fill();
    if (isFaded && !this.isGrowing()) {
      yield;
      this.drawLanes(context, at);
    }
    if (!isFaded) {
      yield;
      const order = nodes.length > 3000 ? this.largest(LABELS_MAX * 3) : [...nodes.keys()].sort((one, other) => (nodes[other]?.r ?? 0) - (nodes[one]?.r ?? 0));
      this.label(context, order, (place) => [xs[place] ?? 0, ys[place] ?? 0], size, isInside);
    }
  }

  /** Some of the largest nodes, found without sorting all. */
  private largest(most: number): number[] {
    const { nodes } = this.scene;
    const radii = Float32Array.from(nodes, (node) => node.r).sort();
    const least = radii[Math.max(0, radii.length - most)] ?? 0;
    return [...nodes.keys()]
      .filter((place) => (nodes[place]?.r ?? 0) >= least)
      .slice(0, most * 2)
      .sort((one, other) => (nodes[other]?.r ?? 0) - (nodes[one]?.r ?? 0));
  }

  /** Names beside nodes, where there is room: the first come first. */
  private label(
    context: CanvasRenderingContext2D,
    order: readonly number[],
    project: (place: number) => [number, number],
    size: number,
    isInside: (x: number, y: number) => boolean,
  ): void {
    const { density } = this;
    const taken = new Set<number>();
    context.font = `${12 * density}px ui-sans-serif, system-ui, sans-serif`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3 * density;
    context.strokeStyle = this.theme.background;
    context.fillStyle = this.theme.text;
    let room = LABELS_MAX;
    for (const place of order) {
      if (room <= 0) break;
      const node = this.scene.nodes[place];
      if (!node?.label) continue;
      const [x, y] = project(place);
      if (!isInside(x, y)) continue;
      const text = shorten(node.label);
      const width = (text.length * 6.5 + 12) * density; // about: measuring each would cost more than the drawing
      const beside = (node.r + 3) * size;
      const left = x + beside + width > context.canvas.width && x > width ? x - beside - width : x + beside;
      const row = Math.floor(y / (8 * density)); // half a line: a name takes the rows above and below its own
      const [from, to] = [Math.floor(left / (24 * density)), Math.floor((left + width) / (24 * density))];
      const cells: number[] = [];
      for (let column = from; column <= to; column++) cells.push((row - 1) * 4096 + column, row * 4096 + column, (row + 1) * 4096 + column);
      if (cells.some((cell) => taken.has(cell))) continue;
      cells.forEach((cell) => taken.add(cell));
      room--;
      context.strokeText(text, left, y);
      context.fillText(text, left, y);
    }
  }

  private compose(): void {
    const { context, element, camera, shown, shownAt } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.setLineDash([]);
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, element.width, element.height);
    if (shownAt) {
      const stretch = camera.scale / shownAt.scale;
      const [x, y] = this.project(shownAt, camera, element);
      context.drawImage(shown, x - (shown.width / 2) * stretch, y - (shown.height / 2) * stretch, shown.width * stretch, shown.height * stretch);
    }
    if (this.isGrowing()) this.drawLanes(context, camera);
    this.composeMarks();
  }

  private drawLanes(context: CanvasRenderingContext2D, camera: Camera): void {
    const { density, theme, reach } = this;
    const element = context.canvas;
    const { nodes } = this.scene;
    const size = this.sizeAt(camera.scale);
    const shares = new Map<number, number[]>(); // lanes by node
    const used = new Map<string, number>(); // lanes by pair of nodes
    const key = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`);
    for (const lane of this.lanes) {
      for (const pair of new Set(lane.hops.map(({ a, b }) => key(a, b)))) used.set(pair, (used.get(pair) ?? 0) + 1);
    }
    const drawn = new Map<string, number>();
    const figures: { x: number; y: number; number: number }[] = [];
    for (const lane of this.lanes) {
      const colour = theme.lanes[(lane.number - 1) % theme.lanes.length] ?? theme.accent;
      context.strokeStyle = colour;
      context.lineWidth = 3 * density;
      context.lineCap = "butt";
      context.setLineDash(dashOf(lane.number).map((part) => part * density));
      const mine = new Set<string>();
      for (const { a, b, hop } of lane.hops) {
        const share = Math.min(1, reach - hop + 1);
        const [from, to, pair] = [nodes[a], nodes[b], key(a, b)];
        if (share <= 0 || !from || !to || mine.has(pair)) continue;
        mine.add(pair);
        const [x, y] = this.project(from, camera, element);
        const [toX, toY] = this.project(to, camera, element);
        const length = Math.hypot(toX - x, toY - y) || 1;
        const beside = drawn.get(pair) ?? 0;
        drawn.set(pair, beside + 1);
        const away = (beside - ((used.get(pair) ?? 1) - 1) / 2) * 5 * density * (a < b ? 1 : -1);
        const [sideX, sideY] = [(-(toY - y) / length) * away, ((toX - x) / length) * away];
        context.beginPath();
        context.moveTo(x + sideX, y + sideY);
        context.lineTo(x + sideX + (toX - x) * share, y + sideY + (toY - y) * share);
        context.stroke();
        const among = used.get(pair) ?? 1;
        if (share >= 1 && length > (24 + 19 * among) * density && figures.length < 200) {
          // Side by side along the line, so that none covers another.
          const place = 0.5 + ((beside - (among - 1) / 2) * 19 * density * (a < b ? 1 : -1)) / length;
          figures.push({ x: x + sideX + (toX - x) * place, y: y + sideY + (toY - y) * place, number: lane.number });
        }
        for (const place of share >= 1 ? [a, b] : [a]) {
          const lanes = shares.get(place);
          if (!lanes) shares.set(place, [lane.number]);
          else if (!lanes.includes(lane.number)) lanes.push(lane.number);
        }
      }
    }
    context.setLineDash([]);
    for (const [place, lanes] of shares) {
      const node = nodes[place];
      if (node) this.pie(context, this.project(node, camera, element), (node.r + 1.5) * size, lanes);
    }
    for (const figure of figures) this.figure(context, figure.x, figure.y, figure.number);
    const isInside = (x: number, y: number) => x > -40 && y > -40 && x < element.width + 40 && y < element.height + 40;
    const named = (place: number): [number, number] => {
      const node = nodes[place];
      return node ? this.project(node, camera, element) : [-1e6, -1e6];
    };
    this.label(context, [...shares.keys()], named, size, isInside);
  }

  /** A node that several lanes share, each with its part of the disc. */
  private pie(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], radius: number, lanes: readonly number[]): void {
    const { theme } = this;
    lanes.forEach((number, part) => {
      context.fillStyle = theme.lanes[(number - 1) % theme.lanes.length] ?? theme.accent;
      context.beginPath();
      context.moveTo(x, y);
      context.arc(x, y, radius, (part / lanes.length - 0.25) * FULL_TURN, ((part + 1) / lanes.length - 0.25) * FULL_TURN);
      context.fill();
    });
    context.strokeStyle = theme.background;
    context.lineWidth = this.density;
    context.beginPath();
    context.arc(x, y, radius, 0, FULL_TURN);
    context.stroke();
  }

  private figure(context: CanvasRenderingContext2D, x: number, y: number, number: number): void {
    const { density, theme } = this;
    context.fillStyle = theme.lanes[(number - 1) % theme.lanes.length] ?? theme.accent;
    context.beginPath();
    context.arc(x, y, 8 * density, 0, FULL_TURN);
    context.fill();
    context.fillStyle = theme.background;
    context.font = `600 ${11 * density}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(number), x, y + 0.5 * density);
    context.textAlign = "start";
  }

  private composeMarks(): void {
    const { context, theme, density, camera } = this;
    const size = this.sizeAt(camera.scale);
    const ring = (place: number, width: number, gap: number) => {
      const node = this.scene.nodes[place];
      if (!node) return;
      const [x, y] = this.project(node, camera, this.element);
      context.strokeStyle = theme.accent;
      context.lineWidth = width * density;
      context.beginPath();
      context.arc(x, y, node.r * size + gap * density, 0, FULL_TURN);
      context.stroke();
    };
    context.setLineDash([]);
    for (const place of this.marked) ring(place, 2, 3);
    if (this.pointed >= 0) ring(this.pointed, 2, 2);
    if (this.chosen >= 0) ring(this.chosen, 3, 5);
    const named = [this.chosen, this.pointed].filter((place) => place >= 0);
    this.label(context, named, (place) => this.project(this.scene.nodes[place] ?? { x: 0, y: 0 }, camera, this.element), size, () => true);
  }
}

const LONGEST_LABEL = 28;
const CONTROLS = /[\u0000-\u001f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g; // also those that turn the direction of writing

/** A name for the canvas: one line, short, and without characters that would reorder what stands beside it. */
export function shorten(label: string): string {
  const plain = label.slice(0, 200).replace(CONTROLS, " ").trim();
  return plain.length > LONGEST_LABEL ? `${plain.slice(0, LONGEST_LABEL - 1)}…` : plain;
}

/** The kind by its shape: a document or the question is a square, a name a diamond, all else a disc. */
function outline(context: CanvasRenderingContext2D, kind: string, x: number, y: number, r: number): void {
  if (kind === "document" || kind === "question") context.rect(x - r, y - r, 2 * r, 2 * r);
  else if (kind === "entity") {
    context.moveTo(x, y - 1.2 * r);
    context.lineTo(x + 1.2 * r, y);
    context.lineTo(x, y + 1.2 * r);
    context.lineTo(x - 1.2 * r, y);
    context.closePath();
  } else {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, FULL_TURN);
  }
}
