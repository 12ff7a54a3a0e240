import { AtlasPage } from "@/features/atlas";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.atlas };
export default function Page() {
  return <AtlasPage />;
}
