"use client";
import { useState } from "react";
import { Confirm, Field, Input } from "@/components/ui";
import { takesFocus } from "@/lib/focus";
import { texts } from "@/texts/en";
import { useMove } from "./use-personas";

const words = texts.personas.actions;

/** Asks before a persona is moved, and why. */
export function MoveDialog({ name, to, onClose }: { name: string; to: string | null; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const move = useMove();
  const isRetired = to === "pruned";
  const title = to === null ? "" : isRetired ? words.retire : words.ask(name, to);
  return (
    <Confirm
      isOpen={to !== null}
      title={title}
      action={isRetired ? words.retire : title.replace(/\?$/, "")}
      isDangerous={isRetired}
      onConfirm={() => to !== null && move.mutate({ name, to, reason })}
      onClose={onClose}
    >
      {isRetired && <p className="mb-3">{words.askRetire(name)}</p>}
      <Field label={words.reason}>
        {(ids) => <Input {...ids} ref={takesFocus} value={reason} maxLength={1000} placeholder={words.byHand} onChange={(event) => setReason(event.target.value)} />}
      </Field>
    </Confirm>
  );
}
