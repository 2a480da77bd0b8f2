import { readFileSync } from "node:fs";
import { AppError } from "../../errors/app-error.ts";

/** A user of this machine. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
  /** Null for a number that has no name here. */
  readonly name: string | null;
  readonly home: string;
}

/** Finds the user by name, or by `uid[:gid]`. Throws COMMAND_NOT_FOUND for a name this machine does not know. */
export function systemUser(runAs: string): SystemUser {
  const [id = "", group] = runAs.split(":");
  const isNumber = /^\d+$/.test(id);
  const entry = passwd().find(({ name, uid }) => (isNumber ? uid === Number(id) : name === id));
  if (entry === undefined && !isNumber)
    throw new AppError("COMMAND_NOT_FOUND", `the program is to run as "${runAs}", and this machine has no such user`);
  const known = entry ?? { uid: Number(id), gid: Number(id), name: null, home: "/" };
  return group === undefined ? known : { ...known, gid: Number(group) };
}

/** The machine's own list (passwd(5)). */
function passwd(): SystemUser[] {
  let text: string;
  try {
    text = readFileSync("/etc/passwd", "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    const [name = "", , uid, gid, , home = "/"] = line.split(":");
    return /^\d+$/.test(uid ?? "") && /^\d+$/.test(gid ?? "") ? [{ name, uid: Number(uid), gid: Number(gid), home }] : [];
  });
}
