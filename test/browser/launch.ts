import { type Browser, type BrowserServer, chromium } from "playwright-core";

/** No sandbox: tests run as root in containers. No GPU, no shared memory, nothing that calls home. */
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];

export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ARGS, timeout: 30_000 });
}

/** One for all files: starting it is what costs most. Each file has a connection of its own, and its own contexts in it. */
export function serveChromium(path: string): Promise<BrowserServer> {
  return chromium.launchServer({ executablePath: path, args: ARGS, timeout: 30_000 });
}
