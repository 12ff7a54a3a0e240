"use client";
import { Badge, Cell, Empty, HeadCell, Loading, ProblemNote, Progress, Row, Table, type Tone } from "@/components/ui";
import type { CollectionState } from "@/lib/api";
import { bytes, count } from "@/lib/format";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { addressOfDocument } from "./address";
import { describeStep, findShare, isChanging, sumSizes } from "./changes";
import { OneCollection } from "./one-collection";
import { UploadBox } from "./upload-box";
import { useCollections } from "./use-collections";

const words = texts.documents;
const TONES: Record<string, Tone> = { ready: "good", waiting: "info", indexing: "info", failed: "bad" };

/** All collections, or the one that is chosen. */
export function Collections({ chosen, onChoose }: { chosen: string; onChoose: (name: string) => void }) {
  return chosen ? <OneCollection key={chosen} name={chosen} onLeave={() => onChoose("")} /> : <All onChoose={onChoose} />;
}

function All({ onChoose }: { onChoose: (name: string) => void }) {
  const { data, error, refetch } = useCollections();
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={words.loading} />;
  const names = data.collections.map((one) => one.name);
  return (
    <div className="flex flex-col gap-4">
      {data.collections.length ? (
        <Table label={words.tabs.collections}>
          <thead>
            <tr>
              <HeadCell>{words.columns.name}</HeadCell>
              <HeadCell>{words.columns.status}</HeadCell>
              <HeadCell>{words.columns.files}</HeadCell>
              <HeadCell>{words.columns.size}</HeadCell>
            </tr>
          </thead>
          <tbody>
            {data.collections.map((one) => (
              <Row key={one.name}>
                <Cell>
                  <Link href={addressOfDocument({ collection: one.name })} className="font-medium underline underline-offset-4">
                    {one.name}
                  </Link>
                </Cell>
                <Cell>
                  <CollectionStatus collection={one} />
                </Cell>
                <Cell className="tabular-nums">{count(one.files?.length ?? 0)}</Cell>
                <Cell className="whitespace-nowrap tabular-nums">{bytes(sumSizes(one.files ?? []))}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
      ) : (
        <Empty title={words.none} hint={words.noneHint} />
      )}
      <UploadBox names={names} onSent={onChoose} />
      <p className="text-xs text-muted-foreground">{words.ofWhom}</p>
    </div>
  );
}

/** How a collection stands, and how far a change of it is. */
export function CollectionStatus({ collection }: { collection: CollectionState }) {
  const step = describeStep(collection.last_change);
  return (
    <div className="flex min-w-32 flex-col gap-1">
      <span>
        <Badge tone={TONES[collection.status] ?? "plain"}>{words.status[collection.status] ?? collection.status}</Badge>
      </span>
      {isChanging(collection) && (
        <>
          <Progress value={findShare(collection.last_change)} label={step} />
          <span className="text-xs text-muted-foreground">{step}</span>
        </>
      )}
    </div>
  );
}
