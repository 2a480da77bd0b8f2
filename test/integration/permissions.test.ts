import { beforeEach, describe, expect, it } from "vitest";
import { type Exchange, startHandmadeServer } from "../servers/handmade-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { type Answer, type Caller, type RunningHouse, startHouse } from "../support/house.ts";

interface Definition {
  name: string;
  description?: string;
  inputSchema: object;
  annotations?: object;
}

const send: Definition = {
  name: "send",
  description: "Sends a message.",
  inputSchema: { type: "object", properties: { to: { type: "string" } } },
};
let listed: Definition[] = [send];
/** Arguments of the calls that reached the server. */
let ran: object[] = [];
let url = "";
let house: RunningHouse;
let ann: Caller;

const entry = (more: object = {}) => ({ type: "streamable-http", url, ...more });
const call = (who: Caller, args: object, more: object = {}, tool = "send"): Promise<Answer> =>
  who.ask("POST", `/api/mcp/remote/tools/${tool}/call`, { arguments: args, ...more });

/** A house with one server, whose tools are `listed`. */
async function open(more: object = {}): Promise<void> {
  listed = [send];
  ran = [];
  const server = await startHandmadeServer({
    instead: {
      "tools/list": ({ answer }: Exchange) => answer({ tools: listed }),
      "tools/call": ({ params, answer }: Exchange) => {
        ran.push(params.arguments as object);
        answer({ content: [{ type: "text", text: "done" }] });
      },
    },
  });
  cleanups.push(() => server.close());
  url = server.url;
  house = await startHouse({ remote: entry(more) }, { hosted: true });
  cleanups.push(() => house.close());
  ann = await house.user("ann");
}

describe("a call that has to be approved", () => {
  beforeEach(() => open({ toolApproval: { ask: ["se*"], reason: "{tool} leaves the house" } }));

  it("[TOOL-07] is refused without an approval, whoever sends it", async () => {
    const refused = await call(ann, { to: "bob" });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: "APPROVAL_REQUIRED", message: expect.stringContaining("send leaves the house") });
    expect(ran).toEqual([]);
  });
});
