import { parentPort } from "node:worker_threads";
import { compileForeignSchema } from "../../../schemas/compile.ts";

/** One value to check, as JSON text. The schema comes with it once; later its key is enough. */
export interface CheckJob {
  key: string;
  schema: string;
  value: string;
}

/** `problem` is what does not fit, `refusal` why the schema cannot be used. Both null: it fits. */
export interface CheckResult {
  problem: string | null;
  refusal: string | null;
}

const MAX_COMPILED = 500;
const MAX_WORDS = 300;

const compiled = new Map<string, (value: unknown) => string | null>();

function checkOf({ key, schema }: CheckJob): (value: unknown) => string | null {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = compileForeignSchema(JSON.parse(schema));
  compiled.set(key, made);
  if (compiled.size > MAX_COMPILED) compiled.delete(compiled.keys().next().value ?? "");
  return made;
}

function run(job: CheckJob): CheckResult {
  try {
    const check = checkOf(job);
    return { problem: check(JSON.parse(job.value))?.slice(0, MAX_WORDS) ?? null, refusal: null };
  } catch (error) {
    return { problem: null, refusal: String(error).slice(0, MAX_WORDS) };
  }
}

parentPort?.on("message", (job: CheckJob) => parentPort?.postMessage(run(job)));
parentPort?.postMessage("ready");
