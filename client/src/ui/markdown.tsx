import { lazy, memo, Suspense } from "react";
import { ErrorBoundary } from "./error-boundary.tsx";
import { ForeignText } from "./foreign-text.tsx";
import { visibleString } from "./visible-text.ts";

const Rendered = lazy(() => import("./markdown-rendered.tsx").then(({ MarkdownRendered }) => ({ default: MarkdownRendered })));

/** Parsing costs more than it gives above this. */
const MAX_LENGTH = 40_000;
/** Quotations and lists within each other, more than anybody writes: what reads them takes a step of the stack for each. */
const TOO_DEEP = /^(?:[ \t]{0,8}(?:>|[-*+](?=[ \t])|\d{1,9}[.)])){50}/m;

/** Marks of emphasis in one paragraph: what pairs them takes the cube of their number when they are crossed. */
const MAX_MARKS = 600;
/** Where no mark before can pair with one behind: an empty line, an item of a list, a heading. */
const PARAGRAPHS = /\n(?=[ \t]*\n| {0,3}(?:[-*+]|#{1,6})[ \t]+\S)/;

function isTangled(text: string): boolean {
  return text.split(PARAGRAPHS).some((paragraph) => (paragraph.match(/[*_~]+/g)?.length ?? 0) > MAX_MARKS);
}

interface MarkdownProps {
  children: string;
  /** True only for the operator's own texts: tags become what sanitising leaves of them, elsewhere they stay text. */
  html?: boolean;
}

/** Markdown with its links made safe and without images. The renderer is fetched when first needed; the same text is not parsed again. */
export const Markdown = memo(function Markdown({ children, html = false }: MarkdownProps) {
  if (children.length > MAX_LENGTH || TOO_DEEP.test(children) || isTangled(children)) return <AsItCame text={children} />;
  return (
    <ErrorBoundary key={children} fallback={<AsItCame text={children} />}>
      <Suspense fallback={<span style={{ opacity: 0.6 }}>…</span>}>
        <Rendered html={html} source={visibleString(children)} />
      </Suspense>
    </ErrorBoundary>
  );
});

/** What cannot be read as Markdown can be read. */
function AsItCame({ text }: { text: string }) {
  return (
    <p style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      <ForeignText maxLength={text.length}>{text}</ForeignText>
    </p>
  );
}
