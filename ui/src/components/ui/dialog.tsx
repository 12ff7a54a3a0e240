"use client";
import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { cn } from "@/lib/cn";
import { texts } from "@/texts/en";
import { Button } from "./button";

interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  /** The title is read out and not shown. */
  isTitleHidden?: boolean;
  className?: string;
  children: ReactNode;
}

/**
 * The browser's own dialog: it holds the focus, gives it back, and closes at Escape. A library's would write styles into
 * the page, which its policy forbids.
 */
export function Dialog({ isOpen, onClose, title, isTitleHidden = false, className, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("[data-focus]")?.focus(); // or else the first control, which closes it
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === element.current && onClose()}
      className={cn("w-[min(36rem,calc(100vw-2rem))] rounded-lg border bg-card p-0 text-foreground shadow-lg", className)}
    >
      {isOpen && (
        <div className="p-4">
          <div className={cn("mb-3 flex items-center justify-between gap-4", isTitleHidden && "sr-only")}>
            <h2 id={titleId} className="text-lg font-semibold">
              {title}
            </h2>
            <Button variant="ghost" size="icon" aria-label={texts.shell.close} onClick={onClose}>
              <X aria-hidden className="size-4" />
            </Button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  isOpen: boolean;
  title: string;
  /** What the answer does, on the button. */
  action: string;
  isDangerous?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something is done. */
export function Confirm({ isOpen, title, action, isDangerous = false, onConfirm, onClose, children }: ConfirmProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title}>
      <div className="text-sm">{children}</div>
      <div className="mt-4 flex justify-end gap-2">
        <Button variant="outline" onClick={onClose}>
          {texts.shell.cancel}
        </Button>
        <Button
          variant={isDangerous ? "danger" : "primary"}
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
