"use client";
import { useCallback, useEffect, useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type PointerEvent, type Ref } from "react";
import { cn } from "@/lib/cn";
import { GraphCanvas } from "./canvas";
import { layOut } from "./layout";
import type { Lane, Scene } from "./scene";
import { useGraphTheme } from "./theme";

export interface GraphHandle {
  fit: () => void;
  zoom: (factor: number) => void;
  toPng: () => Promise<Blob | null>;
}

interface GraphViewProps {
  scene: Scene;
  lanes?: readonly Lane[];
  /** How many steps of the lanes are drawn; a part of one in part. */
  reach?: number;
  /** A node's id; "" for none. */
  chosen: string;
  onChoose: (id: string) => void;
  marked?: ReadonlySet<string>;
  label: string;
  keys: string;
  /** What is said of a node that the keys or the pointer have come to. */
  describe: (place: number) => string;
  className?: string;
  handle?: Ref<GraphHandle>;
}

const NO_LANES: readonly Lane[] = [];
const NOTHING: ReadonlySet<string> = new Set();
const NEAR = 4; // pixels between pressing and letting go that are still a click
const DIRECTIONS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A graph to look at, with the pointer, by touch, or by keys alone; a table of the same belongs beside it. */
export function GraphView({ scene, lanes = NO_LANES, reach = Infinity, chosen, onChoose, marked = NOTHING, label, keys, describe, className, handle }: GraphViewProps) {
  const element = useRef<HTMLCanvasElement>(null);
  const graph = useRef<GraphCanvas | null>(null);
  const theme = useGraphTheme();
  const [pointed, setPointed] = useState(-1);
  const touches = useRef(new Map<number, { x: number; y: number }>());
  const pressed = useRef<{ x: number; y: number; isFar: boolean } | null>(null);
  const keysId = useId();
  const first = useRef(theme);

  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    const drawn = new GraphCanvas(canvas, first.current);
    graph.current = drawn;
    const watcher = new ResizeObserver(() => {
      drawn.resize();
      drawn.fit();
    });
    watcher.observe(canvas);
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      drawn.zoom(Math.exp(-event.deltaY * 0.0016), event.offsetX, event.offsetY);
    };
    canvas.addEventListener("wheel", onWheel, { passive: false }); // React's own could not keep the page from scrolling
    return () => {
      watcher.disconnect();
      canvas.removeEventListener("wheel", onWheel);
      drawn.stop();
      graph.current = null;
    };
  }, []);
  useEffect(() => {
    first.current = theme;
    graph.current?.setTheme(theme);
  }, [theme]);
  useEffect(() => {
    const drawn = graph.current;
    if (!drawn) return;
    drawn.setScene(scene);
    drawn.fit();
    if (scene.isPlaced || scene.nodes.length < 2) return;
    return layOut(
      scene,
      () => {
        drawn.moved();
        drawn.fit();
      },
      () => undefined,
    );
  }, [scene]);
  useEffect(() => graph.current?.setLanes(lanes, reach), [lanes, reach, scene]);
  useEffect(() => {
    const place = scene.places.get(chosen) ?? -1;
    graph.current?.setMarks(place, new Set([...marked].flatMap((id) => scene.places.get(id) ?? [])));
    if (place >= 0 && graph.current && !graph.current.isSeen(place)) graph.current.centre(place);
  }, [chosen, marked, scene]);
  useEffect(() => graph.current?.setPointed(pointed), [pointed]);
  useImperativeHandle(handle, () => ({
    fit: () => graph.current?.fit(),
    zoom: (factor) => graph.current?.zoom(factor),
    toPng: () => graph.current?.toPng() ?? Promise.resolve(null),
  }));

  const choose = useCallback((place: number) => onChoose(scene.nodes[place]?.id ?? ""), [onChoose, scene]);
  const pick = (event: PointerEvent) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return graph.current?.pick(event.clientX - left, event.clientY - top) ?? -1;
  };
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture?.(event.pointerId);
    touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    pressed.current = { x: event.clientX, y: event.clientY, isFar: touches.current.size > 1 };
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const before = touches.current.get(event.pointerId);
    if (!before || !pressed.current) {
      setPointed(pick(event));
      return;
    }
    const other = [...touches.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const [was, is] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(event.clientX - other.x, event.clientY - other.y)];
      if (was > 0) graph.current?.zoom(is / was);
    } else if (pressed.current.isFar || Math.hypot(event.clientX - pressed.current.x, event.clientY - pressed.current.y) > NEAR) {
      pressed.current.isFar = true;
      graph.current?.pan(event.clientX - before.x, event.clientY - before.y);
    } else return;
    touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerUp = (event: PointerEvent<HTMLCanvasElement>) => {
    touches.current.delete(event.pointerId);
    if (pressed.current && !pressed.current.isFar) choose(pick(event));
    if (!touches.current.size) pressed.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    const from = pointed >= 0 ? pointed : (scene.places.get(chosen) ?? -1);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction && event.shiftKey) graph.current?.pan(-40 * direction[0], -40 * direction[1]);
    else if (direction) {
      const next = from < 0 ? 0 : (graph.current?.step(from, ...direction) ?? -1);
      if (next >= 0) {
        setPointed(next);
        if (graph.current && !graph.current.isSeen(next)) graph.current.centre(next);
      }
    } else if (event.key === "Enter" || event.key === " ") choose(from);
    else if (event.key === "+" || event.key === "=") graph.current?.zoom(1.25);
    else if (event.key === "-") graph.current?.zoom(0.8);
    else if (event.key === "0") graph.current?.fit();
    else if (event.key === "Escape") {
      setPointed(-1);
      onChoose("");
    } else return;
    event.preventDefault();
  };
  return (
    <div className={cn("relative min-w-0", className)}>
      <canvas
        ref={element}
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby={keysId}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onPointerLeave={() => setPointed(-1)}
        onKeyDown={onKeyDown}
        className={cn("size-full touch-none rounded-lg", pointed >= 0 ? "cursor-pointer" : "cursor-grab")}
        data-testid="graph"
      />
      <p id={keysId} className="sr-only">
        {keys}
      </p>
      <p role="status" className="sr-only">
        {pointed >= 0 ? describe(pointed) : ""}
      </p>
    </div>
  );
}
