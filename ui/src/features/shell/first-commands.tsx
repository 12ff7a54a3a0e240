import { texts } from "@/texts/en";

/** Three commands for a first run, for whoever would rather type. */
export function FirstCommands() {
  return (
    <ul className="w-full max-w-2xl space-y-1.5 text-left">
      {texts.shell.firstCommands.map((command) => (
        <li key={command}>
          <code className="block rounded-md bg-muted px-3 py-1.5 font-mono text-xs">{command}</code>
        </li>
      ))}
    </ul>
  );
}
