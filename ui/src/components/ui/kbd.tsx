import type { ComponentProps } from "react";

export const Kbd = (props: ComponentProps<"kbd">) => (
  <kbd className="rounded border border-control bg-muted px-1.5 font-mono text-xs" {...props} />
);
