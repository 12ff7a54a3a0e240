"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function AtlasPage() {
  return <PageHead title={texts.shell.pages.atlas} />;
}
