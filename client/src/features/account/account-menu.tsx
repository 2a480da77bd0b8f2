import { Menu } from "@mantine/core";
import { ChevronsUpDown, KeyRound, LogOut, MonitorX } from "lucide-react";
import { useState } from "react";
import type { UserView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";
import { asApiError } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { SchemeItems } from "../../ui/scheme-items.tsx";
import { toastFailure } from "../../ui/toast.ts";
import classes from "./account-menu.module.css";
import { PasswordDialog } from "./password-dialog.tsx";

interface AccountMenuProps {
  user: UserView;
  /** Password and sessions are looked after elsewhere. */
  isHosted: boolean;
  /** `redirectTo`: signing out goes on there. */
  onSignedOut(redirectTo?: string): void;
}

/** Who is signed in, and what they can do about their own account. */
export function AccountMenu({ user, isHosted, onSignedOut }: AccountMenuProps) {
  const [dialog, setDialog] = useState<"password" | "everywhere" | null>(null);
  const signOut = async (path: string) => {
    try {
      const { redirectTo } = await request<{ redirectTo?: string }>(path, { method: "POST", body: {} });
      onSignedOut(redirectTo);
    } catch (error) {
      toastFailure({ title: "You are still signed in", error: asApiError(error) });
    }
  };
  return (
    <>
      <Menu position="top-start" width={248} withinPortal>
        <Menu.Target>
          <button type="button" className={classes.button}>
            <span className={classes.avatar} aria-hidden="true">
              {[...user.name][0]?.toUpperCase() ?? "?"}
            </span>
            <span className={classes.who}>
              <span>{user.name}</span>
              <span className={classes.email}>{user.email}</span>
            </span>
            <ChevronsUpDown size={16} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <SchemeItems />
          {!isHosted && (
            <>
              <Menu.Divider />
              {user.hasPassword && (
                <Menu.Item leftSection={<KeyRound size={16} />} onClick={() => setDialog("password")}>
                  Change password
                </Menu.Item>
              )}
              <Menu.Item leftSection={<MonitorX size={16} />} onClick={() => setDialog("everywhere")}>
                Sign out everywhere
              </Menu.Item>
              <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void signOut("/api/auth/sign-out")}>
                Sign out
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={dialog === "password"} email={user.email} onClose={() => setDialog(null)} />
      <ConfirmDialog
        opened={dialog === "everywhere"}
        title="Sign out everywhere?"
        confirmLabel="Sign out everywhere"
        onClose={() => setDialog(null)}
        onConfirm={() => signOut("/api/auth/sign-out-everywhere")}
      >
        Every browser that is signed in as {user.email} has to sign in again, this one too. API keys keep working.
      </ConfirmDialog>
    </>
  );
}
