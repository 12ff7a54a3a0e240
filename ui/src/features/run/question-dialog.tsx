"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button, Checkbox, Dialog, Field, Input, ProblemNote, Textarea, toast } from "@/components/ui";
import { api, unwrap, type RunResult } from "@/lib/api";
import { takesFocus } from "@/lib/focus";
import { texts } from "@/texts/en";

const said = texts.run.questionSet;
const NAME = "[A-Za-z0-9][A-Za-z0-9_.\\-]{0,99}";
const SHOWN = 200; // characters of a citation; the answer beside has all

interface QuestionDialogProps {
  runId: string;
  result: RunResult | undefined;
  onClose: () => void;
}

/** Puts a run's question into a question set, with what is expected of it. */
export function QuestionDialog({ runId, result, onClose }: QuestionDialogProps) {
  const citations = result?.citations ?? [];
  const [name, setName] = useState("");
  const [answer, setAnswer] = useState(result?.short_answer || citations.map(({ text }) => text).join(" "));
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const list = useId();
  const { data } = useQuery({ queryKey: ["question-sets"], retry: false, queryFn: ({ signal }) => unwrap(api.GET("/api/v1/question-sets", { signal })) });
  const add = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/v1/question-sets/{name}/questions", {
          params: { path: { name: name.trim() } },
          body: { run_id: runId, answer, citations: citations.map((_, place) => place + 1).filter((number) => !left.has(number)) },
        }),
      ),
    onSuccess: (set) => {
      toast(said.added(set.path, set.questions));
      onClose();
    },
  });
  return (
    <Dialog isOpen onClose={onClose} title={said.title}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <p dir="auto" className="text-sm">
          {result?.question}
        </p>
        <Field label={said.set} hint={said.setHint}>
          {(ids) => <Input {...ids} ref={takesFocus} required pattern={NAME} list={list} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <datalist id={list}>
          {data?.sets.map((set) => (
            <option key={set.name} value={set.name} />
          ))}
        </datalist>
        <Field label={said.answer} hint={said.answerHint}>
          {(ids) => <Textarea {...ids} rows={3} dir="auto" value={answer} onChange={(event) => setAnswer(event.target.value)} />}
        </Field>
        {citations.length > 0 && (
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 text-sm font-medium">{said.evidence}</legend>
            {citations.map((citation, place) => (
              <label key={place} className="flex items-start gap-2 text-sm">
                <Checkbox
                  className="mt-0.5"
                  checked={!left.has(place + 1)}
                  onChange={(event) => setLeft(event.target.checked ? new Set([...left].filter((one) => one !== place + 1)) : new Set([...left, place + 1]))}
                />
                <span dir="auto" className="min-w-0 break-words">
                  {citation.text.slice(0, SHOWN)} <span className="text-muted-foreground">{citation.document}</span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {add.error && <ProblemNote error={add.error} />}
        <div className="flex justify-end gap-2">
          <Button variant="outline" onClick={onClose}>
            {texts.shell.cancel}
          </Button>
          <Button type="submit" disabled={add.isPending || !name.trim()}>
            {said.add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
