"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { Panel, Toasts } from "@/components/ui";
import { ServerAway, useConnection, useSession } from "@/lib/api";
import { cn } from "@/lib/cn";
import { moment } from "@/lib/format";
import { usePath } from "@/nav";
import { texts } from "@/texts/en";
import { useShellKeys } from "./keys";
import { KeysDialog } from "./keys-dialog";
import { Login } from "./login";
import { followLook } from "./look";
import { findPage } from "./pages";
import { Palette } from "./palette";
import { Rail } from "./rail";
import { SkewBar } from "./skew";
import { TopBar } from "./top-bar";

const buildClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => error instanceof ServerAway && failures < 2,
        refetchOnReconnect: true,
      },
    },
  });

/** The page's frame: rail, top bar, palette, keys, login; and in its middle the page. */
export function Shell({ children }: { children: ReactNode }) {
  const [client] = useState(buildClient);
  useEffect(followLook, []);
  return (
    <QueryClientProvider client={client}>
      <Frame client={client}>{children}</Frame>
    </QueryClientProvider>
  );
}

function Frame({ client, children }: { client: QueryClient; children: ReactNode }) {
  const [open, setOpen] = useState<"none" | "palette" | "keys">("none");
  const [isRailOpen, setRailOpen] = useState(false);
  const path = usePath();
  const onPalette = () => setOpen((now) => (now === "palette" ? "none" : "palette"));
  const onHelp = () => setOpen("keys");
  const close = (which: "palette" | "keys") => setOpen((now) => (now === which ? "none" : now));
  useShellKeys({ onPalette, onHelp });
  const { isAway } = useServer(client);
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-card focus:p-2">
        {texts.shell.skip}
      </a>
      <SkewBar />
      <TopBar isRailOpen={isRailOpen} onRail={() => setRailOpen(!isRailOpen)} onPalette={onPalette} onHelp={onHelp} />
      <div className="flex flex-1 flex-col md:flex-row">
        <Rail isOpen={isRailOpen} onChosen={() => setRailOpen(false)} />
        <main id="main" tabIndex={-1} className={cn("min-w-0 flex-1 p-4 outline-none", isAway && "grayscale")}>
          {isAway && <StaleNote />}
          <Panel key={path} name={findPage(path)?.label ?? texts.shell.name}>
            <Content>{children}</Content>
          </Panel>
        </main>
      </div>
      <Palette isOpen={open === "palette"} onClose={() => close("palette")} onHelp={onHelp} />
      <KeysDialog isOpen={open === "keys"} onClose={() => close("keys")} />
      <Toasts />
    </div>
  );
}

/** How old what is shown is, while nothing newer can be had; drawn without colours then, which keeps it readable. */
function StaleNote() {
  const answeredAt = useConnection((state) => state.answeredAt);
  if (!answeredAt) return null;
  return (
    <p role="status" className="mb-3 rounded-md border border-dashed p-2 text-sm">
      {texts.shell.connection.stale(moment(answeredAt))}
    </p>
  );
}

/** The page, or the login while a key is demanded. */
function Content({ children }: { children: ReactNode }) {
  const standing = useSession((state) => state.standing);
  if (standing === "out") return <Login />;
  return children;
}

/** Asks who one is at the start; fetches everything anew once a key is given or the server is back. */
function useServer(client: QueryClient): { isAway: boolean } {
  const isAway = useConnection((state) => state.awaySince !== null);
  const standing = useSession((state) => state.standing);
  useEffect(() => {
    if (isAway) return;
    void useSession
      .getState()
      .look()
      .catch(() => useConnection.getState().missed());
  }, [isAway]);
  useEffect(() => {
    if (!isAway && standing === "in") void client.invalidateQueries();
  }, [client, isAway, standing]);
  return { isAway };
}
