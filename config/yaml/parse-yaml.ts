import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { type Path, type Problem, pointer, serverOf } from "../problem.ts";
import { decodeText } from "./decode-text.ts";
import { type Locate, locator, type Place, type Places } from "./places.ts";
import { lineIndex } from "./positions.ts";
import { syntaxProblem } from "./syntax-problem.ts";

export interface ParseOutcome {
  /** Null when the text cannot be used at all: not UTF-8, not YAML, or a section written twice. */
  readonly parsed: { readonly value: unknown; readonly locate: Locate } | null;
  /** All of them, with positions. */
  readonly problems: readonly Problem[];
}

const MAX_FILE_BYTES = 2 * 1024 * 1024;
const MAX_SYNTAX_PROBLEMS = 20;
const MAX_DEPTH = 64;
const MAX_ALIASES = 1_000;
/** Nodes that aliases may add; the text itself is bounded by its size. */
const MAX_ALIASED_NODES = 50_000;
const CORE_TAG = /^tag:yaml\.org,2002:(map|seq|str|null|bool|int|float|merge)$/;

/**
 * YAML 1.2 text to plain values and their places. Never throws. Keys written twice are reported with both
 * places and left out; merge keys (`<<`) work; aliases are capped; nothing in the text can run anything.
 */
export function parseYaml(input: string | Uint8Array, file: string): ParseOutcome {
  const decoded = decodeText(input, file, MAX_FILE_BYTES);
  if (!decoded.ok) return { parsed: null, problems: [decoded.problem] };
  const positionAt = lineIndex(decoded.text);
  const problems: Problem[] = [];
  const report: ReportAt = (path, offset, { code, message, ...rest }) => {
    const server = serverOf(path);
    problems.push({ severity: "error", code, message, file, ...positionAt(offset), path: pointer(path), server, ...rest });
  };
  try {
    // Keys written twice are found below: the library's own check is quadratic.
    const document = parseDocument(decoded.text, { uniqueKeys: false, merge: true, prettyErrors: false, logLevel: "error" });
    if (document.errors.length > 0) {
      for (const error of telling(document.errors)) report([], error.pos[0], syntaxProblem(error));
      return { parsed: null, problems };
    }
    const reader = new Reader(document, report);
    const value = document.contents === null ? null : reader.read(document.contents, [], 0);
    return { parsed: reader.isUsable ? { value, locate: locator(value, reader.places, positionAt) } : null, problems };
  } catch (error) {
    // The parser recurses: a text made for it can exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    report([], 0, { code: "yaml-too-big", message: "the text is nested too deeply" });
    return { parsed: null, problems };
  }
}

/** One error a place; what follows from an exhausted stack says nothing. */
function telling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const exhausted = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted !== undefined) return [exhausted];
  const byOffset = new Map(errors.map((error) => [error.pos[0], error]));
  return [...byOffset.values()].slice(0, MAX_SYNTAX_PROBLEMS);
}

type ReportAt = (
  path: Path,
  offset: number,
  what: Pick<Problem, "code" | "message" | "expected" | "found" | "suggestion">,
) => void;
type Entries = Map<string, { node: unknown; place: Place; isMerged: boolean }>;

/** Lives for one document: counts what aliases add, and stops at the first thing that makes the whole unusable. */
class Reader {
  readonly places: Places = new WeakMap();
  isUsable = true;
  readonly #document: Document;
  readonly #report: ReportAt;
  /** Anchored nodes we are inside of, to see an alias that contains itself. */
  readonly #open = new Set<Node>();
  #aliases = 0;
  #aliasedNodes = 0;
  #aliasDepth = 0;

  constructor(document: Document, report: ReportAt) {
    this.#document = document;
    this.#report = report;
  }

  read(node: unknown, path: Path, depth: number): unknown {
    if (!this.isUsable) return null;
    if (isAlias(node)) return this.#throughAlias(node, path, (target) => this.read(target, path, depth));
    if (depth > MAX_DEPTH) return this.#giveUp(path, offsetOf(node), "the text is nested too deeply");
    if (this.#aliasDepth > 0) {
      this.#aliasedNodes += 1;
      if (this.#aliasedNodes > MAX_ALIASED_NODES)
        return this.#giveUp(path, offsetOf(node), "aliases make the document too large");
    }
    this.#checkTag(node, path);
    if (isScalar(node)) return typeof node.value === "bigint" ? Number(node.value) : node.value;
    if (isSeq(node)) return this.#inside(node, () => this.#list(node.items, path, depth));
    if (isMap(node)) return this.#inside(node, () => this.#object(node, path, depth));
    return null;
  }

  #list(items: readonly unknown[], path: Path, depth: number): unknown[] {
    const list = items.map((item, index) => this.read(item, [...path, index], depth + 1));
    this.places.set(list, new Map(items.map((item, index) => [index, { key: offsetOf(item), value: offsetOf(item) }])));
    return list;
  }

  #object(node: YAMLMap, path: Path, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const places = new Map<string | number, Place>();
    for (const [key, entry] of this.#entries(node, path)) {
      object[key] = this.read(entry.node, [...path, key], depth + 1);
      places.set(key, entry.place);
    }
    this.places.set(object, places);
    return object;
  }

  /** Own keys win over merged ones, wherever `<<` stands; of several merged mappings the first wins. */
  #entries(node: YAMLMap, path: Path): Entries {
    const entries: Entries = new Map();
    const twice = new Set<string>();
    for (const pair of node.items as Pair[]) {
      if (isMergeKey(pair.key)) {
        for (const [key, entry] of this.#mergedEntries(pair.value, path)) {
          if (!entries.has(key)) entries.set(key, { ...entry, isMerged: true });
        }
        continue;
      }
      const key = this.#keyOf(pair.key, path);
      if (key === null) continue;
      const place = { key: offsetOf(pair.key), value: offsetOf(pair.value ?? pair.key) };
      const first = entries.get(key);
      if (first !== undefined && !first.isMerged) {
        if (!twice.has(key)) this.#reportTwice([...path, key], first.place, "down");
        this.#reportTwice([...path, key], place, "up");
        twice.add(key);
        continue;
      }
      entries.set(key, { node: pair.value, place, isMerged: false });
    }
    // Where it is unclear which of two is meant, neither is used.
    for (const key of twice) entries.delete(key);
    if (twice.size > 0 && path.length === 0) this.isUsable = false;
    return entries;
  }

  #mergedEntries(node: unknown, path: Path): Entries {
    if (isAlias(node)) return this.#throughAlias(node, path, (target) => this.#mergedEntries(target, path)) ?? new Map();
    if (isMap(node)) return this.#inside(node, () => this.#entries(node, path));
    if (isSeq(node)) {
      const merged: Entries = new Map();
      for (const item of node.items) {
        for (const [key, entry] of this.#mergedEntries(item, path)) if (!merged.has(key)) merged.set(key, entry);
      }
      return merged;
    }
    this.#report(path, offsetOf(node), {
      code: "yaml-key",
      message: "`<<` needs a mapping to merge",
      expected: "an alias such as *defaults",
    });
    return new Map();
  }

  #throughAlias<T>(alias: Node & { source: string }, path: Path, use: (target: Node) => T): T | null {
    this.#aliases += 1;
    if (this.#aliases > MAX_ALIASES) return this.#giveUp(path, offsetOf(alias), `there are more than ${MAX_ALIASES} aliases`);
    const target = (alias as unknown as { resolve(document: Document): Node | undefined }).resolve(this.#document);
    if (target === undefined || this.#open.has(target)) {
      const why = target === undefined ? `there is no anchor &${alias.source} above` : `*${alias.source} contains itself`;
      this.#report(path, offsetOf(alias), { code: "yaml-alias", message: why });
      return null;
    }
    this.#aliasDepth += 1;
    const result = use(target);
    this.#aliasDepth -= 1;
    return result;
  }

  #inside<T>(node: Node, read: () => T): T {
    this.#open.add(node);
    const result = read();
    this.#open.delete(node);
    return result;
  }

  #keyOf(node: unknown, path: Path): string | null {
    const target = isAlias(node) ? node.resolve(this.#document) : node;
    const value = isScalar(target) ? target.value : undefined;
    const key = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : null;
    if (key !== null && key !== "__proto__" && key !== "<<") return key;
    const at = key === null ? path : [...path, key];
    this.#report(at, offsetOf(node), {
      code: "yaml-key",
      message: `this cannot be a key${key === null ? "" : `: ${key}`}`,
      expected: "a plain name",
      ...(isMap(target) ? { suggestion: 'a placeholder is a text, and stands in quotes: "{{NAME}}"' } : {}),
    });
    return null;
  }

  #reportTwice(path: Path, place: Place, further: "up" | "down"): void {
    const message = `\`${path.at(-1)}\` is written twice, here and further ${further}; neither is used`;
    this.#report(path, place.key, { code: "yaml-duplicate-key", message, suggestion: "keep one of the two" });
  }

  #checkTag(node: unknown, path: Path): void {
    // A key may have nothing behind it: `{a}`.
    const tag = (node as { tag?: string } | null)?.tag;
    if (tag === undefined || tag === "!" || CORE_TAG.test(tag)) return;
    this.#report(path, offsetOf(node), {
      code: "yaml-tag",
      message: "tags are not accepted here",
      found: tag,
      expected: "a plain value",
    });
  }

  #giveUp(path: Path, offset: number, message: string): null {
    if (this.isUsable) this.#report(path, offset, { code: "yaml-too-big", message });
    this.isUsable = false;
    return null;
  }
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

function offsetOf(node: unknown): number {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0] ?? 0;
}
