import { Button } from "@mantine/core";
import { MessageCircleQuestion } from "lucide-react";
import type { ServerView } from "../../../../schemas/wire.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import classes from "./asks.module.css";
import type { Asks } from "./use-asks.ts";

const MAX_NAMED = 2;

/** Above every page while servers wait for this person. Announced once, in the way of nothing. */
export function AsksStrip({ asks, servers }: { asks: Asks; servers: readonly ServerView[] }) {
  const { requests } = asks.queue;
  const names = [...new Set(requests.map(({ server }) => server))];
  const titles = names.slice(0, MAX_NAMED).map((name) => servers.find((each) => each.name === name)?.title ?? name);
  const others = names.length - titles.length;
  return (
    <div aria-live="polite">
      {requests.length > 0 && (
        <section className={classes.strip} aria-label="Requests of servers">
          <MessageCircleQuestion size={17} aria-hidden="true" />
          <span className={classes.stripWords}>
            <strong>
              <ForeignText maxLength={60}>{titles.join(", ")}</ForeignText>
              {others > 0 && ` and ${others} more`}
            </strong>{" "}
            {requests.length === 1 ? "waits for your answer" : `wait for your answers (${requests.length})`}
          </span>
          <Button size="compact-sm" variant="default" onClick={() => asks.open(null)}>
            Answer
          </Button>
        </section>
      )}
    </div>
  );
}
