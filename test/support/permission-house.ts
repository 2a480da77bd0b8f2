import type { FunctionView } from "../../schemas/wire-functions.ts";
import { type Exchange, type HandmadeServer, startHandmadeServer } from "../servers/handmade-server.ts";
import { cleanups } from "./clean-up.ts";
import { type Answer, type Caller, type RunningHouse, type StartHouseOptions, startHouse } from "./house.ts";

export interface Definition {
  name: string;
  description?: string;
  inputSchema: object;
  annotations?: object;
}

export const SEND: Definition = {
  name: "send",
  description: "Sends a message.",
  inputSchema: { type: "object", properties: { to: { type: "string" } } },
};
export const INFO = { name: "slow", version: "1" };
let listed: Definition[] = [SEND];
/** Arguments of the calls that reached the server. */
export let ran: object[] = [];
export let server: HandmadeServer;
export let house: RunningHouse;
export let ann: Caller;

export const entry = (more: object = {}) => ({ type: "streamable-http", url: server.url, ...more });
export const call = (who: Caller, args: object, more: object = {}, tool = "send"): Promise<Answer> =>
  who.ask("POST", `/api/mcp/remote/tools/${tool}/call`, { arguments: args, ...more });
export const approvalOf = ({ body }: Answer): string => body.details[0].expected;
export const answer = (who: Caller, id: string, body: object) => who.ask("POST", `/api/mcp/approvals/${id}/answer`, body);
export const functions = async (who: Caller): Promise<FunctionView[]> =>
  (await who.ask("GET", "/api/mcp/remote/functions")).body.functions;
export const choose = async (who: Caller, permission: string | null, more: object = {}, tool = "send"): Promise<Answer> => {
  const digest = (await functions(who)).find((each) => each.tool === tool)?.digest;
  return who.ask("POST", "/api/mcp/remote/functions", { choices: [{ tool, permission, digest }], ...more });
};
/** The list as the server gives it from now on; the connection reads it anew. */
export const relist = async (who: Caller, ...tools: Definition[]) => {
  listed = tools;
  await who.ask("POST", "/api/mcp/remote/reinitialize");
};

/** A house with one server, whose tools are `listed`. */
export async function open(more: object = {}, options: StartHouseOptions = {}): Promise<void> {
  listed = [SEND];
  ran = [];
  server = await startHandmadeServer({
    instead: {
      "tools/list": ({ answer }: Exchange) => answer({ tools: listed }),
      "tools/call": ({ params, answer }: Exchange) => {
        ran.push(params.arguments as object);
        answer({ content: [{ type: "text", text: "done" }] });
      },
    },
  });
  cleanups.push(() => server.close());
  house = await startHouse({ remote: entry(more) }, { hosted: true, ...options });
  cleanups.push(() => house.close());
  ann = await house.user("ann");
}

/** The same house again over its data, after a restart. */
export async function reopen(dataFolder: string): Promise<void> {
  await house.close();
  house = await startHouse({ remote: entry() }, { hosted: true, dataFolder });
  cleanups.push(() => house.close());
  ann = await house.user("ann");
}
