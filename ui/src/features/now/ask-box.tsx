"use client";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button, Card, Checkbox, Choice, Field, Input, ProblemNote, Select, Textarea } from "@/components/ui";
import { useTyped } from "@/lib/address";
import { api, unwrap } from "@/lib/api";
import { useGo } from "@/nav";
import { texts } from "@/texts/en";
import { DEPTHS, SOURCES, TYPES, type AskState } from "./address";
import { buildRequest, isAskable } from "./ask-request";
import { useBelters, useCollections, usePersonaNames } from "./choices";

const words = texts.now.ask;

interface PartProps {
  state: AskState;
  onChange: (change: Partial<AskState>) => void;
}

/** Where a question is put; what is said in it stands in the address until it is asked. */
export function AskBox({ state, onChange }: PartProps) {
  const go = useGo();
  const question = useTyped(state.question, (text) => onChange({ question: text }));
  const docs = useTyped(state.docs.join("\n"), (text) => onChange({ docs: text ? text.split("\n") : [] }));
  const wanted: AskState = { ...state, question: question.text, docs: docs.text ? docs.text.split("\n") : [] };
  const ask = useAsk((id) => go(`/runs/view/?id=${encodeURIComponent(id)}`));
  return (
    <Card aria-labelledby="ask">
      <h2 id="ask" className="sr-only">
        {words.title}
      </h2>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          // Written now: an address that is written while the router is on its way to another page keeps it here.
          question.flush();
          docs.flush();
          if (isAskable(wanted) && !ask.isPending) ask.mutate(wanted);
        }}
      >
        {state.conversation && (
          <p className="flex flex-wrap items-center gap-2 text-sm text-muted-foreground">
            {words.inConversation(state.conversation)}
            <Button variant="ghost" size="small" onClick={() => onChange({ conversation: "" })}>
              {words.leave}
            </Button>
          </p>
        )}
        <Textarea
          aria-label={words.question}
          data-search
          placeholder={words.placeholder}
          rows={2}
          maxLength={20_000}
          dir="auto"
          value={question.text}
          onBlur={question.flush}
          onChange={(event) => question.type(event.target.value)}
          onKeyDown={(event) => {
            // As in a chat: Enter asks, Shift and Enter begins a line; not while a word is being composed.
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <div className="flex flex-wrap items-end gap-3">
          <div className="flex min-w-0 flex-col gap-1">
            <span className="text-sm font-medium">{words.from}</span>
            <Choice
              label={words.from}
              value={state.from}
              onChange={(from) => onChange({ from })}
              options={SOURCES.map((value) => ({ value, label: words.sources[value] }))}
            />
          </div>
          <Field label={words.depth}>
            {(ids) => (
              <Select {...ids} value={state.depth} onChange={(event) => onChange({ depth: event.target.value as AskState["depth"] })}>
                <option value="">{words.usual}</option>
                {DEPTHS.map((depth) => (
                  <option key={depth} value={depth}>
                    {words.depths[depth]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" className="ml-auto" disabled={!isAskable(wanted) || ask.isPending}>
            {ask.isPending ? words.sending : words.send}
          </Button>
        </div>
        {state.from === "docs" && (
          <Field label={words.docs} hint={words.docsHint}>
            {(ids) => <Textarea {...ids} rows={2} className="font-mono" value={docs.text} onBlur={docs.flush} onChange={(event) => docs.type(event.target.value)} />}
          </Field>
        )}
        {state.from === "collection" && <CollectionChoice state={state} onChange={onChange} />}
        <Details state={state} onChange={onChange} />
        {ask.isError && <ProblemNote error={ask.error} />}
      </form>
    </Card>
  );
}

/** Asks, each question once: what is sent again after a broken connection is the same run. */
function useAsk(onBegun: (id: string) => void) {
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: async (state: AskState) => {
      const body = buildRequest(state);
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: newKey() };
      const header = { "idempotency-key": sent.current.key };
      return unwrap(api.POST("/api/v1/runs", { params: { header }, body }));
    },
    onSuccess: (run) => {
      sent.current = { body: "", key: "" }; // the same question again is another run
      onBegun(run.run_id);
    },
  });
}

/** A key by chance; not by `randomUUID`, which pages on plain http lack unless they come from this machine. */
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");

function CollectionChoice({ state, onChange }: PartProps) {
  const { data, error } = useCollections(true);
  if (error) return <ProblemNote error={error} />;
  return (
    <Field label={words.collection} hint={data?.length === 0 ? words.noCollections : undefined}>
      {(ids) => (
        <Select {...ids} value={state.collection} onChange={(event) => onChange({ collection: event.target.value })}>
          <option value="" />
          {data?.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Details({ state, onChange }: PartProps) {
  const isUsed = !!(state.type || state.belter || state.tokens || state.seconds || state.personas.length);
  const [isOpen, setOpen] = useState(isUsed);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)} className="text-sm">
      <summary className="w-fit rounded-sm text-muted-foreground">{words.more}</summary>
      {isOpen && (
        <div className="mt-3 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          <Field label={words.type}>
            {(ids) => (
              <Select {...ids} value={state.type} disabled={state.belter !== ""} onChange={(event) => onChange({ type: event.target.value as AskState["type"] })}>
                <option value="">{words.chosen}</option>
                {TYPES.map((type) => (
                  <option key={type} value={type}>
                    {words.types[type]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <BelterChoice state={state} onChange={onChange} />
          <Limit label={words.tokens} value={state.tokens} onChange={(tokens) => onChange({ tokens })} />
          <Limit label={words.seconds} value={state.seconds} onChange={(seconds) => onChange({ seconds })} />
          <PersonaChoice state={state} onChange={onChange} />
        </div>
      )}
    </details>
  );
}

function BelterChoice({ state, onChange }: PartProps) {
  const { data } = useBelters(true);
  return (
    <Field label={words.belter} hint={words.belterHint}>
      {(ids) => (
        <Select {...ids} value={state.belter} onChange={(event) => onChange({ belter: event.target.value })}>
          <option value="">{words.chosen}</option>
          {state.belter && !data?.some(({ name }) => name === state.belter) && <option value={state.belter}>{state.belter}</option>}
          {data?.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Limit({ label, value, onChange }: { label: string; value: number | null; onChange: (value: number | null) => void }) {
  const { text, type, flush } = useTyped(value === null ? "" : String(value), (typed) => {
    const number = Number(typed);
    onChange(typed && Number.isInteger(number) && number > 0 ? number : null);
  });
  return (
    <Field label={label}>
      {(ids) => (
        <Input {...ids} type="number" min={1} step={1} placeholder={words.unlimited} value={text} onBlur={flush} onChange={(event) => type(event.target.value)} />
      )}
    </Field>
  );
}

function PersonaChoice({ state, onChange }: PartProps) {
  const { data } = usePersonaNames(true);
  const toggle = (name: string) =>
    onChange({ personas: state.personas.includes(name) ? state.personas.filter((one) => one !== name) : [...state.personas, name] });
  return (
    <fieldset className="sm:col-span-2 lg:col-span-4">
      <legend className="text-sm font-medium">{words.personas}</legend>
      <p className="mb-1 text-xs text-muted-foreground">{data?.length === 0 ? words.noPersonas : words.personasHint}</p>
      <div className="flex flex-wrap gap-x-4 gap-y-1.5">
        {data?.map(({ name, tier }) => (
          <label key={name} className="inline-flex items-center gap-1.5">
            <Checkbox checked={state.personas.includes(name)} onChange={() => toggle(name)} />
            {words.tier(name, tier)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
