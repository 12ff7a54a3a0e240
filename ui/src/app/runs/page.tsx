import { RunsPage } from "@/features/runs";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.runs };
export default function Page() {
  return <RunsPage />;
}
