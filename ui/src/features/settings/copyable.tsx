"use client";
import { Copy } from "lucide-react";
import { Button, toast } from "@/components/ui";
import { texts } from "@/texts/en";

/** What is to be typed somewhere else, with a button that copies it. */
export function Copyable({ children }: { children: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(children);
    toast(texts.settings.copied);
  };
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 rounded bg-muted px-1.5 py-0.5 font-mono text-xs">{children}</code>
      <Button variant="ghost" size="icon" className="size-7" aria-label={`${texts.settings.copy} ${children}`} onClick={() => void copy()}>
        <Copy aria-hidden className="size-3.5" />
      </Button>
    </span>
  );
}
