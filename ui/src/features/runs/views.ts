import { create } from "zustand";

export interface SavedView {
  name: string;
  /** The search part of its address. */
  search: string;
}

const KEPT = "moe.runs.views";

function read(): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((view): view is SavedView => typeof view?.name === "string" && typeof view?.search === "string") : [];
  } catch {
    return [];
  }
}

/** Filters under a name; kept by this browser. */
export const useViews = create<{ views: readonly SavedView[] }>(() => ({ views: [] }));

export const loadViews = () => useViews.setState({ views: read() });

function keep(views: readonly SavedView[]): void {
  useViews.setState({ views });
  try {
    localStorage.setItem(KEPT, JSON.stringify(views));
  } catch {
    // A browser that keeps nothing shows them until the page is left.
  }
}

/** A view of the same name is replaced. */
export const saveView = (view: SavedView) => keep([...read().filter(({ name }) => name !== view.name), view]);
export const removeView = (name: string) => keep(read().filter((view) => view.name !== name));
