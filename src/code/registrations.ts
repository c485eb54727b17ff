/** Makes the registrations of a module's functions and classes: one for each, since some bindings are initialised later than others. */
import { type ClassSnapshot, snapshot, textHash } from "./class-shape.ts";
import type { InnerPlace } from "./closures.ts";
import type { LiveModule, LiveUnit, Registration } from "./live-module.ts";
import type { ClassShape, Manifest } from "./manifest.ts";

/** What it takes of the time for a call to register a function, and a method of a class: in steps of a walk. */
const FUNCTION = 8;
const METHOD = 32;

/** Where functions and classes are registered. */
interface Registering {
  add(value: object, unit: LiveUnit): void;
  addByText(value: object, text: string, unit: LiveUnit): void;
  isOnly(module: LiveModule, value: object, shape: ClassShape): boolean;
  addClass(shape: ClassSnapshot, unit: LiveUnit): void;
  addInner(place: InnerPlace): void;
}

export function registrations(module: LiveModule, manifest: Manifest, registry: Registering): readonly Registration[] {
  const attempt = (steps: number, register: () => boolean): Registration => ({
    steps,
    register: () => {
      try {
        return register();
      } catch {
        return false; // A binding in its dead zone: it is tried again later.
      }
    },
  });
  return [
    ...manifest.members.map(({ access, unit, text }) =>
      attempt(text === undefined ? FUNCTION : METHOD, () => {
        const value = module.resolve(access);
        if (typeof value !== "function") return value !== undefined;
        if (text === undefined) registry.add(value, module.unit(unit));
        else if (textHash(value) === text) registry.addByText(value, text, module.unit(unit));
        return true;
      }),
    ),
    ...manifest.classes.map((shape) =>
      attempt(METHOD * (1 + shape.methods.length), () => {
        const value = module.resolve(shape.access);
        if (typeof value !== "function") return value !== undefined;
        // The program may have put another class in its place.
        if (shape.text !== undefined && !registry.isOnly(module, value, shape)) return true;
        const live = module.unit(shape.unit);
        live.shape = snapshot(value, shape);
        registry.add(value, live);
        registry.addClass(live.shape, live);
        return true;
      }),
    ),
    attempt(manifest.inner.length, () => {
      for (const inner of manifest.inner) registry.addInner({ module, inner });
      return true;
    }),
  ];
}
