import { Button } from "@mantine/core";
import { MessageCircleQuestion } from "lucide-react";
import { createContext, useContext } from "react";
import classes from "./waits-for-answer.module.css";

/** Which servers wait for this person, and how to answer one. While a server waits, its running calls stand still. */
export interface Waiting {
  servers: ReadonlySet<string>;
  answer(server: string): void;
}

export const WaitingServers = createContext<Waiting>({ servers: new Set(), answer: () => undefined });

/** Beside a call that runs: said while its server waits for this person's answer, with the way to it. */
export function WaitsForAnswer({ server }: { server: string }) {
  const { servers, answer } = useContext(WaitingServers);
  if (!servers.has(server)) return null;
  return (
    <div className={classes.waits} role="status">
      <MessageCircleQuestion size={16} aria-hidden="true" />
      <span>Waits for your answer</span>
      <Button size="compact-xs" variant="default" onClick={() => answer(server)}>
        Answer
      </Button>
    </div>
  );
}
