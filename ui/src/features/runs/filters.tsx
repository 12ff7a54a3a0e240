"use client";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, Dialog, Field, Input, Select } from "@/components/ui";
import { useTyped, writeAddress } from "@/lib/address";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { isFiltered, NO_FILTER, RUNS_ADDRESS, STATUSES, type RunsFilter, type RunsState } from "./address";
import { loadViews, removeView, saveView, useViews } from "./views";

const words = texts.runs;

interface FiltersProps {
  state: RunsState;
  onChange: (change: Partial<RunsFilter>) => void;
}

export function Filters({ state, onChange }: FiltersProps) {
  return (
    <form role="search" aria-label={words.filters.label} onSubmit={(event) => event.preventDefault()} className="mb-3 grid grid-cols-2 items-end gap-3 sm:grid-cols-3 lg:flex lg:flex-wrap">
      <TextFilter value={state.text} onChange={(text) => onChange({ text })} />
      <Field label={words.filters.status}>
        {(ids) => (
          <Select {...ids} value={state.status} onChange={(event) => onChange({ status: event.target.value as RunsFilter["status"] })}>
            <option value="">{words.filters.any}</option>
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {texts.shell.status[status]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={words.filters.rating}>
        {(ids) => (
          <Select {...ids} value={state.rating} onChange={(event) => onChange({ rating: event.target.value as RunsFilter["rating"] })}>
            <option value="">{words.filters.any}</option>
            <option value="good">{words.filters.good}</option>
            <option value="bad">{words.filters.bad}</option>
          </Select>
        )}
      </Field>
      <MomentFilter label={words.filters.since} value={state.since} onChange={(since) => onChange({ since })} />
      <MomentFilter label={words.filters.until} value={state.until} onChange={(until) => onChange({ until })} />
      {isFiltered(state) && (
        <Button variant="ghost" onClick={() => onChange(NO_FILTER)}>
          {words.filters.clear}
        </Button>
      )}
    </form>
  );
}

function TextFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { text, type, flush } = useTyped(value, onChange);
  return (
    <Field label={words.filters.text} className="col-span-2 lg:w-64">
      {(ids) => <Input {...ids} data-search type="search" value={text} maxLength={200} onBlur={flush} onChange={(event) => type(event.target.value)} />}
    </Field>
  );
}

/** Unix seconds as the browser's choice of a time has them, in the reader's own time. */
function toLocal(at: number | null): string {
  if (at === null) return "";
  const date = new Date(at * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function MomentFilter({ label, value, onChange }: { label: string; value: number | null; onChange: (value: number | null) => void }) {
  return (
    <Field label={label}>
      {(ids) => (
        <Input
          {...ids}
          type="datetime-local"
          value={toLocal(value)}
          onChange={(event) => onChange(event.target.value ? Math.floor(new Date(event.target.value).getTime() / 1000) : null)}
        />
      )}
    </Field>
  );
}

const SHIPPED: readonly { name: string; filter: Partial<RunsFilter> }[] = [
  { name: words.views.all, filter: {} },
  { name: words.views.running, filter: { status: "running" } },
  { name: words.views.waiting, filter: { status: "waiting" } },
  { name: words.views.failed, filter: { status: "failed" } },
  { name: words.views.bad, filter: { rating: "bad" } },
];

/** Filters under names: those that come with moe, and the reader's own. */
export function Views({ state }: { state: RunsState }) {
  const own = useViews((store) => store.views);
  const [isNaming, setNaming] = useState(false);
  useEffect(loadViews, []);
  const search = writeAddress(RUNS_ADDRESS, "", { ...state, ticked: [] });
  const shipped = SHIPPED.map(({ name, filter }) => ({ name, search: writeAddress(RUNS_ADDRESS, "", filter) }));
  const isKnown = [...shipped, ...own].some((view) => view.search === search);
  return (
    <nav aria-label={words.views.label} className="mb-3 flex flex-wrap items-center gap-1.5">
      {shipped.map((view) => (
        <ViewLink key={view.name} {...view} isHere={view.search === search} />
      ))}
      {own.map((view) => (
        <span key={view.name} className="inline-flex">
          <ViewLink {...view} isHere={view.search === search} />
          <Button variant="ghost" size="icon" className="size-7" aria-label={words.views.remove(view.name)} onClick={() => removeView(view.name)}>
            <X aria-hidden className="size-3" />
          </Button>
        </span>
      ))}
      {!isKnown && (
        <Button variant="ghost" size="small" onClick={() => setNaming(true)}>
          {words.views.save}
        </Button>
      )}
      <SaveView isOpen={isNaming} onClose={() => setNaming(false)} search={search} />
    </nav>
  );
}

function ViewLink({ name, search, isHere }: { name: string; search: string; isHere: boolean }) {
  return (
    <Link
      href={`/runs/${search}`}
      aria-current={isHere ? "true" : undefined}
      className="rounded-full border px-3 py-1 text-sm hover:bg-muted aria-[current]:border-primary aria-[current]:font-medium"
    >
      {name}
    </Link>
  );
}

function SaveView({ isOpen, onClose, search }: { isOpen: boolean; onClose: () => void; search: string }) {
  const [name, setName] = useState("");
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={words.views.saveTitle}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          saveView({ name: name.trim(), search });
          setName("");
          onClose();
        }}
      >
        <Field label={words.views.name} hint={words.views.kept}>
          {(ids) => <Input {...ids} data-focus value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Button type="submit" className="self-end" disabled={!name.trim()}>
          {words.views.keep}
        </Button>
      </form>
    </Dialog>
  );
}
