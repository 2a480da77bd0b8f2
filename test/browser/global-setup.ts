import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { recordEnvironment } from "../support/environment-record.ts";
import { findChromium } from "./find-chromium.ts";
import { launchChromium, serveChromium } from "./launch.ts";

declare module "vitest" {
  interface ProvidedContext {
    chromiumEndpoint: string;
  }
}

const SYSTEM_PATHS = ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"];

/** Finds and starts the browser once, before any test: unpacking one in several workers at the same time breaks it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { path, version } = await findChromium({
    chosen: process.env.CHROMIUM_PATH,
    installed: SYSTEM_PATHS.filter((each) => existsSync(each)),
    bundled,
    install,
    starts,
  });
  recordEnvironment({ browser: `${version} (${path})` });
  const server = await serveChromium(path);
  project.provide("chromiumEndpoint", server.wsEndpoint());
  // The page that people get: the test runner's own NODE_ENV would make React a development build.
  const env = { ...process.env, NODE_ENV: "production" };
  if (!existsSync("client/dist/index.html")) execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit", env });
  return () => server.close();
}

async function bundled(): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const { default: packed } = await import("@sparticuz/chromium");
  return packed.executablePath();
}

async function install(): Promise<string | null> {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return null;
  console.log("No Chromium found: installing Debian's (apt-get install chromium)");
  try {
    execFileSync("apt-get", ["update", "-q"], { stdio: "inherit" });
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { stdio: "inherit" });
  } catch {
    return null; // apt-get has said why
  }
  return "/usr/bin/chromium";
}

async function starts(path: string): Promise<string | null> {
  try {
    const browser = await launchChromium(path);
    const version = `Chromium ${browser.version()}`;
    await browser.close();
    return version;
  } catch (error) {
    console.error(`${path} does not start: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    return null;
  }
}
