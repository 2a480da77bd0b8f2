import { Button } from "@mantine/core";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import type { ConnectionState, ServerView } from "../../../schemas/wire.ts";
import { PageHeader } from "./page-header.tsx";
import { StatusLight } from "./status-light.tsx";
import { visibleString } from "./visible-text.ts";

interface ServerHeaderProps {
  server: ServerView;
  state: ConnectionState | null;
  lead?: ReactNode;
  onBack(): void;
}

/** The head of every page about one server: the way back, its name, its light. */
export function ServerHeader({ server, state, lead, onBack }: ServerHeaderProps) {
  return (
    <PageHeader
      title={visibleString(server.title)}
      above={
        <Button
          variant="subtle"
          size="compact-sm"
          ml={-8}
          leftSection={<ArrowLeft size={15} aria-hidden="true" />}
          onClick={onBack}
        >
          Servers
        </Button>
      }
      lead={lead}
      actions={<StatusLight state={state} of={server.title} />}
    />
  );
}
