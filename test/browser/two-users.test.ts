import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "./product.ts";
import {
  card,
  createAccount,
  createAdmin,
  enterNotesKey,
  initialize,
  light,
  newPerson,
  openBrowser,
  openTools,
  runTool,
  signIn,
} from "./support.ts";

let browser: Browser;
let product: Product;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("two people side by side", () => {
  it("each see their own light, their own identity and their own notes", async () => {
    const ada = await newPerson(browser);
    const bob = await newPerson(browser);
    await createAdmin(ada.page, product.setupLink);
    await createAccount(ada.page, product.url, "bob@example.org", "Bob");
    await signIn(bob.page, product.url, "bob@example.org");

    await enterNotesKey(ada.page, "demo-ada12345", "Ada L.");
    await initialize(ada.page, "Notes");
    await light(ada.page, "Notes", "Connected");
    await light(bob.page, "Notes", "Disconnected");

    await enterNotesKey(bob.page, "demo-bob67890", "Bob B.");
    await initialize(bob.page, "Notes");
    await light(bob.page, "Notes", "Connected");

    await openTools(ada.page, "Notes");
    await runTool(ada.page, { title: "Add a note", fields: { text: "only for Ada" }, shows: "is written" });
    await openTools(bob.page, "Notes");
    await runTool(bob.page, { title: "List notes", shows: "No notes yet." });
    await runTool(bob.page, { title: "Who am I?", shows: "You are Bob B." });
    expect(await bob.page.content()).not.toContain("only for Ada");
    expect([...ada.complaints, ...bob.complaints]).toEqual([]);
  });

  it("a second tab of the same person changes its light too, another person's does not", async () => {
    const first = await newPerson(browser);
    await signIn(first.page, product.url, "bob@example.org");
    const second = await first.context.newPage();
    await second.goto(product.url);
    await light(second, "Notes", "Connected");
    await card(first.page, "Notes").getByRole("button", { name: "Disconnect" }).click();
    await light(first.page, "Notes", "Disconnected");
    await light(second, "Notes", "Disconnected");

    const ada = await newPerson(browser);
    await signIn(ada.page, product.url, "ada@example.org");
    await light(ada.page, "Notes", "Connected");
  });
});
