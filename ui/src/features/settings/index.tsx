"use client";
import { PageHead, Tabs } from "@/components/ui";
import { flag, oneOf, text, useAddress, useIsAddressed } from "@/lib/address";
import { texts } from "@/texts/en";
import { Config, WHICH } from "./config";
import { Health } from "./health";
import { Keys } from "./keys";
import { Plugins } from "./plugins";
import { Versions } from "./versions";

const words = texts.settings.tabs;
const TABS = ["health", "plugins", "keys", "config", "versions"] as const;
const ADDRESS = {
  tab: oneOf(TABS, "health"),
  /** Findings of that state only. */
  state: oneOf(["", "wrong", "note", "ok"], ""),
  words: text(),
  broken: flag(),
  which: oneOf(WHICH, "all"),
};

/** How the server is, and what it is set to. */
export function SettingsPage() {
  return useIsAddressed() ? <Settings /> : <PageHead title={texts.shell.pages.settings} />;
}

function Settings() {
  const [state, set] = useAddress(ADDRESS);
  const contents = {
    health: <Health state={state.state} onState={(next) => set({ state: next as typeof state.state })} />,
    plugins: <Plugins filter={state.words} onlyBroken={state.broken} onChange={set} />,
    keys: <Keys />,
    config: <Config filter={state.words} which={state.which} onChange={set} />,
    versions: <Versions />,
  };
  return (
    <>
      <PageHead title={texts.shell.pages.settings} />
      <Tabs
        label={words.label}
        value={state.tab}
        onChange={(tab) => set({ tab, words: "" }, { isStep: true })}
        tabs={TABS.map((value) => ({ value, label: words[value], content: contents[value] }))}
      />
    </>
  );
}
