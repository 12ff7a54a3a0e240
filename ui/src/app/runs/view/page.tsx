import { RunPage } from "@/features/run";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.run };
export default function Page() {
  return <RunPage />;
}
