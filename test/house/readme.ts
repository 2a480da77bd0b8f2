import type { ErrorCodeRow } from "../../schemas/error-codes.ts";

/** The README's error table, made from the code's. */
export function renderErrorTable(codes: Readonly<Record<string, ErrorCodeRow>>): string {
  const rows = Object.entries(codes).map(([code, { httpStatus, retryable, next }]) => {
    return `| \`${code}\` | ${httpStatus} | ${retryable ? "yes" : "no"} | ${next} |`;
  });
  return ["| Code | HTTP | Try again? | What to do next |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** Text between `<!-- begin NAME -->` and `<!-- end NAME -->`. */
export function sectionOf(readme: string, name: string): string {
  return new RegExp(`<!-- begin ${name} -->\\n([^]*?)\\n<!-- end ${name} -->`).exec(readme)?.[1] ?? "";
}

/** Rooms named in the first column of the map that are not folders, and folders that are not on the map. */
export function mapFaults(readme: string, rooms: readonly string[]): string[] {
  const named = [...sectionOf(readme, "rooms").matchAll(/^\| `([\w./-]+)\/` \|/gm)].map(([, room]) => room ?? "");
  return [
    ...named.filter((room) => !rooms.includes(room)).map((room) => `the map names ${room}, which is not there`),
    ...rooms.filter((room) => !named.includes(room)).map((room) => `${room} is not on the map`),
  ];
}

/** Relative links and pictures that lead nowhere. */
export function deadLinks(readme: string, exists: (path: string) => boolean): string[] {
  return [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? "").filter((path) => !exists(path));
}
