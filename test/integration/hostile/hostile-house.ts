import type { ConnectionStatus, ToolView } from "../../../schemas/wire.ts";
import type { RawHttpServer } from "../../servers/raw/raw-http-server.ts";
import { type Answer, type Caller, type RunningHouse, type StartHouseOptions, startHouse } from "../../support/house.ts";

/** What one person can do with the server under attack. */
export interface Attacked {
  house: RunningHouse;
  ann: Caller;
  connect(): Promise<{ status: ConnectionStatus }>;
  status(): Promise<ConnectionStatus>;
  tools(): Promise<ToolView[]>;
  /** One figure of GET /metrics. */
  figure(name: string): Promise<number>;
  /** What the server said and nobody heard, by reason. */
  refused(why: string): Promise<number>;
  call(tool?: string, args?: object): Promise<Answer & { ms: number }>;
}

/** Houses with one bad server each, which is called `raw`. `closeAll` belongs after each test. */
export function hostileHouse() {
  const cleanups: (() => Promise<unknown>)[] = [];
  const keep = (close: () => Promise<unknown>) => void cleanups.push(close);

  const attack = async (
    entry: object,
    others: object = {},
    limits: StartHouseOptions["limits"] = {},
    more: object = {},
  ): Promise<Attacked> => {
    const house = await startHouse({ raw: entry, ...others }, { hosted: true, limits, more });
    keep(house.close);
    const ann = await house.user("ann");
    const figure = async (name: string) => {
      const { body } = await (await house.admin()).ask("GET", "/metrics");
      const line = String(body)
        .split("\n")
        .find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? 0);
    };
    return {
      house,
      ann,
      connect: async () => (await ann.ask("POST", "/api/mcp/raw/connect")).body,
      status: async () => (await ann.ask("GET", "/api/mcp/connection/status/raw")).body.status,
      tools: async () => (await ann.ask("GET", "/api/mcp/raw/tools")).body.tools,
      figure,
      refused: (why) => figure(`patchbay_mcp_messages_refused_total{server="raw",why="${why}"}`),
      async call(tool = "go", args = {}) {
        const startedAt = Date.now();
        const answer = await ann.ask("POST", `/api/mcp/raw/tools/${tool}/call`, { arguments: args });
        return { ...answer, ms: Date.now() - startedAt };
      },
    };
  };

  return {
    keep,
    attack,
    /** A server over streamable HTTP; it is closed with the house. */
    serve(raw: RawHttpServer, entry: object = {}, limits: StartHouseOptions["limits"] = {}): Promise<Attacked> {
      keep(raw.close);
      return attack({ type: "streamable-http", url: raw.url, ...entry }, {}, limits);
    },
    async closeAll() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}
