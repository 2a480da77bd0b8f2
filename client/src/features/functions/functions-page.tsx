import { Button, Skeleton, Switch, TextInput } from "@mantine/core";
import { Search, SearchX, ShieldQuestion } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { FunctionView, Permission } from "../../../../schemas/wire-functions.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveStatus } from "../../lib/live-status.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { asApiError, useRequest } from "../../lib/use-request.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Rows } from "../../ui/rows.tsx";
import { ServerHeader } from "../../ui/server-header.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { FunctionRow, PERMISSION_WORDS } from "./function-row.tsx";
import classes from "./functions.module.css";
import { listFunctions, setFunctions } from "./functions-api.ts";
import { ServerInstructions } from "./server-instructions.tsx";
import { SetAll } from "./set-all.tsx";

interface FunctionsPageProps {
  live: Live;
  server: ServerView;
  isAdmin: boolean;
  tabs: ReactNode;
  onBack(): void;
}

/** What each function of a server may do: asked, always allowed, or never. */
export function FunctionsPage({ live, server, isAdmin, tabs, onBack }: FunctionsPageProps) {
  const state = useLiveStatus(live.store).statuses.get(server.name)?.state ?? null;
  const functions = useRequest(`functions of ${server.name}`, (signal) => listFunctions(server.name, signal));
  const listed = functions.data?.functions ?? null;
  const [search, setSearch] = useState("");
  const [everyone, setEveryone] = useState(false);
  const [busy, setBusy] = useState(false);
  const reloadOwn = (changed: string) => {
    if (changed === server.name) functions.reload();
  };
  useLiveEvent(live, "tools", reloadOwn);
  useLiveEvent(live, "permissions", reloadOwn);
  useLiveEvent(live, "back", functions.reload);

  const set = async (chosen: readonly FunctionView[], permission: Permission | null) => {
    setBusy(true);
    const about = `functions of ${server.name}`;
    try {
      const { stopped } = await setFunctions({ server: server.name, functions: chosen, permission, everyone });
      const word = permission === null ? "Their choice" : PERMISSION_WORDS[permission];
      const what = chosen.length === 1 ? visibleString(chosen[0]?.title ?? chosen[0]?.tool ?? "") : `${chosen.length} functions`;
      toastSuccess({ about, title: `${what}: ${word}`, message: stopped > 0 ? `${stopped} waiting calls were stopped.` : "" });
    } catch (error) {
      toastFailure({ about, title: "Nothing was set", error: asApiError(error) });
    }
    functions.reload();
    setBusy(false);
  };

  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = (listed ?? []).filter(({ tool, title, description }) => {
    const text = `${title ?? ""} ${tool} ${description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return (
    <>
      <ServerHeader
        server={server}
        state={state}
        lead="What a model may do here. Your own runs are your word already, unless it is set to ask or never."
        onBack={onBack}
      />
      {tabs}
      <Failure error={functions.error}>
        <Button mt={8} size="xs" variant="default" onClick={functions.reload} loading={functions.loading}>
          Try again
        </Button>
      </Failure>
      {listed === null && functions.loading && <LoadingRows />}
      {functions.data?.instructions != null && <ServerInstructions told={functions.data.instructions} />}
      {listed?.length === 0 && (
        <EmptyState icon={ShieldQuestion} title="No functions">
          <p>This server offers no functions, or none that you may use.</p>
        </EmptyState>
      )}
      {listed !== null && listed.length > 0 && (
        <>
          <div className={classes.tools}>
            <TextInput
              className={classes.search}
              type="search"
              aria-label="Search functions"
              placeholder={`Search ${listed.length} ${listed.length === 1 ? "function" : "functions"}`}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            {isAdmin && (
              <Switch label="For everybody" checked={everyone} onChange={(event) => setEveryone(event.currentTarget.checked)} />
            )}
            <SetAll
              functions={everyone ? shown : shown.filter(({ mayChoose }) => mayChoose)}
              everyone={everyone}
              onSet={(permission) => set(everyone ? shown : shown.filter(({ mayChoose }) => mayChoose), permission)}
            />
          </div>
          {shown.length === 0 ? (
            <EmptyState icon={SearchX} title="No function matches">
              <p>Try another word.</p>
            </EmptyState>
          ) : (
            <Rows label="Functions">
              {shown.map((view) => (
                <FunctionRow
                  key={view.tool}
                  view={view}
                  everyone={everyone}
                  busy={busy}
                  onSet={(permission) => void set([view], permission)}
                />
              ))}
            </Rows>
          )}
        </>
      )}
    </>
  );
}

function LoadingRows() {
  return (
    <div role="status">
      <span className="pb-hidden">Loading functions</span>
      {[0, 1, 2].map((index) => (
        <Skeleton key={index} height={72} radius={11} mb={8} />
      ))}
    </div>
  );
}
