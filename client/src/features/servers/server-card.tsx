import { type ReactNode, useId } from "react";
import { type Entry, missingVars } from "../../lib/server-entry.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { ServerIcon } from "../../ui/server-icon.tsx";
import { Since } from "../../ui/since.tsx";
import { StatusLight } from "../../ui/status-light.tsx";
import classes from "./server-card.module.css";
import { CardActions } from "./server-card-actions.tsx";
import { ServerReason } from "./server-reason.tsx";
import { ServerWarnings } from "./server-warnings.tsx";

const TRANSPORT_WORDS = { stdio: "stdio", sse: "SSE", "streamable-http": "Streamable HTTP", websocket: "WebSocket" } as const;

interface ServerCardProps {
  entry: Entry;
  isAdmin: boolean;
  onInitialize(): Promise<void>;
  onDisconnect(): Promise<void>;
  onSignIn(): void;
  onCancelSignIn(): Promise<void>;
  onConfigure(): void;
  onTools(): void;
  /** What stands below the actions, for admins. */
  children?: ReactNode;
}

export function ServerCard({ entry, isAdmin, children, ...actions }: ServerCardProps) {
  const { server, status } = entry;
  const titleId = useId();
  return (
    <article className={classes.card} aria-labelledby={titleId}>
      <div className={classes.top}>
        <ServerIcon name={server.name} title={server.title} iconPath={server.iconPath} />
        <StatusLight state={status?.state ?? null} of={server.title} />
      </div>
      <div className={classes.body}>
        <div>
          <h2 className={classes.title} id={titleId}>
            <ForeignText>{server.title}</ForeignText>
          </h2>
          <div className={`pb-label ${classes.meta}`}>
            <span>{TRANSPORT_WORDS[server.transport]}</span>
            {status !== null && status.reason?.code !== "NOT_CONNECTED_YET" && (
              <>
                <span aria-hidden="true">·</span>
                <Since at={status.since} />
              </>
            )}
          </div>
        </div>
        {server.description !== null && (
          <p className={classes.description}>
            <ForeignText>{server.description}</ForeignText>
          </p>
        )}
        {status !== null && (
          <>
            <ServerReason
              status={status}
              titles={new Map(server.userVars.map(({ name, title }) => [name, title]))}
              isAdmin={isAdmin}
            />
            <ServerWarnings warnings={status.warnings} />
          </>
        )}
      </div>
      <CardActions
        {...actions}
        state={status?.state ?? "disconnected"}
        signingIn={status?.reason?.code === "SIGNING_IN"}
        configurable={server.userVars.length > 0}
        missingCount={missingVars(entry).length}
        refused={status?.reason?.code === "CREDENTIALS_REFUSED"}
      />
      {children}
    </article>
  );
}
