import type { UserView } from "../../schemas/wire.ts";
import type { AccountRecord } from "../ports/stores.ts";

export function toUserView({ id, email, name, role, disabled, createdAt, passwordHash }: AccountRecord): UserView {
  return { id, email, name, role, disabled, createdAt, hasPassword: passwordHash !== null };
}
