import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import type { Action } from "../../lib/use-action.ts";
import type { AskAnswer } from "./asks-api.ts";

/** What every kind of request is shown with. */
export interface AskBodyProps {
  request: ServerRequestView;
  /** The server's. */
  title: string;
  drafts: Map<string, unknown>;
  answering: Action<[AskAnswer]>;
  onLater(): void;
}
