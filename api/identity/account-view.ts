import type { UserView } from "../../schemas/wire.ts";
import type { AccountRecord } from "../ports/stores.ts";

export function toUserView({ id, email, name, role, disabled, createdAt }: AccountRecord): UserView {
  return { id, email, name, role, disabled, createdAt };
}
