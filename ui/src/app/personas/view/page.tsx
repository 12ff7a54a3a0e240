import { PersonaPage } from "@/features/personas";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.persona };
export default function Page() {
  return <PersonaPage />;
}
