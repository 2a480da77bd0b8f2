import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { newPerson, openBrowser } from "./support.ts";
import { callCard, converse, picture, startToolProduct, type ToolProduct } from "./tool-seat.ts";

let browser: Browser;
let product: ToolProduct;

beforeAll(async () => {
  browser = await openBrowser();
  product = await startToolProduct(browser, { endpoints: {} });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const ada = () => newPerson(browser, { storageState: product.storageState });

describe("the tool console, where there is no model at all", () => {
  it("a tool is found, filled in and run by the keyboard alone, and its card stands in the transcript", async () => {
    const { page, context, complaints } = await ada();
    await converse(page, product.url);
    const message = page.getByRole("textbox", { name: "Message" });
    await message.press("/");
    const find = page.getByRole("combobox", { name: "Find a tool or a prompt" });
    await page.getByRole("option", { name: /^Echo.*tool of Workshop$/ }).waitFor();
    await picture(page, "palette");
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.type("e");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.type("ch");
    await page.getByRole("option", { selected: true, name: /^Echo/ }).waitFor();
    await page.keyboard.press("Enter");
    await find.waitFor({ state: "hidden" });
    await page.getByRole("heading", { name: "Echo" }).waitFor();
    await page.getByRole("textbox", { name: "message", exact: true }).waitFor();
    await picture(page, "console-form");
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.type("Good day");
    await page.keyboard.press("Enter");
    const card = callCard(page, "echo (Workshop)");
    await card.getByText("Done").waitFor();
    await card.getByText("Echo: Good day").waitFor();
    expect(product.tools.ledger.callsOf("echo")).toHaveLength(1);
    expect(await message.inputValue()).toBe("");
    expect(await message.evaluate((each) => each === document.activeElement)).toBe(true);
    expect(product.model.asked).toEqual([]);
    await picture(page, "console-result");
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("a prompt is filled in and what it says is inserted", async () => {
    const { page, context, complaints } = await ada();
    await converse(page, product.url);
    await page.getByRole("textbox", { name: "Message" }).press("/");
    await page.getByRole("combobox", { name: "Find a tool or a prompt" }).fill("review");
    await page.getByRole("option", { name: /^Review.*prompt of Workshop$/ }).click();
    await page.getByRole("combobox", { name: "what" }).fill("the plan");
    await page.getByRole("button", { name: "Insert" }).click();
    await page.getByRole("article", { name: "Tool console" }).getByRole("button", { name: "review" }).click();
    await page.getByText("Please look at the plan.").waitFor();
    await picture(page, "console-prompt");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("a new conversation begins with the tool that is run in it, and the page says that there is no model", async () => {
    const { page, context } = await ada();
    await page.goto(`${product.url}/chat`);
    await page.getByText("The tool console works without a model").waitFor();
    await picture(page, "console-welcome");
    await page.getByRole("button", { name: "MCP servers" }).click();
    await page.getByRole("checkbox", { name: "Workshop" }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Message" }).press("/");
    await page.getByRole("combobox", { name: "Find a tool or a prompt" }).fill("structured");
    await page.getByRole("option", { name: /^structured.*tool of Workshop$/ }).waitFor();
    await page.getByRole("combobox", { name: "Find a tool or a prompt" }).press("Enter");
    await page.getByRole("textbox", { name: "city" }).fill("Vienna");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const card = callCard(page, "structured (Workshop)");
    await card.getByRole("row", { name: "celsius 18" }).waitFor();
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name: "structured (workshop)" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Message" }).inputValue()).toBe("");
    await picture(page, "console-structured");
    await context.close();
  });

  it("escape leaves the slash for a message, and taking it back closes the palette too", async () => {
    const { page, context } = await ada();
    await converse(page, product.url);
    const message = page.getByRole("textbox", { name: "Message" });
    const find = page.getByRole("combobox", { name: "Find a tool or a prompt" });
    await message.press("/");
    await find.press("Escape");
    await find.waitFor({ state: "hidden" });
    await page.keyboard.type("etc/hosts");
    expect(await message.inputValue()).toBe("/etc/hosts");
    await message.fill("");
    await message.press("/");
    await find.press("Backspace");
    await find.waitFor({ state: "hidden" });
    expect(await message.inputValue()).toBe("");
    await context.close();
  });
});
