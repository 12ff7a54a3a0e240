"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function NowPage() {
  return <PageHead title={texts.shell.pages.now} />;
}
