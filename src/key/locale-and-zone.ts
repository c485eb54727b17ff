/**
 * In which locale and time zone V8 computes, as a text that belongs to the key of each call: code comes upon both without naming them, by a date in
 * the statistics of a file, or by a method whose name it has put together.
 */
import { readFileSync, realpathSync } from "node:fs";
import { hash128 } from "../hash.ts";
import { environment } from "../value/process-env.ts";

const { DateTimeFormat } = Intl;
const { apply } = Reflect;
const { resolvedOptions } = DateTimeFormat.prototype;

/** In a worker, `process.env` mostly is a copy of which V8 learns nothing. */
const isWorker = (process.abort as { disabled?: boolean }).disabled === true;
/** Where reading may be forbidden, nothing is tried: a refusal is published. */
const mayRead = process.platform === "linux" && (process as { permission?: unknown }).permission === undefined;

/** The environment with which the process was started. */
interface AtStart {
  readonly locale: string;
  readonly zone: string | undefined;
}

/** Null where it cannot be read. */
let atStart: AtStart | null | undefined;
/** What `TZ` was when the text was made. Node tells V8 when it changes. */
let zone: string | undefined;
let text: string | null = null;

/** The same text until `TZ` changes. Cost: a read of the environment. */
export function localeAndZone(): string {
  const { TZ } = environment;
  if (text === null || TZ !== zone) {
    zone = TZ;
    text = makeText(TZ);
  }
  return text;
}

function makeText(now: string | undefined): string {
  atStart ??= mayRead ? readStart() : null;
  if (atStart === null) return askIntl();
  const name = isWorker && now !== atStart.zone ? zoneOfIntl() : zoneNamed(now);
  return `${atStart.locale} ${name}`;
}

/** ICU takes the locale from the environment before any code runs, and never again. */
function readStart(): AtStart | null {
  try {
    const variables = `\0${readFileSync("/proc/self/environ", "latin1")}`;
    const read = (name: string): string | undefined => {
      const at = variables.indexOf(`\0${name}=`);
      if (at < 0) return undefined;
      const from = at + name.length + 2;
      return variables.slice(from, variables.indexOf("\0", from));
    };
    return { locale: localeOf(read("LC_ALL") ?? read("LC_MESSAGES") ?? read("LANG")), zone: read("TZ") };
  } catch {
    return null;
  }
}

/** Names of one locale are one text: without an encoding, and V8 takes "C" for English as in the United States. */
function localeOf(name = "C"): string {
  const dot = name.indexOf(".");
  const at = name.indexOf("@");
  const bare = dot < 0 ? name : name.slice(0, dot) + (at > dot ? name.slice(at) : "");
  return bare === "C" || bare === "POSIX" ? "en_US" : bare;
}

function zoneNamed(TZ: string | undefined): string {
  if (TZ === "UTC") return TZ;
  const system = zoneOfSystem();
  // What no zone is called leaves it to the system.
  return TZ === undefined ? system : `${TZ}, or ${system}`;
}

/** By the name of the zone's file: usually `/etc/localtime` is a link to one. If it is no link, its content stands for the zone. */
function zoneOfSystem(): string {
  try {
    const file = realpathSync("/etc/localtime");
    if (file === "/etc/localtime") return hash128(readFileSync(file));
    const folder = file.indexOf("/zoneinfo/");
    const name = folder < 0 ? file : file.slice(folder + "/zoneinfo/".length);
    return name === "Etc/UTC" ? "UTC" : name;
  } catch {
    return "UTC";
  }
}

/** Takes 10 ms at the first time, for which ICU loads its data. */
function askIntl(): string {
  const { locale, timeZone } = apply(resolvedOptions, new DateTimeFormat(), []);
  return `${locale} ${timeZone}`;
}

function zoneOfIntl(): string {
  return `Intl ${apply(resolvedOptions, new DateTimeFormat(), []).timeZone}`;
}
