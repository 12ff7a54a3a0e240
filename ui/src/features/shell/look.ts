import { create } from "zustand";

export const THEMES = ["light", "dark", "system"] as const;
export const DENSITIES = ["comfortable", "compact"] as const;
export type Theme = (typeof THEMES)[number];
export type Density = (typeof DENSITIES)[number];

interface Look {
  theme: Theme;
  density: Density;
}

const KEPT = "moe.look"; // public/look.js reads it before the page is drawn

/** The theme and density that were chosen; kept by the browser. */
export const useLook = create<Look>(() => ({ theme: "system", density: "comfortable" }));

export function chooseLook(change: Partial<Look>): void {
  useLook.setState(change);
  const { theme, density } = useLook.getState();
  try {
    localStorage.setItem(KEPT, JSON.stringify({ theme, density }));
  } catch {
    // A browser that keeps nothing shows it all the same.
  }
  apply();
}

/** Reads what was kept, shows it, and follows the system's theme from then on. */
export function followLook(): () => void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Look>;
    useLook.setState({
      theme: THEMES.find((theme) => theme === kept.theme) ?? "system",
      density: DENSITIES.find((density) => density === kept.density) ?? "comfortable",
    });
  } catch {
    // Nothing kept, or nothing that can be read.
  }
  apply();
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", apply);
  return () => system.removeEventListener("change", apply);
}

function apply(): void {
  const { theme, density } = useLook.getState();
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.documentElement.dataset.density = density;
}
