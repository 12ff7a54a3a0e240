import { cutMiddle } from "@/lib/format";

/** An id or path cut in the middle; whole on pointing at it, and for screen readers. */
export function ShortId({ children, most = 20 }: { children: string; most?: number }) {
  const short = cutMiddle(children, most);
  return (
    <span className="font-mono text-[0.9em]" title={children}>
      {short === children ? children : (
        <>
          <span aria-hidden>{short}</span>
          <span className="sr-only">{children}</span>
        </>
      )}
    </span>
  );
}
