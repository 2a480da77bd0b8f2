import { Wrench } from "lucide-react";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import type { CallView } from "../blocks.ts";

/** Tools that were used one after the other. */
export function ToolGroup({ calls }: { calls: readonly CallView[] }) {
  const names = calls.map(({ call }) => call.tool);
  return (
    <p>
      <Wrench size={14} aria-hidden="true" /> Used <ForeignText>{names.join(", ")}</ForeignText>
    </p>
  );
}
