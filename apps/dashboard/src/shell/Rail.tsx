import { Link, useRouterState } from "@tanstack/react-router";
import { Ellipsis, LogOut } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { leave } from "../access/use-access-actions.ts";
import { useSession } from "../services/session.ts";
import { Mark } from "../theme/Mark.tsx";
import { placeAt, places } from "./navigation.ts";

/** Navigation at the left: words where there is room, icons with names on hover where there is less. */
export function Rail() {
  const auth = useSession()?.auth;
  return (
    <nav
      aria-label="Pages"
      className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-page px-2 py-3 md:flex xl:px-3"
    >
      <div className="flex h-8 items-center gap-2.5 px-2 xl:px-2.5">
        <Mark />
        <span className="text-14 font-semibold tracking-[-0.01em] max-xl:hidden">Telltale</span>
      </div>
      <div className="mt-5 flex flex-col gap-0.5">
        {places.map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            title={name}
            activeOptions={{ exact: to === "/", includeSearch: false }}
            className="group flex h-9 items-center gap-2.5 rounded-inner px-2.5 font-medium text-muted transition-colors hover:bg-raised hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:text-ink max-xl:justify-center max-xl:px-0"
          >
            <Icon
              size={16}
              strokeWidth={1.75}
              aria-hidden="true"
              className="shrink-0 group-aria-[current=page]:text-accent"
            />
            <span className="max-xl:sr-only">{name}</span>
          </Link>
        ))}
      </div>
      {auth === "required" && (
        <button
          type="button"
          title="Sign out"
          onClick={leave}
          className="mt-auto flex h-9 items-center gap-2.5 rounded-inner px-2.5 font-medium text-muted transition-colors hover:bg-raised hover:text-ink max-xl:justify-center max-xl:px-0"
        >
          <LogOut size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
          <span className="max-xl:sr-only">Sign out</span>
        </button>
      )}
    </nav>
  );
}

const FIRST = 4;
const item =
  "flex h-14 flex-col items-center justify-center gap-1 text-11 font-medium text-muted aria-[current=page]:text-accent";

/** Navigation within reach of the thumb, on narrow screens. */
export function BottomBar() {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const further = places.slice(FIRST);
  const within = further.some((place) => place === placeAt(path));
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.slice(0, FIRST).map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          className={item}
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
          {name}
        </Link>
      ))}
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger aria-current={within ? "page" : undefined} className={item}>
          <Ellipsis size={18} strokeWidth={1.75} aria-hidden="true" />
          More
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            side="top"
            align="end"
            sideOffset={8}
            collisionPadding={12}
            className="z-40 w-56 rounded-base border border-line-strong bg-surface p-1.5"
          >
            {further.map(({ to, name, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                onClick={() => setOpen(false)}
                activeOptions={{ includeSearch: false }}
                className="flex h-11 items-center gap-3 rounded-inner px-3 font-medium text-muted hover:bg-raised aria-[current=page]:text-accent"
              >
                <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
                {name}
              </Link>
            ))}
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </nav>
  );
}
