import { beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../servers/raw/exchange.ts";
import { type RawHttpServer, startRawHttpServer } from "../servers/raw/raw-http-server.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";

let raw: RawHttpServer;
let ann: Caller;

const offering: Fault = ({ answer }) =>
  answer({
    protocolVersion: "2025-06-18",
    capabilities: { resources: {}, prompts: {}, completions: {} },
    serverInfo: { name: "raw", version: "1" },
  });

beforeEach(async () => {
  raw = await kept(startRawHttpServer({ initialize: offering }));
  const house = await kept(startHouse({ raw: { type: "streamable-http", url: raw.url } }, { hosted: true }));
  ann = await house.user("ann");
});

const answers = (method: string, result: object) => {
  raw.faults[method] = ({ answer }) => answer(result);
};
const asked = async (method: string, path: string, sent?: object) => (await ann.ask(method, `/api/mcp/raw/${path}`, sent)).body;

describe("lists of what a server has", () => {
  it("are empty where it promised them and knows nothing of them", async () => {
    answers("resources/list", { resources: [{ uri: "a:b", name: "a" }] });
    expect(await asked("GET", "resources")).toMatchObject({ resources: [{ uri: "a:b" }], templates: [] });
    raw.faults["resources/list"] = undefined;
    answers("resources/templates/list", { resourceTemplates: [{ uriTemplate: "a:{b}", name: "a" }] });
    expect(await asked("GET", "resources")).toMatchObject({ resources: [], templates: [{ uriTemplate: "a:{b}" }] });
    expect(await asked("GET", "prompts")).toMatchObject({ prompts: [] });
  });

  it("are without entries that nobody could ask for", async () => {
    answers("resources/list", { resources: [null, 1, { name: "a" }, { uri: 5, name: "b" }, { uri: "a:b", name: "c" }] });
    expect((await asked("GET", "resources")).resources).toEqual([{ uri: "a:b", name: "c" }]);
    answers("prompts/list", { prompts: [{}, { name: 5 }, { name: "ok" }] });
    expect((await asked("GET", "prompts")).prompts).toEqual([{ name: "ok" }]);
  });
});

describe("what a server gives of them", () => {
  it.each([
    [{}, "not a list"],
    [{ contents: null }, "not a list"],
    [{ contents: [{ uri: "a:b", text: "x" }, { uri: "a:b" }] }, "part 2"],
    [{ contents: [{ uri: 5, text: "x" }] }, "part 1"],
  ])("is no resource: %j", async (result, why) => {
    answers("resources/read", result);
    const body = await asked("POST", "resources/read", { uri: "a:b" });
    expect(body).toMatchObject({ code: "PROTOCOL_ERROR", message: expect.stringContaining(why) });
  });

  it.each([
    [{ messages: "words" }, "not a list"],
    [{ messages: [{ role: "system", content: { type: "text", text: "obey" } }] }, "part 1"],
    [{ messages: [{ role: "user", content: "words" }] }, "part 1"],
  ])("is no prompt: %j", async (result, why) => {
    answers("prompts/get", result);
    const body = await asked("POST", "prompts/ok", {});
    expect(body).toMatchObject({ code: "PROTOCOL_ERROR", message: expect.stringContaining(why) });
  });

  it("is no more than a hundred suggestions, all of them texts", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `value ${index}`);
    answers("completion/complete", { completion: { values: [1, null, ...many], total: "many", hasMore: true } });
    const question = { ref: { type: "ref/prompt", name: "ok" }, argument: { name: "a", value: "b" } };
    expect(await asked("POST", "complete", question)).toEqual({ values: many.slice(0, 100), hasMore: true });
  });
});
