"use client";
import { Command as CommandIcon, Keyboard, Menu as MenuIcon, Monitor, Moon, Rows3, Rows4, Sun } from "lucide-react";
import { Button, Kbd, Menu, Tooltip } from "@/components/ui";
import { Link } from "@/nav";
import { texts } from "@/texts/en";
import { ConnectionBadge } from "./connection-badge";
import { chooseLook, DENSITIES, THEMES, useLook } from "./look";
import { Today } from "./today";

const ICONS = { light: Sun, dark: Moon, system: Monitor, comfortable: Rows3, compact: Rows4 } as const;
const words = texts.shell;

interface TopBarProps {
  isRailOpen: boolean;
  onRail: () => void;
  onPalette: () => void;
  onHelp: () => void;
}

export function TopBar({ isRailOpen, onRail, onPalette, onHelp }: TopBarProps) {
  return (
    <header className="sticky top-0 z-40 flex h-12 items-center gap-2 border-b bg-background px-3">
      <Button variant="ghost" size="icon" className="md:hidden" aria-label={words.menu} aria-expanded={isRailOpen} aria-controls="rail" onClick={onRail}>
        <MenuIcon aria-hidden className="size-4" />
      </Button>
      <Link href="/" className="mr-1 rounded-sm text-lg font-bold tracking-tight">
        {words.name}
      </Link>
      <ConnectionBadge />
      <span className="flex-1" />
      <Today />
      <Button variant="outline" size="small" onClick={onPalette} aria-keyshortcuts="Control+K Meta+K">
        <CommandIcon aria-hidden className="size-4" />
        <span className="sr-only text-muted-foreground lg:not-sr-only">{words.palette.open}</span>
        <Kbd aria-hidden className="hidden rounded border border-control bg-muted px-1.5 font-mono text-xs sm:inline">⌘K</Kbd>
      </Button>
      <Tooltip text={words.keys.title}>
        <Button variant="ghost" size="icon" className="hidden sm:inline-flex" aria-label={words.keys.open} onClick={onHelp}>
          <Keyboard aria-hidden className="size-4" />
        </Button>
      </Tooltip>
      <LookMenu />
    </header>
  );
}

function LookMenu() {
  const look = useLook();
  const entry = (group: "theme" | "density", value: keyof typeof ICONS, choose: () => void) => {
    const Icon = ICONS[value];
    const isChosen = look[group] === value;
    return {
      onSelect: choose,
      label: (
        <span className="flex items-center gap-2">
          <Icon aria-hidden className="size-4" />
          {words.look[group]}: {words.look[value]}
          {isChosen && <span className="ml-auto">✓</span>}
        </span>
      ),
    };
  };
  const items = [
    ...THEMES.map((theme) => entry("theme", theme, () => chooseLook({ theme }))),
    ...DENSITIES.map((density) => entry("density", density, () => chooseLook({ density }))),
  ];
  return (
    <Menu
      items={items}
      trigger={
        <Button variant="ghost" size="icon" aria-label={`${words.look.theme}, ${words.look.density}`}>
          <Sun aria-hidden className="size-4 dark:hidden" />
          <Moon aria-hidden className="hidden size-4 dark:block" />
        </Button>
      }
    />
  );
}
