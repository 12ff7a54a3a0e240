import { BarChart3, Columns2, FileText, ListTree, MessageCircleQuestion, Network, Play, Settings, Users, type LucideIcon } from "lucide-react";
import { texts } from "@/texts/en";

export interface PageEntry {
  href: string;
  label: string;
  icon: LucideIcon;
  /** The letter that leads here after "g". */
  letter?: string;
}

const { pages } = texts.shell;

/** The nine pages, as the rail has them. */
export const PAGES: readonly PageEntry[] = [
  { href: "/", label: pages.now, icon: MessageCircleQuestion, letter: "n" },
  { href: "/runs/", label: pages.runs, icon: ListTree, letter: "r" },
  { href: "/runs/view/", label: pages.run, icon: Play },
  { href: "/compare/", label: pages.compare, icon: Columns2, letter: "c" },
  { href: "/personas/", label: pages.personas, icon: Users, letter: "p" },
  { href: "/graph/", label: pages.atlas, icon: Network, letter: "a" },
  { href: "/documents/", label: pages.documents, icon: FileText, letter: "d" },
  { href: "/metrics/", label: pages.metrics, icon: BarChart3, letter: "m" },
  { href: "/settings/", label: pages.settings, icon: Settings, letter: "s" },
];

/** The page that a path belongs to: the longest that it begins with. */
export function findPage(path: string): PageEntry | undefined {
  const fitting = PAGES.filter(({ href }) => (href === "/" ? path === "/" : path.startsWith(href)));
  return fitting.sort((one, other) => other.href.length - one.href.length)[0];
}
