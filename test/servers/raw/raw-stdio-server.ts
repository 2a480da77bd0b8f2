/**
 * A raw server as a program: `node test/servers/raw/raw-stdio-server.ts <folder>`. Faults are read from `faults.json` in
 * the folder at every message; what was heard goes to `heard.jsonl` there, a line each.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Exchange, type Heard, heardNow, react } from "./exchange.ts";
import { faultsOf, type NamedFaults } from "./named-faults.ts";
import { written } from "./written.ts";

const folder = process.argv[2] ?? ".";
const { stdout } = process;

createInterface({ input: process.stdin }).on("line", (line) => {
  const heard = heardNow(JSON.parse(line) as Record<string, unknown>);
  appendFileSync(join(folder, "heard.jsonl"), `${JSON.stringify(heard)}\n`);
  const faults = faultsOf(JSON.parse(readFileSync(join(folder, "faults.json"), "utf8")) as NamedFaults);
  void react(faults, stdioExchange(heard));
});
process.stdin.on("end", () => process.exit(0));

function stdioExchange(heard: Heard): Exchange {
  const say = (text: string) => written(stdout, `${text}\n`);
  const whole = (message: object) => void say(JSON.stringify({ jsonrpc: "2.0", id: heard.id, ...message }));
  return {
    heard,
    params: (heard.message.params ?? {}) as Record<string, unknown>,
    answer: (result) => whole({ result }),
    refuse: (code, message) => whole({ error: { code, message } }),
    say,
    begin: () => {},
    bytes: (chunk) => written(stdout, chunk),
    header: () => {},
    body: (_, text) => void say(text.toString()),
    end: () => {},
    cut: () => process.exit(1),
  };
}
