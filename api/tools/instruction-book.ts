import type { ServerConfig } from "../../config/types.ts";
import type { InstructionsView } from "../../schemas/wire-functions.ts";
import type { Clock } from "../ports/clock.ts";
import type { InstructionRecord, InstructionStore } from "../ports/instruction-store.ts";
import type { Logger } from "../ports/logger.ts";
import { modelText } from "./model-text.ts";

/** What servers say of how their tools want to be used, each change of it a version that people can see. */
export interface InstructionBook {
  /**
   * What this server says to this person now, as a model may be told it; kept when it is not what was said before.
   * `isChange`: this was the first look at other words than those of before. Null: the server says nothing, or the
   * operator does not let it.
   */
  look(userId: string, config: ServerConfig, said: string | null): Promise<SeenInstructions | null>;
  /** A server is gone: one of the same name that comes later begins anew. */
  forgetServer(server: string): Promise<void>;
}

export interface SeenInstructions extends InstructionsView {
  readonly isChange: boolean;
}

/** What a server may put into a model's context by itself. */
const MAX_BYTES = 8 * 1024;

export function instructionBook({
  store,
  clock,
  logger,
}: {
  store: InstructionStore;
  clock: Clock;
  logger: Logger;
}): InstructionBook {
  return {
    async look(userId, { name, serverInstructions }, said) {
      if (serverInstructions !== true || said === null || said.trim() === "") return null;
      const { text, findings } = toldText(said);
      const known = await store.get(userId, name);
      if (known?.text === text) return { ...viewOf(known), findings, isChange: false };
      const before = known?.text ?? null;
      const record = { userId, server: name, version: (known?.version ?? 0) + 1, text, before, seenAt: clock.now() };
      await store.put(record);
      if (known !== null) logger.warn({ userId, server: name, version: record.version }, "a server's instructions changed");
      return { ...viewOf(record), findings, isChange: known !== null };
    },
    forgetServer: (server) => store.deleteByServer(server),
  };
}

function viewOf({ version, text, before, seenAt }: InstructionRecord): Omit<InstructionsView, "findings"> {
  return { version, text, before, seenAt };
}

function toldText(said: string): { text: string; findings: readonly string[] } {
  const { text, findings } = modelText(said, { maxChars: MAX_BYTES });
  if (Buffer.byteLength(text) <= MAX_BYTES) return { text, findings };
  // Not in the middle of a character: what is cut off there is taken away.
  const cut = new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_BYTES - 3), { stream: true });
  return { text: `${cut}…`, findings: [...findings, `a model is given the first ${MAX_BYTES} bytes`] };
}
