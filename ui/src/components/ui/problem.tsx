"use client";
import { TriangleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { describeProblem } from "@/lib/api";
import { texts } from "@/texts/en";
import { Button } from "./button";

/** What went wrong in the server's words, and what to do about it. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message, hint } = describeProblem(error);
  return (
    <div role="alert" className="flex flex-wrap items-start gap-3 rounded-lg border border-bad/50 bg-card p-3 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{message}</p>
        {hint && <p className="text-muted-foreground">{hint}</p>}
      </div>
      {onRetry && (
        <Button variant="outline" size="small" onClick={onRetry}>
          {texts.shell.tryAgain}
        </Button>
      )}
    </div>
  );
}

interface PanelState {
  error: unknown;
}

/** A part of a page that, if it crashes, crashes alone. */
export class Panel extends Component<{ name: string; children: ReactNode }, PanelState> {
  override state: PanelState = { error: null };

  static getDerivedStateFromError(error: unknown): PanelState {
    return { error: error ?? new Error(texts.shell.crashed) };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <section aria-label={this.props.name}>
        <p className="mb-2 text-sm text-muted-foreground">{texts.shell.panelCrashed(this.props.name)}</p>
        <ProblemNote error={this.state.error} onRetry={() => this.setState({ error: null })} />
      </section>
    );
  }
}
