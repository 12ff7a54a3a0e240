"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function RunPage() {
  return <PageHead title={texts.shell.pages.run} />;
}
