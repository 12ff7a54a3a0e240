"use client";
import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTakenFocus, type StandIn } from "./late";

/** Words beside a control that has the pointer or the focus; nothing that is not said elsewhere too. */
export default function TooltipParts({ text, focus, children }: { text: ReactNode; children: ReactNode } & Pick<StandIn, "focus">) {
  const element = useTakenFocus(focus);
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild ref={element}>
          {children}
        </Radix.Trigger>
        <Radix.Content sideOffset={4} className="z-50 max-w-80 rounded-md border bg-card px-2 py-1 text-xs shadow-md">
          {text}
        </Radix.Content>
      </Radix.Root>
    </Radix.Provider>
  );
}
