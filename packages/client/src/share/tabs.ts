/** One lock, wanted or held. After it was let go of, nothing is told any more. */
export interface LockEvents {
  held(): void;
  /** Another tab took it away. */
  stolen(): void;
  /** It cannot be had at all. */
  refused(): void;
}

/** Reaches the other tabs, in the order of posting; not the tab itself. */
export interface TabChannel {
  post(message: unknown): void;
  close(): void;
}

/** What tabs of one browser have in common. */
export interface Tabs {
  /**
   * Asks for a lock that one tab at a time can hold; a tab that goes away lets go of it. To `steal` it is
   * to get it at once. Returns how to let go of it, or of the wish.
   */
  lock(name: string, steal: boolean, events: LockEvents): () => void;
  /** @throws where pages may not talk to each other. */
  channel(name: string, receive: (message: unknown) => void): TabChannel;
  /** A short text that stands for a longer one, and does not give it away. */
  digest(text: string): Promise<string>;
  /** Tells when this tab is about to be frozen or to go, and when it is back. */
  onFreeze(run: (frozen: boolean) => void): () => void;
}

/** What the browser has; `undefined` where tabs cannot share: Node, React Native, insecure pages. */
export function browserTabs(): Tabs | undefined {
  const { navigator, BroadcastChannel, isSecureContext, crypto } = globalThis;
  const locks = navigator?.locks;
  if (!isSecureContext || !locks || !BroadcastChannel || !crypto?.subtle) return undefined;
  return {
    lock(name, steal, { held, stolen, refused }) {
      const abort = new AbortController();
      const { signal } = abort;
      let release: (() => void) | undefined;
      const hold = (): Promise<void> | undefined => {
        if (signal.aborted) return undefined;
        const free = new Promise<void>((resolve) => {
          release = resolve;
        });
        held();
        return free;
      };
      // A lock that is stolen is had at once: there is no wish to take back.
      locks.request(name, steal ? { steal } : { signal }, hold).catch((cause: unknown) => {
        if (signal.aborted) return;
        if (cause instanceof DOMException && cause.name === "AbortError") stolen();
        else refused();
      });
      return () => {
        abort.abort();
        release?.();
      };
    },
    channel(name, receive) {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => receive(data);
      return {
        post: (message) => channel.postMessage(message),
        close: () => channel.close(),
      };
    },
    async digest(text) {
      const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return Array.from(new Uint8Array(hash, 0, 16), (byte) => byte.toString(36)).join("-");
    },
    onFreeze(run) {
      const off = new AbortController();
      const on = (target: EventTarget | undefined, type: string, frozen: boolean): void =>
        target?.addEventListener(type, () => run(frozen), { signal: off.signal });
      on(globalThis, "pagehide", true);
      on(globalThis, "pageshow", false);
      on(globalThis.document, "freeze", true);
      on(globalThis.document, "resume", false);
      return () => off.abort();
    },
  };
}
