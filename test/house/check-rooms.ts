/** `npm run rooms`: applies the room rules, and fails when fewer files were read than there are. */
import { fileURLToPath } from "node:url";
import { cruiseRooms } from "./cruise.ts";
import { sourceFiles } from "./source-files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { seen, violations } = await cruiseRooms(root);
const unseen = sourceFiles(root).filter((path) => !seen.includes(path));
for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`);
for (const path of unseen) console.error(`not read: ${path}`);
console.log(`${seen.length} files read, ${violations.length} broken room rules, ${unseen.length} files not read`);
process.exitCode = violations.length + unseen.length > 0 || seen.length === 0 ? 1 : 0;
