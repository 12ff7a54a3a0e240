"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function ComparePage() {
  return <PageHead title={texts.shell.pages.compare} />;
}
