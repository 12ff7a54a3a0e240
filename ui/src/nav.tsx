"use client";
// The one file that knows the router: everything else imports from here, never from next.
import NextLink from "next/link";
import { usePathname, useRouter } from "next/navigation";
import type { ComponentProps } from "react";

/** A link within the page; `href` begins with "/" and ends its path with "/". */
export function Link({ href, ...rest }: Omit<ComponentProps<"a">, "href"> & { href: string }) {
  return <NextLink href={href} prefetch={false} {...rest} />;
}

/** Goes to another page as a link does. */
export function useGo(): (href: string) => void {
  const router = useRouter();
  return (href) => router.push(href);
}

/** The page's path, such as "/runs/view/". */
export function usePath(): string {
  return usePathname() ?? "/";
}
