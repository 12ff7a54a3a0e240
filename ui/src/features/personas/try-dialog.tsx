"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Dialog, Field, Input, ProblemNote, Textarea } from "@/components/ui";
import { api, unwrap, type RunRequest } from "@/lib/api";
import { useGo } from "@/nav";
import { takesFocus } from "@/lib/focus";
import { texts } from "@/texts/en";
import { splitWords } from "./edit";

const words = texts.personas.tryOut;

/** Asks a question with one persona alone, and goes to its run. */
export function TryDialog({ name, isOpen, onClose }: { name: string; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={words.title(name)}>
      <Form name={name} onClose={onClose} />
    </Dialog>
  );
}

function Form({ name, onClose }: { name: string; onClose: () => void }) {
  const [question, setQuestion] = useState("");
  const [docs, setDocs] = useState("");
  const [collection, setCollection] = useState("");
  const go = useGo();
  const ask = useMutation({
    mutationFn: () => {
      const more = { ...(docs.trim() && { docs: splitWords(docs) }), ...(collection.trim() && { collection: collection.trim() }) };
      return unwrap(api.POST("/api/v1/runs", { body: { question, personas: [name], explain: true, ...more } as RunRequest }));
    },
    onSuccess: (run) => go(`/runs/view/?id=${encodeURIComponent((run as { run_id: string }).run_id)}`),
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Field label={words.question} hint={words.hint}>
        {(ids) => <Textarea {...ids} ref={takesFocus} required rows={3} value={question} onChange={(event) => setQuestion(event.target.value)} />}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.docs} hint={words.docsHint}>
          {(ids) => <Input {...ids} value={docs} onChange={(event) => setDocs(event.target.value)} />}
        </Field>
        <Field label={words.collection}>
          {(ids) => <Input {...ids} value={collection} onChange={(event) => setCollection(event.target.value)} />}
        </Field>
      </div>
      {ask.error && <ProblemNote error={ask.error} />}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>
          {texts.shell.cancel}
        </Button>
        <Button type="submit" disabled={ask.isPending || question.trim() === ""}>
          {words.ask}
        </Button>
      </div>
    </form>
  );
}
