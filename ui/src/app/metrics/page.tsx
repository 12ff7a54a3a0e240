import { MetricsPage } from "@/features/metrics";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.metrics };
export default function Page() {
  return <MetricsPage />;
}
