import { BASE, readProblem, ServerAway, useSession, type CollectionState } from "@/lib/api";

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/;

/** Whether a collection can have that name; the server checks again. */
export const isName = (name: string) => NAME.test(name);

/** Files that were chosen with those that come to them; one that comes again takes the place of the one before. */
export function joinFiles(chosen: readonly File[], added: readonly File[]): File[] {
  const names = new Set(added.map((file) => file.name));
  return [...chosen.filter((file) => !names.has(file.name)), ...added];
}

/** The name that two of these files have; null when each has its own. */
export function findTwice(files: readonly File[]): string | null {
  const seen = new Set<string>();
  for (const { name } of files) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

/** Sends files; by axios, as nothing else tells how far sending is. */
export async function sendFiles(name: string, files: readonly File[], onShare: (share: number) => void, signal?: AbortSignal): Promise<CollectionState> {
  const { default: axios } = await import("axios");
  const form = new FormData();
  form.append("name", name);
  for (const file of files) form.append("files", file, file.name);
  const { csrf } = useSession.getState();
  const answer = await axios
    .post(`${BASE}/api/v1/collections`, form, {
      headers: csrf ? { "x-csrf-token": csrf } : {},
      validateStatus: () => true,
      onUploadProgress: ({ loaded, total }) => onShare(total ? loaded / total : 0),
      ...(signal && { signal }),
    })
    .catch((error: unknown) => {
      throw new ServerAway(error);
    });
  if (answer.status >= 400) throw readProblem(answer.data, answer.status);
  return answer.data as CollectionState;
}
