import swc from "@swc/core";

/** Names that turn text into code. */
const MAKERS = new Set(["eval", "Function", "GeneratorFunction", "AsyncFunction"]);

interface SyntaxNode {
  type?: string;
  value?: unknown;
  callee?: SyntaxNode;
  property?: SyntaxNode;
}

/** Where a file makes code out of text: `eval(...)`, `Function(...)`, `new Function(...)`, also as a property of something. */
export function codeFromText(path: string, text: string): string[] {
  const program = swc.parseSync(text, { syntax: "typescript", tsx: path.endsWith(".tsx"), target: "esnext" });
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, callee } = node as SyntaxNode;
    const name = type === "CallExpression" || type === "NewExpression" ? nameOf(callee) : null;
    if (name !== null && MAKERS.has(name)) found.push(`${path} calls ${name}`);
    Object.values(node).forEach(visit);
  };
  visit(program.body);
  return found;
}

/** `eval`, and the `eval` of `globalThis.eval` and of `(0, eval)`. */
function nameOf(callee: SyntaxNode | undefined): string | null {
  if (callee === undefined) return null;
  if (callee.type === "Identifier") return String(callee.value);
  if (callee.type === "MemberExpression") return nameOf(callee.property);
  const inner = (callee as { expression?: SyntaxNode; expressions?: SyntaxNode[] }).expression;
  const last = (callee as { expressions?: SyntaxNode[] }).expressions?.at(-1);
  return nameOf(inner ?? last);
}
