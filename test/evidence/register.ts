import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Case } from "./join.ts";

const PATH = fileURLToPath(new URL("cases.jsonl", import.meta.url));

/** The cases this house answers for: id, area and severity. Their texts are with whoever wrote them. */
export function readRegister(): Case[] {
  return casesIn(readFileSync(PATH, "utf8"));
}

export function writeRegister(cases: readonly Case[]): void {
  writeFileSync(PATH, cases.map((each) => `${registered(each)}\n`).join(""));
}

/** Lines of JSON. */
export function casesIn(text: string): Case[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Case);
}

/** As a line of the register. */
export function registered({ id, area, sev }: Case): string {
  return JSON.stringify(sev === undefined ? { id, area } : { id, area, sev });
}
