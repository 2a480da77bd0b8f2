import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answers, say } from "./chat-seat.ts";
import { newPerson, openBrowser } from "./support.ts";
import { callCard, converse, picture, startToolProduct, type ToolProduct } from "./tool-seat.ts";

let browser: Browser;
let product: ToolProduct;

beforeAll(async () => {
  browser = await openBrowser();
  product = await startToolProduct(browser);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});
beforeEach(() => {
  product.sent.length = 0;
});

const ada = () => newPerson(browser, { storageState: product.storageState });
const send = (to: string, text = "Hello") => ({ name: "send_mcp_mail", arguments: { to, text } });

describe("tools in the chat, in a real browser", () => {
  it("a call shows its progress while it runs, and its result and how long it took when it has ended", async () => {
    const { page, context, complaints } = await ada();
    product.model.script(
      [{ calls: [{ name: "slow_mcp_workshop", arguments: { ms: 2_000, steps: 4 } }] }],
      [{ text: "It took a while." }],
    );
    await converse(page, product.url);
    await say(page, "Do the slow thing");
    const card = callCard(page, "slow (Workshop)");
    await card.getByText("Running", { exact: true }).waitFor();
    await card.getByText("step 1").waitFor();
    expect(await card.getByText("1 / 4").isVisible()).toBe(true);
    await picture(page, "running");
    await card.getByText("Done").waitFor();
    expect(await card.getByRole("progressbar").count()).toBe(0);
    await answers(page).filter({ hasText: "It took a while." }).waitFor();
    await card.getByRole("button", { name: /^slow/ }).click();
    await card.getByText("Slow, but done.").waitFor();
    expect(await card.innerText()).toMatch(/2\.\d s/);
    expect(await card.getByText('"ms"').isVisible()).toBe(true);
    await picture(page, "done");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("a call that has to be approved runs with exactly what was shown", async () => {
    const { page, context, complaints } = await ada();
    product.model.script([{ calls: [send("bob")] }], [{ text: "Sent." }]);
    await converse(page, product.url);
    await say(page, "Write to Bob");
    const card = callCard(page, "send (Mail)");
    await card.getByText("Waits for you").waitFor();
    await card.getByText('"bob"').waitFor();
    await card.getByText("Destructive").waitFor();
    await card.getByText("Sends a message to one person.").waitFor();
    await picture(page, "approval");
    expect(product.sent).toEqual([]);
    await card.getByRole("button", { name: "Approve" }).press("Enter");
    await card.getByText("Done").waitFor();
    expect(product.sent).toEqual([{ to: "bob", text: "Hello" }]);
    await answers(page).filter({ hasText: "Sent." }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("arguments are changed by a form, and those run", async () => {
    const { page, context } = await ada();
    product.model.script([{ calls: [send("bob")] }], [{ text: "Sent." }]);
    await converse(page, product.url);
    await say(page, "Write to Bob");
    const card = callCard(page, "send (Mail)");
    await card.getByRole("button", { name: "Edit" }).click();
    await card.getByRole("textbox", { name: "to" }).fill("carol");
    await picture(page, "approval-edit");
    await card.getByRole("button", { name: "Approve with these" }).click();
    await card.getByText("Done").waitFor();
    expect(product.sent).toEqual([{ to: "carol", text: "Hello" }]);
    await card.getByRole("button", { name: /^send/ }).click();
    await card.getByText("Arguments, as you changed them").waitFor();
    await card.getByText('"carol"').waitFor();
    await context.close();
  });

  it("a no with its reason reaches the model, and the call does not run", async () => {
    const { page, context } = await ada();
    product.model.script([{ calls: [send("bob")] }], [{ text: "As you wish." }]);
    await converse(page, product.url);
    await say(page, "Write to Bob");
    const card = callCard(page, "send (Mail)");
    await card.getByRole("button", { name: "Reject" }).click();
    const why = card.getByRole("textbox", { name: "Why not?" });
    await why.fill("Bob is on leave");
    await picture(page, "approval-reject");
    await why.press("Escape");
    await card.getByRole("button", { name: "Approve" }).waitFor();
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByRole("textbox", { name: "Why not?" }).fill("Bob is on leave");
    await card.getByRole("button", { name: "Reject" }).click();
    await card.getByText("Rejected").waitFor();
    await answers(page).filter({ hasText: "As you wish." }).waitFor();
    expect(product.sent).toEqual([]);
    expect(JSON.stringify(product.model.asked.at(-1)?.body.messages)).toContain("Bob is on leave");
    await card.getByRole("button", { name: /^send/ }).click();
    await card.getByText("You rejected it: Bob is on leave").waitFor();
    await picture(page, "rejected");
    await context.close();
  });
});
