import { History, Pause, Play, Radio, StepForward, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { calendarDay, clockTime } from "../format/time.ts";
import { showBar, useBar } from "./bar.ts";
import { follow, LENGTHS, SPEEDS, windowAround } from "./replay-search.ts";
import { Timeline } from "./Timeline.tsx";
import { useReplayActions } from "./use-replay-actions.ts";
import { type ReplayControl, useReplayControl } from "./use-replay-control.ts";

const HOUR = 3_600_000;

const button =
  "grid size-8 shrink-0 place-items-center rounded-inner border border-demo/40 text-demo transition-colors hover:bg-demo/15 disabled:opacity-40 max-md:size-11";
const select =
  "numbers h-8 shrink-0 rounded-inner border border-demo/40 bg-surface px-1.5 text-12 font-medium max-md:h-11";

/** Under the header: which time is being shown, and what can be done with it. */
export function ReplayBar() {
  const control = useReplayControl();
  useReplayActions(control);
  const { open } = useBar();
  if (control.start === null && !open) return null;
  return <Bar control={control} />;
}

function Bar({ control }: { readonly control: ReplayControl }) {
  const { start, at, active, paused, ended, speed, step, goTo, play, toggle, pace, leave } =
    control;
  const bar = useBar();
  const box = useRef<HTMLElement>(null);
  const running = start !== null;
  const opening = running ? start.at : Date.now() - HOUR;
  const time = (active ? at : null) ?? opening;
  const chosen = bar.window ?? windowAround(opening, HOUR, Date.now());
  const window = running ? follow(chosen, time, Date.now()) : chosen;

  useEffect(() => {
    if (bar.window?.from !== window.from || bar.window.to !== window.to) showBar({ window });
  }, [bar.window, window]);

  // Opened by keys, it is used by keys.
  useEffect(() => {
    if (!running) box.current?.querySelector<HTMLElement>("[data-replay-timeline]")?.focus();
  }, [running]);

  const going = running && !paused && !ended;
  return (
    <section
      ref={box}
      aria-label="Replay"
      data-replay-bar=""
      className="border-t border-demo/40 bg-demo-soft"
    >
      <div className="mx-auto flex max-w-[100rem] flex-wrap items-start gap-x-3 gap-y-2 px-4 py-2 md:px-6">
        <p className="flex h-8 items-center gap-2 font-semibold text-demo max-md:h-11">
          <History size={16} aria-hidden="true" />
          {running ? <span className="max-sm:sr-only">Replay</span> : "Choose a time to replay"}
          {running && (
            <span className="numbers text-ink">
              {calendarDay(time)}, {clockTime(time)}
              {ended && <span className="ml-2 font-normal text-muted">ended</span>}
            </span>
          )}
        </p>
        <div className="flex items-center gap-1.5 order-3 lg:order-none">
          {running ? (
            <>
              <IconButton name={going ? "Pause" : "Play"} disabled={!active} onClick={toggle}>
                {going ? <Pause size={15} /> : <Play size={15} />}
              </IconButton>
              <IconButton name="One step" disabled={!active || ended} onClick={() => step()}>
                <StepForward size={15} />
              </IconButton>
              <select
                aria-label="Speed"
                value={speed ?? start.speed}
                onChange={(event) => pace(Number(event.target.value))}
                className={select}
              >
                {[...new Set([...SPEEDS, speed ?? start.speed])]
                  .sort((a, b) => a - b)
                  .map((each) => (
                    <option key={each} value={each}>
                      {each}×
                    </option>
                  ))}
              </select>
            </>
          ) : null}
          <select
            aria-label="Length of the timeline"
            value={String(LENGTHS.find(({ ms }) => ms === window.to - window.from)?.ms ?? "")}
            onChange={(event) => {
              const length = Number(event.target.value);
              const now = Date.now();
              showBar({
                window: running ? windowAround(time, length, now) : { from: now - length, to: now },
              });
            }}
            className={select}
          >
            {LENGTHS.every(({ ms }) => ms !== window.to - window.from) && (
              <option value="">Chosen</option>
            )}
            {LENGTHS.map(({ short, ms }) => (
              <option key={ms} value={String(ms)}>
                {short}
              </option>
            ))}
          </select>
        </div>
        <div className="order-last flex w-full min-w-0 lg:order-none lg:w-auto lg:flex-1">
          <Timeline
            window={window}
            at={running ? time : window.from}
            onGo={(next) => (running ? goTo(next) : play(next, window))}
          />
        </div>
        <button
          type="button"
          onClick={leave}
          className="order-2 ml-auto flex h-8 shrink-0 lg:order-none items-center gap-1.5 rounded-inner border border-demo/40 px-2.5 font-medium text-demo transition-colors hover:bg-demo/15 max-md:h-11"
        >
          {running ? <Radio size={15} aria-hidden="true" /> : <X size={15} aria-hidden="true" />}
          {running ? <span className="max-sm:sr-only">Back to live</span> : "Close"}
          {running && (
            <span aria-hidden="true" className="sm:hidden">
              Live
            </span>
          )}
        </button>
      </div>
    </section>
  );
}

interface IconButtonProps {
  readonly name: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function IconButton({ name, disabled, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={onClick}
      className={button}
    >
      {children}
    </button>
  );
}
