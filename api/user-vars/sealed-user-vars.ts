import type { ServerConfig } from "../../config/types.ts";
import { headerVars } from "../../config/user-vars.ts";
import { AppError } from "../errors/app-error.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import type { UserVarStore } from "../ports/stores.ts";
import type { UserVars } from "./user-vars.ts";

const MAX_BYTES = 8_192;
/** These end a header line, or a string in another language. */
const UNSENDABLE = /[\r\n\0]/;

/** User vars over a store that sees sealed values only. A value is bound to the origin it was entered for. */
export function sealedUserVars({ store, box }: { store: UserVarStore; box: SecretBox }): UserVars {
  function place(userId: string, server: ServerConfig, name: string): SealContext {
    return { purpose: "user-var", userId, server: server.name, origin: server.credentialOrigin, name };
  }

  async function values(userId: string, server: ServerConfig): Promise<Record<string, string>> {
    const opened = Object.entries(await store.get(userId, server.name)).flatMap(([name, sealed]) => {
      if (!Object.hasOwn(server.userVars, name)) return [];
      const plain = box.open(place(userId, server, name), sealed);
      return plain === null ? [] : [[name, plain] as const];
    });
    return Object.fromEntries(opened);
  }

  return {
    values,
    async flags(userId, server) {
      const opened = await values(userId, server);
      const isSet = (name: string) => Object.hasOwn(opened, name) && opened[name]?.trim() !== "";
      return Object.fromEntries(Object.keys(server.userVars).map((name) => [name, isSet(name)]));
    },
    async save(userId, server, entered) {
      const inHeaders = headerVars(server);
      const trimmed: string[] = [];
      const changes = Object.entries(entered).map(([name, typed]) => {
        check(server, name, typed);
        // What is sent is what is stored: HTTP would take them off on the way.
        const plain = inHeaders.has(name) ? typed.trim() : typed;
        if (plain !== typed) trimmed.push(name);
        return [name, plain === "" ? null : box.seal(place(userId, server, name), plain)] as const;
      });
      await store.set(userId, server.name, Object.fromEntries(changes));
      return trimmed;
    },
    revoke: (userId, server) => store.clear(userId, server.name),
  };
}

/** Says which name was wrong; never repeats a value. */
function check(server: ServerConfig, name: string, plain: string): void {
  if (!Object.hasOwn(server.userVars, name)) {
    const known = Object.keys(server.userVars).join(", ") || "none";
    throw new AppError("USER_VAR_UNKNOWN", `The server ${server.name} has no value of that name; it declares: ${known}.`);
  }
  if (UNSENDABLE.test(plain)) {
    throw new AppError("VALUE_NOT_SENDABLE", `${name} has a line break or a NUL character in it, which cannot be sent.`);
  }
  if (Buffer.byteLength(plain, "utf8") > MAX_BYTES) {
    throw new AppError("VALUE_NOT_SENDABLE", `${name} is longer than ${MAX_BYTES} bytes.`);
  }
}
