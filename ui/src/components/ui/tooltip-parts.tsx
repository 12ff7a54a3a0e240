"use client";
import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** Words beside a control that has the pointer or the focus; nothing that is not said elsewhere too. */
export default function TooltipParts({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Content sideOffset={4} className="z-50 max-w-80 rounded-md border bg-card px-2 py-1 text-xs shadow-md">
          {text}
        </Radix.Content>
      </Radix.Root>
    </Radix.Provider>
  );
}
