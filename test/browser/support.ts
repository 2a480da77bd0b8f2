import { type Browser, type BrowserContext, chromium, type Download, type Locator, type Page } from "playwright-core";
import { inject } from "vitest";

export const PASSWORD = "correct horse battery staple";

export interface Person {
  context: BrowserContext;
  page: Page;
}

/** The browser that `global-setup.ts` has started. Closing it ends this connection and its contexts. */
export function openBrowser(): Promise<Browser> {
  return chromium.connect(inject("chromiumEndpoint"));
}

/** A person with cookies of their own. What the page complains about in its console fails the test that asks `complaints`. */
export async function newPerson(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Person & { complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Chromium reports the one 401 by which the page learns that nobody is signed in yet.
    if (message.type() === "error" && !message.text().includes("status of 401")) complaints.push(message.text());
  });
  return { context, page, complaints };
}

export async function createAdmin(page: Page, setupLink: string, email = "ada@example.org"): Promise<void> {
  await page.goto(setupLink);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create admin account" }).click();
  await card(page, "Notes").waitFor();
}

export async function signIn(page: Page, url: string, email: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await card(page, "Notes").waitFor();
}

/** The admin of this page makes an account with a password at once, by the API that the people view uses. */
export async function createAccount(admin: Page, url: string, email: string, name: string): Promise<void> {
  const answer = await admin.request.post(`${url}/api/users`, {
    data: { email, name, role: "USER", password: PASSWORD },
    headers: { origin: url },
  });
  if (!answer.ok()) throw new Error(`no account for ${email}: ${answer.status()} ${await answer.text()}`);
}

/** A server's card, by its title. */
export function card(page: Page, title: string): Locator {
  return page.getByRole("article", { name: title });
}

/** Waits until the card's light shows this word. Never reloads: that is what is being tested. */
export async function light(page: Page, title: string, word: string): Promise<void> {
  const status = card(page, title).getByRole("status");
  try {
    // As a pattern it minds the case: as a text, "Connected" would be found in "Disconnected".
    await status.filter({ hasText: new RegExp(word) }).waitFor();
  } catch (cause) {
    throw new Error(`${title} shows "${await card(page, title).innerText()}" and not "${word}"`, { cause });
  }
}

export async function openConfigure(page: Page, title: string): Promise<Locator> {
  await card(page, title).getByRole("button", { name: "Configure" }).click();
  const dialog = page.getByRole("dialog", { name: `Configure ${title}` });
  await dialog.waitFor();
  return dialog;
}

export async function enterNotesKey(page: Page, key: string, displayName: string): Promise<void> {
  const dialog = await openConfigure(page, "Notes");
  await dialog.getByLabel("Demo key").fill(key);
  await dialog.getByLabel("Display name").fill(displayName);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
}

export async function initialize(page: Page, title: string): Promise<void> {
  await card(page, title)
    .getByRole("button", { name: /^(Reinitialize|Initialize)$/ })
    .click();
}

export async function openTools(page: Page, title: string): Promise<void> {
  await card(page, title).getByRole("button", { name: "Tools" }).click();
}

/** Runs the tool with this title from the open tools view, once, and waits until its result shows this text. */
export async function runTool(
  page: Page,
  { title, fields = {}, shows }: { title: string; fields?: Record<string, string>; shows: string },
): Promise<void> {
  await page.getByRole("button", { name: title }).first().click();
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("region", { name: "Result" }).filter({ hasText: shows }).waitFor();
}

/** Fonts are there and nothing moves any more: what axe and a ruler see is what a person sees. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity);
    // One that is called off half-way has ended as well.
    await Promise.allSettled(ending.map((each) => each.finished));
  });
}

/** What was downloaded, as text. */
export async function textOf(download: Download): Promise<string> {
  let text = "";
  for await (const chunk of await download.createReadStream()) text += String(chunk);
  return text;
}
