/** Hands a file to the reader's browser. */
export function download(name: string, content: Blob | string, kind = "application/json"): void {
  const address = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: kind }) : content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // the browser may read it a little later
}
