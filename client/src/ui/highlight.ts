import { common, createLowlight } from "lowlight";

const lowlight = createLowlight(common);

/** One piece of code and what it is, as a class of highlight.js. */
export interface CodePiece {
  text: string;
  className: string | null;
}

/** Null: a language that is not known here. */
export function codePieces(code: string, language: string): readonly CodePiece[] | null {
  if (!lowlight.registered(language)) return null;
  return piecesOf(lowlight.highlight(language, code).children, null);
}

type Nodes = ReturnType<typeof lowlight.highlight>["children"];

/** The innermost class has the colour. */
function piecesOf(nodes: Nodes, className: string | null): readonly CodePiece[] {
  return nodes.flatMap((node) => {
    if (node.type === "text") return [{ text: node.value, className }];
    if (node.type !== "element") return [];
    const own = node.properties.className;
    return piecesOf(node.children as Nodes, Array.isArray(own) ? String(own[0]) : className);
  });
}
