import { Modal, Skeleton } from "@mantine/core";
import type { ServerView, UserView } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";
import { PLACE } from "../../lib/place.ts";
import { useRequest } from "../../lib/use-request.ts";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure } from "../../ui/notice.tsx";
import { visibleString } from "../../ui/visible-text.ts";
import classes from "./rollout-strip.module.css";

/** The look that is taken when the house starts. */
const NOBODYS = "When the server was looked at, without a user";

interface StderrEntry {
  userId: string;
  text: string;
}

/** What a server's programs wrote to stderr last: the first place to look when one does not start. For admins. */
export function StderrDialog({ server, onClose }: { server: ServerView; onClose(): void }) {
  const loaded = useRequest<readonly StderrEntry[]>(
    `stderr ${server.name}`,
    async (signal) =>
      (await request<{ entries: readonly StderrEntry[] }>(path("mcp", server.name, "stderr"), { signal })).entries,
  );
  // Where accounts are kept elsewhere, nobody here knows more than the id.
  const people = useRequest<readonly UserView[]>("people", async (signal) =>
    PLACE.isHosted ? [] : (await request<{ users: readonly UserView[] }>(path("users"), { signal })).users,
  );
  const whose = (userId: string) =>
    userId === "" ? NOBODYS : `Connection of ${people.data?.find(({ id }) => id === userId)?.email ?? userId}`;
  return (
    <Modal opened onClose={onClose} size="xl" title={`Output of ${visibleString(server.title)}`}>
      <Failure error={loaded.error} />
      {loaded.data === null && loaded.error === null && <Skeleton height={120} radius={10} />}
      {loaded.data?.length === 0 && <p>Its programs have written nothing to stderr.</p>}
      {loaded.data?.map(({ userId, text }) => (
        <section key={userId} aria-label={whose(userId)}>
          <h3 className={classes.whose}>{whose(userId)}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <pre className={classes.output} tabIndex={0}>
            <ForeignText maxLength={text.length}>{text}</ForeignText>
          </pre>
        </section>
      ))}
    </Modal>
  );
}
