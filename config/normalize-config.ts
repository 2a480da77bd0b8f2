import { chatLimitsOf } from "./chat-limits.ts";
import type { Validated } from "./checks/validate-config.ts";
import { normalizeServer } from "./entries/normalize-server.ts";
import { checkEndpointSecrets } from "./entries/operators-secrets.ts";
import type { Entry } from "./entries/transport-kind.ts";
import type { Report } from "./problem.ts";
import { templateReader } from "./templates/template-reader.ts";
import type {
  CatalogRecovery,
  CustomEndpoint,
  Environment,
  LocalizedText,
  McpInterface,
  PlatformConfig,
  ServerConfig,
} from "./types.ts";

export interface NormalizeOptions {
  readonly env: Environment | undefined;
  readonly report: Report;
  readonly locationOf: (name: string) => ServerConfig["location"];
  /** Servers and endpoints with an error are left out. Asked after everything of theirs was reported. */
  readonly isBroken: (path: readonly (string | number)[]) => boolean;
}

/** A checked document to the configuration the house works with. */
export function normalizeConfig(
  { document, kinds }: Validated,
  { env, report, locationOf, isBroken }: NormalizeOptions,
): PlatformConfig {
  const isAnyBroken = (...paths: readonly string[][]) => paths.some(isBroken);
  // A list of allowed targets that cannot be read must not turn into none at all.
  const mayReach = !isAnyBroken(["mcpSettings"], ["mcpSettings", "allowedDomains"]);
  const mayCreate = !isAnyBroken(["interface"], ["interface", "mcpServers"], ["interface", "mcpServers", "create"]);
  const mode = document.mcpSettings.unresolvedPlaceholders === "keep" ? "keep" : "refuse";
  const isPinned = document.mcpSettings.unpinnedPackages === "refuse" || isBroken(["mcpSettings", "unpinnedPackages"]);
  const unpinnedPackages = isPinned ? "refuse" : "warn";
  const servers = new Map<string, ServerConfig>();
  for (const [name, kind] of mayReach ? kinds : []) {
    const entry = document.mcpServers[name] ?? {};
    if (isBroken(["mcpServers", name])) continue;
    const location = locationOf(name);
    const server = normalizeServer({ name, entry, kind, origin: "operator", location, mode, unpinnedPackages, env, report });
    if (!isBroken(["mcpServers", name])) servers.set(name, server);
  }
  const { mcpSettings } = document;
  return {
    servers,
    settings: {
      allowedDomains: mayReach ? texts(mcpSettings.allowedDomains) : NOWHERE,
      allowedAddresses: texts(mcpSettings.allowedAddresses),
      unresolvedPlaceholders: mode,
      catalogRecovery: record(mcpSettings.catalogRecovery) as unknown as CatalogRecovery,
    },
    interface: interfaceOf(record(document.interface.mcpServers), mayCreate),
    chatLimits: chatLimitsOf(record(document.endpoints.agents), record(document.chatLimits)),
    customEndpoints: endpointsOf(document.endpoints, { env, report, isBroken }),
  };
}

/** A list with a name that nobody can have (RFC 6761, 6.4). */
const NOWHERE = ["unreadable.invalid"];

function interfaceOf(written: Entry, mayCreate: boolean): McpInterface {
  const trust = record(written.trustCheckbox);
  return {
    use: written.use !== false,
    create: mayCreate && written.create !== false,
    share: written.share === true,
    public: written.public === true,
    configureObo: written.configureObo === true,
    placeholder: typeof written.placeholder === "string" ? written.placeholder : null,
    trustCheckbox: { label: localized(trust.label), subLabel: localized(trust.subLabel) },
    toolsRefreshIntervalMs: numberOr(written.toolsRefreshInterval, 300_000),
    statusRefreshIntervalMs: numberOr(written.statusRefreshInterval, 30_000),
  };
}

/** LibreChat's word for "each user enters it". */
const USER_PROVIDED = "user_provided";

function endpointsOf({ custom }: Entry, { env, report, isBroken }: Omit<NormalizeOptions, "locationOf">): CustomEndpoint[] {
  const endpoints: CustomEndpoint[] = [];
  for (const [index, value] of (Array.isArray(custom) ? custom : []).entries()) {
    const path = ["endpoints", "custom", index];
    if (isBroken(path)) continue;
    // LibreChat's last step never refuses: what it does not know stays as it stands.
    const read = templateReader({ origin: "operator", declared: new Set(), mode: "keep", env, report });
    const { name, apiKey, baseURL, models, headers, ...options } = record(value);
    const offered = record(models);
    const endpoint: CustomEndpoint = {
      name: String(name),
      apiKey: apiKey === USER_PROVIDED ? null : read(apiKey, [...path, "apiKey"]),
      baseUrl: baseURL === USER_PROVIDED ? null : read(baseURL, [...path, "baseURL"]),
      models: {
        default: (Array.isArray(offered.default) ? offered.default : []).map(modelOf),
        fetch: offered.fetch === true,
        userIdQuery: offered.userIdQuery === true,
      },
      headers: Object.fromEntries(
        Object.entries(record(headers)).map(([key, header]) => [key, read(header, [...path, "headers", key])]),
      ),
      options,
    };
    checkEndpointSecrets(endpoint, path, report);
    if (!isBroken(path)) endpoints.push(endpoint);
  }
  return endpoints;
}

function modelOf(model: unknown): { name: string; description: string | null } {
  if (typeof model === "string") return { name: model, description: null };
  const { name, description } = record(model);
  return { name: String(name), description: typeof description === "string" ? description : null };
}

function localized(value: unknown): LocalizedText | null {
  return typeof value === "string" || (typeof value === "object" && value !== null) ? (value as LocalizedText) : null;
}

function record(value: unknown): Entry {
  return typeof value === "object" && value !== null ? (value as Entry) : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
