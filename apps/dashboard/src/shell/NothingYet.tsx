import { Link } from "@tanstack/react-router";

/** A page that has nothing to show until the first request, and where to send one from. */
export function NothingYet({ what }: { readonly what: string }) {
  return (
    <section className="panel mx-auto mt-8 flex max-w-md flex-col items-center gap-2 px-6 py-10 text-center">
      <h2 className="text-14 font-semibold">No requests yet</h2>
      <p className="text-muted">{what}</p>
      <Link
        to="/"
        className="mt-2 rounded-inner font-medium text-accent hover:underline max-md:py-3.5"
      >
        Send the first one
      </Link>
    </section>
  );
}
