import type { Clock } from "../clock.ts";
import type { ConfigSource } from "./config-source.ts";
import { fileSource } from "./file-source.ts";
import { urlSource } from "./url-source.ts";

/** `CONFIG_PATH` as a source: an http or https address, or else a path. */
export function openSource(pathOrUrl: string, { clock }: { clock: Clock }): ConfigSource {
  return /^https?:\/\//i.test(pathOrUrl) ? urlSource(pathOrUrl, { clock }) : fileSource(pathOrUrl, { clock });
}
