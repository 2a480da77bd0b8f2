import { Button, Loader } from "@mantine/core";
import { useEffect } from "react";
import { Navigate, Route, Routes, useLocation, useNavigate } from "react-router";
import { forgetDrafts } from "./features/chat/use-draft.ts";
import { InvitePage } from "./features/setup/invite-page.tsx";
import { SetupPage } from "./features/setup/setup-page.tsx";
import { ConnectAccountPage } from "./features/sign-in/connect-account-page.tsx";
import { wantedPlace } from "./features/sign-in/provider-door.ts";
import { useSession } from "./features/sign-in/session.ts";
import { SignInPage } from "./features/sign-in/sign-in-page.tsx";
import type { Live } from "./lib/live.ts";
import { SignedIn } from "./signed-in.tsx";
import { AuthLayout } from "./ui/auth-layout.tsx";
import { Failure } from "./ui/notice.tsx";

interface AppProps {
  openLive(): Live;
  /** Accounts and sign-in are the application's that this page is part of. */
  isHosted: boolean;
}

/** Who may see which page. Everything behind the sign-in lives and ends with one person: nothing is left for the next. */
export function App({ openLive, isHosted }: AppProps) {
  const { session, signedIn, signedOut, retry } = useSession();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const enter: typeof signedIn = (user) => {
    signedIn(user);
    if (pathname !== "/" && ["/setup", "/invite", "/sign-in"].includes(pathname)) void navigate("/", { replace: true });
  };
  /** `redirectTo`: where signing out goes on, at the provider. */
  const leave = (redirectTo?: string) => {
    signedOut();
    if (redirectTo === undefined) void navigate("/sign-in", { replace: true });
    else window.location.assign(redirectTo);
  };
  const isOut = session.phase === "signed-out";
  useEffect(() => {
    if (isOut) forgetDrafts();
  }, [isOut]);
  const isIn = session.phase === "signed-in";
  useEffect(() => {
    const wanted = isIn ? wantedPlace.take() : null;
    if (wanted !== null) void navigate(wanted, { replace: true });
  }, [isIn, navigate]);
  if (session.phase === "loading") return <Waiting />;
  if (session.phase === "failed") {
    return (
      <AuthLayout title="Patchbay does not answer" lead="The page is here, but its server is not.">
        <Failure error={session.error} />
        <Button mt="md" onClick={retry}>
          Try again
        </Button>
      </AuthLayout>
    );
  }
  if (isHosted && session.phase !== "signed-in") {
    return (
      <AuthLayout title="You are not signed in" lead="Sign in to the application that this page is part of, then come back.">
        <Button mt="md" onClick={retry}>
          Try again
        </Button>
      </AuthLayout>
    );
  }
  return (
    <Routes>
      <Route path="/setup" element={<SetupPage onSignedIn={enter} />} />
      <Route path="/invite" element={<InvitePage onSignedIn={enter} />} />
      <Route path="/connect-account" element={<ConnectAccountPage />} />
      {session.phase === "signed-in" ? (
        <>
          <Route path="/sign-in" element={<Navigate to="/" replace />} />
          <Route
            path="*"
            element={
              <SignedIn
                key={session.user.id}
                user={session.user}
                isHosted={isHosted}
                openLive={openLive}
                onChanged={signedIn}
                onSignedOut={leave}
              />
            }
          />
        </>
      ) : (
        <Route
          path="*"
          element={
            session.setupNeeded ? (
              <SetupPage onSignedIn={enter} />
            ) : (
              <SignInPage door={session.door} isArriving={session.isArriving} onSignedIn={enter} />
            )
          }
        />
      )}
    </Routes>
  );
}

function Waiting() {
  return (
    <div style={{ display: "grid", placeItems: "center", minHeight: "100dvh" }}>
      <Loader aria-label="Loading" />
    </div>
  );
}
