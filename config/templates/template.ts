import Handlebars from "handlebars";
import { didYouMean } from "../did-you-mean.ts";
import type { Finding } from "../problem.ts";
import type { Origin, Segment, Template } from "../types.ts";
import { KNOWN_NAMES, knownPlaceholder } from "./placeholders.ts";

export interface TemplateRules {
  readonly origin: Origin;
  /** Names of `customUserVars` that may be filled in. */
  readonly declared: ReadonlySet<string>;
  /** `env`: only `${NAME}` is filled in here (a proxy). @default "all" */
  readonly families?: "all" | "env";
}

export interface ParsedTemplate {
  readonly template: Template;
  readonly faults: readonly Finding[];
}

const MAX_TEMPLATE_CHARACTERS = 8 * 1024;
const ENV_REFERENCE = /\$\{([A-Za-z0-9_]+)\}/y;
/** Everything Handlebars could run has a blank or one of these signs in it; without them it is a name or no Handlebars. */
const LONE_WORD = /^\{\{\s*[^\s{}()|=#&>!^~*/"'[\]@]+\s*\}\}$/;
/** Longer than anything that is meant; its parser takes a second for what is nested on purpose. */
const MAX_EXPRESSION_CHARACTERS = 256;
/** What is wrong with a text is clear by then. */
const MAX_FAULTS = 20;
/** What begins a block, partial, comment, raw or unescaped mustache, and what strips blanks. */
const HANDLEBARS_SIGIL = /^[{#/^>*!&~]/;

/**
 * Reads a text once into segments. What stands in a segment is never read again, so a value can hold anything.
 * Handlebars' parser says what `{{...}}` is; nothing is ever compiled or run.
 */
export function parseTemplate(source: string, rules: TemplateRules): ParsedTemplate {
  if (rules.origin === "plugin") return { template: literal(source), faults: [] };
  const text = rules.origin === "operator" ? source.trim() : source;
  if (!text.includes("{{") && !text.includes("${")) return { template: literal(text), faults: [] };
  if (text.length > MAX_TEMPLATE_CHARACTERS) return { template: literal(text), faults: [tooLong(text)] };

  const segments: Segment[] = [];
  const faults: Finding[] = [];
  let textStart = 0;
  let at = 0;
  while (at < text.length && faults.length < MAX_FAULTS) {
    const found = text.startsWith("{{", at) ? readMustache(text, at, rules) : readEnv(text, at, rules);
    if (found === null) {
      at += 1;
      continue;
    }
    if (found.fault !== null) faults.push(found.fault);
    if (found.segment !== null) {
      if (at > textStart) segments.push({ kind: "text", text: text.slice(textStart, at) });
      segments.push(found.segment);
      textStart = found.end;
    }
    at = found.end;
  }
  if (textStart < text.length) segments.push({ kind: "text", text: text.slice(textStart) });
  return { template: { source: text, segments }, faults };
}

/** A text in which nothing is filled in. */
function literal(text: string): Template {
  return { source: text, segments: text === "" ? [] : [{ kind: "text", text }] };
}

interface Found {
  readonly segment: Segment | null;
  readonly fault: Finding | null;
  readonly end: number;
}

function readEnv(text: string, at: number, { origin }: TemplateRules): Found | null {
  if (origin !== "operator" || text[at] !== "$") return null;
  ENV_REFERENCE.lastIndex = at;
  const match = ENV_REFERENCE.exec(text);
  if (match === null) return text.startsWith("${", at) ? (withBlanks(text, at) ?? shellSyntax(text, at)) : null;
  const [source, name = ""] = match;
  return { segment: { kind: "placeholder", family: "env", name, source }, fault: null, end: at + source.length };
}

function withBlanks(text: string, at: number): Found | null {
  const [found, name = ""] = /^\$\{\s*([A-Za-z0-9_]{1,200})\s*\}/.exec(text.slice(at, at + 300)) ?? [];
  if (found === undefined) return null;
  const fault: Finding = {
    code: "placeholder-misspelt",
    message: `${found} would be sent as text`,
    found,
    expected: `\${${name}}`,
  };
  return { segment: null, fault, end: at + found.length };
}

function shellSyntax(text: string, at: number): Found | null {
  const name = /^\$\{([A-Za-z0-9_]+)[:?+-]/.exec(text.slice(at, at + 200))?.[1];
  if (name === undefined) return null;
  const fault: Finding = {
    severity: "warning",
    code: "placeholder-unknown",
    message: `shell syntax in \${${name}…} is not filled in; it is text here`,
    expected: `\${${name}}`,
  };
  return { segment: null, fault, end: at + 2 };
}

function readMustache(text: string, at: number, rules: TemplateRules): Found {
  const close = text.startsWith("{{{", at) ? "}}}" : "}}";
  const closeAt = text.indexOf(close, at + 2);
  const end = closeAt === -1 ? at + 2 : closeAt + close.length;
  const source = text.slice(at, end);
  const name = source.slice(2, -2);
  const asText = (fault: Finding | null): Found => ({ segment: null, fault, end });
  if (rules.families === "env") return asText(notHere(source));
  if (closeAt !== -1 && rules.declared.has(name)) {
    return { segment: { kind: "placeholder", family: "userVar", name, source }, fault: null, end };
  }
  if (closeAt === -1)
    return asText(HANDLEBARS_SIGIL.test(text.slice(at + 2)) ? syntaxFault(text.slice(at, at + 20)) : unknown(source));
  const kind = mustacheKind(source, rules.origin);
  if (kind === "syntax") return asText(syntaxFault(source));
  if (rules.origin === "ui") return asText(null);
  const known = kind === "name" ? knownPlaceholder(name) : null;
  if (known !== null) {
    return { segment: { kind: "placeholder", family: known.family, name: known.field, source }, fault: null, end };
  }
  const fault = misspelt(name, source, rules.declared) ?? unknown(source, [...rules.declared, ...KNOWN_NAMES]);
  return { segment: { kind: "placeholder", family: "unknown", name, source }, fault, end };
}

/**
 * `name`: plain `{{NAME}}`. `syntax`: something Handlebars would run. `text`: neither, such as `{{.Names}}`. Only what the
 * operator wrote is worth its parser's time.
 */
function mustacheKind(source: string, origin: Origin): "name" | "syntax" | "text" {
  if (HANDLEBARS_SIGIL.test(source.slice(2))) return "syntax";
  if (LONE_WORD.test(source)) return /\s/.test(source) ? "text" : "name";
  if (origin === "ui" || source.length > MAX_EXPRESSION_CHARACTERS) return "syntax";
  try {
    const { body } = Handlebars.parseWithoutProcessing(source);
    const [only] = body as hbs.AST.MustacheStatement[];
    if (body.length !== 1 || only?.type !== "MustacheStatement") return "syntax";
    if (only.params.length > 0 || only.hash !== undefined) return "syntax";
    const isPlain = only.path.type === "PathExpression" && source === `{{${(only.path as hbs.AST.PathExpression).original}}}`;
    return isPlain ? "name" : "text";
  } catch {
    return "text";
  }
}

/** Blanks or another case around a name that exists: surely meant, and sent as text if nobody says so. */
function misspelt(name: string, source: string, declared: ReadonlySet<string>): Finding | null {
  const trimmed = name.trim();
  const meant = [...declared, ...KNOWN_NAMES].find((known) => known === trimmed || known.toUpperCase() === trimmed.toUpperCase());
  if (meant === undefined) return null;
  return {
    code: "placeholder-misspelt",
    message: `${source} would be sent as text`,
    found: source,
    expected: `{{${meant}}}`,
    suggestion: `write {{${meant}}}`,
  };
}

function unknown(source: string, candidates: readonly string[] = []): Finding {
  const name = source.slice(2, -2);
  // Names every object inherits are never a user's variable; whoever writes one is trying something.
  if (name in {}) return { ...syntaxFault(source), message: `${source} is not a name that can be filled in` };
  const close = didYouMean(name, candidates);
  return {
    severity: "warning",
    code: "placeholder-unknown",
    message: `${source} is not declared; it is text here`,
    found: source,
    ...(close === null ? { suggestion: "declare it under customUserVars" } : { suggestion: `did you mean {{${close}}}?` }),
  };
}

function notHere(source: string): Finding {
  return {
    severity: "warning",
    code: "placeholder-not-here",
    message: `${source} is not filled in here; it is used as it stands`,
    expected: "only ${ENV}",
  };
}

function syntaxFault(source: string): Finding {
  return {
    code: "template-syntax",
    message: "only plain {{NAME}} is filled in; other Handlebars syntax is never run",
    found: source.length > 40 ? `${source.slice(0, 40)}…` : source,
    expected: "{{NAME}}",
  };
}

function tooLong(text: string): Finding {
  return {
    code: "template-too-long",
    message: "the text with placeholders is too long",
    expected: `at most ${MAX_TEMPLATE_CHARACTERS} characters`,
    found: `${text.length} characters`,
  };
}
