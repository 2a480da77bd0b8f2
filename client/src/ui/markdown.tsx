import { lazy, memo, Suspense } from "react";
import { ForeignText } from "./foreign-text.tsx";
import { visibleString } from "./visible-text.ts";

const Rendered = lazy(() => import("./markdown-rendered.tsx").then(({ MarkdownRendered }) => ({ default: MarkdownRendered })));

/** Parsing costs more than it gives above this. */
const MAX_LENGTH = 40_000;

interface MarkdownProps {
  children: string;
  /** True only for the operator's own texts: tags become what sanitising leaves of them, elsewhere they stay text. */
  html?: boolean;
}

/** Markdown with its links made safe and without images. The renderer is fetched when first needed; the same text is not parsed again. */
export const Markdown = memo(function Markdown({ children, html = false }: MarkdownProps) {
  if (children.length > MAX_LENGTH) {
    return (
      <p style={{ whiteSpace: "pre-wrap" }}>
        <ForeignText maxLength={children.length}>{children}</ForeignText>
      </p>
    );
  }
  return (
    <Suspense fallback={<span style={{ opacity: 0.6 }}>…</span>}>
      <Rendered html={html} source={visibleString(children)} />
    </Suspense>
  );
});
