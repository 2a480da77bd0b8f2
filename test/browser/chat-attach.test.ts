import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf } from "../support/chat-world.ts";
import { kept } from "../support/clean-up.ts";
import { everything } from "../support/everything.ts";
import { startHouse } from "../support/house.ts";
import { seriousFaults } from "./axe.ts";
import { answers, openChat, said, say } from "./chat-seat.ts";
import { newPerson, openBrowser, settled } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Ada in the chat, with the protocol's own example server, and a model. */
async function inTheChat() {
  const model = await kept(startOpenAiServer());
  const entry = everything({ title: "Everything" });
  const house = await kept(startHouse({ all: entry }, { clientDir: "client/dist", more: endpointOf(model) }));
  const [name = "", value = ""] = (await house.admin()).cookie.split("=");
  const { context, page, complaints } = await newPerson(browser);
  await kept(context);
  await context.addCookies([{ name, value, url: house.url }]);
  await openChat(page, house.url);
  const dialog = page.getByRole("dialog", { name: "Resources and prompts" });
  const open = async () => {
    await page.getByRole("button", { name: "Resources and prompts" }).click();
    await dialog.waitFor();
    return dialog;
  };
  const post = (path: string, data: object) => page.request.post(house.url + path, { data, headers: { origin: house.url } });
  return { house, model, page, dialog, open, post, complaints };
}

describe("what servers have besides tools", () => {
  it("a resource is found, looked at, attached, sent, and stands in the message", async () => {
    const { model, page, open, dialog, complaints } = await inTheChat();
    await open();
    await dialog.getByRole("list", { name: "resources" }).getByRole("button").first().waitFor();
    await dialog.getByLabel("Search resources").fill("architecture");
    await dialog.getByRole("button", { name: /architecture\.md/ }).click();
    await dialog.getByRole("region", { name: "Preview" }).getByText("Architecture", { exact: false }).first().waitFor();
    await settled(page);
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Attach", exact: true }).click();
    await dialog.getByRole("button", { name: "Attached", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    const chips = page.getByRole("list", { name: "Attached resources" });
    await chips.getByRole("button", { name: /^Remove architecture/ }).waitFor();
    await say(page, "What is in it?");
    await answers(page).last().waitFor();
    await chips.waitFor({ state: "hidden" });
    await expect.poll(() => model.asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(model.asked[0]?.body.messages)).toMatch(/Resource demo:\/\/\S*architecture\.md of all/);
    const attached = said(page).getByRole("button", { name: /architecture\.md Everything/ });
    await attached.click();
    await said(page).getByText("Resource text/markdown").waitFor();
    await said(page).getByRole("button", { name: "Read it now" }).click();
    await said(page).getByRole("region", { name: "What is in it now" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("a template is filled in with what the server proposes", async () => {
    const { page, open, dialog, model } = await inTheChat();
    await open();
    await dialog
      .getByRole("button", { name: /Template/ })
      .first()
      .click();
    const field = dialog.getByLabel("resourceId");
    await field.fill("7");
    await page.getByRole("option", { name: "7" }).click();
    await dialog.getByText("demo://resource/dynamic/text/7", { exact: true }).waitFor();
    await dialog.getByRole("button", { name: "Look at it" }).click();
    await dialog.getByText(/Resource 7: This is a plaintext resource/).waitFor();
    await dialog.getByRole("button", { name: "Attach", exact: true }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("list", { name: "Attached resources" }).getByRole("listitem").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect.poll(() => JSON.stringify(model.asked[0]?.body.messages ?? "")).toContain("Resource 7: This is a plaintext");
  });

  it("a prompt's arguments are completed in the light of each other, and it is inserted", async () => {
    const { page, open, dialog, model } = await inTheChat();
    await open();
    await dialog.getByRole("button", { name: "Prompts" }).click();
    await dialog.getByRole("button", { name: /Team Management/ }).click();
    await dialog.getByLabel("department").fill("Sa");
    await page.getByRole("option", { name: "Sales" }).click();
    await dialog.getByLabel("name").click();
    expect(await page.getByRole("option", { name: "Alice" }).count()).toBe(0);
    await page.getByRole("option", { name: "Eve" }).click();
    await dialog.getByRole("button", { name: "Look at it" }).click();
    await dialog.getByText("Please promote Eve to the head of the Sales team.").waitFor();
    await dialog.getByRole("button", { name: "Insert" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: /completable-prompt Everything/ }).click();
    await page.getByText("Please promote Eve to the head of the Sales team.").waitFor();
    await say(page, "Do it");
    await expect.poll(() => JSON.stringify(model.asked[0]?.body.messages ?? "")).toContain("Please promote Eve");
  });

  it("a watched resource says that it changed: in the list and in what was said, until it is read again", async () => {
    const { page, open, dialog, post } = await inTheChat();
    await open();
    await dialog.getByRole("button", { name: /features\.md/ }).click();
    await dialog.getByRole("button", { name: "Watch for changes" }).click();
    await dialog.getByRole("button", { name: "Stop watching" }).waitFor();
    await dialog.getByRole("button", { name: "Attach", exact: true }).click();
    await page.keyboard.press("Escape");
    await say(page, "Keep it in mind");
    await said(page)
      .getByRole("button", { name: /features\.md/ })
      .waitFor();
    expect(await page.getByText("Changed", { exact: true }).count()).toBe(0);
    await open();
    await dialog.getByRole("button", { name: /architecture\.md/ }).waitFor();
    expect((await post("/api/mcp/all/tools/toggle-subscriber-updates/call", { arguments: {} })).status()).toBe(200);
    await dialog
      .getByRole("button", { name: /features\.md/ })
      .filter({ hasText: "Changed" })
      .waitFor();
    await page.keyboard.press("Escape");
    await said(page)
      .getByRole("button", { name: /features\.md/ })
      .filter({ hasText: "Changed" })
      .click();
    expect((await post("/api/mcp/all/tools/toggle-subscriber-updates/call", { arguments: {} })).status()).toBe(200);
    await said(page).getByRole("button", { name: "Read it now" }).click();
    await said(page).getByText("Changed", { exact: true }).waitFor({ state: "hidden" });
  });
});
