/** Where a Chromium may come from. Passed in, so that the order can be tested on a machine that has them all. */
export interface ChromiumSources {
  /** `CHROMIUM_PATH`: somebody's choice, so it is this one or none. */
  chosen: string | undefined;
  /** Paths where systems keep theirs, those that exist. */
  installed: readonly string[];
  /** Unpacks the Chromium that comes as an npm package; null where it has none for this platform. */
  bundled(): Promise<string | null>;
  /** Installs the system's own where that is allowed (Debian as root); null elsewhere. */
  install(): Promise<string | null>;
  /** The browser's name and version if it starts here, else null. */
  starts(path: string): Promise<string | null>;
}

export interface FoundChromium {
  path: string;
  version: string;
}

export const MISSING = "No Chromium starts here. Run this one command as root, then the tests again: apt-get install -y chromium";

/** The first Chromium that really starts. */
export async function findChromium({ chosen, installed, bundled, install, starts }: ChromiumSources): Promise<FoundChromium> {
  if (chosen !== undefined && chosen !== "") {
    const version = await starts(chosen);
    if (version === null) throw new Error(`CHROMIUM_PATH names ${chosen}, which does not start`);
    return { path: chosen, version };
  }
  // The bundled one is a browser without windows: it does the same pages in a third of the time.
  const sources = [bundled, ...installed.map((path) => async () => path), install];
  for (const source of sources) {
    const path = await source();
    const version = path === null ? null : await starts(path);
    if (path !== null && version !== null) return { path, version };
  }
  throw new Error(MISSING);
}
