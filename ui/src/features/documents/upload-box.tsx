"use client";
import { useMutation } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useId, useRef, useState, type DragEvent } from "react";
import { Button, Card, Field, Input, ProblemNote, Progress, toast } from "@/components/ui";
import { cn } from "@/lib/cn";
import { bytes, count, percent } from "@/lib/format";
import { texts } from "@/texts/en";
import { sumSizes } from "./changes";
import { findTwice, isName, joinFiles, sendFiles } from "./upload";
import { useMayChange, useRenewCollections } from "./use-collections";

const words = texts.documents.upload;

/** Takes files for a collection: dropped, or chosen. */
export function UploadBox({ names, name: fixed, onSent }: { names: readonly string[]; name?: string; onSent: (name: string) => void }) {
  const [typed, setTyped] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isOver, setOver] = useState(false);
  const [share, setShare] = useState<number | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const renew = useRenewCollections();
  const mayChange = useMayChange();
  const name = fixed ?? typed.trim();
  const send = useMutation({
    mutationFn: () => sendFiles(name, files, setShare),
    onSuccess: () => {
      toast(words.sent(name));
      setFiles([]);
      onSent(name);
    },
    onSettled: async () => {
      setShare(null);
      await renew();
    },
  });
  const take = (added: FileList | null) => {
    const found = [...(added ?? [])]; // now: the browser empties its list with the control
    setFiles((now) => joinFiles(now, found));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const twice = findTwice(files);
  const isNameWrong = name !== "" && !isName(name);
  if (!mayChange) return <p className="text-sm text-muted-foreground">{texts.documents.mayNot}</p>;
  return (
    <Card aria-label={words.title} className="flex flex-col gap-3">
      <h2 className="font-semibold">{words.title}</h2>
      {fixed === undefined && (
        <Field label={words.name} hint={isNameWrong ? words.badName : words.nameHint} className="max-w-sm">
          {(ids) => (
            <>
              <Input {...ids} list={listId} aria-invalid={isNameWrong} value={typed} onChange={(event) => setTyped(event.target.value)} />
              <datalist id={listId}>
                {names.map((known) => (
                  <option key={known} value={known} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      )}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={cn("flex flex-wrap items-center justify-center gap-3 rounded-lg border border-dashed p-6 text-sm", isOver && "border-primary bg-muted")}
      >
        <Upload aria-hidden className="size-5 text-muted-foreground" />
        <span>{words.drop}</span>
        <Button variant="outline" size="small" onClick={() => input.current?.click()}>
          {words.choose}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          tabIndex={-1}
          aria-label={words.choose}
          className="sr-only"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = ""; // or the same file could not be chosen again
          }}
        />
      </div>
      {files.length > 0 && (
        <>
          <ul className="max-h-40 overflow-y-auto text-sm">
            {files.map((file) => (
              <li key={file.name} className="flex justify-between gap-4">
                <span className="min-w-0">{file.name}</span>
                <span className="shrink-0 text-muted-foreground tabular-nums">{bytes(file.size)}</span>
              </li>
            ))}
          </ul>
          {twice && <p className="text-sm text-bad">{words.twice(twice)}</p>}
          <div className="flex flex-wrap items-center gap-2">
            <Button disabled={send.isPending || !isName(name) || twice !== null} onClick={() => send.mutate()}>
              {words.send}
            </Button>
            <Button variant="outline" disabled={send.isPending} onClick={() => setFiles([])}>
              {words.clear}
            </Button>
            <span className="text-sm text-muted-foreground">{words.chosen(count(files.length), bytes(sumSizes(files)))}</span>
          </div>
        </>
      )}
      {share !== null && <Progress value={share} label={words.sending(percent(share))} />}
      {send.error && <ProblemNote error={send.error} />}
    </Card>
  );
}
