/** `npm run error-table`: writes the code's error table into the README. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { renderErrorTable } from "./readme.ts";

const path = fileURLToPath(new URL("../../README.md", import.meta.url));
const readme = readFileSync(path, "utf8");
const [begin, end] = ["<!-- begin error table -->\n", "<!-- end error table -->"];
const [before = "", after = ""] = [readme.split(begin)[0], readme.split(end)[1]];
writeFileSync(path, `${before}${begin}${renderErrorTable(ERROR_CODES)}\n${end}${after}`);
