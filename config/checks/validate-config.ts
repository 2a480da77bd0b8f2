import { didYouMean } from "../did-you-mean.ts";
import type { Entry } from "../entries/transport-kind.ts";
import { nameFault, nameSkeleton, normalizeServerName } from "../names.ts";
import type { Report } from "../problem.ts";
import { allowedAddressFault } from "../target-policy.ts";
import type { Environment, TransportKind } from "../types.ts";
import { reportSchemaErrors, unknownKey } from "./report-schema-errors.ts";
import { OPEN_SECTIONS, ROOT_KEYS, SECTION_CHECKS } from "./schema-checks.ts";
import { findKeys, IGNORED_KEYS, UNSUPPORTED_KEYS } from "./unsupported-keys.ts";
import { validateServer } from "./validate-server.ts";

/** The file in YAML spelling, with unknown keys gone and defaults of settings filled in. */
export interface ValidDocument {
  readonly version?: unknown;
  readonly mcpServers: Record<string, Entry>;
  readonly mcpSettings: Entry;
  readonly interface: Entry;
  readonly endpoints: Entry;
  readonly chatLimits: Entry;
}

export interface Validated {
  readonly document: ValidDocument;
  /** In the file's order; only entries whose transport is known. */
  readonly kinds: ReadonlyMap<string, TransportKind>;
}

const USED_SECTIONS = new Set(["version", "mcpServers", "mcpSettings", "interface", "endpoints", "chatLimits"]);

/** Checks a parsed file, all of it, and cleans it in place. What is wrong with one server touches no other. */
export function validateConfig(root: Entry, env: Environment | undefined, report: Report): Validated {
  checkRootKeys(root, report);
  reportWithoutEffect(root, report);
  for (const [path, known] of OPEN_SECTIONS) reportUnread(root, path, known, report);
  const document: ValidDocument = {
    version: root.version,
    mcpServers: sectionOf(root, "mcpServers", report) as Record<string, Entry>,
    mcpSettings: sectionOf(root, "mcpSettings", report),
    interface: sectionOf(root, "interface", report),
    endpoints: sectionOf(root, "endpoints", report),
    chatLimits: sectionOf(root, "chatLimits", report),
  };
  for (const name of ["mcpSettings", "interface", "endpoints", "chatLimits"] as const) {
    const where = name === "mcpSettings" || name === "chatLimits" ? name : `this part of ${name}`;
    reportSchemaErrors(document[name], SECTION_CHECKS[name](document[name]), { base: [name], report, where });
  }
  checkAllowedAddresses(document.mcpSettings, report);
  checkEndpointNames(document.endpoints, report);
  const kinds = new Map<string, TransportKind>();
  const taken = checkNames(Object.keys(document.mcpServers), report);
  for (const [name, entry] of Object.entries(document.mcpServers)) {
    const path = ["mcpServers", name];
    if (!isMapping(entry)) {
      report(path, {
        code: "value-type",
        message: `\`${name}\` must be a mapping`,
        expected: "a mapping with `command` or `url`",
        found: entry === null ? "nothing" : typeof entry,
      });
      continue;
    }
    const kind = validateServer(entry, { path, env, report });
    if (kind !== null && !taken.has(name)) kinds.set(name, kind);
  }
  return { document, kinds };
}

/** Looks before defaults are filled in: only what somebody wrote counts. */
function reportWithoutEffect(root: Entry, report: Report): void {
  findKeys(root, UNSUPPORTED_KEYS, (path) => {
    const key = path.filter((_, index) => path[0] !== "mcpServers" || index !== 1).join(".");
    report(path, {
      severity: "warning",
      code: "key-not-supported",
      message: `\`${key}\` is accepted and has no effect yet`,
      at: "key",
    });
  });
  findKeys(root, Object.keys(IGNORED_KEYS), (path, pattern) => {
    report(path, {
      severity: "warning",
      code: "key-ignored",
      message: `\`${path.at(-1)}\` is not used: ${IGNORED_KEYS[pattern]}`,
      at: "key",
    });
  });
}

/** One line for all of them, but for those that are close to what is read. */
function reportUnread(root: Entry, section: readonly string[], known: readonly string[], report: Report): void {
  const written = section.reduce<unknown>((value, key) => (isMapping(value) ? value[key] : undefined), root);
  const unread: string[] = [];
  for (const key of isMapping(written) ? Object.keys(written) : []) {
    if (known.includes(key)) continue;
    const { finding, isNear } = unknownKey([...section, key], known, section.join("."));
    if (isNear) report([...section, key], finding);
    else unread.push(key);
  }
  const [first] = unread;
  if (first === undefined) return;
  const names = unread.map((key) => [...section, key].join(".")).join(", ");
  report([...section, first], { severity: "warning", code: "section-not-used", message: `not used here: ${names}`, at: "key" });
}

function checkRootKeys(root: Entry, report: Report): void {
  if (root.version === undefined) {
    report(["version"], {
      code: "key-missing",
      message: "`version` is missing",
      expected: 'a text such as "1.3.17"',
      suggestion: 'add `version: "1.3.17"` as the first line',
    });
  } else if (typeof root.version !== "string") {
    report(["version"], {
      code: "value-type",
      message: "`version` must be a text",
      expected: "a text",
      found: typeof root.version,
      suggestion: `write \`version: "${String(root.version)}"\``,
    });
  }
  const unused = Object.keys(root).filter((key) => ROOT_KEYS.includes(key) && !USED_SECTIONS.has(key));
  const [first] = unused;
  if (first !== undefined) {
    report([first], { severity: "warning", code: "section-not-used", message: `not used here: ${unused.join(", ")}`, at: "key" });
  }
  for (const key of Object.keys(root)) {
    if (ROOT_KEYS.includes(key)) continue;
    const meant = didYouMean(key, ROOT_KEYS);
    report([key], {
      code: "key-unknown",
      message: `\`${key}\` is not a section of the file`,
      at: "key",
      ...(meant === null ? {} : { suggestion: `did you mean \`${meant}\`?`, meant: [meant] }),
    });
  }
}

/** A missing section is an empty one; one of the wrong type is reported and counts as empty. */
function sectionOf(root: Entry, name: string, report: Report): Entry {
  const value = root[name];
  if (isMapping(value)) return value;
  // `mcpServers:` with everything below it commented out is an empty section to people.
  if (value !== undefined && value !== null)
    report([name], {
      code: "value-type",
      message: `\`${name}\` must be a mapping`,
      expected: "a mapping",
      found: Array.isArray(value) ? "a list" : typeof value,
    });
  return {};
}

/** Names that cannot be used, and names that one would take for another. Returns those that are out. */
function checkNames(names: readonly string[], report: Report): Set<string> {
  const out = new Set<string>();
  const bySkeleton = new Map<string, string>();
  // A name spelled as it appears in tool names goes before others that only become it.
  const inOrder = [...names].sort((a, b) => Number(normalizeServerName(b) === b) - Number(normalizeServerName(a) === a));
  for (const name of inOrder) {
    const fault = nameFault(name);
    const other = bySkeleton.get(nameSkeleton(name));
    if (fault !== null) {
      report(["mcpServers", name], {
        code: "name-reserved",
        message: fault,
        expected: "letters, digits, blanks, hyphens, dots and underscores",
        at: "key",
      });
    } else if (other !== undefined) {
      report(["mcpServers", name], {
        code: "name-taken",
        message: `\`${name}\` cannot be told from \`${other}\`, and their tools would share names`,
        suggestion: "choose a name that differs in more than case, blanks or look-alike letters",
        at: "key",
      });
    } else {
      bySkeleton.set(nameSkeleton(name), name);
      continue;
    }
    out.add(name);
  }
  return out;
}

function checkAllowedAddresses({ allowedAddresses }: Entry, report: Report): void {
  for (const [index, entry] of (Array.isArray(allowedAddresses) ? allowedAddresses : []).entries()) {
    const expected = typeof entry === "string" ? allowedAddressFault(entry) : null;
    if (expected === null) continue;
    report(["mcpSettings", "allowedAddresses", index], {
      code: "address-invalid",
      message: "this is no internal address that could be allowed",
      expected,
      found: `the text "${entry}"`,
    });
  }
}

function checkEndpointNames({ custom }: Entry, report: Report): void {
  const seen = new Set<unknown>();
  for (const [index, endpoint] of (Array.isArray(custom) ? custom : []).entries()) {
    const name: unknown = isMapping(endpoint) ? endpoint.name : undefined;
    if (typeof name !== "string") continue;
    if (seen.has(name))
      report(["endpoints", "custom", index, "name"], {
        code: "value-invalid",
        message: `\`${name}\` is there twice`,
        expected: "a name of its own",
      });
    seen.add(name);
  }
}

function isMapping(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
