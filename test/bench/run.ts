import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { benchBoot } from "./boot.ts";
import { benchCalls } from "./calls.ts";
import { benchChat } from "./chat.ts";
import { type Goal, goalLine, isMet, said, say } from "./figures.ts";
import { benchIdle } from "./idle.ts";
import { benchNeighbours } from "./neighbours.ts";
import { benchSoak } from "./soak.ts";
import { benchStatus } from "./status.ts";

/**
 * `npm run bench [-- PART …]`: how fast and how heavy the product is beside what it is built on, in one run.
 * Prints a line for each goal; the exit code says whether all are met.
 */
const PARTS: Record<string, () => Promise<Goal[]>> = {
  calls: benchCalls,
  chat: benchChat,
  idle: benchIdle,
  neighbours: benchNeighbours,
  status: benchStatus,
  boot: benchBoot,
  soak: benchSoak,
};

const DOCS = "docs/bench.md";
const isForDocs = process.argv.includes("--docs");
const wanted = process.argv.slice(2).filter((word) => word !== "--docs");
const unknown = wanted.filter((part) => PARTS[part] === undefined);
if (unknown.length > 0) {
  console.error(`There is no part "${unknown[0]}". Parts: ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const goals: Goal[] = [];
const ran: string[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  say(`\n== ${name}`);
  const reached = await part();
  for (const goal of reached) say(goalLine(goal));
  goals.push(...reached);
  ran.push(name);
}
const missed = goals.filter((goal) => !isMet(goal)).length;
say(`\n${goals.length - missed} goals met, ${missed} not met`);
if (isForDocs) writeFileSync(DOCS, page());
process.exitCode = missed > 0 ? 1 : 0;

/** The last run, as a page. Ratios hold elsewhere; everything else is this machine's. */
function page(): string {
  return `# Speed and weight

Written by \`npm run bench -- --docs\`: tool calls, the chat, idle connections, neighbours of a server that hangs, statuses on
their way to pages, start, soak. Here: ${ran.join(", ")}. Ratios are taken within one run, between turns that follow each
other; each figure is the median of at least five. \`npm run bench -- calls\` runs one part.

- *bare SDK v1*, *bare SDK v2*: the official clients as they come, calling the server directly.
- *bare relay*: node:http in front, one raw MCP session over one undici pool behind, and nothing else.
- *product*: the REST call \`POST /api/mcp/:server/tools/:tool/call\` with an API key, everything on: authentication,
  validation, permission, journal, log, figures.
- All of them call the same light server, which costs next to nothing, so that what is seen is the way there.

Machine: ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.

\`\`\`text
${said()}
\`\`\`
`;
}
