import { Loader, Stack } from "@mantine/core";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { UserView } from "../../../../schemas/wire.ts";
import { AuthLayout } from "../../ui/auth-layout.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PasswordForm } from "./password-form.tsx";
import { ProviderButton } from "./provider-button.tsx";
import { PROVIDER_PATH, type ProviderDoor, tabStays, wantedPlace } from "./provider-door.ts";
import { providerProblem } from "./provider-words.ts";
import classes from "./sign-in-page.module.css";

interface SignInPageProps {
  /** Null where nobody signs in by an OpenID provider. */
  door: ProviderDoor | null;
  /** Nobody was signed in when the page was opened; false when somebody has just gone. */
  isArriving: boolean;
  onSignedIn(user: UserView): void;
}

export function SignInPage({ door, isArriving, onSignedIn }: SignInPageProps) {
  const [search] = useSearchParams();
  const problem = search.get("problem");
  // LibreChat's way to the page in spite of the redirect.
  const isAsked = search.get("redirect") === "false";
  const [isLeaving] = useState(
    () => door?.autoRedirect === true && isArriving && problem === null && !isAsked && !tabStays.asked(),
  );
  useEffect(() => {
    if (!isLeaving) return;
    tabStays.yes();
    wantedPlace.keep();
    // Not a step in the history: going back from the provider must not lead there again.
    window.location.replace(PROVIDER_PATH);
  }, [isLeaving]);
  if (isLeaving) {
    return (
      <AuthLayout title="Sign in" lead="Taking you to the sign-in page of your provider.">
        <Loader aria-label="Loading" />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title="Sign in" lead="Welcome back.">
      <Stack gap="md">
        <Failure error={providerProblem(problem)} />
        {door !== null && (
          <>
            <ProviderButton door={door} />
            <div className={classes.or}>or with a password</div>
          </>
        )}
        <PasswordForm onSignedIn={onSignedIn} />
      </Stack>
    </AuthLayout>
  );
}
