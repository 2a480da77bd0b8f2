import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Every TypeScript file of the rooms, as paths from `root` with forward slashes. */
export function sourceFiles(root: string, rooms: readonly string[] = ["api", "client", "config", "schemas", "test"]): string[] {
  return rooms
    .flatMap((room) => filesBelow(root, room))
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("client/dist/"));
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}
