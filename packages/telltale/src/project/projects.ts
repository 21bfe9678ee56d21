import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { HostSample } from "../host/sampler.ts";
import type { Project } from "./open.ts";

export interface ProjectsOptions {
  readonly dataDir: string;
  /** The project whose data are in `dataDir` itself. */
  readonly first: string;
  readonly open: (id: string, folder: string) => Promise<Project>;
  readonly exists: (id: string) => boolean;
  /** A project that nobody has used for so long is closed, ms. */
  readonly idleAfter: number;
  /** Of those unused for a minute, no more stay open: each takes some 25 MiB. */
  readonly mostIdle: number;
  readonly now: () => number;
}

interface Entry {
  readonly opening: Promise<Project>;
  project: Project | undefined;
  usedAt: number;
}

const MINUTE = 60_000;

/** A project that is not, or no longer. */
export class NoProjectError extends Error {
  override readonly name = "NoProjectError";
}

/** The projects that are open. Each opens when it is first used, and closes when it rests. */
export class Projects {
  readonly #options: ProjectsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Those that are about to be closed; nobody opens them meanwhile. */
  readonly #closing = new Map<string, Promise<void>>();
  #host: HostSample | undefined;
  #closed = false;

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /** How many are open, or about to be. */
  get size(): number {
    return this.#entries.size;
  }

  folderOf(id: string): string {
    const { dataDir, first } = this.#options;
    return id === first ? dataDir : join(dataDir, "projects", id);
  }

  /**
   * The project, at once where it is open.
   *
   * @throws {NoProjectError}; rejects with what opening it fails with
   */
  of(id: string): Project | Promise<Project> {
    const entry = this.#entries.get(id) ?? this.#begin(id);
    entry.usedAt = this.#options.now();
    return entry.project ?? entry.opening;
  }

  /** Whether it has to run though nobody asks for it: it has alert rules. */
  async runsByItself(id: string): Promise<boolean> {
    const rules = join(this.folderOf(id), "alerts", "rules.json");
    if (!existsSync(rules)) return false;
    const text = await readFile(rules, "utf8").catch(() => "");
    // Read whole by the project itself; here it only matters whether there may be any.
    return !/"rules":\s*\[\s*\]/.test(text);
  }

  tick(host: HostSample): void {
    this.#host = host;
    for (const { project } of this.#entries.values()) project?.tick(host);
  }

  forget(): void {
    for (const { project } of this.#entries.values()) project?.forget();
  }

  /** Closes those that nobody has used for long, and of the others that rest those above the bound. */
  async rest(): Promise<void> {
    const { first, idleAfter, mostIdle, now } = this.#options;
    for (const entry of this.#entries.values()) {
      if (entry.project === undefined || entry.project.isBusy) entry.usedAt = now();
    }
    const resting = [...this.#entries]
      .filter(([id, { usedAt }]) => id !== first && now() - usedAt >= MINUTE)
      .sort(([, a], [, b]) => b.usedAt - a.usedAt);
    const closing = resting.filter(
      ([, { usedAt }], place) => place >= mostIdle || now() - usedAt >= idleAfter,
    );
    for (const [id, entry] of closing) await this.#end(id, entry, 0);
  }

  /** Closes it and sets its folder aside, in `removed`. */
  async remove(id: string): Promise<void> {
    const { dataDir, now } = this.#options;
    const entry = this.#entries.get(id);
    if (entry) await this.#end(id, entry, 0);
    await this.#closing.get(id);
    const folder = this.folderOf(id);
    if (!existsSync(folder)) return;
    const removed = join(dataDir, "removed");
    await mkdir(removed, { recursive: true });
    const time = new Date(now()).toISOString().replaceAll(/[:.]/g, "-");
    await rename(folder, join(removed, `${id}-${time}`));
  }

  async close(grace: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#entries].map(([id, entry]) => this.#end(id, entry, grace)));
    await Promise.all(this.#closing.values());
  }

  #begin(id: string): Entry {
    if (this.#closed || !this.#options.exists(id))
      throw new NoProjectError(`There is no project ${id}`);
    const opening = this.#open(id);
    const entry: Entry = { opening, project: undefined, usedAt: this.#options.now() };
    this.#entries.set(id, entry);
    opening.then(
      (project) => {
        entry.project = project;
        if (this.#host) project.tick(this.#host);
      },
      () => {
        if (this.#entries.get(id) === entry) this.#entries.delete(id);
      },
    );
    return entry;
  }

  async #open(id: string): Promise<Project> {
    await this.#closing.get(id)?.catch(() => undefined);
    return this.#options.open(id, this.folderOf(id));
  }

  #end(id: string, entry: Entry, grace: number): Promise<void> {
    this.#entries.delete(id);
    const closing = entry.opening
      .then(
        (project) => project.close(grace),
        // One that never opened has nothing to close.
        () => undefined,
      )
      .finally(() => {
        if (this.#closing.get(id) === closing) this.#closing.delete(id);
      });
    this.#closing.set(id, closing);
    return closing;
  }
}
