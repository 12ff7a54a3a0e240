"use client";
import { lazy, Suspense, useEffect } from "react";
import { Dialog } from "@/components/ui";
import { texts } from "@/texts/en";

const fetchCommands = () => import("./commands");
const Commands = lazy(fetchCommands);

interface PaletteProps {
  isOpen: boolean;
  onClose: () => void;
  onHelp: () => void;
}

/** What every page has behind ⌘K. */
export function Palette({ isOpen, onClose, onHelp }: PaletteProps) {
  // No part of the first load, and there by the time that somebody opens it.
  useEffect(() => {
    const timer = setTimeout(() => void fetchCommands().catch(() => undefined), 1500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={texts.shell.palette.label} isTitleHidden className="mt-[12vh]">
      <Suspense fallback={<p className="text-sm text-muted-foreground">{texts.shell.palette.loading}</p>}>
        <Commands onClose={onClose} onHelp={onHelp} />
      </Suspense>
    </Dialog>
  );
}
