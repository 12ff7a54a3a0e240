"use client";
import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

interface ChoiceProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  label: string;
  options: readonly { value: V; label: ReactNode }[];
  className?: string;
}

/** One of a few, all of them seen. */
export function Choice<V extends string>({ value, onChange, label, options, className }: ChoiceProps<V>) {
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next && onChange(next as V)}
      aria-label={label}
      className={cn("inline-flex max-w-full flex-wrap rounded-md border border-control bg-card p-0.5", className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 text-sm text-muted-foreground hover:text-foreground data-[state=on]:bg-muted data-[state=on]:font-medium data-[state=on]:text-foreground"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
