"use client";
import { Button, Empty } from "@/components/ui";
import { Link } from "@/nav";
import { texts } from "@/texts/en";

export function NothingHere() {
  const words = texts.shell.nothingHere;
  return (
    <>
      <h1 className="sr-only">{words.title}</h1>
      <Empty title={words.title} hint={words.hint}>
        <Button asChild variant="outline">
          <Link href="/">{words.home}</Link>
        </Button>
      </Empty>
    </>
  );
}
