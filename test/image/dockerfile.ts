import { DockerfileParser, type Instruction, ModifiableInstruction } from "dockerfile-ast";

/** One instruction, with what stands before its arguments taken apart. */
export interface Step {
  readonly keyword: string;
  /** `--from=page` as `{ from: "page" }`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Without flags, `${NAME}` of the build's arguments filled in, lines joined. */
  readonly text: string;
  /** The exec form (`["node", "x"]`), or the words. */
  readonly words: readonly string[];
}

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly steps: readonly Step[];
}

/** The stages of a Dockerfile, in order; the last one is the image. */
export function readDockerfile(text: string): Stage[] {
  const file = DockerfileParser.parse(text);
  const buildArguments = new Map(
    file.getInitialARGs().map((arg) => [arg.getProperty()?.getName(), arg.getProperty()?.getValue()]),
  );
  const stages: { name: string; image: string; steps: Step[] }[] = [];
  for (const instruction of file.getInstructions()) {
    const step = stepOf(instruction, buildArguments);
    if (step.keyword === "FROM") {
      const [image = "", , name = String(stages.length)] = step.words;
      stages.push({ name, image, steps: [] });
    } else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

type BuildArguments = ReadonlyMap<string | undefined, string | null | undefined>;

function stepOf(instruction: Instruction, buildArguments: BuildArguments): Step {
  const keyword = instruction.getKeyword();
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
  const text = (instruction.getRawArgumentsContent() ?? "").replace(/\\\r?\n\s*/g, "").trim();
  const filled = keyword === "FROM" ? text.replace(/\$\{(\w+)\}/g, (all, name) => buildArguments.get(name) ?? all) : text;
  return {
    keyword,
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ""])),
    text: filled,
    words: wordsOf(filled),
  };
}

function wordsOf(text: string): string[] {
  if (text.startsWith("[")) return JSON.parse(text) as string[];
  return text.split(/\s+/);
}

/** The last one of its kind counts; undefined when there is none. */
export function lastStep({ steps }: Stage, keyword: string): Step | undefined {
  return steps.findLast((step) => step.keyword === keyword);
}

/** What `ENV` sets, in all of its lines. */
export function environmentOfStage({ steps }: Stage): Record<string, string> {
  const pairs = steps.filter(({ keyword }) => keyword === "ENV").flatMap(({ words }) => words);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
