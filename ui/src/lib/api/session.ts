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
  /** Asks the server who one is. */
  look(): Promise<void>;
  /** Begins a session with a key, which is not kept: a cookie that scripts cannot read stands for it. */
  begin(key: string): Promise<void>;
  end(): Promise<void>;
  /** A request was refused for want of a key. */
  lost(): void;
}

const PATH = `${BASE}/api/v1/session`;

export const useSession = create<SessionState>((set, get) => {
  const take = async (answer: Response) => {
    const body = await answer.json().catch(() => null);
    if (answer.ok) set({ standing: "in", name: body.name, scopes: body.scopes, csrf: body.csrf_token });
    else if (answer.status === 401) set({ standing: "out", csrf: "" });
    return body as unknown;
  };
  return {
    standing: "unknown",
    name: "",
    scopes: [],
    csrf: "",
    look: async () => {
      await take(await fetch(PATH, { cache: "no-store" }));
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
      set({ standing: "unknown", name: "", csrf: "" });
      await get().look();
    },
    lost: () => set({ standing: "out" }),
  };
});
