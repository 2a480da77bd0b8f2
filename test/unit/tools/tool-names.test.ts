import { describe, expect, it } from "vitest";
import type { McpTool } from "../../../api/mcp/session/tool-list.ts";
import { offerTools, SEARCH_TOOLS, searchTools } from "../../../api/tools/model-tools.ts";
import { modelName, toolNames } from "../../../api/tools/tool-names.ts";

const tool = (name: string, description = ""): McpTool => ({
  name,
  title: null,
  description,
  inputSchema: { type: "object" },
  outputSchema: null,
  annotations: {},
  definition: { name, description, inputSchema: { type: "object" } },
});
const table = (servers: Record<string, McpTool[]>) => toolNames<McpTool>(Object.entries(servers));
const FITS = /^[A-Za-z0-9_-]{1,64}$/;

/** The same numbers in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("a tool's name for models", () => {
  it("[TOOL-14] is its own: of two servers with a tool `search` the chosen one is found", () => {
    const names = table({ A: [tool("search", "of A")], B: [tool("search", "of B")] });
    expect(names.list.map(({ modelName }) => modelName)).toEqual(["search_mcp_A", "search_mcp_B"]);
    expect(names.find("search_mcp_B")).toMatchObject({ server: "B", tool: "search", definition: { description: "of B" } });
    expect(names.find("search")).toBeNull();
  });

  it("[TOOL-14] never is another's, among 1,000 random servers and tools that are made to be confused", () => {
    const next = numbers(7);
    const pieces = ["a", "b", "_mcp_", "_mcp", "mcp_", "_", "__", "-", "ß", "а", "a\u0301", ".", "/", " ", "0123456789abcdef"];
    const word = () =>
      Array.from({ length: 1 + Math.floor(next() * 9) }, () => pieces[Math.floor(next() * pieces.length)]).join("");
    const owners = new Map<string, string>();
    const pairs = new Set<string>();
    while (pairs.size < 1_000) pairs.add(JSON.stringify([word(), word()]));
    for (const pair of pairs) {
      const [server, name] = JSON.parse(pair) as [string, string];
      const given = modelName(server, name);
      expect(given).toMatch(FITS);
      expect([pair, owners.get(given) ?? pair]).toEqual([pair, pair]);
      owners.set(given, pair);
    }
    expect(owners.size).toBe(1_000);
  });

  it("[TOOL-15] is looked up and never split: a delimiter in it leads nowhere else", () => {
    const names = table({ a: [tool("b_mcp_c"), tool("x__y")], c_mcp_a: [tool("b")], c: [tool("b")] });
    expect(new Set(names.list.map(({ modelName }) => modelName)).size).toBe(4);
    for (const { server, tool, modelName } of names.list) expect(names.find(modelName)).toMatchObject({ server, tool });
    expect(names.find("b_mcp_c_mcp_a")).toBeNull();
    expect(names.find("x__y_mcp_a")).toMatchObject({ server: "a", tool: "x__y" });
  });

  it("cannot be taken by a tool that is called like another's mark", () => {
    const marked = modelName("a server", "send");
    const [stem = "", mark = ""] = marked.split(/(?=__[0-9a-f]{16}$)/);
    const thief = table({ [`x${mark}`]: [tool(stem)], "a server": [tool("send")], [mark]: [tool(stem.replace(/_mcp_.*/, ""))] });
    expect(thief.find(marked)).toMatchObject({ server: "a server", tool: "send" });
    expect(new Set(thief.list.map(({ modelName }) => modelName)).size).toBe(3);
  });

  it("tells lookalikes apart, and stays within 64 characters", () => {
    const names = table({ notes: [tool("send"), tool("ѕend")], nоtes: [tool("send")], long: [tool("t".repeat(256))] });
    expect(new Set(names.list.map(({ modelName }) => modelName)).size).toBe(4);
    for (const { modelName } of names.list) expect(modelName).toMatch(FITS);
    expect(names.find("send_mcp_notes")).toMatchObject({ server: "notes", tool: "send" });
  });

  it("keeps its order and itself when servers are listed otherwise, come or go", () => {
    const one = table({ b: [tool("y"), tool("x")], a: [tool("z")] });
    const other = table({ a: [tool("z")], new: [tool("q")], b: [tool("x"), tool("y")] });
    const of = ({ list }: typeof one) => list.map(({ modelName }) => modelName);
    expect(of(one)).toEqual(["z_mcp_a", "x_mcp_b", "y_mcp_b"]);
    expect(of(other).filter((name) => name !== "q_mcp_new")).toEqual(of(one));
  });
});

describe("what a model is offered", () => {
  const many = table({
    calendar: [tool("create_event", "Creates an event in the calendar."), tool("deleteEvent", "Removes one.")],
    files: Array.from({ length: 80 }, (_, index) => tool(`op_${index}`, `File operation ${index}.`)),
  });

  it("is everything while that is little", () => {
    const few = table({ a: [tool("one"), tool("two")] });
    expect(offerTools(few, [])).toMatchObject({ isSearching: false, tools: [{ name: "one_mcp_a" }, { name: "two_mcp_a" }] });
  });

  it("is a search above a number, or a size, and what was found with it", () => {
    const offer = offerTools(many, []);
    expect(offer).toMatchObject({ isSearching: true, tools: [{ name: SEARCH_TOOLS }] });
    const found = searchTools(many, "new calendar events").map(({ name }) => name);
    expect(found.slice(0, 2)).toEqual(["create_event_mcp_calendar", "deleteEvent_mcp_calendar"]);
    expect(offerTools(many, [...found, "nonsense"]).tools.map(({ name }) => name)).toEqual([SEARCH_TOOLS, ...found]);
    const large = table({ a: [tool("one", "word ".repeat(300)), tool("two", "word ".repeat(300))] });
    expect(offerTools(large, [], { maxBytes: 2_000 }).isSearching).toBe(true);
    expect(searchTools(many, "quantum")).toEqual([]);
  });
});
