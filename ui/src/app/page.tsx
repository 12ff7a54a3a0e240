import { NowPage } from "@/features/now";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.now };
export default function Page() {
  return <NowPage />;
}
