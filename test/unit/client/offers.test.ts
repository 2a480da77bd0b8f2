import { describe, expect, it } from "vitest";
import { matching, promptOffer, toolOffer } from "../../../client/src/features/chat/console/offers.ts";

const tool = (server: string, name: string, more: { title?: string; description?: string } = {}) =>
  toolOffer(server, {
    name,
    pluginKey: `${name}_mcp_${server}`,
    title: more.title ?? null,
    description: more.description ?? null,
    inputSchema: {},
    outputSchema: null,
    annotations: {},
  });
const titles = new Map([["mail", "Post office"]]);
const names = (offers: readonly { name: string }[]) => offers.map(({ name }) => name);

describe("what the console's palette finds", () => {
  const offers = [
    tool("notes", "list", { description: "Lists what you can send." }),
    tool("mail", "resend"),
    tool("mail", "send"),
    promptOffer("mail", { name: "greet", title: "Send a greeting", description: "", arguments: [] }),
  ];

  it("is everything, in the servers' order, as long as nothing is typed", () => {
    expect(matching(offers, "  ", titles)).toEqual(offers);
  });

  it("puts names that begin with what is typed first, and mere mentions last", () => {
    expect(names(matching(offers, "SEND", titles))).toEqual(["send", "greet", "resend", "list"]);
  });

  it("needs every word, and knows servers by their titles", () => {
    expect(names(matching(offers, "send post", titles))).toEqual(["send", "greet", "resend"]);
    expect(names(matching(offers, "prompt post", titles))).toEqual(["greet"]);
    expect(matching(offers, "send nowhere", titles)).toEqual([]);
  });

  it("keeps a tool and a prompt of one name apart", () => {
    const prompt = promptOffer("mail", { name: "send", title: "send", description: "", arguments: [] });
    expect(prompt.id).not.toBe(tool("mail", "send").id);
  });
});
