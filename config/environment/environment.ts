import { evaluateArithmetic } from "./arithmetic.ts";
import { OPENID_ENVIRONMENT } from "./openid-environment.ts";

interface Variable {
  readonly default: number | boolean | string | null;
  readonly description: string;
  /** Smallest number that makes sense. @default 0 */
  readonly min?: number;
}

const MINUTES = 60_000;
const MIB = 1024 * 1024;

/** LibreChat's environment variables that touch MCP, with their defaults. Times in milliseconds, sizes in bytes. */
export const ENVIRONMENT = {
  MCP_OAUTH_ON_AUTH_ERROR: { default: true, description: "A 401 or 403 on the first contact counts as needing OAuth." },
  MCP_OAUTH_DETECTION_TIMEOUT: { default: 5_000, description: "Deadline of finding out whether a server needs OAuth, in ms." },
  MCP_OAUTH_HANDLING_TIMEOUT: { default: 10 * MINUTES, description: "Time a user has to finish a sign-in, in ms." },
  MCP_OAUTH_FLOW_TTL: {
    default: 15 * MINUTES,
    description: "How long a sign-in flow is remembered, in ms; never below the handling time plus one minute.",
  },
  MCP_SKIP_CODE_CHALLENGE_CHECK: { default: false, description: "Do not require that providers announce S256." },
  MCP_CLIENT_METADATA_URL: {
    default: null,
    description: "The https address of the document that says who this platform is to authorization servers, instead of its own.",
  },
  MCP_CONNECTION_CHECK_TTL: { default: MINUTES, description: "How long a connection counts as checked, in ms." },
  MCP_USER_CONNECTION_IDLE_TIMEOUT: {
    default: 15 * MINUTES,
    description: "Idle time after which a user's connection is closed, in ms.",
  },
  MCP_INIT_TIMEOUT_MS: { default: 30_000, description: "Time one server may take at boot, in ms.", min: 1 },
  MCP_INIT_FOLLOWER_RETRY_MS: { default: 3_000, description: "Pause between looks of an instance that does not lead, in ms." },
  MCP_INIT_FOLLOWER_MAX_WAIT_MS: { default: 60_000, description: "How long such an instance waits at most, in ms." },
  MCP_REGISTRY_CACHE_TTL: { default: 5_000, description: "How long the list of servers is cached, in ms." },
  MCP_TOOLS_LIST_MAX_PAGES: { default: 50, description: "Pages of a tool list that are fetched.", min: 1 },
  MCP_TOOLS_LIST_MAX_TOOLS: { default: 1_000, description: "Tools of one server that are taken.", min: 1 },
  MCP_TOOLS_LIST_MAX_BYTES: { default: 5 * MIB, description: "Size of a tool list, in bytes.", min: 1 },
  MCP_TOOLS_LIST_TIMEOUT_MS: { default: 30_000, description: "Deadline of fetching all pages, in ms.", min: 1 },
  MCP_STREAMABLE_HTTP_MAX_RESPONSE_BYTES: { default: 16 * MIB, description: "Size of one answer, in bytes.", min: 1 },
  MCP_STREAMABLE_HTTP_MAX_LINE_BYTES: { default: 5 * MIB, description: "Size of one event of a stream, in bytes.", min: 1 },
  MCP_IMAGE_DATA_MAX_BYTES: { default: 10 * MIB, description: "Size of one image in a result, in bytes.", min: 1 },
  MCP_CB_MAX_CYCLES: { default: 7, description: "Connect cycles within the window before a pause.", min: 1 },
  MCP_CB_CYCLE_WINDOW_MS: { default: 45_000, description: "That window, in ms." },
  MCP_CB_CYCLE_COOLDOWN_MS: { default: 15_000, description: "That pause, in ms." },
  MCP_CB_MAX_FAILED_ROUNDS: { default: 3, description: "Failed rounds within the window before a back-off.", min: 1 },
  MCP_CB_FAILED_WINDOW_MS: { default: 2 * MINUTES, description: "That window, in ms." },
  MCP_CB_BASE_BACKOFF_MS: { default: 30_000, description: "First back-off, in ms." },
  MCP_CB_MAX_BACKOFF_MS: { default: 5 * MINUTES, description: "Longest back-off, in ms." },
  DOMAIN_SERVER: { default: "http://localhost:3080", description: "Address of this server as browsers and providers see it." },
  DOMAIN_CLIENT: { default: "http://localhost:3080", description: "Address of the page." },
  ...OPENID_ENVIRONMENT,
  GRAPH_API_SCOPES: { default: "https://graph.microsoft.com/.default", description: "Scopes of the Microsoft Graph token." },
  PROXY: { default: null, description: "Proxy for servers without one of their own." },
  PROXY_ENFORCES_POLICY: {
    default: false,
    description: "Proxies refuse private addresses themselves; names need no entry in mcpSettings to be asked for through one.",
  },
} as const satisfies Record<string, Variable>;

export type EnvironmentName = keyof typeof ENVIRONMENT;

/** A default's own type: numbers stay numbers, a variable without default is a text or null. */
type ValueOf<Default> = Default extends number
  ? number
  : Default extends boolean
    ? boolean
    : Default extends null
      ? string | null
      : string;
export type EnvironmentValues = { readonly [Name in EnvironmentName]: ValueOf<(typeof ENVIRONMENT)[Name]["default"]> };

export interface ReadEnvironment {
  readonly values: EnvironmentValues;
  /** Sentences about values that were not usable; their defaults are in force. */
  readonly faults: readonly string[];
}

const FLOW_MARGIN_MS = 60_000;

/** Reads the variables from an environment; what is missing or not usable takes its default. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): ReadEnvironment {
  const faults: string[] = [];
  const entries = Object.entries(ENVIRONMENT as Record<string, Variable>).map(([name, variable]) => {
    const written = env[name]?.trim();
    if (written === undefined || written === "") return [name, variable.default];
    const value = parse(written, variable);
    if (value === undefined)
      faults.push(
        `${name} is not ${typeof variable.default === "number" ? "a number" : "true or false"}; ${variable.default} is used`,
      );
    return [name, value ?? variable.default];
  });
  const values = Object.fromEntries(entries) as EnvironmentValues;
  const flowTtl = Math.max(values.MCP_OAUTH_FLOW_TTL, values.MCP_OAUTH_HANDLING_TIMEOUT + FLOW_MARGIN_MS);
  return { values: { ...values, MCP_OAUTH_FLOW_TTL: flowTtl }, faults };
}

function parse(written: string, variable: Variable): number | boolean | string | undefined {
  if (typeof variable.default === "boolean") return { true: true, false: false }[written.toLowerCase()];
  if (typeof variable.default !== "number") return written;
  const value = evaluateArithmetic(written);
  return value !== null && value >= (variable.min ?? 0) ? value : undefined;
}
