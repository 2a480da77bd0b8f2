import { useEffect, useState } from "react";
import classes from "./code-block.module.css";
import { CopyButton } from "./copy-button.tsx";
import type { CodePiece } from "./highlight.ts";

/** Above this, colours cost more than they tell. */
const MAX_COLOURED = 30_000;
/** Code that is still growing is coloured when it has stood still for so long. */
const SETTLED_MS = 180;

/** Loaded with the first code that has a language. */
let highlight: typeof import("./highlight.ts").codePieces | null = null;

interface CodeBlockProps {
  code: string;
  /** As its author named it; null: not said. */
  language: string | null;
}

/** Code of somebody else's, with its language and a way to copy it. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const pieces = usePieces(code, language);
  return (
    <div className={classes.block}>
      <div className={classes.head}>
        <span className="pb-label">{language ?? "text"}</span>
        <CopyButton label="Copy code" text={() => code} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>
          {pieces?.map(({ text, className }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other identity
            <span key={index} className={classOf(className)}>
              {text}
            </span>
          )) ?? code}
        </code>
      </pre>
    </div>
  );
}

function usePieces(code: string, language: string | null): readonly CodePiece[] | null {
  const [found, setFound] = useState(() => ({ code, pieces: language === null ? null : coloured(code, language) }));
  useEffect(() => {
    if (language === null || code.length > MAX_COLOURED) return;
    let isGone = false;
    const timer = setTimeout(async () => {
      highlight ??= (await import("./highlight.ts")).codePieces;
      if (!isGone)
        setFound((known) => (known.code === code && known.pieces !== null ? known : { code, pieces: coloured(code, language) }));
    }, SETTLED_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [code, language]);
  return found.code === code ? found.pieces : null;
}

function coloured(code: string, language: string): readonly CodePiece[] | null {
  return code.length > MAX_COLOURED ? null : (highlight?.(code, language) ?? null);
}

const KINDS: readonly (readonly [RegExp, string | undefined])[] = [
  [/^hljs-(comment|quote|meta)$/, classes.quiet],
  [/^hljs-(keyword|selector-tag|doctag|operator|section|name)$/, classes.keyword],
  [/^hljs-(string|regexp|addition|subst|template-variable)$/, classes.string],
  [/^hljs-(number|literal|symbol|bullet|link|attribute|attr|variable|selector-attr|selector-pseudo)$/, classes.literal],
  [/^hljs-(title|type|built_in|class|selector-class|selector-id|params)$/, classes.title],
  [/^hljs-deletion$/, classes.deletion],
];

function classOf(kind: string | null): string | undefined {
  return kind === null ? undefined : KINDS.find(([pattern]) => pattern.test(kind))?.[1];
}
