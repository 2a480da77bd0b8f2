import { Button, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { Cable, Search, SearchX } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveStatus } from "../../lib/live-status.ts";
import type { Entry } from "../../lib/server-entry.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { useServerActions } from "../../lib/use-server-actions.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { PatchRow } from "./patch-row.tsx";
import { ServerCard } from "./server-card.tsx";
import { FILTER_WORDS, FILTERS, type Filter, shownEntries } from "./server-filter.ts";
import classes from "./servers-page.module.css";

interface ServersPageProps {
  live: Live;
  servers: Loaded<readonly ServerView[]>;
  isAdmin: boolean;
  onSignIn(server: ServerView): void;
  onConfigure(server: ServerView): void;
  onTools(server: ServerView): void;
  /** What an admin sees at the foot of a card. */
  footOf(server: ServerView): ReactNode;
}

/** The MCP settings panel: every server this person may use, with its light. */
export function ServersPage({ live, servers, isAdmin, onSignIn, onConfigure, onTools, footOf }: ServersPageProps) {
  const { statuses } = useLiveStatus(live.store);
  const entries = (servers.data ?? []).map((server): Entry => ({ server, status: statuses.get(server.name) ?? null }));
  return (
    <>
      <PageHeader title="MCP settings" lead={<PatchRow entries={entries} />} />
      <Failure error={servers.error}>
        <div>
          <Button mt={8} size="xs" variant="default" onClick={servers.reload}>
            Try again
          </Button>
        </div>
      </Failure>
      {servers.data === null && servers.loading && <LoadingCards />}
      {servers.data !== null && entries.length === 0 && <NoServers isAdmin={isAdmin} />}
      {entries.length > 0 && (
        <ServerGrid
          live={live}
          entries={entries}
          isAdmin={isAdmin}
          onSignIn={onSignIn}
          onConfigure={onConfigure}
          onTools={onTools}
          footOf={footOf}
        />
      )}
    </>
  );
}

interface ServerGridProps extends Pick<ServersPageProps, "live" | "isAdmin" | "onSignIn" | "onConfigure" | "onTools" | "footOf"> {
  entries: readonly Entry[];
}

function ServerGrid({ live, entries, isAdmin, onSignIn, onConfigure, onTools, footOf }: ServerGridProps) {
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const actions = useServerActions(live, { onMissingValues: onConfigure, onSignIn });
  const shown = shownEntries(entries, filter, search);
  return (
    <>
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          type="search"
          aria-label="Search servers"
          placeholder="Search servers"
          leftSection={<Search size={16} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <SegmentedControl
          className={classes.filter}
          aria-label="Which servers"
          value={filter}
          onChange={setFilter}
          data={FILTERS.map((value) => ({ value, label: FILTER_WORDS[value] }))}
        />
      </div>
      <div className={classes.grid}>
        {shown.map((entry) => (
          <ServerCard
            key={entry.server.name}
            entry={entry}
            isAdmin={isAdmin}
            onInitialize={() => actions.initialize(entry.server)}
            onDisconnect={() => actions.disconnect(entry.server)}
            onSignIn={() => onSignIn(entry.server)}
            onCancelSignIn={() => actions.cancelSignIn(entry.server)}
            onConfigure={() => onConfigure(entry.server)}
            onTools={() => onTools(entry.server)}
          >
            {footOf(entry.server)}
          </ServerCard>
        ))}
      </div>
      {shown.length === 0 && (
        <EmptyState icon={SearchX} title="No server matches">
          <p>Try another word, or look at all of them.</p>
          <Button
            variant="default"
            onClick={() => {
              setSearch("");
              setFilter("all");
            }}
          >
            Show all
          </Button>
        </EmptyState>
      )}
    </>
  );
}

function NoServers({ isAdmin }: { isAdmin: boolean }) {
  return (
    <EmptyState icon={Cable} title="No servers yet">
      <p>
        {isAdmin
          ? "Add an entry under mcpServers in librechat.yaml and save; it appears here without a restart."
          : "No server is set up for you. Ask whoever runs this Patchbay."}
      </p>
    </EmptyState>
  );
}

function LoadingCards() {
  return (
    <div className={classes.grid} aria-hidden="true">
      {[0, 1, 2].map((index) => (
        <Skeleton key={index} height={212} radius={16} />
      ))}
    </div>
  );
}
