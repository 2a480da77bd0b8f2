import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildContext } from "../image/build-context.ts";
import { environmentOfStage, lastStep, readDockerfile } from "../image/dockerfile.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|URI/;

describe("the image", () => {
  const stages = readDockerfile(text("Dockerfile"));
  const image = stages.at(-1) ?? { name: "", image: "", steps: [] };
  const words = (keyword: string) => lastStep(image, keyword)?.words ?? [];

  it("is made of the Node that the tests run on, by an exact version", () => {
    const { node } = JSON.parse(text("package.json")).devDependencies as { node: string };
    expect(stages.map((stage) => stage.image)).toEqual([`node:${node}-bookworm-slim`, `node:${node}-bookworm-slim`]);
  });

  it("runs as an ordinary user, below an init, and stops by the signal that ends it in order", () => {
    expect(words("USER")).toEqual(["1000:1000"]);
    expect(words("ENTRYPOINT")).toEqual(["/usr/bin/tini", "--"]);
    expect(words("STOPSIGNAL")).toEqual(["SIGTERM"]);
    expect(words("CMD")).toEqual(["node", "api/start.mjs"]);
    expect(words("VOLUME")).toEqual([environmentOfStage(image).DATA_DIR]);
  });

  it("tells its health by what it has: its own Node, and /health/ready", () => {
    const { text: health = "", flags = {} } = lastStep(image, "HEALTHCHECK") ?? {};
    expect(health).toMatch(/^CMD \["node", .*\/health\/ready/);
    expect(Object.keys(flags).sort()).toEqual(["interval", "retries", "start-period", "timeout"]);
  });

  it("installs nothing that builds or tests, and holds no secret", () => {
    const installs = image.steps.filter((step) => step.keyword === "RUN" && step.text.includes("npm "));
    expect(installs.map((step) => step.text.split(" && ")[0])).toEqual([
      "npm ci --omit=dev --omit=optional --no-audit --no-fund",
    ]);
    const set = stages.flatMap((stage) => Object.keys(environmentOfStage(stage)));
    expect(set.filter((name) => SECRET_NAME.test(name))).toEqual([]);
    expect(stages.flatMap(({ steps }) => steps.filter(({ keyword }) => keyword === "ARG" || keyword === "ADD"))).toEqual([]);
  });

  it("is sent neither data nor keys nor secrets, wherever they lie", () => {
    const isSent = buildContext(text(".dockerignore"));
    const private_ = [
      ".env",
      ".env.local",
      "api/.env",
      "data/patchbay.db",
      "data/keys/root-1.key",
      "api/data/x",
      "librechat.yaml",
    ];
    const others = [
      "node_modules/a/b.js",
      ".git/config",
      ".npmrc",
      "client/dist/index.html",
      "test/run.ts",
      "docs/deploy/secrets/creds_key",
    ];
    expect([...private_, ...others, "schemas/tls.pem", "config/a.key", "api/a.db-wal"].filter(isSent)).toEqual([]);
    const tracked = execFileSync("git", ["ls-files", "api", "client", "config", "schemas", "package.json"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(
      tracked
        .trim()
        .split("\n")
        .filter((path) => !isSent(path)),
    ).toEqual([]);
    expect(buildContext("*\n!a\n**/x")("a/b")).toBe(true);
    expect(buildContext("*\n!a\n**/x")("a/x/b")).toBe(false);
  });
});
