/**
 * Values that code holds without doing anything with them that a key would not show: classes over built-in ones, globals
 * that Node makes late. Each is held, changed where a program can change it, and looked at.
 */
import { program } from "../program.ts";

export const programs = [
  program("types of globals behind accessors of Node's", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export function kinds(n) {
          return burn(n) + [typeof process, typeof crypto, typeof performance, typeof navigator, typeof AbortController].join();
        }
        console.log(kinds(1));
        void [crypto.subtle, performance.now(), AbortController, globalThis.navigator];
        console.log(kinds(1));
        globalThis.performance = "mine";
        console.log(kinds(1));
        globalThis.AbortController = 1;
        console.log(kinds(1));
        let asked = 0;
        Object.defineProperty(globalThis, "crypto", { get() { asked++; return 1; }, configurable: true });
        console.log(kinds(1), asked);
        console.log(kinds(1), asked);
      `,
    },
    cold: { hits: { kinds: 1 } },
    warm: { hits: { kinds: 4 } },
  }),

  program("errors of a class in the old style, held by what makes them", {
    files: {
      "errors.cjs": `
        function subclass(child, parent) {
          function C() { this.constructor = child; }
          C.prototype = parent.prototype;
          child.prototype = new C();
        }
        function ParseError(message, place) {
          const self = Error.call(this, message);
          Object.setPrototypeOf(self, ParseError.prototype);
          self.place = place;
          return self;
        }
        subclass(ParseError, Error);
        ParseError.prototype.format = function () { return this.name + ": " + this.message + " at " + this.place; };
        ParseError.prototype.mark = "!";
        module.exports = { ParseError };
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { ParseError } from "./errors.cjs";
        export function parse(n, bad) {
          try {
            if (bad) throw new ParseError("no", n);
            return burn(n);
          } catch (error) {
            return burn(n) + (error instanceof ParseError) + (error instanceof Error) + error.format() + error.mark;
          }
        }
        console.log(parse(1, false), parse(1, true));
        ParseError.prototype.mark = "?";
        console.log(parse(1, true));
        Error.prototype.name = "Fault";
        console.log(parse(1, true));
        Error.prototype.message = "none";
        console.log(parse(2, true));
        Object.setPrototypeOf(ParseError.prototype, RangeError.prototype);
        console.log(parse(1, true));
        Object.setPrototypeOf(ParseError.prototype, null);
        console.log(parse(1, false));
        Object.setPrototypeOf(ParseError.prototype, {});
        console.log(parse(1, false));
      `,
    },
    warm: { hits: { parse: 8 } },
  }),

  program("what others inherit from ends at Object.prototype, or at nothing", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        export const has = (n, o) => burn(n) + ("toString" in o);
        const over = (top) => Object.create(Object.create(top));
        console.log(has(1, over(null)), has(1, over(Object.prototype)), has(1, over(Map.prototype)), has(1, over(Set.prototype)));
      `,
    },
    cold: { hits: {}, misses: { has: 4 } },
    warm: { hits: { has: 4 } },
  }),
];
