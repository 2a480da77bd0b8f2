import { Button } from "@mantine/core";
import { Cable } from "lucide-react";
import { useNavigate, useParams } from "react-router";
import type { ServerView } from "../../schemas/wire.ts";
import { FunctionsPage } from "./features/functions/functions-page.tsx";
import { ToolsPage } from "./features/tools/tools-page.tsx";
import type { Live } from "./lib/live.ts";
import type { Loaded } from "./lib/use-request.ts";
import { EmptyState } from "./ui/empty-state.tsx";
import { ViewTabs } from "./ui/view-tabs.tsx";

interface ToolsRouteProps {
  live: Live;
  servers: Loaded<readonly ServerView[]>;
  view: "tools" | "functions";
  isAdmin: boolean;
  onConfigure(server: string): void;
  onSignIn(server: string): void;
}

/** The address of a server's tools, of one of them, and of what they may do. */
export function ToolsRoute({ live, servers, view, isAdmin, onConfigure, onSignIn }: ToolsRouteProps) {
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
  const place = `/servers/${encodeURIComponent(server.name)}`;
  const base = `${place}/tools`;
  const tabs = (
    <ViewTabs
      label="Views of this server"
      views={{ tools: "Tools", functions: "Functions" }}
      current={view}
      onSelect={(next) => void navigate(`${place}/${next}`)}
    />
  );
  if (view === "functions") {
    const back = () => void navigate("/");
    return <FunctionsPage key={server.name} live={live} server={server} isAdmin={isAdmin} tabs={tabs} onBack={back} />;
  }
  return (
    <ToolsPage
      key={server.name}
      live={live}
      server={server}
      selected={tool}
      tabs={tabs}
      onSelect={(next) => void navigate(next === null ? base : `${base}/${encodeURIComponent(next)}`)}
      onBack={() => void navigate("/")}
      onConfigure={() => onConfigure(server.name)}
      onSignIn={() => onSignIn(server.name)}
    />
  );
}
