import { notifications } from "@mantine/notifications";

const CLOSE = { "aria-label": "Dismiss" };

/** A short word that something worked. */
export function toastSuccess(title: string, message = ""): void {
  notifications.show({ title, message, color: "var(--pb-green)", autoClose: 5_000, closeButtonProps: CLOSE });
}

/** Something failed: what happened and what to do. Stays longer, because it has to be read. */
export function toastFailure(title: string, { message, next = "" }: { message: string; next?: string }): void {
  const text = [message, next].filter((part) => part !== "").join(" ");
  notifications.show({ title, message: text, color: "var(--pb-red)", autoClose: 12_000, closeButtonProps: CLOSE });
}
