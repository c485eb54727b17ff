/** How long each function took in a profiled run, in a file beside the store. */
import { join } from "node:path";
import { readSealed, writeSealed } from "./sealed-file.ts";

/** Milliseconds. */
export interface FunctionTime {
  /** With everything that it called. */
  readonly total: number;
  /** Without the functions of the program that it called. */
  readonly own: number;
}

export interface Times {
  /** When the profile was read, in milliseconds since 1970. */
  readonly at: number;
  readonly program: string;
  /** The time that all samples of the profile stand for. */
  readonly ran: number;
  /** In dumbo's own functions. */
  readonly dumbo: number;
  /** By `file:line name`, as profiles are. */
  readonly functions: Readonly<Record<string, FunctionTime>>;
}

function fileOf(directory: string): string {
  return join(directory, "times.json");
}

export function readTimes(directory: string): Times | null {
  return readSealed<Times>(fileOf(directory)) ?? null;
}

/** @throws what the file system throws */
export function writeTimes(directory: string, times: Times): void {
  writeSealed(fileOf(directory), times);
}
