import { describeColours, everyView } from "./every-view.ts";

describeColours("dark", everyView());
