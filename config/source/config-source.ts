import type { ReadOutcome } from "./read-config-file.ts";

/** Where a configuration comes from: a file, or an address that is asked again and again. */
export interface ConfigSource {
  /** For people and problems: the path or address, without credentials. */
  readonly name: string;
  read(): Promise<ReadOutcome>;
  /** Calls back whenever it may have changed, also when it has not. Returns the end of watching. */
  watch(mayHaveChanged: () => void): () => void;
}
