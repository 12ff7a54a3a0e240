"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function DocumentsPage() {
  return <PageHead title={texts.shell.pages.documents} />;
}
