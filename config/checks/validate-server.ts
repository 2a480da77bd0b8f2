import { hidesCharacters } from "../../schemas/hidden-characters.ts";
import { previewUrl } from "../entries/check-url.ts";
import { type Entry, transportKind } from "../entries/transport-kind.ts";
import type { Path, Report } from "../problem.ts";
import { parseTemplate } from "../templates/template.ts";
import type { Environment, TransportKind } from "../types.ts";
import { reportSchemaErrors } from "./report-schema-errors.ts";
import { ALL_SERVER_KEYS, SERVER_CHECKS } from "./schema-checks.ts";

const KIND_NAMES: Readonly<Record<TransportKind, string>> = {
  stdio: "a program (stdio)",
  websocket: "a WebSocket server",
  sse: "an sse server",
  "streamable-http": "a streamable-http server",
};

/**
 * Finds an entry's transport and checks the entry against that schema. Unknown keys are taken out of it, the
 * transport is written into `type`. Null when the transport cannot be told.
 */
export function validateServer(
  entry: Entry,
  { path, env, report }: { path: Path; env: Environment | undefined; report: Report },
): TransportKind | null {
  const found = transportKind(entry, urlPreview(entry, env));
  if (found.kind === null) {
    report([...path, found.key], found.fault);
    return null;
  }
  const { kind } = found;
  if ((kind === "stdio" || kind === "websocket") && entry.obo !== undefined) {
    report([...path, "obo"], {
      code: "value-invalid",
      message: `\`obo\` cannot be used with ${KIND_NAMES[kind]}: there are no requests to carry the token`,
      expected: "no `obo` here",
      at: "key",
    });
    delete entry.obo;
  }
  reportSchemaErrors(entry, SERVER_CHECKS[kind](entry), {
    base: path,
    report,
    otherKeys: ALL_SERVER_KEYS,
    where: KIND_NAMES[kind],
  });
  if (typeof entry.title === "string" && hidesCharacters(entry.title)) {
    report([...path, "title"], {
      code: "value-invalid",
      message: "the title holds an invisible character",
      expected: "a title of characters that can be seen",
    });
  }
  entry.type ??= kind;
  return kind;
}

function urlPreview({ url }: Entry, env: Environment | undefined): string | null {
  if (typeof url !== "string") return null;
  return previewUrl(parseTemplate(url, { origin: "operator", declared: new Set() }).template, env) ?? url.trim();
}
