import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { Shell } from "@/features/shell";
import { texts } from "@/texts/en";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: texts.shell.name, template: `%s · ${texts.shell.name}` },
  description: texts.shell.about,
};
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable} antialiased`}>
      <head>
        {/* Small, and before the page is drawn: or a dark page would flash white. */}
        {/* eslint-disable-next-line @next/next/no-sync-scripts */}
        <script src={`${process.env.NEXT_PUBLIC_BASE}/look.js`} />
      </head>
      <body>
        <Shell>{children}</Shell>
      </body>
    </html>
  );
}
