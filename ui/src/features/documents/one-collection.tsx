"use client";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, Card, Cell, Confirm, HeadCell, Loading, ProblemNote, Row, Table } from "@/components/ui";
import { ATLAS_ADDRESS } from "@/features/atlas/address";
import { ASK_ADDRESS } from "@/features/now/address";
import { addressOf } from "@/lib/address";
import { ApiProblem, type CollectionState } from "@/lib/api";
import { bytes } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfDocument } from "./address";
import { describeChange } from "./changes";
import { CollectionStatus } from "./collections";
import { UploadBox } from "./upload-box";
import { useCollection, useDeletion, useMayChange, useRemoval } from "./use-collections";

const words = texts.documents.one;

/** One collection: its files, what was left out of them, and what can be done with it. */
export function OneCollection({ name, onLeave }: { name: string; onLeave: () => void }) {
  const { data: known, error, refetch } = useCollection(name);
  const [removed, setRemoved] = useState<string | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const mayChange = useMayChange();
  const removal = useRemoval();
  const deletion = useDeletion(onLeave);
  const back = (
    <Button variant="ghost" size="small" onClick={onLeave}>
      {words.back}
    </Button>
  );
  if (error || !known)
    return (
      <div className="flex flex-col items-start gap-3">
        {back}
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : <Loading label={texts.documents.loading} />}
      </div>
    );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        {back}
        <h2 className="text-lg font-semibold">{name}</h2>
        <CollectionStatus collection={known} />
        <span className="text-sm text-muted-foreground">{describeChange(known.last_change).join(" · ")}</span>
        <span className="ml-auto flex flex-wrap gap-2">
          <Button asChild variant="outline" size="small">
            <Link href={addressOf("/", ASK_ADDRESS, { from: "collection", collection: name })}>{words.ask}</Link>
          </Button>
          <Button asChild variant="outline" size="small">
            <Link href={addressOf("/graph/", ATLAS_ADDRESS, { collection: name })}>{words.graph}</Link>
          </Button>
          <Button variant="danger" size="small" disabled={!mayChange} onClick={() => setDeleting(true)}>
            {words.delete}
          </Button>
        </span>
      </div>
      <Problems known={known} />
      <Table label={name}>
        <thead>
          <tr>
            <HeadCell>{words.file}</HeadCell>
            <HeadCell>{texts.documents.columns.size}</HeadCell>
            <HeadCell>
              <span className="sr-only">{texts.documents.columns.actions}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {(known.files ?? []).map((file) => (
            <Row key={file.name}>
              <Cell>
                <Link href={addressOfDocument({ collection: name, document: file.name })} className="underline underline-offset-4">
                  {file.name}
                </Link>
              </Cell>
              <Cell className="whitespace-nowrap tabular-nums">{bytes(file.size)}</Cell>
              <Cell className="text-right">
                <Button
                  variant="ghost"
                  size="icon"
                  disabled={!mayChange || (known.files ?? []).length === 1}
                  aria-label={`${words.remove} ${file.name}`}
                  onClick={() => setRemoved(file.name)}
                >
                  <Trash2 aria-hidden className="size-4" />
                </Button>
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <UploadBox names={[]} name={name} onSent={() => undefined} />
      <Confirm
        isOpen={removed !== null}
        title={words.remove}
        action={words.remove}
        isDangerous
        onConfirm={() => removed !== null && removal.mutate({ collection: name, file: removed })}
        onClose={() => setRemoved(null)}
      >
        {words.removeAsk(removed ?? "", name)}
      </Confirm>
      <Confirm
        isOpen={isDeleting}
        title={words.delete}
        action={words.delete}
        isDangerous
        onConfirm={() => deletion.mutate(name)}
        onClose={() => setDeleting(false)}
      >
        {words.deleteAsk(name)}
      </Confirm>
    </div>
  );
}

/** Why the last change failed, and file by file what was left out. */
function Problems({ known }: { known: CollectionState }) {
  const problem = known.last_change?.problem;
  const notes = known.last_change?.change?.notes ?? [];
  return (
    <>
      {problem && (
        <div>
          <p className="mb-1 text-sm font-medium">{words.failed}</p>
          <ProblemNote error={new ApiProblem({ code: "document", detail: problem.message ?? "", hint: problem.hint ?? "" }, 422)} />
        </div>
      )}
      {notes.length > 0 && (
        <Card aria-label={words.problems}>
          <h3 className="mb-2 font-semibold">{words.problems}</h3>
          <ul className="flex flex-col gap-1 text-sm">
            {notes.map((note, place) => (
              <li key={place}>
                <span className="font-medium">{note.path}</span>: {note.reason}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
