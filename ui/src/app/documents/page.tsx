import { DocumentsPage } from "@/features/documents";
import { texts } from "@/texts/en";

export const metadata = { title: texts.shell.pages.documents };
export default function Page() {
  return <DocumentsPage />;
}
