import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allow, openSignIn, sendTo, signInDialog } from "./diary-seat.ts";
import { type Product, startProduct } from "./product.ts";
import { card, createAdmin, initialize, light, newPerson, openBrowser, signIn } from "./support.ts";

let browser: Browser;
let product: Product;
let ada: Awaited<ReturnType<typeof newPerson>>;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
  ada = await newPerson(browser);
  await createAdmin(ada.page, product.setupLink);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe("signing in to a server", () => {
  it("amber key, dialog, cancel: nothing has changed", async () => {
    const { page } = ada;
    await initialize(page, "Diary");
    const dialog = page.getByRole("dialog", { name: "Sign in to Diary" });
    await dialog.getByText(/sends you to 127\.0\.0\.1:\d+/).waitFor();
    const link = dialog.getByRole("link", { name: "Open the sign-in page" });
    await expect.poll(() => link.evaluate((shown) => shown === document.activeElement)).toBe(true);
    // Words in the colour of what is behind them are not there; axe does not count that as a fault.
    const [ink, ground] = await link.evaluate((shown) => {
      const { color, backgroundColor } = getComputedStyle(shown);
      return [color, backgroundColor];
    });
    expect(ink).not.toBe(ground);
    expect(await dialog.getByRole("timer").innerText()).toMatch(/^(10:00|9:\d\d) left$/);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await light(page, "Diary", "Needs sign-in");
  });

  it("a dialog that was left is given up from the card as well", async () => {
    const { page } = ada;
    const dialog = await openSignIn(page);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await card(page, "Diary").getByText("Waiting for you to sign in.").waitFor();
    await card(page, "Diary").getByRole("button", { name: "Cancel sign-in" }).click();
    await light(page, "Diary", "Needs sign-in");
    await card(page, "Diary").getByText("You gave it up.").waitFor();
  });

  it("one that is finished on another device ends the dialog here, at a connected server too", async () => {
    const desk = await newPerson(browser);
    const phone = await newPerson(browser);
    for (const { page } of [desk, phone]) await signIn(page, product.url, "ada@example.org");
    const isOver = () => signInDialog(desk.page).waitFor({ state: "hidden" });
    for (const state of ["Needs sign-in", "Connected"]) {
      await light(desk.page, "Diary", state);
      await desk.page.goto(`${product.url}/?sign-in=diary`);
      await signInDialog(desk.page).getByRole("link", { name: "Open the sign-in page" }).waitFor();
      await phone.page.bringToFront();
      await phone.page.goto(`${product.url}/?sign-in=diary`);
      await allow(await sendTo(phone.page), "Ann");
      await desk.page.bringToFront();
      await Promise.all([isOver(), light(desk.page, "Diary", "Connected")]);
    }
    await card(desk.page, "Diary").getByRole("button", { name: "Sign out of Diary" }).click();
    await desk.page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await light(desk.page, "Diary", "Needs sign-in");
    for (const { context } of [desk, phone]) await context.close();
  });

  it("consent denied is said in words, and can be tried again", async () => {
    const { page } = ada;
    const dialog = await openSignIn(page);
    const there = await sendTo(page);
    await there.getByRole("button", { name: "Continue as Ann" }).click();
    await there.getByRole("button", { name: "Deny" }).click();
    await there.getByText("You did not allow it.").waitFor();
    await there.close();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByRole("button", { name: "Try again" }).click();
    await dialog.getByRole("link", { name: /Open the sign-in page/ }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });

  it("consent turns the light green in every tab, the windows close by themselves", async () => {
    const { page, context } = ada;
    const second = await context.newPage();
    await second.goto(`${product.url}/?sign-in=diary`);
    const other = second.getByRole("dialog", { name: "Sign in to Diary" });
    const link = other.getByRole("link", { name: /Open the sign-in page/ });
    const dialog = await openSignIn(page);
    expect(await link.getAttribute("href")).toBe(
      await dialog.getByRole("link", { name: /Open the sign-in page/ }).getAttribute("href"),
    );
    const there = await sendTo(page);
    const closed = there.waitForEvent("close");
    await allow(there, "Ann");
    await light(page, "Diary", "Connected");
    await light(second, "Diary", "Connected");
    await Promise.all([dialog.waitFor({ state: "hidden" }), other.waitFor({ state: "hidden" }), closed]);
    await second.close();
    expect(ada.complaints).toEqual([]);
  });
});
