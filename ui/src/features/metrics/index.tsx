"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function MetricsPage() {
  return <PageHead title={texts.shell.pages.metrics} />;
}
