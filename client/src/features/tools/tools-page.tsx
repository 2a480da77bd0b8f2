import { Button, Skeleton } from "@mantine/core";
import { ArrowLeft, MousePointerClick, Wrench } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import type { ServerView, ToolView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveStatus } from "../../lib/live-status.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { type Loaded, useRequest } from "../../lib/use-request.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Failure } from "../../ui/notice.tsx";
import { ServerHeader } from "../../ui/server-header.tsx";
import { ToolList } from "./tool-list.tsx";
import { ToolPanel } from "./tool-panel.tsx";
import { listTools } from "./tools-api.ts";
import classes from "./tools-page.module.css";

interface ToolsPageProps {
  live: Live;
  server: ServerView;
  /** Null: none chosen yet. */
  selected: string | null;
  onSelect(tool: string | null): void;
  onBack(): void;
  onConfigure(): void;
  /** Ways to look at this server. */
  tabs: ReactNode;
  onSignIn(): void;
}

/** One server's tools: the list, and the one that was chosen. Where it is narrow, one after the other. */
export function ToolsPage({ live, server, selected, onSelect, onBack, onConfigure, onSignIn, tabs }: ToolsPageProps) {
  const state = useLiveStatus(live.store).statuses.get(server.name)?.state ?? null;
  const tools = useRequest(`tools of ${server.name}`, (signal) => listTools(server.name, signal));
  useLiveEvent(live, "tools", (changed) => {
    if (changed === server.name) tools.reload();
  });
  useLiveEvent(live, "back", tools.reload);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for every time the light turns green, not for every error
  useEffect(() => {
    if (state === "connected" && tools.error !== null) tools.reload();
  }, [state]);
  const tool = tools.data?.find(({ name }) => name === selected) ?? null;
  return (
    <>
      <ServerHeader server={server} state={state} onBack={onBack} />
      {tabs}
      {tools.error !== null && (
        <Failure error={tools.error}>
          <div className={classes.retry}>
            {tools.error.needsSignIn && (
              <Button size="xs" onClick={onSignIn}>
                Sign in
              </Button>
            )}
            <Button size="xs" variant="default" onClick={tools.reload} loading={tools.loading}>
              Try again
            </Button>
            {server.userVars.length > 0 && (
              <Button size="xs" variant="default" onClick={onConfigure}>
                Configure
              </Button>
            )}
          </div>
        </Failure>
      )}
      <Panes tools={tools} tool={tool} live={live} server={server.name} onSelect={onSelect} onSignIn={onSignIn} />
    </>
  );
}

interface PanesProps {
  tools: Loaded<readonly ToolView[]>;
  tool: ToolView | null;
  live: Live;
  server: string;
  onSelect(tool: string | null): void;
  onSignIn(): void;
}

function Panes({ tools, tool, live, server, onSelect, onSignIn }: PanesProps) {
  if (tools.data === null) return tools.loading ? <LoadingPanes /> : null;
  if (tools.data.length === 0) {
    return (
      <EmptyState icon={Wrench} title="No tools">
        <p>This server is connected and offers no tools, or none that you may use.</p>
      </EmptyState>
    );
  }
  return (
    <div className={classes.panes} data-chosen={tool !== null}>
      <div className={classes.list}>
        <ToolList tools={tools.data} selected={tool?.name ?? null} onSelect={onSelect} />
      </div>
      <div className={classes.detail}>
        {tool === null ? (
          <EmptyState icon={MousePointerClick} title="Choose a tool">
            <p>Its description, its form and its results appear here.</p>
          </EmptyState>
        ) : (
          <>
            <div className={classes.all}>
              <Button
                variant="default"
                size="xs"
                leftSection={<ArrowLeft size={14} aria-hidden="true" />}
                onClick={() => onSelect(null)}
              >
                All tools
              </Button>
            </div>
            <ToolPanel key={tool.name} live={live} server={server} tool={tool} onSignIn={onSignIn} />
          </>
        )}
      </div>
    </div>
  );
}

function LoadingPanes() {
  return (
    <div className={classes.panes} role="status">
      <span className="pb-hidden">Loading tools</span>
      <div className={classes.loading}>
        {[0, 1, 2, 3].map((index) => (
          <Skeleton key={index} height={58} radius={11} />
        ))}
      </div>
    </div>
  );
}
