import type { Cancel, Env, LockEvents, TabChannel, Tabs, WakeCause } from "@telltale/client";
import { seededRandom } from "./fake-clock.ts";
import type { FakeRequest } from "./fake-http.ts";
import type { FakeNetwork, FakeSocket } from "./fake-network.ts";

interface Wish {
  wanted: boolean;
  readonly tab: FakeTab;
  readonly events: LockEvents;
}

interface Line {
  readonly tab: FakeTab;
  readonly receive: (message: unknown) => void;
  /** When the newest message from each tab arrives: none overtakes another. */
  readonly arrivals: Map<FakeTab, number>;
}

/** The locks and channels of one browser, and the tabs that share them. */
export class FakeBrowser {
  readonly network: FakeNetwork;
  readonly tabs: FakeTab[] = [];
  /** Everything that was ever posted on a channel. */
  readonly posted: { readonly name: string; readonly message: unknown }[] = [];
  /** ms that a message takes from tab to tab; a lock is granted in the same way. */
  latency: () => number = () => 1;
  /** Holder first, then those who wait. */
  readonly #locks = new Map<string, Wish[]>();
  readonly #channels = new Map<string, Set<Line>>();

  constructor(network: FakeNetwork) {
    this.network = network;
  }

  open(): FakeTab {
    const tab = new FakeTab(this, this.tabs.length + 1);
    this.tabs.push(tab);
    return tab;
  }

  /** Names of locks that are held or wished for. */
  get locks(): string[] {
    return [...this.#locks].filter(([, wishes]) => wishes.length > 0).map(([name]) => name);
  }

  /** Open ends of channels. */
  get channels(): number {
    return [...this.#channels.values()].reduce((sum, lines) => sum + lines.size, 0);
  }

  lock(tab: FakeTab, name: string, steal: boolean, events: LockEvents): Cancel {
    const wishes = this.#locks.get(name) ?? [];
    this.#locks.set(name, wishes);
    const wish: Wish = { tab, events, wanted: true };
    if (steal) {
      const robbed = wishes.shift();
      wishes.unshift(wish);
      if (robbed) this.#later(robbed.tab, () => robbed.wanted && robbed.events.stolen());
      this.#grant(name, wish);
    } else if (wishes.push(wish) === 1) this.#grant(name, wish);
    return () => {
      wish.wanted = false;
      const index = wishes.indexOf(wish);
      if (index < 0) return;
      wishes.splice(index, 1);
      const [next] = wishes;
      if (index === 0 && next) this.#grant(name, next);
    };
  }

  channel(tab: FakeTab, name: string, receive: (message: unknown) => void): TabChannel {
    const lines = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, lines);
    const line: Line = { tab, receive, arrivals: new Map() };
    lines.add(line);
    return {
      post: (message) => {
        if (!lines.has(line)) return;
        this.posted.push({ name, message });
        for (const other of lines) if (other !== line) this.#deliver(tab, other, lines, message);
      },
      close: () => lines.delete(line),
    };
  }

  /** A tab is no more: what it held is free, what it said is still on its way. */
  bury(tab: FakeTab): void {
    for (const lines of this.#channels.values()) {
      for (const line of lines) if (line.tab === tab) lines.delete(line);
    }
    for (const [name, wishes] of this.#locks) {
      const held = wishes[0]?.tab === tab;
      const left = wishes.filter((wish) => wish.tab !== tab);
      wishes.splice(0, wishes.length, ...left);
      const [next] = left;
      if (held && next) this.#grant(name, next);
    }
  }

  #deliver(from: FakeTab, line: Line, lines: Set<Line>, message: unknown): void {
    const { clock } = this.network;
    const copy: unknown = structuredClone(message);
    const due = Math.max(clock.now() + this.latency(), line.arrivals.get(from) ?? 0);
    line.arrivals.set(from, due);
    clock.after(due - clock.now(), () =>
      line.tab.run(() => {
        if (lines.has(line)) line.receive(copy);
      }),
    );
  }

  #grant(name: string, wish: Wish): void {
    this.#later(wish.tab, () => {
      if (this.#locks.get(name)?.[0] === wish) wish.events.held();
    });
  }

  #later(tab: FakeTab, run: () => void): void {
    this.network.clock.after(this.latency(), () => tab.run(run));
  }
}

/** One tab: a client's surroundings that stop when the tab does. */
export class FakeTab {
  readonly env: Env;
  readonly #browser: FakeBrowser;
  readonly #freezing = new Set<(frozen: boolean) => void>();
  readonly #sockets = new Set<FakeSocket>();
  readonly #requests = new Set<FakeRequest>();
  readonly #wakeful = new Set<(cause: WakeCause) => void>();
  #waiting: (() => void)[] = [];
  #state: "alive" | "hung" | "dead" = "alive";

  constructor(browser: FakeBrowser, seed: number) {
    this.#browser = browser;
    const env = browser.network.env();
    const Socket = env.webSocket();
    const tab = this;
    const tabs: Tabs = {
      // Promises cannot be stopped, what they do can.
      lock: (name, steal, events) =>
        tab.alive ? browser.lock(tab, name, steal, events) : () => {},
      channel: (name, receive) =>
        tab.alive ? browser.channel(tab, name, receive) : { post: () => {}, close: () => {} },
      digest: (text) => Promise.resolve(text),
      onFreeze: (run) => {
        tab.#freezing.add(run);
        return () => tab.#freezing.delete(run);
      },
    };
    this.env = {
      ...env,
      random: seededRandom(seed),
      after: (ms, run) => tab.#cancellable(run, (task) => env.after(ms, task)),
      frame: (run) => tab.#cancellable(run, (task) => env.frame(task)),
      onWake: (run) => {
        tab.#wakeful.add(run);
        return () => tab.#wakeful.delete(run);
      },
      webSocket: () =>
        Socket &&
        class extends Socket {
          constructor(url: string, protocols?: string | string[]) {
            super(url, protocols);
            const own = browser.network.last;
            tab.#sockets.add(own);
          }
          override addEventListener(
            ...[type, listener]: Parameters<FakeSocket["addEventListener"]>
          ): void {
            super.addEventListener(type, (event) => tab.run(() => listener(event)));
          }
        },
      fetch: () => (input, options) => {
        const answer = browser.network.http.fetch()(input, options);
        tab.#requests.add(browser.network.http.last);
        return answer;
      },
      tabs: () => tabs,
    };
  }

  /** What is due and has not run because the tab hangs can still be called off. */
  #cancellable(run: () => void, schedule: (task: () => void) => Cancel): Cancel {
    if (!this.alive) return () => {};
    let wanted = true;
    const cancel = schedule(() => this.run(() => wanted && run()));
    return () => {
      wanted = false;
      cancel();
    };
  }

  get alive(): boolean {
    return this.#state !== "dead";
  }

  /** WebSockets that it holds, and is awake to hold. */
  get sockets(): number {
    if (this.#state !== "alive") return 0;
    return [...this.#sockets].filter(({ readyState }) => readyState < 2).length;
  }

  /** Listeners to wake causes and to freezing. */
  get listeners(): number {
    return this.#wakeful.size + this.#freezing.size;
  }

  /** Runs a task of this tab; once it can. */
  run(task: () => void): void {
    if (this.#state === "alive") task();
    else if (this.#state === "hung") this.#waiting.push(task);
  }

  /** Somebody looks at it again. */
  wake(cause: WakeCause): void {
    for (const run of [...this.#wakeful]) run(cause);
  }

  /** Its process ends: nothing in it runs any more. */
  crash(): void {
    this.#state = "dead";
    this.#waiting = [];
    for (const socket of this.#sockets) socket.close();
    for (const request of this.#requests) request.cut();
    this.#browser.bury(this);
  }

  /** Closed by its owner, or left for another page: it is told, and then is no more. */
  close(): void {
    for (const run of [...this.#freezing]) run(true);
    this.crash();
  }

  /** The browser freezes it, and says so. */
  freeze(): void {
    for (const run of [...this.#freezing]) run(true);
    this.hang();
  }

  /** It does nothing for a while, and was not told. */
  hang(): void {
    if (this.#state === "alive") this.#state = "hung";
  }

  /** Goes on after {@link freeze} or {@link hang}. */
  thaw(): void {
    if (this.#state !== "hung") return;
    this.#state = "alive";
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const task of waiting) this.run(task);
    for (const run of [...this.#freezing]) run(false);
  }
}
