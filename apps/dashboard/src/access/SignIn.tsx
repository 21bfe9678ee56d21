import { type FormEvent, useEffect, useState } from "react";
import { Button } from "../alerts/Button.tsx";
import { TextField } from "../alerts/FormField.tsx";
import { signIn } from "../services/session.ts";
import { Mark } from "../theme/Mark.tsx";

interface SignInProps {
  /** There was a session until now. */
  readonly ended: boolean;
}

/** The way in where a key is asked for. The address stays: what it names opens afterwards. */
export default function SignIn({ ended }: SignInProps) {
  const [key, setKey] = useState("");
  const [state, setState] = useState<"idle" | "asking" | "in">("idle");
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = "Sign in · Telltale";
  }, []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const typed = key.trim();
    if (typed === "") return setProblem("Paste a key. It begins with tt_.");
    setState("asking");
    setProblem(undefined);
    try {
      await signIn(typed);
      setState("in");
    } catch (error) {
      setState("idle");
      setProblem(error instanceof Error ? error.message : "The server did not take the key.");
    }
  };
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-5 px-4 pb-24">
      <header className="flex items-center gap-2.5">
        <Mark size={24} />
        <h1 className="text-20 font-semibold tracking-[-0.015em]">Sign in to Telltale</h1>
      </header>
      {ended && (
        <p
          role="alert"
          className="rounded-base border border-watch/30 bg-watch-soft px-4 py-3 text-muted"
        >
          <strong className="font-semibold text-ink">Your session ended.</strong> Its key was
          revoked or has expired, or you signed out elsewhere. What you were looking at opens again
          once you are in.
        </p>
      )}
      <form
        noValidate
        onSubmit={(event) => void submit(event)}
        className="panel flex flex-col gap-4 p-5"
      >
        <TextField
          label="Key"
          type="password"
          value={key}
          onChange={setKey}
          focused
          problem={problem}
          hint={`${location.host} shows its figures to those with a key.`}
        />
        <Button primary type="submit" disabled={state !== "idle"} className="max-md:h-11">
          {state === "idle" ? "Sign in" : "Signing in"}
        </Button>
      </form>
      <p className="text-12 text-faint">
        Whoever runs this server makes keys, under Settings or with{" "}
        <code className="font-mono">telltale keys create</code>. The first one was printed when the
        server first started.
      </p>
      <span role="status" className="sr-only">
        {state === "asking" ? "Signing in" : state === "in" ? "Signed in" : ""}
      </span>
    </main>
  );
}
