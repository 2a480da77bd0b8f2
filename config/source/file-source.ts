import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Clock } from "../clock.ts";
import type { ConfigSource } from "./config-source.ts";
import { readConfigFile } from "./read-config-file.ts";

export interface FileSourceOptions {
  readonly clock: Clock;
  /** How often the file is looked at besides. @default 1_000 */
  readonly pollMs?: number;
}

const DEFAULT_POLL_MS = 1_000;

/**
 * A file on disk. Its folder is watched, because editors save by renaming another file into its place; it is looked
 * at now and then as well, because symbolic links are swapped and folders replaced where no watcher notices.
 */
export function fileSource(file: string, { clock, pollMs = DEFAULT_POLL_MS }: FileSourceOptions): ConfigSource {
  const path = resolve(file);
  return {
    name: file,
    async read() {
      const outcome = await readConfigFile(path);
      return outcome.ok ? outcome : { ok: false, problem: { ...outcome.problem, file } };
    },
    watch(mayHaveChanged) {
      const endWatching = watchFolder(path, mayHaveChanged);
      const endPolling = poll(path, clock, pollMs, mayHaveChanged);
      return () => {
        endWatching();
        endPolling();
      };
    },
  };
}

function watchFolder(path: string, mayHaveChanged: () => void): () => void {
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      // A mounted ConfigMap swaps `..data` beside the file; other neighbours are none of our business.
      if (name === null || name === basename(path) || name.startsWith("..")) mayHaveChanged();
    });
    // The folder is gone, or there are no watches left: looking at the file goes on.
    watcher.on("error", () => watcher?.close());
  } catch {
    return () => {};
  }
  return () => watcher.close();
}

/** Looks at what tells one version of a file from another; follows symbolic links. */
function poll(path: string, clock: Clock, pollMs: number, mayHaveChanged: () => void): () => void {
  let last: string | null = null;
  let isOver = false;
  let cancel = () => {};
  const look = async () => {
    const seen = await stat(path, { bigint: true }).then(
      ({ ino, size, mtimeNs, ctimeNs }) => `${ino} ${size} ${mtimeNs} ${ctimeNs}`,
      () => "absent",
    );
    if (isOver) return;
    if (last !== null && seen !== last) mayHaveChanged();
    last = seen;
    cancel = clock.setTimer(pollMs, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}
