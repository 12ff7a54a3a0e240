import { PersonasPage } from "@/features/personas";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.personas };
export default function Page() {
  return <PersonasPage />;
}
