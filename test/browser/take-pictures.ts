/** `node test/browser/take-pictures.ts`: makes the README's pictures, `docs/*.png`, from the real product. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { stringify } from "yaml";
import { startDemoServers } from "../../api/demo/start-demo-servers.ts";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { answers, say } from "./chat-seat.ts";
import { launchChromium } from "./launch.ts";
import { startProduct } from "./product.ts";

const model = await startOpenAiServer();
const local = { name: "Local", apiKey: "none", baseURL: model.url, models: { default: ["small", "large"] } };
// Beside the example: its programs are found from there.
const configPath = "librechat.pictures.yaml";
const file = readFileSync("librechat.example.yaml", "utf8");
writeFileSync(configPath, `${file}\n${stringify({ endpoints: { custom: [local] } })}`);
const ANSWER = [
  "It is early in the morning in **Tokyo**, and a marathon is **42.16 km** long.",
  "",
  "| | miles | kilometres |",
  "|---|---|---|",
  "| Marathon | 26.2 | 42.16 |",
  "| Half of it | 13.1 | 21.08 |",
  "",
  "```ts",
  "const kilometres = (miles: number) => miles * 1.609344;",
  "```",
  "",
  "Anything else?",
].join("\n");
const demo = await startDemoServers();
const product = await startProduct({ CONFIG_PATH: configPath, ...demo.env });
const browser = await launchChromium(process.env.CHROMIUM_PATH ?? "/usr/bin/chromium");
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 620 }, deviceScaleFactor: 1.25, colorScheme: "light" });
  const card = (title: string) => page.getByRole("article", { name: title });
  const connected = (title: string) =>
    card(title)
      .getByRole("status")
      .filter({ hasText: /Connected/ })
      .waitFor();

  await page.goto(product.setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create admin account" }).click();
  await card("Everything").getByRole("button", { name: "Initialize" }).click();
  await Promise.all([connected("Everything"), connected("Desk")]);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(6000); // until the toasts are gone
  await page.screenshot({ path: "docs/panel.png" });

  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 800 });
  await card("Notes").getByRole("button", { name: "Configure" }).click();
  await page.getByLabel("Demo key").fill("demo-ada12345");
  await page.getByLabel("Display name").fill("Ada");
  await page.getByRole("button", { name: "Save" }).click();
  await connected("Notes");
  await card("Notes").getByRole("button", { name: "Tools" }).click();
  await page.getByRole("button", { name: "Who am I?" }).first().click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("region", { name: "Result" }).filter({ hasText: "You are Ada" }).waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(6000);
  await page.screenshot({ path: "docs/tools.png" });

  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${product.url}/chat`);
  await pick(page, ["Desk", "Notes"]);
  model.script(
    [
      { text: "I look at the clock, and turn the length over." },
      {
        calls: [
          { name: "clock_mcp_desk", arguments: { timeZone: "Asia/Tokyo" } },
          { name: "convert_length_mcp_desk", arguments: { value: 26.2, from: "mile", to: "km" } },
        ],
      },
    ],
    [{ text: ANSWER }],
    [{ text: "A talk in Tokyo" }],
  );
  await say(page, "What time is it in Tokyo, and how long is a marathon in kilometres?");
  for (let waiting = 0; waiting < 2; waiting += 1) await approveIfAsked(page);
  await answers(page).filter({ hasText: "Anything else" }).waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: "docs/chat.png" });

  await page.emulateMedia({ colorScheme: "dark" });
  await menu(page).click();
  await page.getByRole("list", { name: "Servers of this conversation" }).waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(600);
  await page.screenshot({ path: "docs/chat-menu.png" });
  await page.keyboard.press("Escape");

  await page.setViewportSize({ width: 390, height: 780 });
  await page.waitForTimeout(600);
  await page.screenshot({ path: "docs/chat-phone.png" });
} finally {
  await browser.close();
  await product.stop();
  await model.close();
  await demo.close();
  rmSync(configPath);
}

function menu(page: Page) {
  return page.getByRole("button", { name: /^MCP servers|^\d+ servers?/ });
}

async function pick(page: Page, titles: readonly string[]): Promise<void> {
  await menu(page).click();
  for (const title of titles) await page.getByRole("checkbox", { name: title, exact: true }).click();
  await page.keyboard.press("Escape");
}

/** A tool that the server says only reads is asked about once. */
async function approveIfAsked(page: Page): Promise<void> {
  const yes = page.getByRole("button", { name: "Approve", exact: true }).first();
  const over = answers(page).filter({ hasText: "Anything else" });
  await yes.or(over).first().waitFor();
  if (await yes.isVisible()) await yes.click();
  await page.waitForTimeout(800);
}
