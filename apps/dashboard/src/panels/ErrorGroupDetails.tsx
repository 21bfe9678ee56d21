import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { count } from "../format/number.ts";
import { exactTime, when } from "../format/time.ts";
import type { ErrorGroup } from "../services/error-groups.ts";
import { fetchRequests } from "../services/rest.ts";
import { ModelName } from "./ModelName.tsx";

const LISTED = 8;

/** Whom a cause hit, since when, and the latest times it did. */
export function ErrorGroupDetails({
  group,
  now,
}: {
  readonly group: ErrorGroup;
  readonly now: number;
}) {
  const latest = useQuery({
    queryKey: ["requests of", group.q, group.last_seen],
    queryFn: ({ signal }) => fetchRequests({ q: group.q, limit: LISTED }, signal),
    placeholderData: (before) => before,
  });
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 numbers">
        <Fact name="Message">
          <span className="break-words">{group.message}</span>
        </Fact>
        {group.provider !== null && <Fact name="Provider">{group.provider}</Fact>}
        <Fact name="First seen">{exactTime(group.first_seen)}</Fact>
        <Fact name="Last seen">{exactTime(group.last_seen)}</Fact>
        <Fact name="Models">
          {group.models.map(({ model, count: times }) => `${model} ${count(times)}`).join(", ")}
        </Fact>
        {group.user_count > 0 && (
          <Fact name="Users">
            {group.users.join(", ")}
            {group.user_count > group.users.length &&
              ` and ${count(group.user_count - group.users.length)} more`}
          </Fact>
        )}
      </dl>
      <ul>
        {(latest.data?.requests ?? []).map((request) => (
          <li
            key={request.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-0.5 border-t border-line py-1.5"
          >
            <time
              className="text-muted numbers"
              dateTime={new Date(request.created).toISOString()}
              title={exactTime(request.created)}
            >
              {when(request.created, now)}
            </time>
            <span className="max-w-48 min-w-0">
              <ModelName model={request.model} />
            </span>
            <span
              className="min-w-0 flex-1 basis-40 truncate text-muted"
              title={request.error_message}
            >
              {request.error_message}
            </span>
            <Link
              to="/requests"
              search={{ q: group.q, request: request.id }}
              className="shrink-0 rounded-inner text-accent hover:underline"
            >
              Request
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
