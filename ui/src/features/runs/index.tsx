"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function RunsPage() {
  return <PageHead title={texts.shell.pages.runs} />;
}
