import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

const look = cva("inline-flex shrink-0 items-center gap-1 rounded-full border px-2 py-0.5 text-xs font-medium", {
  variants: {
    tone: {
      plain: "border-border text-muted-foreground",
      info: "border-primary/50 text-primary",
      good: "border-good/50 text-good",
      warn: "border-warn/50 text-warn",
      bad: "border-bad/50 text-bad",
    },
  },
  defaultVariants: { tone: "plain" },
});

export type Tone = NonNullable<VariantProps<typeof look>["tone"]>;

/** A word about something; the word says it, the colour only helps. */
export function Badge({ className, tone, ...rest }: ComponentProps<"span"> & { tone?: Tone }) {
  return <span className={cn(look({ tone }), className)} {...rest} />;
}
