"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Dialog, Field, Input, ProblemNote, toast } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { takesFocus } from "@/lib/focus";
import { texts } from "@/texts/en";
import type { Report } from "./board";
import { beginDraft, findFaults, readChanges, type Draft } from "./edit";
import { useRenew } from "./use-personas";

const words = texts.personas.edit;

export type EditKind = "edit" | "clone" | "new";

interface Props {
  kind: EditKind | null;
  report: Report | null;
  onClose: () => void;
  onMade?: (name: string) => void;
}

/** The form in which a persona is made, cloned or changed. */
export function EditDialog({ kind, report, onClose, onMade }: Props) {
  const name = report?.card.name ?? "";
  const title = kind === "edit" ? words.title(name) : kind === "clone" ? words.cloneTitle(name) : words.newTitle;
  return (
    <Dialog isOpen={kind !== null} onClose={onClose} title={title}>
      {kind !== null && <Form kind={kind} report={report} onClose={onClose} onMade={onMade} />}
    </Dialog>
  );
}

function Form({ kind, report, onClose, onMade }: Props & { kind: EditKind }) {
  const [before] = useState(() => beginDraft(report, kind === "edit" ? (report?.card.name ?? "") : ""));
  const [draft, setDraft] = useState<Draft>(before);
  const renew = useRenew();
  const save = useMutation({
    mutationFn: () => send(kind, report, before, draft),
    onSuccess: async ({ card }) => {
      await renew();
      toast(words.saved(card.name));
      onClose();
      onMade?.(card.name);
    },
  });
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const faults = findFaults(draft);
  const isWrong = faults.cost || faults.traits.length > 0 || draft.name.trim() === "";
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) save.mutate();
      }}
    >
      {kind !== "edit" && (
        <Field label={words.name} hint={words.nameHint}>
          {(ids) => <Input {...ids} ref={takesFocus} required maxLength={200} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}
        </Field>
      )}
      <Field label={words.description}>
        {(ids) => <Input {...ids} maxLength={1000} value={draft.description} onChange={(event) => set({ description: event.target.value })} />}
      </Field>
      <Field label={words.expertise} hint={words.expertiseHint}>
        {(ids) => <Input {...ids} value={draft.expertise} onChange={(event) => set({ expertise: event.target.value })} />}
      </Field>
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{words.traits}</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {Object.entries(draft.traits).map(([trait, value]) => (
            <Field key={trait} label={trait}>
              {(ids) => (
                <Input
                  {...ids}
                  inputMode="numeric"
                  aria-invalid={faults.traits.includes(trait)}
                  value={value}
                  onChange={(event) => set({ traits: { ...draft.traits, [trait]: event.target.value } })}
                />
              )}
            </Field>
          ))}
        </div>
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.traversal} hint={words.traversalHint}>
          {(ids) => <Input {...ids} value={draft.traversal} onChange={(event) => set({ traversal: event.target.value })} />}
        </Field>
        <Field label={words.cost}>
          {(ids) => (
            <Input {...ids} inputMode="decimal" aria-invalid={faults.cost} value={draft.cost} onChange={(event) => set({ cost: event.target.value })} />
          )}
        </Field>
      </div>
      {save.error && <ProblemNote error={save.error} />}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>
          {texts.shell.cancel}
        </Button>
        <Button type="submit" disabled={isWrong || save.isPending}>
          {kind === "edit" ? words.save : words.make}
        </Button>
      </div>
    </form>
  );
}

function send(kind: EditKind, report: Report | null, before: Draft, draft: Draft) {
  const changes = readChanges(before, draft);
  if (kind === "edit") {
    const params = { path: { name: before.name } };
    return unwrap(api.POST("/api/v1/personas/{name}/edit", { params, body: changes }));
  }
  const like = kind === "clone" ? report?.card.name : undefined;
  return unwrap(api.POST("/api/v1/personas", { body: { ...changes, name: draft.name.trim(), ...(like && { like }) } }));
}
