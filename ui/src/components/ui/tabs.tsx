"use client";
import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

interface TabsProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  label: string;
  tabs: readonly { value: V; label: ReactNode; content: ReactNode }[];
  className?: string;
}

/** Tabs; only the chosen one's content is there. */
export function Tabs<V extends string>({ value, onChange, label, tabs, className }: TabsProps<V>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as V)} className={cn("flex min-w-0 flex-col gap-3", className)}>
      <Radix.List aria-label={label} className="flex flex-wrap gap-1 border-b">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-sm text-muted-foreground hover:text-foreground data-[state=active]:border-primary data-[state=active]:font-medium data-[state=active]:text-foreground"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="min-w-0">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
