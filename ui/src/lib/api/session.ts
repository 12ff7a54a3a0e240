import { create } from "zustand";
import { BASE } from "./base";
import { readProblem } from "./problem";

export type Standing =
  /** Not asked yet. */
  | "unknown"
  /** No key is demanded, or a session is open. */
  | "in"
  /** A key is demanded: the page shows its login. */
  | "out";

interface SessionState {
  standing: Standing;
  /** The key's name; "" where none is demanded. */
  name: string;
  scopes: readonly string[];
  csrf: string;
  /** Where users log in without a key; "" for nowhere. */
  login: string;
  /** Where they log out there too, once the session has ended; "" for nowhere. */
  wayOut: string;
  /** Asks the server who one is. */
  look(): Promise<void>;
  /** Begins a session with a key, which is not kept: a cookie that scripts cannot read stands for it. */
  begin(key: string): Promise<void>;
  end(): Promise<void>;
  /** A request was refused for want of a key. */
  lost(): void;
}

const VERSION = `${BASE}/api/v1/version`;
const PATH = `${BASE}/api/v1/session`;

export const useSession = create<SessionState>((set, get) => {
  const take = async (answer: Response) => {
    const body = await answer.json().catch(() => null);
    if (answer.ok) set({ standing: "in", name: body.name, scopes: body.scopes, csrf: body.csrf_token, wayOut: body.way_out ?? "" });
    else if (answer.status === 401) set({ standing: "out", csrf: "" });
    return body as unknown;
  };
  return {
    standing: "unknown",
    name: "",
    scopes: [],
    csrf: "",
    login: "",
    wayOut: "",
    look: async () => {
      await take(await fetch(PATH, { cache: "no-store" }));
      if (get().standing !== "out") return;
      const told = await fetch(VERSION).then((answer) => answer.json()).catch(() => null);
      set({ login: told?.login ?? "" });
    },
    begin: async (key) => {
      const answer = await fetch(PATH, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ key }),
      });
      const body = await take(answer);
      if (!answer.ok) throw readProblem(body, answer.status);
    },
    end: async () => {
      await fetch(PATH, { method: "DELETE", headers: { "x-csrf-token": get().csrf } });
      const { wayOut } = get();
      set({ standing: "unknown", name: "", csrf: "", wayOut: "" });
      if (wayOut) location.assign(wayOut);
      await get().look();
    },
    lost: () => set({ standing: "out" }),
  };
});
