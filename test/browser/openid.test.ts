import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { type OpenIdWorld, type OpenIdWorldOptions, openIdSite } from "../support/openid-world.ts";
import { seriousFaults } from "./axe.ts";
import { newPerson, openBrowser, PASSWORD, settled } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const NEW_PEOPLE = { ALLOW_SOCIAL_REGISTRATION: "true", OPENID_BUTTON_LABEL: "Continue with Example" };

/** Somebody in front of the sign-in page, with a browser of their own. */
async function atTheDoor(
  env: Record<string, string> = {},
  options: OpenIdWorldOptions = {},
): Promise<OpenIdWorld & { page: Page }> {
  const world = await openIdSite({ ...NEW_PEOPLE, ...env }, options);
  return { ...world, page: await visitor(world) };
}

async function visitor({ publicUrl }: OpenIdWorld, path = "/"): Promise<Page> {
  const { context, page } = await newPerson(browser);
  await kept(context);
  await page.goto(publicUrl + path);
  return page;
}

/** At the provider: who it is, and that it is allowed. */
async function answer(page: Page, name: string, choice = "Allow"): Promise<void> {
  await page.getByRole("button", { name: `Continue as ${name}` }).click();
  await page.getByRole("button", { name: choice, exact: true }).click();
}

const press = (page: Page) => page.getByRole("link", { name: "Continue with Example" }).click();
const inside = (page: Page, email: string) => page.getByRole("button", { name: email }).waitFor();
const alert = (page: Page) => page.getByRole("alert");

async function signOut(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: email }).click();
  // Nobody has a password here who signs in by the provider alone.
  expect(await page.getByRole("menuitem", { name: "Change password" }).count()).toBe(0);
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
}

describe("signing in by the OpenID provider, in a real browser", () => {
  it("makes an account the first time, and finds it the second time", async () => {
    const world = await atTheDoor();
    const { page, publicUrl, house } = world;
    await press(page);
    await answer(page, "Ann");
    await inside(page, "ann@example.org");
    expect(page.url()).toBe(`${publicUrl}/`);
    const again = await visitor(world, "/keys");
    await press(again);
    await answer(again, "Ann");
    await inside(again, "ann@example.org");
    await again.getByRole("heading", { name: "API keys" }).waitFor();
    const { users } = (await (await house.admin()).ask("GET", "/api/users")).body;
    expect(users).toHaveLength(2);
  });

  it("goes there by itself where the operator wants that, once, and not after signing out", async () => {
    const world = await atTheDoor({ OPENID_AUTO_REDIRECT: "true" });
    const { page, provider, publicUrl } = world;
    await answer(page, "Ann");
    await inside(page, "ann@example.org");
    await signOut(page, "ann@example.org");
    await page.getByRole("link", { name: "Continue with Example" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Continue with Example" }).waitFor();
    const denied = await visitor(world);
    await answer(denied, "Ben", "Deny");
    await alert(denied).filter({ hasText: "it was not allowed at the provider" }).waitFor();
    await denied.goto(publicUrl);
    await denied.getByRole("link", { name: "Continue with Example" }).waitFor();
    const before = provider.count("GET", "/auth");
    await (await visitor(world, "/sign-in?redirect=false")).getByLabel("Password", { exact: true }).waitFor();
    expect(provider.count("GET", "/auth")).toBe(before);
  });

  it("connects an account with its password and its owner's word, or not at all", async () => {
    const { page, house, publicUrl } = await atTheDoor();
    await press(page);
    await answer(page, "Admin");
    await page.getByRole("heading", { name: "Connect your account" }).waitFor();
    await page.getByText("Your password here keeps working.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${publicUrl}/connect-account`);
    await page.getByText("There is nothing to connect.").waitFor();
    await page.getByRole("button", { name: "To the sign-in page" }).click();
    await press(page);
    await page.getByLabel("Password of the account here").fill("not the password");
    await page.getByRole("button", { name: "Connect and sign in" }).click();
    await alert(page).filter({ hasText: "The password of the account is wrong." }).waitFor();
    await page.getByLabel("Password of the account here").fill(PASSWORD);
    await page.getByRole("button", { name: "Connect and sign in" }).click();
    await inside(page, "admin@example.org");
    await page.getByRole("link", { name: "People" }).waitFor();
    expect((await (await house.admin()).ask("GET", "/api/users")).body.users).toHaveLength(1);
  });

  it("refuses an e-mail address that nobody has verified, in words, and the account stays its owner's", async () => {
    const { page, house } = await atTheDoor();
    await house.user("ann");
    await press(page);
    await answer(page, "Eve");
    await alert(page).filter({ hasText: "The provider has not verified your e-mail address" }).waitFor();
    await page.getByLabel("E-mail").fill("ann@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await inside(page, "ann@example.org");
  });

  it("signs out at the provider as well where the operator wants that, and comes back", async () => {
    const env = { OPENID_USE_END_SESSION_ENDPOINT: "true", OPENID_AUTO_REDIRECT: "true", OPENID_REUSE_TOKENS: "true" };
    const { page, publicUrl, provider } = await atTheDoor(env);
    await answer(page, "Ann");
    await inside(page, "ann@example.org");
    await signOut(page, "ann@example.org");
    await page.waitForURL(`${provider.origin}/**`);
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.getByRole("link", { name: "Continue with Example" }).waitFor();
    expect(page.url().split("?")[0]).toBe(`${publicUrl}/sign-in`);
    await press(page);
    await page.getByRole("button", { name: "Continue as Ben" }).waitFor();
  });

  it.each(["light", "dark"] as const)("can be read and used by everybody, on a small screen too, %s", async (colorScheme) => {
    const world = await openIdSite({ ...NEW_PEOPLE, OPENID_BUTTON_LABEL: "Continue with Example Industries International" });
    const { context, page } = await newPerson(browser, { viewport: { width: 360, height: 740 }, colorScheme });
    await kept(context);
    const look = async () => {
      await settled(page);
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    };
    await page.goto(`${world.publicUrl}/sign-in?problem=OPENID_ROLE_MISSING`);
    await alert(page).filter({ hasText: "does not have the role" }).waitFor();
    await look();
    await page.getByRole("link", { name: "Continue with Example" }).focus();
    await page.keyboard.press("Enter");
    await answer(page, "Admin");
    await page.getByLabel("Password of the account here").waitFor();
    await look();
    await page.getByRole("button", { name: "Cancel" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("shows the operator's picture on the button, and no other site's", async () => {
    const { page, publicUrl } = await atTheDoor({ OPENID_IMAGE_URL: "/favicon.svg" });
    const picture = page.getByRole("link", { name: "Continue with Example" }).locator("img");
    await picture.waitFor();
    expect(await picture.getAttribute("src")).toBe("/favicon.svg");
    expect((await page.request.get(publicUrl)).headers()["content-security-policy"]).not.toContain("https:");
  });
});
