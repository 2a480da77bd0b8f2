import { notifications } from "@mantine/notifications";
import { asSentence } from "./as-sentence.ts";
import { visibleString } from "./visible-text.ts";

interface Toast {
  title: string;
  message?: string;
  /** What it is about: a newer word about the same thing takes the place of the older. */
  about?: string;
}

/** A short word that something worked. */
export function toastSuccess({ title, message = "", about }: Toast): void {
  show({ id: about, title, message, color: "var(--pb-green)", autoClose: 5_000 });
}

interface FailureToast extends Pick<Toast, "title" | "about"> {
  error: { message: string; next?: string };
}

/** Something failed: what happened and what to do. Stays longer, because it has to be read. */
export function toastFailure({ title, about, error: { message, next = "" } }: FailureToast): void {
  const text = [asSentence(visibleString(message.slice(0, 500))), next].filter((part) => part !== "").join(" ");
  show({ id: about, title, message: text, color: "var(--pb-red)", autoClose: 12_000 });
}

/** Nothing said to one person stays for the next. */
export function clearToasts(): void {
  notifications.clean();
}

function show({ id, title, ...toast }: Parameters<typeof notifications.show>[0] & { title: string }): void {
  if (id !== undefined) notifications.hide(id);
  notifications.show({ id, title: visibleString(title), closeButtonProps: { "aria-label": "Dismiss" }, ...toast });
}
