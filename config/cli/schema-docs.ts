import endpoints from "../../schemas/config/endpoints.json" with { type: "json" };
import interfaceSchema from "../../schemas/config/interface.json" with { type: "json" };
import librechat from "../../schemas/config/librechat.json" with { type: "json" };
import mcpSettings from "../../schemas/config/mcp-settings.json" with { type: "json" };
import oauth from "../../schemas/config/oauth.json" with { type: "json" };
import serverKeys from "../../schemas/config/server-keys.json" with { type: "json" };
import sse from "../../schemas/config/server-sse.json" with { type: "json" };
import stdio from "../../schemas/config/server-stdio.json" with { type: "json" };
import streamableHttp from "../../schemas/config/server-streamable-http.json" with { type: "json" };
import websocket from "../../schemas/config/server-websocket.json" with { type: "json" };
import { UNSUPPORTED_ENVIRONMENT, UNSUPPORTED_KEYS } from "../checks/unsupported-keys.ts";
import { ENVIRONMENT } from "../environment/environment.ts";
import { PROBLEM_CODES } from "../problem-codes.ts";
import { KNOWN_NAMES, PROTECTED_ENV } from "../templates/placeholders.ts";

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const TRANSPORTS: Readonly<Record<string, Schema>> = { stdio, "streamable-http": streamableHttp, sse, websocket };
const FILES: Readonly<Record<string, Schema>> = { "server-keys.json": serverKeys as Schema, "oauth.json": oauth as Schema };

const SECTIONS = (librechat as Schema).properties ?? {};
const isUnused = (key: string) =>
  SECTIONS[key]?.description?.includes("not used here") === true && SECTIONS[key].$ref === undefined;

/** The reference page of every key, made from the schemas. */
export function schemaDocs(): string {
  const sections = [
    "# Configuration",
    "Made by `npx patchbay schema --docs` from `schemas/config/`; a test keeps it up to date. For completion and hover texts in an editor, begin the file with `# yaml-language-server: $schema=./schemas/config/librechat.json`.",
    "## Sections of the file",
    table(
      Object.entries(SECTIONS)
        .filter(([key]) => !isUnused(key))
        .map(([key, schema]) => row(key, schema, librechat.required)),
    ),
    `Accepted and not used here: ${Object.keys(SECTIONS).filter(isUnused).map(code).join(", ")}.`,
    "## mcpServers: one entry",
    "The transport is what `type` says; without it `command` means stdio, a ws or wss URL websocket, any other URL sse.",
    serverTable(),
    ...nested("oauth", oauth as Schema),
    ...nested("apiKey", serverKeys.$defs.apiKey as Schema),
    ...nested("customUserVars.NAME", serverKeys.$defs.customUserVars.additionalProperties as Schema),
    ...nested("obo", serverKeys.$defs.obo as Schema),
    ...nested("mcpSettings", mcpSettings as Schema, "##"),
    ...nested("interface.mcpServers", interfaceSchema.properties.mcpServers as Schema, "##"),
    ...nested("endpoints.custom[]", endpoints.$defs.custom as Schema, "##"),
    "## Placeholders",
    `\`\${NAME}\` is the environment of the server process, in the operator's file only, and never one of ${[...PROTECTED_ENV].map(code).join(", ")}. \`{{NAME}}\` is a value each user entered for a name under \`customUserVars\`. Without declaration there are ${KNOWN_NAMES.map((name) => code(`{{${name}}}`)).join(", ")}.`,
    "## Environment variables",
    "Numbers may be written as simple arithmetic, for example `10 * 60 * 1000`.",
    [
      "| variable | default | meaning |",
      "|---|---|---|",
      ...Object.entries(ENVIRONMENT).map(
        ([name, { default: value, description }]) =>
          `| \`${name}\` | ${value === null ? "" : code(String(value))} | ${cell(description)} |`,
      ),
    ].join("\n"),
    "## Accepted and without effect in this version",
    [...UNSUPPORTED_KEYS, ...UNSUPPORTED_ENVIRONMENT].map((key) => `- \`${key}\``).join("\n"),
    "## Problems",
    [
      "| code | meaning |",
      "|---|---|",
      ...Object.entries(PROBLEM_CODES).map(([key, text]) => `| \`${key}\` | ${cell(text)} |`),
    ].join("\n"),
  ];
  return `${sections.join("\n\n")}\n`;
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly description: string;
}

function nested(name: string, schema: Schema, heading = "###"): string[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    row(key, property, schema.required),
    ...Object.entries(resolve(property).properties ?? {}).map(([inner, value]) =>
      row(`${key}.${inner}`, value, resolve(property).required),
    ),
  ]);
  return [`${heading} ${name}`, ...(schema.description === undefined ? [] : [schema.description]), table(rows)];
}

function serverTable(): string {
  const keys = [...new Set(Object.values(TRANSPORTS).flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const lines = keys.map((key) => {
    const at = Object.entries(TRANSPORTS).filter(([, { properties }]) => properties?.[key] !== undefined);
    const schema = at[0]?.[1].properties?.[key] ?? {};
    const isEverywhere = at.length === Object.keys(TRANSPORTS).length;
    const isRequired = at.every(([, { required }]) => required?.includes(key));
    const type = key === "type" ? "text" : typeOf(schema);
    const description =
      key === "type"
        ? "stdio, streamable-http (or http), sse, websocket. Required for streamable-http."
        : (resolve(schema).description ?? "");
    return `| \`${key}\`${isRequired ? " (required)" : ""} | ${isEverywhere ? "all" : at.map(([name]) => name).join(", ")} | ${cell(type)} | ${cell(description)} |`;
  });
  return ["| key | transports | type | meaning |", "|---|---|---|---|", ...lines].join("\n");
}

function row(key: string, schema: Schema, required: readonly string[] = []): Row {
  const last = key.split(".").at(-1) ?? key;
  return {
    key: `\`${key}\`${required.includes(last) ? " (required)" : ""}`,
    type: typeOf(schema),
    description: resolve(schema).description ?? "",
  };
}

function table(rows: readonly Row[]): string {
  return [
    "| key | type | meaning |",
    "|---|---|---|",
    ...rows.map(({ key, type, description }) => `| ${key} | ${cell(type)} | ${cell(description)} |`),
  ].join("\n");
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true/false",
  object: "mapping",
  array: "list",
};

function typeOf(written: Schema): string {
  const schema = resolve(written);
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return schema.enum.join(", ");
  if (schema.anyOf !== undefined && schema.type === undefined) return schema.anyOf.map(typeOf).join(", or ");
  const types = [schema.type ?? "object"].flat().map((type) => TYPE_NAMES[type] ?? type);
  const inner = schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
  return inner === undefined ? types.join(" or ") : `${types.join(" or ")} of ${typeOf(inner)}`;
}

/** `$ref` into the files that server entries share, or a section of its own. */
function resolve(schema: Schema): Schema {
  const [file = "", key] = schema.$ref?.split("#/$defs/") ?? [];
  const found = key === undefined ? FILES[file] : (FILES[file]?.$defs?.[key] ?? (endpoints as Schema).$defs?.[key]);
  return found ?? schema;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(text: string): string {
  return `\`${text}\``;
}
