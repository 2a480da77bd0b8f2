import type { ToolView } from "../../../schemas/wire.ts";

/** What people call a tool. */
export function titleOf({ title, annotations, name }: ToolView): string {
  return title ?? annotations.title ?? name;
}
