import { Button, Loader, Stack } from "@mantine/core";
import { ExternalLink } from "lucide-react";
import { visitUrl } from "../../../../schemas/elicitation-visit.ts";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import type { AskBodyProps } from "./ask-body.ts";
import { AskFoot } from "./ask-foot.tsx";
import { AskMessage } from "./ask-message.tsx";
import classes from "./asks.module.css";
import { useDraft } from "./use-draft.ts";

/** A page a server wants visited. Nothing of it is fetched before the person goes there themselves. */
export function VisitAsk({ request, title, drafts, answering, onLater }: AskBodyProps) {
  const url = visitUrl(request.params.url);
  const [{ wasOpened }, change] = useDraft(drafts, request.id, () => ({ wasOpened: false }));
  return (
    <Stack gap="md">
      <AskMessage text={request.params.message} />
      {url === null ? (
        <Notice tone="orange">This is no address that you could be sent to.</Notice>
      ) : (
        <>
          <Address url={url} />
          <p className={classes.quiet}>
            The page opens in a new tab. What you enter there goes to <strong className={classes.host}>{url.host}</strong>, not to
            Patchbay. Go there only if you expect <ForeignText maxLength={100}>{title}</ForeignText> to send you.
          </p>
        </>
      )}
      {request.holdsCall && (
        <Notice>
          {wasOpened
            ? "The call goes on when you are done there."
            : "The call cannot run before. It goes on when you have been there."}
        </Notice>
      )}
      <AskFoot request={request} answering={answering} onLater={onLater}>
        {url !== null && wasOpened && (
          <Button loading={answering.busy} onClick={() => void answering.run({ action: "accept" })}>
            I am done there
          </Button>
        )}
        {url !== null && !wasOpened && (
          <Button
            component="a"
            href={url.href}
            target="_blank"
            rel="noopener noreferrer"
            rightSection={<ExternalLink size={16} aria-hidden="true" />}
            onClick={() => (request.holdsCall ? change({ wasOpened: true }) : void answering.run({ action: "accept" }))}
          >
            Open the page
          </Button>
        )}
      </AskFoot>
    </Stack>
  );
}

/** The whole address as it is called, its host marked. */
function Address({ url }: { url: URL }) {
  const [before = "", after = ""] = splitAt(url.href, url.host);
  return (
    <div className={classes.address}>
      <div className={classes.url}>
        <p className="pb-mono" data-testid="address">
          {before}
          <strong className={classes.host}>{url.host}</strong>
          {after}
        </p>
        <CopyButton text={() => url.href} label="Copy the address" />
      </div>
      {url.hostname.split(".").some((label) => label.startsWith("xn--")) && (
        <Notice tone="orange">
          This name has letters of another script; it stands here as it is sent. It may look like a name you know and be another.
        </Notice>
      )}
      {url.protocol === "http:" && <Notice tone="amber">This page is on this very computer, and not encrypted.</Notice>}
    </div>
  );
}

/** The host stands once before any path: behind the first `//`. */
function splitAt(href: string, host: string): [string, string] {
  const at = href.indexOf("//") + 2;
  return [href.slice(0, at), href.slice(at + host.length)];
}

interface VisitingProps {
  request: ServerRequestView;
  title: string;
  onClose(): void;
}

/** After the page was opened: until the server says that it is done there, or the person does. */
export function Visiting({ request, title, onClose }: VisitingProps) {
  return (
    <Stack gap="md">
      <div className={classes.waiting} role="status">
        <Loader size={18} aria-hidden="true" />
        <span>
          The page is open in another tab. <ForeignText maxLength={100}>{title}</ForeignText> was told that you went there.
          {typeof request.params.elicitationId === "string" && " This closes when it says that it is done."}
        </span>
      </div>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
    </Stack>
  );
}
