"use client";
import { useCallback, useEffect, useId, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent, type Ref } from "react";
import { cn } from "@/lib/cn";
import type { GraphHandle } from "@/lib/graph/graph-view";
import { useGraphTheme } from "@/lib/graph/theme";
import { loadOutlines, type Outlines } from "./outlines";
import { findCorner, paint, type MapColours } from "./painter";
import { pinPlaces, signOf, type Pin, type PinnedPlace } from "./pins";
import { fit, listTiles, pan, project, tileAddress, zoom, type MapViewport, type Size } from "./projection";

interface MapViewProps {
  places: readonly PinnedPlace[];
  /** Of pictures to lie below the signs; "" for the outlines of countries. */
  tiles: string;
  /** The first of the places that are chosen; -1 for none. */
  chosen: number;
  onChoose: (places: readonly number[]) => void;
  label: string;
  keys: string;
  describe: (places: readonly number[]) => string;
  onTilesAway: () => void;
  className?: string;
  handle?: Ref<Pick<GraphHandle, "fit" | "zoom">>;
}

const NEAR = 4; // pixels between pressing and letting go that are still a click
const STEP = 60; // pixels that an arrow key moves
const DIRECTIONS: Record<string, readonly [number, number]> = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const NOWHERE: Size = { width: 0, height: 0 };

/** Places on a map, with the pointer, by touch, or by keys alone; a table of the same belongs beside it. */
export function MapView({ places, tiles, chosen, onChoose, label, keys, describe, onTilesAway, className, handle }: MapViewProps) {
  const element = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(NOWHERE);
  const spots = useMemo(() => places.map(project), [places]);
  const whole = useMemo(() => fit(spots, size), [spots, size]);
  const [moved, setMoved] = useState<{ from: MapViewport; view: MapViewport } | null>(null);
  const view = moved?.from === whole ? moved.view : whole;
  const change = useCallback((next: (view: MapViewport) => MapViewport) => setMoved((now) => ({ from: whole, view: next(now?.from === whole ? now.view : whole) })), [whole]);
  const outlines = useMemo(() => (tiles ? { land: [], borders: [] } : loadOutlines()), [tiles]);
  useMeasured(element, setSize);
  useWheel(element, (factor, at) => change((now) => zoom(now, factor, size, at)));
  useImperativeHandle(handle, () => ({ fit: () => setMoved(null), zoom: (factor) => change((now) => zoom(now, factor, size)) }), [change, size]);
  const pins = useMemo(() => (size.width ? pinPlaces(places, view, size) : []), [places, view, size]);
  usePainted(element, outlines, view, size, pins, tiles !== "");
  const drag = useDrag(size, change);
  const keysId = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (direction) change((now) => pan(now, STEP * direction[0], STEP * direction[1], size));
    else if (event.key === "+" || event.key === "=") change((now) => zoom(now, 1.5, size));
    else if (event.key === "-") change((now) => zoom(now, 1 / 1.5, size));
    else if (event.key === "0") setMoved(null);
    else if (event.key === "Escape") onChoose([]);
    else return;
    event.preventDefault();
  };
  return (
    <div className={cn("relative isolate min-w-0 overflow-hidden", className)} onKeyDown={onKeyDown}>
      {tiles !== "" && size.width > 0 && <Tiles address={tiles} view={view} size={size} onAway={onTilesAway} />}
      <canvas
        ref={element}
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby={keysId}
        className="relative size-full cursor-grab touch-none"
        data-testid="map"
        {...drag}
      />
      <p id={keysId} className="sr-only">
        {keys}
      </p>
      {pins.map((pin) => (
        <Sign key={pin.places[0]} pin={pin} places={places} isChosen={pin.places.includes(chosen)} said={describe(pin.places)} onChoose={() => onChoose(pin.places)} />
      ))}
    </div>
  );
}

function Sign({ pin, places, isChosen, said, onChoose }: { pin: Pin; places: readonly PinnedPlace[]; isChosen: boolean; said: string; onChoose: () => void }) {
  const isCited = pin.places.some((place) => places[place]?.citations.length);
  return (
    <button
      type="button"
      aria-label={said}
      aria-pressed={isChosen}
      title={said}
      onClick={onChoose}
      className="group absolute top-0 left-0 flex items-center gap-1 rounded-full text-xs font-semibold tabular-nums focus-visible:z-10"
      style={{ transform: `translate(${Math.round(pin.x) - 12}px, ${Math.round(pin.y) - 12}px)`, zIndex: isChosen ? 5 : undefined }}
    >
      <span
        className={cn(
          "flex h-6 min-w-6 items-center justify-center rounded-full border-2 px-1",
          isCited ? "border-card bg-primary text-primary-foreground" : "border-primary bg-card text-foreground",
          isChosen && "outline-2 outline-offset-1 outline-foreground",
        )}
      >
        {signOf(pin.places, places)}
      </span>{" "}
      {(pin.isNamed || isChosen) && (
        <bdi className="max-w-44 truncate rounded-sm bg-card/85 px-1 font-medium text-foreground">{places[pin.places[0] ?? 0]?.label}</bdi>
      )}
    </button>
  );
}

/** Pictures of the Earth from a server that the settings name; nothing else of the page is told to it. */
function Tiles({ address, view, size, onAway }: { address: string; view: MapViewport; size: Size; onAway: () => void }) {
  return (
    <div aria-hidden className="absolute inset-0 dark:brightness-75">
      {listTiles(view, size).map((tile) => (
        // eslint-disable-next-line @next/next/no-img-element -- of another server, as they are
        <img
          key={`${tile.z}/${Math.round(tile.left / tile.side)}/${tile.x}/${tile.y}`}
          src={tileAddress(address, tile)}
          alt=""
          draggable={false}
          referrerPolicy="origin"
          onError={onAway}
          className="absolute max-w-none"
          style={{ left: tile.left, top: tile.top, width: tile.side + 0.5, height: tile.side + 0.5 }}
        />
      ))}
    </div>
  );
}

function useMeasured(element: React.RefObject<HTMLCanvasElement | null>, setSize: (size: Size) => void): void {
  useEffect(() => {
    const canvas = element.current;
    if (!canvas) return;
    const watcher = new ResizeObserver(() => setSize({ width: canvas.clientWidth, height: canvas.clientHeight }));
    watcher.observe(canvas);
    return () => watcher.disconnect();
  }, [element, setSize]);
}

function usePainted(element: React.RefObject<HTMLCanvasElement | null>, outlines: Outlines, view: MapViewport, size: Size, pins: readonly Pin[], isTiled: boolean): void {
  const theme = useGraphTheme();
  useEffect(() => {
    const canvas = element.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || !size.width) return;
    const frame = requestAnimationFrame(() => {
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, outlines, view, size, readColours(canvas, theme.text), { isTiled, corner: findCorner(pins, size) });
    });
    return () => cancelAnimationFrame(frame);
  }, [element, outlines, view, size, pins, theme, isTiled]);
}

function readColours(canvas: HTMLCanvasElement, text: string): MapColours {
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: colour("muted"),
    land: colour("card"),
    border: colour("control"),
    grid: colour("border"),
    text: colour("muted-foreground") || text,
    mark: colour("primary"),
    font: `11px ${style.fontFamily}`,
  };
}

function useWheel(element: React.RefObject<HTMLCanvasElement | null>, onZoom: (factor: number, at: { x: number; y: number }) => void): void {
  const latest = useRef(onZoom);
  useEffect(() => {
    latest.current = onZoom;
  });
  useEffect(() => {
    const canvas = element.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      latest.current(Math.exp(-event.deltaY * 0.002), { x: event.offsetX, y: event.offsetY });
    };
    canvas?.addEventListener("wheel", onWheel, { passive: false }); // React's own could not keep the page from scrolling
    return () => canvas?.removeEventListener("wheel", onWheel);
  }, [element]);
}

/** One finger or the pointer moves the map, two fingers make it larger or smaller. */
function useDrag(size: Size, change: (next: (view: MapViewport) => MapViewport) => void) {
  const touches = useRef(new Map<number, { x: number; y: number }>());
  const pressed = useRef<{ x: number; y: number; isFar: boolean } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture?.(event.pointerId);
    touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    pressed.current = { x: event.clientX, y: event.clientY, isFar: touches.current.size > 1 };
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const before = touches.current.get(event.pointerId);
    if (!before || !pressed.current) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    const other = [...touches.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const [was, is] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(event.clientX - other.x, event.clientY - other.y)];
      if (was > 0) change((now) => zoom(now, is / was, size));
    } else if (pressed.current.isFar || Math.hypot(event.clientX - pressed.current.x, event.clientY - pressed.current.y) > NEAR) {
      pressed.current.isFar = true;
      change((now) => pan(now, dx, dy, size));
    } else return;
    touches.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onPointerUp = (event: PointerEvent<HTMLCanvasElement>) => {
    touches.current.delete(event.pointerId);
    if (!touches.current.size) pressed.current = null;
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}
