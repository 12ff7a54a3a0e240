import { SettingsPage } from "@/features/settings";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.settings };
export default function Page() {
  return <SettingsPage />;
}
