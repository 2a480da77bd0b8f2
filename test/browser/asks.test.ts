import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { askingTools } from "../servers/asking-tools.ts";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { type OpenAiServer, startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf } from "../support/chat-world.ts";
import { configText } from "../support/house.ts";
import { seriousFaults } from "./axe.ts";
import { answers, say } from "./chat-seat.ts";
import { type Product, startProduct } from "./product.ts";
import { createAdmin, initialize, light, newPerson, openBrowser } from "./support.ts";
import { callCard, converse, picture } from "./tool-seat.ts";

const PAGES = /^https:\/\/paypa1/;
const tools = askingTools();
const folder = mkdtempSync(join(tmpdir(), "patchbay-asks-"));
let browser: Browser;
let server: HttpFixture;
let model: OpenAiServer;
let product: Product;
let page: Page;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  [server, model] = await Promise.all([
    startHttpServer({ onSession: (session) => tools.onSession(session) }),
    startOpenAiServer(),
  ]);
  const configPath = join(folder, "librechat.yaml");
  const entry = {
    title: "Notes",
    type: "streamable-http",
    url: server.url,
    sampling: { enabled: true, maxTokens: 300 },
    toolApproval: { allow: ["*"] },
  };
  writeFileSync(configPath, configText({ notes: entry }, endpointOf(model)));
  [browser, product] = await Promise.all([openBrowser(), startProduct({ CONFIG_PATH: configPath })]);
  ({ page, context, complaints } = await newPerson(browser));
  await createAdmin(page, product.setupLink);
  await initialize(page, "Notes");
  await light(page, "Notes", "Connected");
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await Promise.all([server?.close(), model?.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => model.asked.splice(0));

const strip = (on = page): Locator => on.getByRole("region", { name: "Requests of servers" });
const dialog = (on = page): Locator => on.getByRole("dialog", { name: /^Notes / });
const result = (): Locator => page.getByRole("region", { name: "Result" });
const run = async (tool: string, fields: Record<string, string> = {}, on = page) => {
  await on.goto(`${product.url}/servers/notes/tools/${tool}`);
  for (const [label, value] of Object.entries(fields)) await on.getByRole("textbox", { name: label }).fill(value);
  await on.getByRole("button", { name: "Run", exact: true }).click();
};
const openDialog = async (on = page) => {
  await strip(on).getByRole("button", { name: "Answer" }).click();
  await dialog(on).waitFor();
};
const spent = () => model.asked.filter(({ body }) => body !== null);

it("a form has its defaults, says what is wrong, is not lost by a stray click, and is sent as it was filled in", async () => {
  await run("form");
  await page.getByText("Waits for your answer", { exact: true }).waitFor();
  expect(await strip().innerText()).toContain("Notes waits for your answer");
  await picture(page, "strip");
  await page.getByRole("button", { name: "Answer" }).last().click();
  await dialog().getByText("Who comes, and when?").waitFor();
  expect(await dialog().getByLabel("E-mail").inputValue()).toBe("ann@example.org");
  expect(await dialog().getByLabel("Seats").inputValue()).toBe("2");
  expect(await dialog().getByRole("combobox", { name: "Meal" }).or(dialog().getByLabel("Meal")).first().inputValue()).toBe(
    "Fish",
  );
  expect(await dialog().getByLabel("Send me news").isChecked()).toBe(true);
  await dialog().getByText("This looks like a secret. Notes will read what you enter").waitFor();
  await dialog().getByLabel("Name on the badge").fill("A");
  await dialog().getByLabel("Seats").fill("7");
  await picture(page, "form");
  await dialog().getByRole("button", { name: "Send" }).click();
  for (const problem of ["This needs at least 2 characters.", "This needs at most 4.", "This needs at least 1 of the choices."])
    await dialog().getByText(problem).waitFor();
  expect(
    await dialog()
      .getByLabel("Name on the badge")
      .evaluate((input) => input === document.activeElement),
  ).toBe(true);
  await picture(page, "form-problems");
  expect(await seriousFaults(page)).toEqual([]);
  // A click beside it does nothing; Escape puts it off, and nothing typed is lost.
  await page.mouse.click(5, 5);
  await dialog().getByLabel("Name on the badge").waitFor();
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "hidden" });
  await openDialog();
  expect(await dialog().getByLabel("Name on the badge").inputValue()).toBe("A");
  await dialog().getByLabel("Name on the badge").fill("Ann");
  await dialog().getByLabel("Seats").fill("");
  await dialog().getByText("Left empty, “2” is sent.").waitFor();
  await dialog().getByLabel("Tuesday").check();
  await dialog().getByLabel("Send me news").uncheck();
  await dialog().getByRole("button", { name: "Send" }).click();
  await result().getByText("It said").waitFor();
  const said = JSON.parse(/\{.*\}/s.exec(await result().innerText())?.[0] ?? "null");
  expect(said).toEqual({
    action: "accept",
    content: { name: "Ann", email: "ann@example.org", seats: 2, meal: "f", days: ["tue"], news: false },
  });
  await strip().waitFor({ state: "hidden" });
});

it("declining is an answer of its own, and so is dismissing", async () => {
  for (const [button, action] of [
    ["Decline", "decline"],
    ["Dismiss", "cancel"],
  ] as const) {
    await run("form");
    await openDialog();
    await dialog().getByRole("button", { name: button }).click();
    await result().getByText(`{"action":"${action}"}`).waitFor();
    await dialog().waitFor({ state: "hidden" });
  }
});

it("is answerable from any tab, after a reload too; the other one is told and moves on", async () => {
  await run("form");
  await openDialog();
  const other = await context.newPage();
  await other.goto(`${product.url}/keys`);
  await openDialog(other);
  await other.reload();
  await openDialog(other);
  await other.getByRole("button", { name: "Decline" }).click();
  await dialog().getByText("This was answered in another tab.").waitFor();
  await strip().waitFor({ state: "hidden" });
  await picture(page, "elsewhere");
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await dialog().waitFor({ state: "hidden" });
  await other.close();
});

it("a call of a model waits for the person's answer, and its card in the chat leads to it", async () => {
  model.script([{ calls: [{ name: "form_mcp_notes" }] }], [{ text: "No seats, then." }]);
  await converse(page, product.url, ["notes"]);
  await say(page, "Book seats");
  const called = callCard(page, "form (Notes)");
  await called.getByText("Waits for your answer").waitFor();
  await picture(page, "chat-card");
  await called.getByRole("button", { name: "Answer" }).click();
  await dialog().getByText("Who comes, and when?").waitFor();
  await dialog().getByRole("button", { name: "Decline" }).click();
  await called.getByText("Done").waitFor();
  await answers(page).filter({ hasText: "No seats, then." }).waitFor();
  expect(await called.getByText("Waits for your answer").count()).toBe(0);
});

it("several are taken one by one, in any order, and one answer leads on to the next", async () => {
  await run("form");
  const other = await context.newPage();
  await run("visit", { url: "https://paypa1.example/" }, other);
  await strip().getByText("Notes wait for your answers (2)").waitFor();
  await openDialog();
  await dialog().getByText("1 of 2").waitFor();
  await dialog().getByLabel("Name on the badge").fill("Ann");
  await picture(page, "two");
  await dialog().getByRole("button", { name: "Next" }).click();
  await dialog().getByText("2 of 2").waitFor();
  await dialog().getByText("Notes wants you to visit a page").waitFor();
  await dialog().getByRole("button", { name: "Decline" }).click();
  await dialog().getByText("Who comes, and when?").waitFor();
  expect(await dialog().getByLabel("Name on the badge").inputValue()).toBe("Ann");
  expect(await strip().innerText()).toContain("Notes waits for your answer");
  await dialog().getByRole("button", { name: "Decline" }).click();
  await dialog().waitFor({ state: "hidden" });
  await result().getByText('{"action":"decline"}').waitFor();
  await other.close();
});

it("goes when the call that needs it is cancelled", async () => {
  await run("form");
  await openDialog();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await strip().waitFor({ state: "hidden" });
});

it("[XSS-12] a page to visit is shown with its whole address and host, and opened by nobody but the person", async () => {
  const visited: string[] = [];
  await context.route(PAGES, (route) => {
    visited.push(route.request().url());
    return route.fulfill({ contentType: "text/html", body: "<title>There</title>" });
  });
  const address = "https://paypa1.example/login?next=https://paypal.com/#top";
  await run("visit", { url: address });
  await openDialog();
  await dialog().getByText("Notes wants you to visit a page").waitFor();
  const shown = dialog().getByTestId("address");
  expect(await shown.innerText()).toBe(address);
  expect(await shown.locator("strong").innerText()).toBe("paypa1.example");
  await picture(page, "visit");
  expect(await seriousFaults(page)).toEqual([]);
  expect([visited, context.pages().length]).toEqual([[], 1]);
  const link = dialog().getByRole("link", { name: "Open the page" });
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
  const [opened] = await Promise.all([context.waitForEvent("page"), link.click()]);
  await opened.waitForLoadState();
  expect([visited, await opened.evaluate(() => window.opener === null)]).toEqual([[address.split("#")[0]], true]);
  await result().getByText('{"action":"accept"}').waitFor();
  await dialog().getByText("The page is open in another tab.").waitFor();
  await picture(page, "visiting");
  tools.endVisits();
  await dialog().waitFor({ state: "hidden" });
  await page.getByText("Notes says that you are done there").waitFor();
  await opened.close();
  await context.unroute(PAGES);
});

it("a call that is refused until a page was visited goes on when the server says so, and not before", async () => {
  await run("signed");
  await openDialog();
  await dialog().getByText("The call cannot run before.").waitFor();
  await context.route(PAGES, (route) => route.fulfill({ contentType: "text/html", body: "<title>There</title>" }));
  const [opened] = await Promise.all([
    context.waitForEvent("page"),
    dialog().getByRole("link", { name: "Open the page" }).click(),
  ]);
  await dialog().getByRole("button", { name: "I am done there" }).waitFor();
  expect(await strip().innerText()).toContain("Notes waits for your answer");
  tools.endVisits();
  await dialog().waitFor({ state: "hidden" });
  await result().getByText('It said "signed"').waitFor();
  await opened.close();
  await context.unroute(PAGES);
});

it("[XSS-12] letters of another script are marked, and what is no https page reaches no browser", async () => {
  await run("visit", { url: "https://аpple.example/" });
  await openDialog();
  expect(await dialog().getByTestId("address").locator("strong").innerText()).toMatch(/^xn--/);
  await dialog().getByText("This name has letters of another script").waitFor();
  await picture(page, "visit-punycode");
  await dialog().getByRole("button", { name: "Decline" }).click();
  await result().getByText('{"action":"decline"}').waitFor();
  for (const url of ["javascript:alert(document.domain)", "http://example.org/", "https://paypal.com@evil.example/"]) {
    await run("visit", { url });
    await result().getByText('{"action":"cancel"}').waitFor();
    expect(await strip().count()).toBe(0);
  }
  expect(context.pages()).toHaveLength(1);
});

it("a model is asked what the person made of the request, and the server gets what they made of the answer", async () => {
  await run("words");
  await openDialog();
  await dialog().getByText("Nothing was sent to a model yet.").waitFor();
  expect(await dialog().getByLabel("What the model is told first").inputValue()).toBe("You take minutes.");
  await dialog().getByText("It asked for 900.").waitFor();
  await dialog().getByText("It would like claude-large.").waitFor();
  await picture(page, "sampling");
  expect(await seriousFaults(page)).toEqual([]);
  await dialog().getByLabel("Message").fill("Summarize in one line.");
  await dialog().getByLabel("Tokens at most").fill("500");
  await dialog().getByRole("button", { name: "Ask the model" }).click();
  await dialog().getByText("This needs a whole number from 1 to 300.").waitFor();
  expect(spent()).toEqual([]);
  await dialog().getByLabel("Tokens at most").fill("50");
  // Put off and taken up again: the draft is still the person's.
  await dialog().getByRole("button", { name: "Later" }).click();
  await openDialog();
  model.script([{ text: "All agreed." }]);
  await dialog().getByRole("button", { name: "Ask the model" }).click();
  const answer = dialog().getByLabel("What Notes will get");
  await answer.waitFor();
  expect(await answer.inputValue()).toBe("All agreed.");
  expect(spent().map(({ body }) => [body.max_tokens, body.messages.at(-1).content])).toEqual([[50, "Summarize in one line."]]);
  await picture(page, "sampling-words");
  await answer.fill("All agreed, Bob abstained.");
  await dialog().getByRole("button", { name: "Send the answer" }).click();
  await result().getByText("All agreed, Bob abstained.").waitFor();
  expect(await result().getByText('"All agreed."').count()).toBe(0);
});

it("declining sampling asks no model", async () => {
  await run("words");
  await openDialog();
  await dialog().getByRole("button", { name: "Decline" }).click();
  await result().getByText("User rejected sampling request").waitFor();
  expect(spent()).toEqual([]);
  // Chromium reports the call that was cancelled.
  expect(complaints.filter((text) => !text.includes("status of 499"))).toEqual([]);
});
