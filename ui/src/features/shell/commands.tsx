"use client";
import { Command } from "cmdk";
import { useState } from "react";
import { toast } from "@/components/ui";
import { useSession } from "@/lib/api";
import { useGo } from "@/nav";
import { texts } from "@/texts/en";
import { chooseLook, DENSITIES, THEMES } from "./look";
import { PAGES } from "./pages";

const words = texts.shell.palette;
const RUN_ID = /^[\w-]{8,100}$/;
const ITEM = "cursor-pointer rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-muted";
const GROUP = "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted-foreground";

/** Browsers lend the clipboard to https and to this machine's own pages only; elsewhere the address is shown. */
async function copyAddress(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    toast(words.copied);
  } catch {
    toast(location.href);
  }
}

/** Everything that can be gone to or done from everywhere, found by typing. */
export default function Commands({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [typed, setTyped] = useState("");
  const go = useGo();
  const { name, end } = useSession();
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  const looks = [
    ...THEMES.map((theme) => ({ label: `${texts.shell.look.theme}: ${texts.shell.look[theme]}`, act: () => chooseLook({ theme }) })),
    ...DENSITIES.map((density) => ({ label: `${texts.shell.look.density}: ${texts.shell.look[density]}`, act: () => chooseLook({ density }) })),
  ];
  const commands = [
    ...looks,
    { label: words.copy, act: () => void copyAddress() },
    { label: words.keys, act: onHelp },
    ...(name ? [{ label: words.logout, act: () => void end() }] : []),
  ];
  return (
    <Command label={words.label}>
      <Command.Input
        autoFocus
        data-focus
        value={typed}
        onValueChange={setTyped}
        placeholder={words.placeholder}
        className="h-10 w-full rounded-md border border-control bg-card px-3 text-sm"
      />
      <Command.List className="mt-2 max-h-[50vh] overflow-y-auto" tabIndex={-1}>
        <Command.Empty className="p-3 text-sm text-muted-foreground">{words.nothing}</Command.Empty>
        {RUN_ID.test(typed) && /\d/.test(typed) && (
          <Command.Item forceMount value={typed} onSelect={run(() => go(`/runs/view/?id=${encodeURIComponent(typed)}`))} className={ITEM}>
            {words.openRun(typed)}
          </Command.Item>
        )}
        <Command.Group heading={words.pages} className={GROUP}>
          {PAGES.map((page) => (
            <Command.Item key={page.href} onSelect={run(() => go(page.href))} className={ITEM}>
              {page.label}
            </Command.Item>
          ))}
        </Command.Group>
        <Command.Group heading={words.commands} className={GROUP}>
          {commands.map(({ label, act }) => (
            <Command.Item key={label} onSelect={run(act)} className={ITEM}>
              {label}
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}
