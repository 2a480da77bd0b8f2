import ReactMarkdown, { type Components } from "react-markdown";
import rehypeRaw from "rehype-raw";
import rehypeSanitize, { type Options } from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { CodeBlock } from "./code-block.tsx";
import classes from "./markdown.module.css";
import { SafeLink } from "./safe-link.tsx";

const INLINE = ["a", "b", "strong", "em", "i", "u", "s", "del", "code", "kbd", "br", "sub", "sup"];
const BLOCKS = ["p", "ul", "ol", "li", "pre", "blockquote", "hr", "table", "thead", "tbody", "tr", "th", "td"];
const ALIGNED: [string, ...string[]] = ["align", "left", "center", "right"];
const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];

/** What is left of any document, whoever wrote it. No images: they would tell another server who reads. */
const ALLOWED: Options = {
  tagNames: [...INLINE, ...BLOCKS, ...HEADINGS],
  attributes: {
    a: ["href"],
    ol: ["start"],
    code: [["className", /^language-[\w+#.-]{1,30}$/]],
    th: [ALIGNED],
    td: [ALIGNED],
  },
  protocols: { href: ["http", "https"] },
  strip: ["script", "style", "iframe", "object", "svg", "math", "template", "noscript"],
};

interface HastNode {
  type: string;
  value?: string;
  tagName?: string;
  properties?: Record<string, unknown>;
  children?: HastNode[];
}

/** Tags and images that somebody else wrote stay readable as the text they are, so that nothing disappears unseen. */
function markupAsText() {
  const convert = (node: HastNode): HastNode => {
    if (node.type === "raw") return { type: "text", value: node.value ?? "" };
    if (node.tagName === "img")
      return { type: "text", value: `[image: ${node.properties?.alt ?? ""} ${node.properties?.src ?? ""}]` };
    return node.children === undefined ? node : { ...node, children: node.children.map(convert) };
  };
  return (tree: HastNode) => convert(tree);
}

/** Deeper than people write, and deep enough to break what draws a page: from there on it is text. */
const MAX_DEPTH = 60;

function notTooDeep() {
  const walk = (node: HastNode, depth: number): HastNode => {
    if (node.children === undefined) return node;
    if (depth >= MAX_DEPTH) return { ...node, children: [{ type: "text", value: textOf(node) }] };
    return { ...node, children: node.children.map((child) => walk(child, depth + 1)) };
  };
  return (tree: HastNode) => walk(tree, 0);
}

const heading: Components["h1"] = ({ children }) => <p className={classes.heading}>{children}</p>;

const COMPONENTS: Components = {
  a: ({ href, children }) => <SafeLink href={href ?? ""}>{children}</SafeLink>,
  // Headings of a foreign text are none of this page's outline.
  h1: heading,
  h2: heading,
  h3: heading,
  h4: heading,
  h5: heading,
  h6: heading,
  pre: ({ node }) => {
    const [code] = (node as HastNode | undefined)?.children ?? [];
    const [, language = null] = /^language-(.+)$/.exec(String(code?.properties?.className ?? "")) ?? [];
    return <CodeBlock code={textOf(code).replace(/\n$/, "")} language={language} />;
  },
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

/** Step by step: what it looks into may be as deep as its author liked. */
function textOf(node: HastNode | undefined): string {
  const texts: string[] = [];
  const left = node === undefined ? [] : [node];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    texts.push(next.value ?? "");
    for (const child of (next.children ?? []).toReversed()) left.push(child);
  }
  return texts.join("");
}

export function MarkdownRendered({ source, html }: { source: string; html: boolean }) {
  return (
    <div className={classes.markdown}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={
          html ? [rehypeRaw, notTooDeep, [rehypeSanitize, ALLOWED]] : [notTooDeep, markupAsText, [rehypeSanitize, ALLOWED]]
        }
        components={COMPONENTS}
      >
        {source}
      </ReactMarkdown>
    </div>
  );
}
