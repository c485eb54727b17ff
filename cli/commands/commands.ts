/** The table of commands, in the order in which the help lists them. */
import type { Command } from "../command.ts";
import { affected } from "./affected.ts";
import { check } from "./check.ts";
import { clear } from "./clear.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { gc } from "./gc.ts";
import { importCommand } from "./import.ts";
import { init } from "./init.ts";
import { ls } from "./ls.ts";
import { prepare } from "./prepare.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { scan } from "./scan.ts";
import { show } from "./show.ts";
import { stats } from "./stats.ts";
import { suggest } from "./suggest.ts";
import { verify } from "./verify.ts";
import { why } from "./why.ts";

export const COMMANDS: readonly Command[] = [
  init,
  run,
  prepare,
  stats,
  explain,
  why,
  suggest,
  affected,
  report,
  scan,
  check,
  verify,
  ls,
  show,
  clear,
  gc,
  exportCommand,
  importCommand,
  doctor,
];
