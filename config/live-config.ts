import { createHash } from "node:crypto";
import { type Clock, wait } from "./clock.ts";
import { type ConfigDiff, diffConfigs, isEmptyDiff, removesMost } from "./diff.ts";
import { loadConfig } from "./load-config.ts";
import { type Loaded, loadOffThread, notLoaded } from "./load-off-thread.ts";
import type { Problem } from "./problem.ts";
import type { ConfigSource } from "./source/config-source.ts";
import type { ReadOutcome } from "./source/read-config-file.ts";
import type { Environment, PlatformConfig } from "./types.ts";

export interface LiveConfigOptions {
  readonly source: ConfigSource;
  readonly env: Environment;
  readonly clock: Clock;
  /** A new configuration is in force. Called one after another; never before `start` is done. */
  readonly onApplied: (config: PlatformConfig, diff: ConfigDiff) => void;
  /** The list of problems is another one. */
  readonly onProblems: (problems: readonly Problem[]) => void;
  /** Two reads this far apart must agree before a file counts as saved. @default 200 */
  readonly settleMs?: number;
}

/** A change that waits for an admin, because it takes most servers away. */
export interface PendingChange {
  readonly removed: readonly string[];
  readonly since: number;
}

const DEFAULT_SETTLE_MS = 200;
const EMPTY = loadConfig('version: ""', "").config;

/**
 * The configuration in force, kept up with its source. A new one counts when it is whole and can be read; a server
 * whose new entry is broken stays as it was; what would take most servers away waits for `confirm`.
 */
export class LiveConfig {
  #config: PlatformConfig = EMPTY;
  #problems: readonly Problem[] = [];
  #pending: { change: PendingChange; config: PlatformConfig; problems: readonly Problem[] } | null = null;
  /** Of the bytes last looked at, good or bad. */
  #hash: string | null = null;
  /** Why the source cannot be read right now. */
  #gone: Problem | null = null;
  #endWatching: (() => void) | null = null;
  #checking: Promise<void> | null = null;
  #checkAgain = false;
  readonly #options: Required<LiveConfigOptions>;

  constructor(options: LiveConfigOptions) {
    this.#options = { settleMs: DEFAULT_SETTLE_MS, ...options };
  }

  get config(): PlatformConfig {
    return this.#config;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get pending(): PendingChange | null {
    return this.#pending?.change ?? null;
  }

  /** Reads the source once, whatever it holds, and keeps watching. Never throws for what a file can hold. */
  async start(): Promise<void> {
    this.#checking = this.#loadFirst().finally(() => {
      this.#checking = null;
    });
    this.#endWatching = this.#options.source.watch(() => void this.check());
    await this.#checking;
    // What was saved between the first read and the first watch is noticed now.
    await this.check();
  }

  /** Looks whether there is something new, and applies it. Calls at the same time share one look and the next. */
  async check(): Promise<void> {
    this.#checkAgain = true;
    this.#checking ??= this.#checkUntilQuiet().finally(() => {
      this.#checking = null;
    });
    await this.#checking;
  }

  /** Applies the change that waits. False when none does. */
  confirm(): boolean {
    if (this.#pending === null) return false;
    const { config, problems } = this.#pending;
    this.#pending = null;
    this.#apply(config, problems);
    return true;
  }

  close(): void {
    this.#endWatching?.();
    this.#endWatching = null;
  }

  async #loadFirst(): Promise<void> {
    const read = await this.#options.source.read();
    if (read.ok) {
      this.#hash = hashOf(read.bytes);
      const loaded = await this.#load(read);
      this.#config = loaded.config;
      this.#problems = [...read.warnings, ...loaded.problems];
    } else {
      this.#gone = read.problem;
      this.#problems = [read.problem];
    }
  }

  async #checkUntilQuiet(): Promise<void> {
    while (this.#checkAgain) {
      this.#checkAgain = false;
      await this.#checkOnce();
    }
  }

  async #checkOnce(): Promise<void> {
    const first = await this.#options.source.read();
    if (!first.ok) return this.#sourceIsGone(first.problem);
    if (hashOf(first.bytes) === this.#hash && this.#gone === null) return;
    const settled = await this.#settle(first);
    if (!settled.ok) return this.#sourceIsGone(settled.problem);
    this.#gone = null;
    this.#hash = hashOf(settled.bytes);
    const loaded = await this.#load(settled);
    const problems = [...settled.warnings, ...loaded.problems];
    if (!loaded.isUsable) {
      this.#pending = null;
      this.#tell(problems);
      return;
    }
    this.#consider(withLastGood(loaded, this.#config), problems);
  }

  /** What is in force stays; the file may come back. */
  #sourceIsGone(problem: Problem): void {
    if (this.#gone?.message === problem.message) return;
    this.#gone = problem;
    this.#tell([{ ...problem, suggestion: "the configuration in force stays until the file is back" }]);
  }

  #consider(config: PlatformConfig, problems: readonly Problem[]): void {
    const diff = diffConfigs(this.#config, config);
    if (!removesMost(this.#config, diff)) {
      this.#pending = null;
      this.#apply(config, problems);
      return;
    }
    this.#pending = { change: { removed: diff.removed, since: this.#options.clock.now() }, config, problems };
    this.#tell([...problems, pendingProblem(this.#options.source.name, diff, this.#config.servers.size)]);
  }

  #apply(config: PlatformConfig, problems: readonly Problem[]): void {
    const diff = diffConfigs(this.#config, config);
    this.#config = config;
    this.#tell(problems);
    if (!isEmptyDiff(diff)) this.#options.onApplied(config, diff);
  }

  #tell(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.#options.onProblems(problems);
  }

  /** A file that is being written differs from itself a moment later. */
  async #settle(first: Extract<ReadOutcome, { ok: true }>): Promise<ReadOutcome> {
    let last = first;
    for (;;) {
      await wait(this.#options.clock, this.#options.settleMs);
      const next = await this.#options.source.read();
      if (!next.ok || hashOf(next.bytes) === hashOf(last.bytes)) return next;
      last = next;
    }
  }

  async #load({ bytes }: Extract<ReadOutcome, { ok: true }>): Promise<Loaded> {
    const { source, env } = this.#options;
    try {
      return await loadOffThread(bytes, source.name, env);
    } catch (error) {
      const message = `a fault of this program keeps it from reading the file: ${error instanceof Error ? error.message : error}`;
      return notLoaded(source.name, {
        code: "internal",
        message,
        suggestion: "undo the last change to the file, and report this",
      });
    }
  }
}

/** A server that is in the new file and broken there stays as it was, behind the neighbour it had. */
function withLastGood({ config, brokenServers }: Loaded, before: PlatformConfig): PlatformConfig {
  const broken = new Set(brokenServers);
  const servers = [...config.servers];
  let previous: string | null = null;
  for (const [name, old] of before.servers) {
    if (broken.has(name)) servers.splice(servers.findIndex(([each]) => each === previous) + 1, 0, [name, old]);
    if (broken.has(name) || config.servers.has(name)) previous = name;
  }
  return broken.size === 0 ? config : { ...config, servers: new Map(servers) };
}

function pendingProblem(file: string, { removed }: ConfigDiff, size: number): Problem {
  return {
    severity: "error",
    code: "reload-pending",
    message: `the new file takes ${removed.length} of ${size} servers away: ${removed.slice(0, 5).join(", ")}${removed.length > 5 ? ", …" : ""}`,
    file,
    line: null,
    column: null,
    path: "/mcpServers",
    server: null,
    suggestion: "confirm the change, or correct the file",
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
