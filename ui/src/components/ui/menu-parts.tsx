"use client";
import { DropdownMenu } from "radix-ui";
import { useState, type ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useTakenFocus, type StandIn } from "./late";
import type { MenuItem } from "./menu";

/** What can be done, behind a button. Not modal: a modal one writes styles into the page, which its policy forbids. */
export default function MenuParts({ trigger, items, focus, isPressed }: { trigger: ReactNode; items: readonly MenuItem[] } & Pick<StandIn, "focus" | "isPressed">) {
  const [isOpen, setOpen] = useState(isPressed);
  const element = useTakenFocus(focus, !isPressed); // an open menu has it, and gives it back
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild ref={element}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Content sideOffset={4} align="end" className="z-50 min-w-44 rounded-md border bg-card p-1 text-sm shadow-md">
        {items.map((item, place) => (
          <DropdownMenu.Item
            key={place}
            disabled={item.isDisabled}
            onSelect={item.onSelect}
            className={cn(
              "cursor-pointer rounded-sm px-2 py-1.5 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-muted",
              item.isDangerous && "text-bad",
            )}
          >
            {item.label}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
