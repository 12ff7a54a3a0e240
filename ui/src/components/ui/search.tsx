"use client";
import { useTyped } from "@/lib/address";
import { cn } from "@/lib/cn";
import { Input } from "./field";

/** Where words are typed that a list is filtered by; "/" leads here. */
export function Search({ label, value, onChange, className }: { label: string; value: string; onChange: (words: string) => void; className?: string }) {
  const typed = useTyped(value, onChange);
  return (
    <Input
      type="search"
      data-search
      aria-label={label}
      placeholder={label}
      maxLength={200}
      className={cn("w-full sm:w-72", className)}
      value={typed.text}
      onChange={(event) => typed.type(event.target.value)}
      onBlur={typed.flush}
    />
  );
}
