/** The tap on `Date`. Asking for the present time reads the clock; everything else about dates is pure. */
import { state } from "../../src/trace/frames.ts";
import { keepFast } from "../builtins/keep-fast.ts";
import { noteMakerTap, noteNoticed } from "../builtins/noticed-functions.ts";
import { touch } from "./touch.ts";
import { byCall, remember, tappedByCall } from "./wrap.ts";

/**
 * Replaces the global `Date` by a function with the same prototype, so that dates that Node makes itself (`stat().mtime`,
 * `structuredClone`) are instances of it. Of a subclass they would not be, and a Proxy makes `new Date()` four times slower.
 */
export function tapDate(): void {
  const Original = Date;
  // `Tapped` has the prototype of `Original`, so `new.target` has to be handed on for subclasses only.
  const Tapped = function (this: unknown, ...args: []): unknown {
    if (new.target === undefined) {
      if (state.isAudited) touch("clock", "Date");
      return Original();
    }
    if (args.length === 0 && state.isAudited) touch("clock", "new Date");
    return Reflect.construct(Original, args, new.target === Tapped ? Original : new.target);
  } as unknown as DateConstructor;
  for (const key of Reflect.ownKeys(Original)) {
    const property = Object.getOwnPropertyDescriptor(Original, key);
    if (property !== undefined) Reflect.defineProperty(Tapped, key, property);
  }
  remember(Original, Tapped);
  const { now } = Original;
  // biome-ignore lint/complexity/noStaticOnlyClass: the code of classes is strict in all bundles, so that a function which is taken out has no `this`
  const { now: tappedNow } = class {
    static now(this: unknown): number {
      // biome-ignore lint/complexity/noThisInStatic: as an accessor or `valueOf` of something else, it is called where no call stands
      const isPlain = this === undefined || this === Tapped;
      if (state.isAudited) touch("clock", isPlain ? "Date.now" : "Date.now()");
      return now();
    }
  };
  remember(now, tappedNow);
  noteNoticed(tappedNow, tappedNow, "Date.now");
  hide(Tapped, "now", tappedNow);
  // Noted with its properties as they are now. If a program changes them, keys do not accept it as a value any more.
  noteMakerTap(Tapped, Tapped, "Date");
  hide(Original.prototype, "constructor", Tapped);
  hide(globalThis, "Date", Tapped);
  keepFast(Tapped);
  tapDateTimeFormat();
}

/** Taps `format` and `formatToParts` of `Intl.DateTimeFormat`: without an argument, they format the present time. */
function tapDateTimeFormat(): void {
  const { prototype } = Intl.DateTimeFormat;
  const trap = (original: unknown, self: unknown, args: unknown[]): unknown => {
    if (args[0] === undefined) touch("clock", "Intl.DateTimeFormat.format");
    return Reflect.apply(original as () => unknown, self, args);
  };
  const choose = () => (state.isAudited ? trap : undefined);
  hide(prototype, "formatToParts", tappedByCall(prototype.formatToParts, choose));
  // `format` is a getter. It makes one bound function for each formatter, and each gets one tap.
  const property = Object.getOwnPropertyDescriptor(prototype, "format");
  const get = property?.get;
  if (get === undefined) return;
  const bound = new WeakMap<object, object>();
  Reflect.defineProperty(prototype, "format", {
    ...property,
    get(this: unknown) {
      const original: (date?: Date) => string = Reflect.apply(get, this, []);
      let tap = bound.get(original);
      if (tap === undefined) {
        tap = byCall(original, choose);
        bound.set(original, tap);
      }
      return tap;
    },
  });
}

function hide(target: object, key: string, value: unknown): void {
  Reflect.defineProperty(target, key, { configurable: true, enumerable: false, writable: true, value });
}
