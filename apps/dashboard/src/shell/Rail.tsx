import { Link } from "@tanstack/react-router";
import { Mark } from "../theme/Mark.tsx";
import { places } from "./navigation.ts";

/** Navigation at the left: words where there is room, icons with names on hover where there is less. */
export function Rail() {
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
    </nav>
  );
}

/** Navigation within reach of the thumb, on narrow screens. */
export function BottomBar() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          className="flex h-14 flex-col items-center justify-center gap-1 text-11 font-medium text-muted aria-[current=page]:text-accent"
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
          {name}
        </Link>
      ))}
    </nav>
  );
}
