/** As `ref` of what a dialog's first key press is for: the browser's dialog goes by the attribute, which React leaves out. */
export const takesFocus = (element: HTMLElement | null): void => element?.setAttribute("autofocus", "");
