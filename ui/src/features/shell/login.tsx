"use client";
import { useState } from "react";
import { Button, Card, Field, Input, ProblemNote } from "@/components/ui";
import { useSession } from "@/lib/api";
import { texts } from "@/texts/en";

const words = texts.shell.login;

/** Stands in place of the page's content while a key is demanded. */
export function Login() {
  const begin = useSession((state) => state.begin);
  const login = useSession((state) => state.login);
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [isAsking, setAsking] = useState(false);
  const enter = async () => {
    setAsking(true);
    setProblem(null);
    try {
      await begin(key.trim());
    } catch (error) {
      setProblem(error);
    } finally {
      setAsking(false);
    }
  };
  return (
    <Card className="mx-auto mt-8 max-w-md">
      <h1 className="mb-1 text-xl font-semibold">{words.title}</h1>
      {login && (
        <p className="mb-4">
          <a className="text-primary underline" href={login}>
            {words.elsewhere}
          </a>
        </p>
      )}
      <p className="mb-4 text-sm text-muted-foreground">{words.why}</p>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <Field label={words.key} hint={words.hint}>
          {(ids) => (
            <Input {...ids} type="password" autoComplete="current-password" value={key} onChange={(event) => setKey(event.target.value)} />
          )}
        </Field>
        {problem !== null && <ProblemNote error={problem} />}
        <Button type="submit" disabled={!key.trim() || isAsking}>
          {isAsking ? words.working : words.enter}
        </Button>
      </form>
    </Card>
  );
}
