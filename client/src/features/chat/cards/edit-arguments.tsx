import { Skeleton } from "@mantine/core";
import { useRequest } from "../../../lib/use-request.ts";
import { ToolArguments } from "../../../ui/schema-form/tool-arguments.tsx";
import { listTools } from "./calls-api.ts";

interface EditArgumentsProps {
  server: string;
  tool: string;
  initial: Readonly<Record<string, unknown>>;
  busy: boolean;
  onDone(edited: Record<string, unknown>): void;
  onBack(): void;
}

/** Where the tool's form cannot be had: any object. */
const ANYTHING = { type: "object", additionalProperties: true };

/** Other arguments than the model's, by the tool's form or as JSON. */
export function EditArguments({ server, tool, initial, busy, onDone, onBack }: EditArgumentsProps) {
  const tools = useRequest(`tools of ${server}`, (signal) => listTools(server, signal));
  if (tools.loading && tools.data === null) return <Skeleton height={120} radius="md" />;
  const inputSchema = tools.data?.find(({ name }) => name === tool)?.inputSchema ?? ANYTHING;
  return (
    <ToolArguments
      inputSchema={inputSchema}
      initial={initial}
      running={busy}
      autoFocus
      runLabel="Approve with these"
      onRun={onDone}
      cancel={{ label: "Back", onCancel: onBack }}
    />
  );
}
