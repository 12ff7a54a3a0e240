import { clsx, type ClassValue } from "clsx";
import { twMerge } from "tailwind-merge";

/** Class names put together; the later of two that say the same counts. */
export const cn = (...names: ClassValue[]) => twMerge(clsx(names));
