import { type YamlValue, yamlLines } from "../yaml/write-yaml.ts";
import type { ForeignConfig, ForeignInput, ForeignServer } from "./foreign-config.ts";
import { SecretNames } from "./secrets.ts";

type Mapping = Record<string, YamlValue>;

/** A title that the file format accepts. */
const TITLE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’-]*$/u;

/**
 * Writes another product's servers as a librechat.yaml. Secrets become environment variables, values that users were
 * asked for become `customUserVars`. No secret is in the result; what has to be set, and what was lost, is said on top.
 */
export function toLibrechatYaml({ servers, inputs }: ForeignConfig): string {
  const notes: string[] = [];
  const variables = new Set<string>();
  const mcpServers: Mapping = {};
  for (const server of servers) {
    const secrets = new SecretNames(server.name);
    mcpServers[server.name] = entryOf(server, inputs, secrets, notes);
    for (const name of secrets.names) variables.add(name);
  }
  const head = [
    ...(variables.size === 0
      ? []
      : ["# Set these in the environment; their values were not copied:", ...[...variables].map((name) => `#   ${name}`)]),
    ...notes.map((note) => `# ${note}`),
  ];
  return [...head, ...(head.length === 0 ? [] : [""]), ...yamlLines({ version: "1.3.17", mcpServers }), ""].join("\n");
}

function entryOf(server: ForeignServer, inputs: ForeignConfig["inputs"], secrets: SecretNames, notes: string[]): Mapping {
  const used = new Map<string, ForeignInput>();
  const translate = (value: string) => references(value, server.name, inputs, used, notes);
  const entry: Mapping = {};
  if (TITLE.test(server.name)) entry.title = server.name;
  if (server.command !== null) {
    entry.type = "stdio";
    entry.command = server.command;
    entry.args = secrets.hideInArgs(server.args.map(translate));
    if (Object.keys(server.env).length > 0)
      entry.env = mapValues(server.env, (value, key) => secrets.hideInEnv(key, translate(value)));
    if (server.cwd !== null) entry.cwd = server.cwd;
  } else {
    const url = secrets.hideInUrl(translate(server.url ?? ""));
    entry.type = transportOf(server, url);
    entry.url = url;
    if (Object.keys(server.headers).length > 0)
      entry.headers = mapValues(server.headers, (value, key) => secrets.hide(key, translate(value)));
  }
  if (server.isDisabled) entry.startup = false;
  if (used.size > 0) entry.customUserVars = userVars(used);
  if (server.dropped.length > 0) notes.push(`${server.name}: not taken over: ${server.dropped.join(", ")}`);
  if (server.command === null && server.url === null) notes.push(`${server.name}: has neither command nor url`);
  return entry;
}

function transportOf({ type }: ForeignServer, url: string): string {
  if (/^wss?:/i.test(url)) return "websocket";
  if (type === "sse") return "sse";
  // Clients that name no transport try the newer one first; only an address that says sse is meant otherwise.
  return type === null && /\/sse\/?(\?|$)/.test(url) ? "sse" : "streamable-http";
}

/** `${input:x}`, `${env:X}` and `${X:-default}` of other products in the words of this one. */
function references(
  value: string,
  server: string,
  inputs: ForeignConfig["inputs"],
  used: Map<string, ForeignInput>,
  notes: string[],
): string {
  return value
    .replace(/\$\{input:([^}]+)\}/g, (_match, id: string) => {
      const name = id.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
      used.set(name, inputs.get(id) ?? { description: id, isSecret: true });
      return `{{${name}}}`;
    })
    .replace(/\$\{env:([A-Za-z0-9_]+)\}/g, (_match, name: string) => `\${${name}}`)
    .replace(/\$\{([A-Za-z0-9_]+):-[^}]*\}/g, (_match, name: string) => {
      notes.push(`${server}: ${name} had a default, which cannot be written here; set it in the environment`);
      return `\${${name}}`;
    })
    .replace(/\$\{(workspaceFolder|userHome|cwd)[^}]*\}/g, (match) => {
      notes.push(`${server}: ${match} means nothing on a server; replace it by a path`);
      return match;
    });
}

function userVars(used: ReadonlyMap<string, ForeignInput>): Mapping {
  return Object.fromEntries(
    [...used].map(([name, { description, isSecret }]) => [
      name,
      { title: description, description, ...(isSecret ? {} : { sensitive: false }) },
    ]),
  );
}

function mapValues(source: Readonly<Record<string, string>>, map: (value: string, key: string) => string): Mapping {
  return Object.fromEntries(Object.entries(source).map(([key, value]) => [key, map(value, key)]));
}
