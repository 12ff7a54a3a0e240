"use client";
import { PageHead } from "@/components/ui";
import { texts } from "@/texts/en";

export function SettingsPage() {
  return <PageHead title={texts.shell.pages.settings} />;
}
