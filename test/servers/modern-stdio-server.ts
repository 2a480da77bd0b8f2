/**
 * A stdio program of the new era: `node test/servers/modern-stdio-server.ts <reject|serve> <file>`. `reject` refuses the
 * handshake; the file gets one line a start, so that a test can count them.
 */
import { appendFileSync } from "node:fs";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { modernServer } from "./modern-server.ts";

const [, , legacy, starts] = process.argv;
if (starts !== undefined) appendFileSync(starts, `${process.pid}\n`);
serveStdio(modernServer, { legacy: legacy === "reject" ? "reject" : "serve" });
process.stdin.on("end", () => process.exit(0));
