/** What finding a reach has to ask of others. */
import type { Identity } from "./identity.ts";
import type { Vouching } from "./reach.ts";

export interface BuiltInsNamed {
  /** The same in each program. */
  readonly language: readonly object[];
  /** Those of the modules that the program has loaded by now, recorded before it had them. */
  readonly node: readonly object[];
}

/** What the program has done to a built-in object that any code may come upon: a member that it has added, or attributes that it has changed. */
export type BuiltInChange =
  | { readonly kind: "member"; readonly holder: object; readonly key: string | symbol; readonly path: string }
  | { readonly kind: "attributes"; readonly holder: object; readonly path: string; readonly text: string };

export interface ReachContext {
  identify(fn: object, hint: string | undefined): Identity;
  /** What the object is called that instances of a built-in class inherit from; null for any other object. */
  builtInPrototype(object: object): string | null;
  /** Objects of the language and of Node, with their names, that code can have by a name and that are the same at each call. */
  builtInObjects(): ReadonlyMap<object, string>;
  /** A member that the program has added to a namespace of the language, or null. */
  addedToNamespaces(): string | null;
  /** What the program has done to built-in objects, as the last look at them found it: the same list as long as that is the same. */
  builtInChanges(): readonly BuiltInChange[];
  /** Functions of the language and of Node that code may find by a name. */
  builtInsNamed(name: string): BuiltInsNamed;
  readonly vouching: Vouching;
  /** Folder and content hash of a package on the assumePure list, when this import of it is meant. */
  assumedPackage(from: string, name: string | undefined): { folder: string; digest: string } | null;
}
