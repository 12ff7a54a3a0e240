import { create } from "zustand";

/** How the page stands with its server; told by every request and by the stream of a run. */
interface Connection {
  /** Since when the server does not answer, in Unix seconds; null while it does. */
  awaySince: number | null;
  /** The last time that it answered, in Unix seconds. */
  answeredAt: number;
  /** After which event a cut stream goes on; null when none is cut. */
  resumingFrom: number | null;
  answered(): void;
  missed(): void;
  /** The stream of a run says so, and says null once it flows again. */
  resuming(after: number | null): void;
}

const now = () => Date.now() / 1000;

export const useConnection = create<Connection>((set, get) => ({
  awaySince: null,
  answeredAt: 0,
  resumingFrom: null,
  answered: () => {
    const at = now();
    // Once a second is enough for a badge; each request would otherwise draw the page's frame anew.
    if (get().awaySince !== null || at - get().answeredAt >= 1) set({ awaySince: null, answeredAt: at });
  },
  missed: () => {
    if (get().awaySince === null) set({ awaySince: now() });
  },
  resuming: (after) => set({ resumingFrom: after }),
}));
