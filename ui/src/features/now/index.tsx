"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, PageHead, Panel } from "@/components/ui";
import { FirstCommands } from "@/features/shell/first-commands";
import { useAddress, useIsAddressed } from "@/lib/address";
import { api, unwrap } from "@/lib/api";
import { downloadJson } from "@/lib/download";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { ASK_ADDRESS } from "./address";
import { AskBox } from "./ask-box";
import { Conversations } from "./conversations";
import { NeedsYou } from "./needs";
import { Running } from "./running";
import { Tiles } from "./tiles";

const words = texts.now;

export function NowPage() {
  return (
    <>
      <PageHead title={texts.shell.pages.now}>
        <ExportButton />
      </PageHead>
      {useIsAddressed() && <Now />}
    </>
  );
}

/** All that is shown, as it was last read. */
function ExportButton() {
  const client = useQueryClient();
  const keep = () => {
    const read = (...key: readonly string[]) => client.getQueryData(key) ?? null;
    const [conversations] = client.getQueriesData({ queryKey: ["conversations"] });
    downloadJson("now.json", {
      read: new Date().toISOString(),
      active: read("runs", "active"),
      attention: read("attention"),
      conversations: conversations?.[1] ?? null,
      day: read("metrics", "day"),
    });
  };
  return (
    <Button variant="outline" size="small" onClick={keep}>
      {words.export}
    </Button>
  );
}

function Now() {
  const [state, set] = useAddress(ASK_ADDRESS);
  const goOn = (conversation: string) => {
    set({ conversation }, { isStep: true });
    document.querySelector<HTMLElement>("main textarea")?.focus();
  };
  return (
    <div className="flex flex-col gap-4">
      <Panel name={words.ask.title}>
        <AskBox state={state} onChange={set} />
      </Panel>
      <FirstSteps />
      <Panel name={words.tiles.title}>
        <Tiles />
      </Panel>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel name={words.running.title}>
          <Running />
        </Panel>
        <Panel name={words.needs.title}>
          <NeedsYou />
        </Panel>
        <Panel name={words.conversations.title}>
          <Conversations onGoOn={goOn} />
        </Panel>
      </div>
    </div>
  );
}

/** How to begin, where there is no run yet. */
function FirstSteps() {
  const { data } = useQuery({
    queryKey: ["runs", "any"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs", { params: { query: { limit: 1 } }, signal })),
  });
  if (!data || data.runs.length) return null;
  return (
    <Empty title={words.first.title} hint={words.first.hint}>
      <FirstCommands />
      <Button asChild variant="outline">
        <Link href="/runs/view/?id=demo">{texts.run.toDemo}</Link>
      </Button>
    </Empty>
  );
}
