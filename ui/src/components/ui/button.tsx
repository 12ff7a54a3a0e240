"use client";
import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

const look = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-md text-sm font-medium whitespace-nowrap transition-colors disabled:pointer-events-none disabled:opacity-50 aria-disabled:pointer-events-none aria-disabled:opacity-50",
  {
    variants: {
      variant: {
        primary: "bg-primary text-primary-foreground hover:bg-primary/90",
        outline: "border border-control bg-card hover:bg-muted",
        ghost: "hover:bg-muted",
        danger: "border border-bad bg-card text-bad hover:bg-bad/10",
      },
      size: { normal: "h-9 px-4", small: "h-8 px-2.5", icon: "size-9" },
    },
    defaultVariants: { variant: "primary", size: "normal" },
  },
);

export type ButtonProps = ComponentProps<"button"> & VariantProps<typeof look> & { asChild?: boolean };

/** A button; with `asChild` its only child, such as a link, looks like one. One with an icon alone needs aria-label. */
export function Button({ className, variant, size, asChild, type, ...rest }: ButtonProps) {
  const Element = asChild ? Slot.Root : "button";
  return <Element type={asChild ? undefined : (type ?? "button")} className={cn(look({ variant, size }), className)} {...rest} />;
}
