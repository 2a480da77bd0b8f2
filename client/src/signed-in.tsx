import { Cable, KeyRound, KeySquare, MessagesSquare, TriangleAlert, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { Navigate, Route, Routes, useLocation, useNavigate, useSearchParams } from "react-router";
import type { GrantView, ServerView, UserView } from "../../schemas/wire.ts";
import { ChatRoute } from "./chat-route.tsx";
import { AccountMenu } from "./features/account/account-menu.tsx";
import { KeysPage } from "./features/api-keys/keys-page.tsx";
import { AskDialog } from "./features/asks/ask-dialog.tsx";
import { AsksStrip } from "./features/asks/asks-strip.tsx";
import { useAsks } from "./features/asks/use-asks.ts";
import { ConfigureDialog } from "./features/credentials/configure-dialog.tsx";
import { PeoplePage } from "./features/people/people-page.tsx";
import { type FileState, readFileState } from "./features/problems/problems-api.ts";
import { ProblemsBanner } from "./features/problems/problems-banner.tsx";
import { ProblemsPage } from "./features/problems/problems-page.tsx";
import { RolloutStrip } from "./features/rollout/rollout-strip.tsx";
import { useRollouts } from "./features/rollout/use-rollouts.ts";
import { GrantStrip } from "./features/server-sign-in/grant-strip.tsx";
import { GrantsPage } from "./features/server-sign-in/grants-page.tsx";
import { listGrants } from "./features/server-sign-in/server-sign-in-api.ts";
import { SignInDialog } from "./features/server-sign-in/sign-in-dialog.tsx";
import { ServersPage } from "./features/servers/servers-page.tsx";
import { useSamePerson } from "./features/sign-in/same-person.ts";
import type { Live } from "./lib/live.ts";
import { useLiveStatus } from "./lib/live-status.ts";
import { listServers } from "./lib/servers-api.ts";
import { useLiveEvent } from "./lib/use-live-event.ts";
import { useRequest } from "./lib/use-request.ts";
import { ToolsRoute } from "./tools-route.tsx";
import { LinkBanner } from "./ui/link-banner.tsx";
import { type NavSection, Shell } from "./ui/shell.tsx";
import { clearToasts, toastSuccess } from "./ui/toast.ts";
import { WaitingServers } from "./ui/waits-for-answer.tsx";

interface SignedInProps {
  user: UserView;
  /** The account itself is looked after elsewhere. */
  isHosted: boolean;
  openLive(): Live;
  /** The account was changed, or this browser belongs to somebody else now. */
  onChanged(user: UserView): void;
  /** `redirectTo`: signing out goes on there. */
  onSignedOut(redirectTo?: string): void;
}

/** One person's session: their line to the server is opened here and ends with it. */
export function SignedIn({ user, isHosted, openLive, onChanged, onSignedOut }: SignedInProps) {
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const opened = openLive();
    setLive(opened);
    return () => {
      opened.close();
      clearToasts();
    };
  }, [openLive]);
  useSamePerson(user, onChanged);
  return live === null ? null : <Pages live={live} user={user} isHosted={isHosted} onSignedOut={onSignedOut} />;
}

interface PagesProps extends Omit<SignedInProps, "openLive" | "onChanged"> {
  live: Live;
}

function Pages({ live, user, isHosted, onSignedOut }: PagesProps) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isAdmin = user.role === "ADMIN";
  const { link } = useLiveStatus(live.store);
  const servers = useRequest<readonly ServerView[]>("servers", listServers);
  useLiveEvent(live, "servers", servers.reload);
  const grants = useRequest<readonly GrantView[]>("grants", listGrants);
  useLiveEvent(live, "grants", grants.reload);
  const file = useRequest<FileState>(isAdmin ? "file" : "no file", (signal) =>
    isAdmin ? readFileState(signal) : Promise.resolve({ problems: [], pending: null }),
  );
  const problems = file.data?.problems ?? [];
  useLiveEvent(live, "problems", file.reload);
  const titleOf = (name: string) => servers.data?.find((each) => each.name === name)?.title ?? name;
  const asks = useAsks({
    live,
    onVisitEnded: (server) => toastSuccess({ title: `${titleOf(server)} says that you are done there`, about: server }),
  });
  const waiting = {
    servers: new Set(asks.queue.requests.map(({ server }) => server)),
    answer: (server: string) => asks.open(asks.queue.requests.find((each) => each.server === server)?.id ?? null),
  };
  const rollouts = useRollouts(live, isAdmin);
  useLiveEvent(live, "back", () => {
    servers.reload();
    grants.reload();
    file.reload();
  });
  useLiveEvent(live, "ended", () => onSignedOut());
  // In the address: links of our API lead straight to the dialog.
  const [search, setSearch] = useSearchParams();
  const signInTo = (server: string) => setSearch({ "sign-in": server });
  const [configured, setConfigured] = useState<string | null>(null);
  return (
    <Shell
      isFilled={pathname.startsWith("/chat")}
      sections={navigation({
        isAdmin,
        isHosted,
        problems: problems.filter(({ severity }) => severity === "error").length,
      })}
      account={<AccountMenu user={user} isHosted={isHosted} onSignedOut={onSignedOut} />}
      banner={
        <>
          <LinkBanner lost={link === "down"} />
          <ProblemsBanner problems={problems} />
          <AsksStrip asks={asks} servers={servers.data ?? []} />
        </>
      }
    >
      <WaitingServers value={waiting}>
        <Routes>
          <Route
            path="/"
            element={
              <ServersPage
                live={live}
                servers={servers}
                isAdmin={isAdmin}
                onSignIn={({ name }) => signInTo(name)}
                onConfigure={({ name }) => setConfigured(name)}
                onTools={({ name }) => void navigate(`/servers/${encodeURIComponent(name)}/tools`)}
                footOf={(server) => {
                  const grant = grants.data?.find((each) => each.server === server.name);
                  return (
                    <>
                      {grant !== undefined && <GrantStrip server={server} grant={grant} onChanged={grants.reload} />}
                      {isAdmin && server.source === "operator" && (
                        <RolloutStrip server={server} rollout={rollouts.get(server.name) ?? null} />
                      )}
                    </>
                  );
                }}
              />
            }
          />
          <Route
            path="/chat/:id?"
            element={<ChatRoute live={live} userId={user.id} servers={servers} onConfigure={setConfigured} onSignIn={signInTo} />}
          />
          {(["tools/:tool?", "functions"] as const).map((view) => (
            <Route
              key={view}
              path={`/servers/:server/${view}`}
              element={
                <ToolsRoute
                  live={live}
                  servers={servers}
                  view={view === "functions" ? view : "tools"}
                  isAdmin={isAdmin}
                  onConfigure={setConfigured}
                  onSignIn={signInTo}
                />
              }
            />
          ))}
          {!isHosted && <Route path="/keys" element={<KeysPage />} />}
          {isAdmin && !isHosted && <Route path="/people" element={<PeoplePage selfId={user.id} />} />}
          {isAdmin && <Route path="/grants" element={<GrantsPage servers={servers.data ?? []} />} />}
          {isAdmin && <Route path="/problems" element={<ProblemsPage file={file} />} />}
          <Route path="*" element={<Navigate to="/" replace />} />
        </Routes>
      </WaitingServers>
      <AskDialog asks={asks} servers={servers.data ?? []} />
      <ConfigureDialog
        server={servers.data?.find(({ name }) => name === configured) ?? null}
        live={live}
        onChanged={servers.reload}
        onClose={() => setConfigured(null)}
      />
      {servers.data !== null && (
        <SignInDialog
          server={search.get("sign-in")}
          servers={servers.data}
          live={live}
          onClose={() => setSearch({}, { replace: true })}
        />
      )}
    </Shell>
  );
}

interface NavigationParts {
  isAdmin: boolean;
  isHosted: boolean;
  problems: number;
}

function navigation({ isAdmin, isHosted, problems }: NavigationParts): readonly NavSection[] {
  const mine: NavSection = {
    title: "Workspace",
    items: [
      { to: "/chat", label: "Chat", icon: MessagesSquare },
      { to: "/", label: "Servers", icon: Cable },
      ...(isHosted ? [] : [{ to: "/keys", label: "API keys", icon: KeySquare }]),
    ],
  };
  const admin: NavSection = {
    title: "Admin",
    items: [
      ...(isHosted ? [] : [{ to: "/people", label: "People", icon: Users }]),
      { to: "/grants", label: "Sign-ins", icon: KeyRound },
      { to: "/problems", label: "Problems", icon: TriangleAlert, count: problems },
    ],
  };
  return isAdmin ? [mine, admin] : [mine];
}
