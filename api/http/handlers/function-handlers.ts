import type { FUNCTION_ROUTES } from "../../../schemas/routes/function-routes.ts";
import type { ApprovalAnswer } from "../../tools/approval-record.ts";
import type { FunctionChoice, Functions } from "../../tools/functions.ts";
import type { Permissions } from "../../tools/permissions.ts";
import type { HandlersFor } from "../handler.ts";

export interface FunctionHandlerParts {
  functions: Functions;
  permissions: Pick<Permissions, "answer" | "approvals">;
}

/** What functions may do, and calls that wait for a person's word. */
export function functionHandlers({ functions, permissions }: FunctionHandlerParts): HandlersFor<typeof FUNCTION_ROUTES> {
  return {
    functions: async ({ who, params }) => ({ body: { ...(await functions.list(who, params.server ?? "")) } }),
    setFunctions: async ({ who, params, body }) => {
      const wanted = body as { choices: FunctionChoice[]; everyone?: boolean };
      return { body: await functions.choose(who, params.server ?? "", wanted) };
    },
    approvals: async ({ who }) => ({ body: { approvals: await permissions.approvals.list(who.userId) } }),
    answerApproval: async ({ who, params, body }) => {
      await permissions.answer(who.userId, params.id ?? "", body as ApprovalAnswer);
      return { body: { success: true } };
    },
  };
}
