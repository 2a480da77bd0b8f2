import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf, talkAt, textOf } from "../support/chat-world.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { askOver, type Caller } from "../support/house.ts";
import type { HouseProcess } from "../support/house-process.ts";

const MAIN = fileURLToPath(new URL("../support/house-process.ts", import.meta.url));

async function started(given: HouseProcess): Promise<{ child: ChildProcess; ann: Pick<Caller, "ask"> }> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(given)], { stdio: ["ignore", "pipe", "inherit"] });
  cleanups.push(() => child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve));
  const headers = { "x-host-user": "ann" };
  return { child, ann: { ask: (method, path, body) => askOver(url, { method, path, body, headers }) } };
}

it("an answer that is being made when the process is killed is there as interrupted, with what was streamed, and goes on", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-chat-"));
  cleanups.push(() => rmSync(dataFolder, { recursive: true, force: true }));
  const model = await kept(startOpenAiServer());
  const given: HouseProcess = { dataFolder, mcpServers: {}, more: endpointOf(model), clock: { times: 1, startedAt: Date.now() } };
  model.script([{ text: "These words were streamed, " }, { until: new Promise(() => {}) }], [{ text: "and these came later." }]);
  const first = await started(given);
  const { id } = (await first.ann.ask("POST", "/api/chat/conversations", {})).body;
  const before = talkAt(first.ann, id);
  await before.ask("POST", "/messages", { text: "Go" });
  const streamed = "These words were streamed, ";
  await expect.poll(async () => (await before.snapshot()).transcript.messages.map(textOf)).toContain(streamed);
  // What was told is written within 100 ms.
  await new Promise((resolve) => setTimeout(resolve, 150));
  first.child.kill("SIGKILL");
  await new Promise((resolve) => first.child.once("exit", resolve));
  const after = talkAt((await started(given)).ann, id);
  const found = await after.ended();
  expect(found).toMatchObject({ state: "interrupted", parts: [{ text: streamed }, { type: "stopped", by: "restart" }] });
  expect((await after.snapshot()).conversation.isRunning).toBe(false);
  await after.ask("POST", "/continue", { messageId: found.id });
  const whole = await after.ended();
  expect([whole.state, textOf(whole)]).toEqual(["done", `${streamed}and these came later.`]);
  const told = model.asked[1]?.body.messages;
  expect(told).toEqual([
    { role: "user", content: "Go" },
    { role: "assistant", content: streamed },
  ]);
});
