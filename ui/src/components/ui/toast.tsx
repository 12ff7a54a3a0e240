"use client";
import { X } from "lucide-react";
import { create } from "zustand";
import { texts } from "@/texts/en";
import { Button } from "./button";

interface Note {
  id: number;
  text: string;
  /** What can be done about it, such as undoing. */
  action?: { label: string; run: () => void };
}

const SECONDS = 8; // long enough to read two lines and reach the button
let last = 0;

const useNotes = create<{ notes: readonly Note[] }>(() => ({ notes: [] }));
const drop = (id: number) => useNotes.setState(({ notes }) => ({ notes: notes.filter((note) => note.id !== id) }));

/** Says something in passing. */
export function toast(text: string, action?: Note["action"]): void {
  const id = ++last;
  useNotes.setState(({ notes }) => ({ notes: [...notes.slice(-2), { id, text, action }] }));
  setTimeout(() => drop(id), SECONDS * 1000);
}

/** Where they are shown; once in the page. */
export function Toasts() {
  const notes = useNotes((state) => state.notes);
  return (
    <div role="status" className="pointer-events-none fixed right-4 bottom-4 left-4 z-50 flex flex-col items-end gap-2">
      {notes.map((note) => (
        <div key={note.id} className="pointer-events-auto flex max-w-md items-center gap-3 rounded-md border bg-card px-3 py-2 text-sm shadow-md">
          <span className="min-w-0">{note.text}</span>
          {note.action && (
            <Button
              variant="outline"
              size="small"
              onClick={() => {
                note.action?.run();
                drop(note.id);
              }}
            >
              {note.action.label}
            </Button>
          )}
          <Button variant="ghost" size="icon" aria-label={texts.shell.close} onClick={() => drop(note.id)}>
            <X aria-hidden className="size-4" />
          </Button>
        </div>
      ))}
    </div>
  );
}
