/** Hands a text to the reader as a file. */
export function download(name: string, content: string | Blob, type = "application/json"): void {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // once the browser has begun to read it
}

/** Hands a value to the reader as a JSON file. */
export const downloadJson = (name: string, value: unknown) => download(name, `${JSON.stringify(value, null, 2)}\n`);
