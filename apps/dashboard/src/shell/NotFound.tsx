import { Link } from "@tanstack/react-router";

/** An address that names no page. */
export function NotFound() {
  return (
    <section className="panel mx-auto mt-8 flex max-w-md flex-col items-center gap-2 px-6 py-10 text-center">
      <h2 className="text-14 font-semibold">There is no page at this address</h2>
      <p className="font-mono text-12 break-all text-muted">{location.pathname}</p>
      <Link
        to="/"
        className="mt-2 rounded-inner font-medium text-accent hover:underline max-md:py-3.5"
      >
        Go to the overview
      </Link>
    </section>
  );
}
