"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button, Checkbox, Field, Input, ProblemNote } from "@/components/ui";
import { api, unwrap } from "@/lib/api";
import { takesFocus } from "@/lib/focus";
import { texts } from "@/texts/en";
import { checkKey, NEW_KEY, type KeyDraft } from "./picks";

const words = texts.settings.keys.form;
const SCOPES = ["runs:read", "runs:write", "tools:run", "admin"] as const;
type Scope = (typeof SCOPES)[number];

/** The form in which a key is made. */
export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (key: { name: string; key: string }) => void }) {
  const [draft, setDraft] = useState<KeyDraft>(NEW_KEY);
  const set = (change: Partial<KeyDraft>) => setDraft((now) => ({ ...now, ...change }));
  const fault = checkKey(draft);
  const make = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/keys", {
          body: {
            name: draft.name.trim(),
            scopes: [...draft.scopes] as Scope[],
            rate: draft.rate.trim(),
            budget: draft.budget.trim(),
            concurrency: Number(draft.concurrency || 0),
            days: draft.days.trim() ? Number(draft.days) : null,
          },
        }),
      ),
    onSuccess: (note) => onMade(note),
  });
  const toggle = (scope: Scope, isOn: boolean) => set({ scopes: isOn ? [...draft.scopes, scope] : draft.scopes.filter((one) => one !== scope) });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === null) make.mutate();
      }}
    >
      <Field label={words.name}>{(ids) => <Input {...ids} ref={takesFocus} required maxLength={100} value={draft.name} onChange={(event) => set({ name: event.target.value })} />}</Field>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-sm font-medium">{words.scopes}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="flex items-center gap-2 text-sm">
            <Checkbox checked={draft.scopes.includes(scope)} onChange={(event) => toggle(scope, event.target.checked)} />
            <span className="font-mono text-xs">{scope}</span>
            <span className="text-muted-foreground">{words.about[scope]}</span>
          </label>
        ))}
      </fieldset>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={words.rate} hint={words.rateHint}>
          {(ids) => <Input {...ids} value={draft.rate} onChange={(event) => set({ rate: event.target.value })} />}
        </Field>
        <Field label={words.budget} hint={words.budgetHint}>
          {(ids) => <Input {...ids} value={draft.budget} onChange={(event) => set({ budget: event.target.value })} />}
        </Field>
        <Field label={words.concurrency} hint={words.concurrencyHint}>
          {(ids) => (
            <Input {...ids} inputMode="numeric" aria-invalid={fault === "concurrency"} value={draft.concurrency} onChange={(event) => set({ concurrency: event.target.value })} />
          )}
        </Field>
        <Field label={words.days} hint={words.daysHint}>
          {(ids) => <Input {...ids} inputMode="decimal" aria-invalid={fault === "days"} value={draft.days} onChange={(event) => set({ days: event.target.value })} />}
        </Field>
      </div>
      {make.error && <ProblemNote error={make.error} />}
      <div className="flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>
          {texts.shell.cancel}
        </Button>
        <Button type="submit" disabled={fault !== null || make.isPending}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}
