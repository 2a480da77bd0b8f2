import { Button } from "@mantine/core";
import { Cable } from "lucide-react";
import { useNavigate, useParams } from "react-router";
import type { ServerView } from "../../schemas/wire.ts";
import { ToolsPage } from "./features/tools/tools-page.tsx";
import type { Live } from "./lib/live.ts";
import type { Loaded } from "./lib/use-request.ts";
import { EmptyState } from "./ui/empty-state.tsx";

interface ToolsRouteProps {
  live: Live;
  servers: Loaded<readonly ServerView[]>;
  onConfigure(server: string): void;
  onSignIn(server: string): void;
}

/** The address of a server's tools, and of one of them. */
export function ToolsRoute({ live, servers, onConfigure, onSignIn }: ToolsRouteProps) {
  const { server: name = "", tool = null } = useParams();
  const navigate = useNavigate();
  const server = servers.data?.find((each) => each.name === name);
  if (server === undefined) {
    if (servers.loading && servers.data === null) return null;
    return (
      <EmptyState icon={Cable} title="There is no such server for you">
        <Button variant="default" onClick={() => void navigate("/")}>
          To the servers
        </Button>
      </EmptyState>
    );
  }
  const base = `/servers/${encodeURIComponent(server.name)}/tools`;
  return (
    <ToolsPage
      key={server.name}
      live={live}
      server={server}
      selected={tool}
      onSelect={(next) => void navigate(next === null ? base : `${base}/${encodeURIComponent(next)}`)}
      onBack={() => void navigate("/")}
      onConfigure={() => onConfigure(server.name)}
      onSignIn={() => onSignIn(server.name)}
    />
  );
}
