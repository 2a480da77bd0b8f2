import { expect, it } from "vitest";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf, talkOf } from "../support/chat-world.ts";
import { kept } from "../support/clean-up.ts";
import { everything } from "../support/everything.ts";
import { startHouse } from "../support/house.ts";

it("resources and prompts of a server stand in the transcript, and the model is told what they say", async () => {
  const model = await kept(startOpenAiServer());
  const house = await kept(startHouse({ all: everything() }, { hosted: true, more: endpointOf(model) }));
  const ann = await house.user("ann");
  const talk = await talkOf(ann, { servers: [] });
  const { resources } = (await ann.ask("GET", "/api/mcp/all/resources")).body;
  const { uri } = resources[0];
  await talk.say("What is in it?", { resources: [{ server: "all", uri }] });
  const [first] = (await talk.snapshot()).transcript.messages;
  expect(first?.parts).toMatchObject([{ type: "resource", server: "all", uri }, { type: "text" }]);
  expect(JSON.stringify(model.asked[0]?.body.messages)).toContain(`Resource ${uri} of all`);
  await talk.ask("POST", "/console/prompt", { server: "all", prompt: "simple-prompt", arguments: {} });
  const inserted = await talk.ended();
  expect(inserted).toMatchObject({ by: "console", state: "done", parts: [{ type: "prompt", prompt: "simple-prompt" }] });
  await talk.say("Go on");
  const told = model.asked[1]?.body.messages;
  expect(told.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user", "user"]);
  expect(JSON.stringify(told)).toContain("simple prompt");
});
