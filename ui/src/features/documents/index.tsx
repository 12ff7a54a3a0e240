"use client";
import { PageHead, Tabs } from "@/components/ui";
import { useAddress, useIsAddressed } from "@/lib/address";
import { cn } from "@/lib/cn";
import { texts } from "@/texts/en";
import { DOCUMENTS_ADDRESS, NO_DOCUMENT } from "./address";
import { Collections } from "./collections";
import { IndexPanel } from "./index-panel";
import { Reader } from "./reader";
import { isWanted } from "./use-document";

const words = texts.documents.tabs;

/** Documents: the collections, the project's index, and a reader beside them. */
export function DocumentsPage() {
  return useIsAddressed() ? <Documents /> : <PageHead title={texts.shell.pages.documents} />;
}

function Documents() {
  const [state, set] = useAddress(DOCUMENTS_ADDRESS);
  const isReading = isWanted(state);
  const key = [state.collection, state.document, state.start, state.end, state.run, state.citation].join(" ");
  return (
    <>
      <PageHead title={texts.shell.pages.documents} />
      <div className={cn("grid items-start gap-4", isReading && "xl:grid-cols-2")}>
        <div className={cn("min-w-0", isReading && "order-last xl:order-none")}>
          <Tabs
            label={words.label}
            value={state.tab}
            onChange={(tab) => set({ ...NO_DOCUMENT, tab, collection: "" }, { isStep: true })}
            tabs={[
              {
                value: "collections",
                label: words.collections,
                content: <Collections chosen={state.collection} onChoose={(collection) => set({ ...NO_DOCUMENT, collection }, { isStep: true })} />,
              },
              { value: "index", label: words.index, content: <IndexPanel filter={state.words} onFilter={(typed) => set({ words: typed })} /> },
            ]}
          />
        </div>
        {isReading && <Reader key={key} wanted={state} onClose={() => set(NO_DOCUMENT, { isStep: true })} />}
      </div>
    </>
  );
}
