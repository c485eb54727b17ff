/**
 * Arguments that stand in the key as something else: a file as its content, an ignored argument as nothing. The body of a memoized function
 * gets the path or the value. Also extra state, which is in the key of each call of a function.
 */
import { readFileSync } from "node:fs";
import { types } from "node:util";
import type { Engine } from "../call/engine.ts";
import type { ExtraState } from "./declared.ts";

/** What an input is for one call. */
export interface InputLook {
  /** What is in the key. */
  readonly key: unknown;
  /** What the body gets. */
  readonly value: unknown;
  /** A file whose content is in the key: that the body reads it is no dependency of the call. Null for any other input. */
  readonly path: string | null;
  /** Whether the content is still the same: asked when the body has ended, which may have read a changed file. */
  readonly isSame: () => boolean;
}

/** By a registered symbol: two copies of dumbo in a program know each other's inputs. */
export const INPUT: unique symbol = Symbol.for("dumbo.input") as never;

const always = () => true;

class Input {
  readonly [INPUT]: (engine: Engine | null) => InputLook;
  readonly #text: string;

  constructor(text: string, look: (engine: Engine | null) => InputLook) {
    this.#text = text;
    this[INPUT] = look;
    Object.freeze(this);
  }

  /** For functions that are not memoized, and get an input by mistake: they have at least a text. */
  toString(): string {
    return this.#text;
  }
}

export function isInput(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, INPUT);
}

/** @throws what the file system throws */
export function lookAt(input: unknown, engine: Engine | null): InputLook {
  return (input as Input)[INPUT](engine);
}

/** The value that the body gets for an argument, in a call that is not kept. @throws what the file system throws */
export function argumentValue(argument: unknown): unknown {
  return isInput(argument) ? lookAt(argument, null).value : argument;
}

/** A method by which a class says what stands in the key for its instances. */
const KEY = Symbol.for("dumbo.key");

/** What stands in the key for a value: what its method says, together with its class; else the value. Runs code of the program. */
export function standingFor(value: unknown): unknown {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return value;
  const method: unknown = Reflect.get(value, KEY);
  return typeof method === "function" ? ["by its own key", value.constructor, Reflect.apply(method, value, [])] : value;
}

export function ignored<T>(value: T): T {
  return new Input(String(typeof value), () => ({ key: "ignored", value, path: null, isSame: always })) as T;
}

export function fileOf(path: string): string {
  const look = (engine: Engine | null): InputLook => {
    if (engine === null) return { key: null, value: path, path, isSame: always };
    const key = hashOf(path, engine);
    return { key: `content ${key}`, value: path, path, isSame: () => hashOf(path, engine) === key };
  };
  return new Input(path, look) as unknown as string;
}

export function fileContents(path: string): string {
  const look = (engine: Engine | null): InputLook => {
    const bytes = read(path, engine);
    const key = engine === null ? null : `content ${engine.tools.hash128(bytes)}`;
    return { key, value: bytes.toString("utf8"), path: null, isSame: always };
  };
  return new Input(path, look) as unknown as string;
}

function hashOf(path: string, engine: Engine): string | null {
  try {
    return engine.tools.hash128(read(path, engine));
  } catch (error) {
    // The body finds the same error when it reads the file.
    return `no file: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** Unaudited: that the file was read here is no dependency of the recorded calls around. */
function read(path: string, engine: Engine | null): Buffer {
  return engine === null ? readFileSync(path) : engine.host.unaudited(() => readFileSync(path));
}

export function envVar(name: string): ExtraState {
  return { read: () => process.env[name] };
}

export function ttl(seconds: number): ExtraState {
  if (!(seconds > 0)) throw new TypeError("ttl takes a number of seconds");
  return { read: () => Math.floor(Date.now() / 1000 / seconds) };
}

export function extraState(read: () => unknown): ExtraState {
  return { read };
}
