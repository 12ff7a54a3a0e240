"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function PersonasPage() {
  return <PageHead title={texts.shell.pages.personas} />;
}

export function PersonaPage() {
  return <PageHead title={texts.shell.pages.persona} />;
}
