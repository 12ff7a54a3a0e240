import { NothingHere } from "@/features/shell/nothing-here";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.nothingHere.title };
export default function NotFound() {
  return <NothingHere />;
}
