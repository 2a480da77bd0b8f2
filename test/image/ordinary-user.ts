import { chownSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Somebody without rights: the image's user where these tests run as root, else whoever runs them. */
export interface OrdinaryUser {
  /** For `spawn` and its like. */
  readonly options: { uid?: number; gid?: number };
  readonly home: string;
  /** Gives a folder and everything in it to this user. */
  own(path: string): void;
}

export function ordinaryUser({ id, home }: { id: number; home: string }): OrdinaryUser {
  const isRoot = process.geteuid?.() === 0;
  const own = (path: string) => {
    if (!isRoot) return;
    if (!lstatSync(path).isDirectory()) return lchownSync(path, id, id);
    chownSync(path, id, id);
    for (const name of readdirSync(path)) own(join(path, name));
  };
  return { options: isRoot ? { uid: id, gid: id } : {}, home, own };
}
