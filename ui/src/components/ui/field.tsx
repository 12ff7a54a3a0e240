"use client";
import { useId, type ComponentProps, type ReactNode } from "react";
import { cn } from "@/lib/cn";

const BOX = "w-full min-w-0 rounded-md border border-control bg-card px-3 text-sm placeholder:text-muted-foreground disabled:opacity-50";

/** A line of text; needs a label: `Field` gives one, or aria-label. */
export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(BOX, "h-9", className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(BOX, "py-2", className)} {...rest} />;
}

/** The browser's own choice: it works by keyboard, by touch and for screen readers as the system does. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select className={cn(BOX, "h-9 pr-8", className)} {...rest} />;
}

export function Checkbox({ className, ...rest }: Omit<ComponentProps<"input">, "type">) {
  return <input type="checkbox" className={cn("size-4 shrink-0 accent-primary", className)} {...rest} />;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  className?: string;
  /** Given the id that the control takes, and that of its hint. */
  children: (ids: { id: string; "aria-describedby": string | undefined }) => ReactNode;
}

/** A control with its label, and a hint below. */
export function Field({ label, hint, className, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={cn("flex min-w-0 flex-col gap-1", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": hint ? hintId : undefined })}
      {hint && (
        <p id={hintId} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
    </div>
  );
}
