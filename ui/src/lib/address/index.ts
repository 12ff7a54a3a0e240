"use client";
import { useCallback, useMemo, useSyncExternalStore } from "react";

/**
 * The address is the whole state of a view: what somebody copies shows another person the same.
 *
 * A page says which parameters it knows, each with how it is read and written:
 *
 *     const ADDRESS = { id: text(), tab: oneOf(["answer", "log"], "answer"), at: integer(), tiers: list() };
 *     const [state, set] = useAddress(ADDRESS);
 *     set({ tab: "log" });                      // replaces the entry of the history
 *     set({ id: "other" }, { isStep: true });   // a new entry: "back" leads here
 *     <Link href={addressOf("/runs/view/", ADDRESS, { id })} />
 *
 * What stands at its default is left out; parameters that a page does not know stay as they are.
 */
export interface Param<T> {
  read(raw: string | null): T;
  /** null: not written, as it is the default. */
  write(value: T): string | null;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a parameter is invariant in its type
type AnyParams = Record<string, Param<any>>;
export type StateOf<P extends AnyParams> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

export const text = (usual = ""): Param<string> => ({
  read: (raw) => raw ?? usual,
  write: (value) => (value === usual ? null : value),
});

export const flag = (): Param<boolean> => ({
  read: (raw) => raw === "1",
  write: (value) => (value ? "1" : null),
});

export function oneOf<const T extends string>(values: readonly T[], usual: NoInfer<T>): Param<T> {
  return {
    read: (raw) => values.find((value) => value === raw) ?? usual,
    write: (value) => (value === usual ? null : value),
  };
}

/** A whole number; null where none is said. */
export const integer = (): Param<number | null> => ({
  read: (raw) => (raw !== null && /^-?\d{1,15}$/.test(raw) ? Number(raw) : null),
  write: (value) => (value === null ? null : String(value)),
});

export const decimal = (): Param<number | null> => ({
  read: (raw) => (raw !== null && /^-?\d+(\.\d+)?$/.test(raw) && Number.isFinite(Number(raw)) ? Number(raw) : null),
  write: (value) => (value === null ? null : String(value)),
});

/** Several words, parted by commas; a comma within one is written %2C. */
export const list = (): Param<readonly string[]> => ({
  read: (raw) => (raw ? raw.split(",").map((part) => unescapeComma(part)) : []),
  write: (values) => (values.length ? values.map((value) => value.replace(/%/g, "%25").replace(/,/g, "%2C")).join(",") : null),
});

const unescapeComma = (part: string) => part.replace(/%2C/g, ",").replace(/%25/g, "%");

export function readAddress<P extends AnyParams>(params: P, search: string): StateOf<P> {
  const found = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.read(found.get(name))])) as StateOf<P>;
}

/** `search` with some of its parameters changed. */
export function writeAddress<P extends AnyParams>(params: P, search: string, change: Partial<StateOf<P>>): string {
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    const written = params[name]?.write(value) ?? null;
    if (written === null) next.delete(name);
    else next.set(name, written);
  }
  const said = next.toString();
  return said ? `?${said}` : "";
}

/** The address of another view, for links. */
export function addressOf<P extends AnyParams>(path: string, params: P, state: Partial<StateOf<P>> = {}): string {
  return path + writeAddress(params, "", state);
}

const CHANGED = "moe:address";
let isWatched = false;

/** Told of whatever changes the address: this page's own steps, the router's, back and forward. */
function subscribe(listener: () => void): () => void {
  watchHistory();
  addEventListener("popstate", listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(CHANGED, listener);
  };
}

function watchHistory(): void {
  if (isWatched) return;
  isWatched = true;
  for (const name of ["pushState", "replaceState"] as const) {
    const inner = history[name].bind(history);
    history[name] = (...given: Parameters<History["pushState"]>) => {
      const before = location.search;
      inner(...given);
      // Later: the router does this while React inserts styles, where nothing may be drawn anew.
      if (location.search !== before) queueMicrotask(() => dispatchEvent(new Event(CHANGED)));
    };
  }
}

/** The address's search part, such as "?id=r1"; "" while the page is built and first drawn. */
export function useSearch(): string {
  return useSyncExternalStore(
    subscribe,
    () => location.search,
    () => "",
  );
}

const never = () => () => {};

/** Whether the address is known: not while the page is built and first drawn, when nothing that hangs on it is asked. */
export function useIsAddressed(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

export interface Step {
  /** A new entry of the history, for what the reader would want to go back from. */
  isStep?: boolean;
}

/** The view's state as the address tells it, and how to change it. */
export function useAddress<P extends AnyParams>(params: P) {
  const search = useSearch();
  const state = useMemo(() => readAddress(params, search), [params, search]);
  const set = useCallback(
    (change: Partial<StateOf<P>>, { isStep = false }: Step = {}) => {
      const next = writeAddress(params, location.search, change);
      if (next === location.search) return;
      history[isStep ? "pushState" : "replaceState"](null, "", `${location.pathname}${next}${location.hash}`);
    },
    [params],
  );
  return [state, set] as const;
}

export { useTyped } from "./use-typed";
