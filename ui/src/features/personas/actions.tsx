"use client";
import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { Button, Menu, type MenuItem } from "@/components/ui";
import { ASK_ADDRESS } from "@/features/now/address";
import { addressOf } from "@/lib/address";
import { useGo } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfPersona } from "./address";
import { findSteps, type Card, type Report } from "./board";
import { EditDialog, type EditKind } from "./edit-dialog";
import { MoveDialog } from "./move-dialog";
import { TryDialog } from "./try-dialog";
import { useMayChange, useReport } from "./use-personas";

const words = texts.personas.actions;
const MENU_MS = 50; // until the menu is gone and its button has the focus, to which a dialog gives it back

/** What can be done with a persona, behind one button. */
export function PersonaMenu({ card }: { card: Card }) {
  const [open, setOpen] = useState<EditKind | "try" | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const mayChange = useMayChange();
  const isEditing = open === "edit" || open === "clone";
  const { data: report } = useReport(isEditing ? card.name : "");
  const go = useGo();
  const { up, down } = findSteps(card.tier);
  const item = (label: string, open: () => void): MenuItem => ({ label, onSelect: () => void setTimeout(open, MENU_MS) });
  const change = (label: string, open: () => void, isDangerous = false): MenuItem => ({ ...item(label, open), isDangerous, isDisabled: !mayChange });
  const items: MenuItem[] = [
    item(words.tryOut, () => setOpen("try")),
    item(words.pin, () => go(addressOf("/", ASK_ADDRESS, { personas: [card.name] }))),
    change(words.edit, () => setOpen("edit")),
    change(words.clone, () => setOpen("clone")),
    ...(up ? [change(words.promote(up), () => setTo(up))] : []),
    ...(down ? [change(words.demote(down), () => setTo(down))] : []),
    card.tier === "pruned" ? change(words.restore, () => setTo("experimental")) : change(words.retire, () => setTo("pruned"), true),
  ];
  return (
    <>
      <Menu
        items={items}
        trigger={
          <Button variant="ghost" size="icon" aria-label={words.label(card.name)}>
            <EllipsisVertical aria-hidden className="size-4" />
          </Button>
        }
      />
      <MoveDialog name={card.name} to={to} onClose={() => setTo(null)} />
      <EditDialog
        kind={isEditing && report ? open : null}
        report={(report as Report | undefined) ?? null}
        onClose={() => setOpen(null)}
        onMade={(name) => name !== card.name && go(addressOfPersona(name))}
      />
      <TryDialog name={card.name} isOpen={open === "try"} onClose={() => setOpen(null)} />
    </>
  );
}
