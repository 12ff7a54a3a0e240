import { ComparePage } from "@/features/compare";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.compare };
export default function Page() {
  return <ComparePage />;
}
