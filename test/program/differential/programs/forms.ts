/**
 * Values and forms of code that packages are full of: the global object as a value, prototypes of the language, instances of built-in
 * classes, classes over Node's.
 */
import { type Program, program } from "../program.ts";

export const programs: readonly Program[] = [
  program("members of the global object are state, by whatever name it has", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { kept, root } from "./root.cjs";
        globalThis.level = 3;
        globalThis.table = { n: 1 };
        function absent(n) { return [burn(n) % 10, root.document === undefined, root.window ? 1 : 2, typeof root.Temporal2, globalThis.nothing?.at, typeof globalThis.window]; }
        function present(n) { return [burn(n) % 10, root.level, globalThis.level, global.level, root.table.n]; }
        function language(n) { return [burn(n) % 10, root.Math.max(1, n), globalThis.Math.max(2, n), global.parseInt("7"), globalThis.isFinite(n), globalThis.Array.isArray([])]; }
        function tested(n) { return [burn(n) % 10, root.process ? 1 : 2, globalThis.process && 3, !globalThis.table, root.table !== undefined, typeof root.table]; }
        const other = process.argv[2] === "other" ? {} : globalThis;
        function compared(n, it) { return [burn(n) % 10, it === root, other !== root]; }
        function branch(n, does) { burn(n); if (does) { root.written = n; } return n; }
        function method(n) { return [burn(n) % 10, globalThis.hasOwnProperty("level"), kept(n)]; }
        const all = () => process.uptime() > 0 && console.log(absent(1), present(1), language(1), tested(1), method(1), compared(1, {}), branch(1, false), branch(2, true), root.written, delete globalThis.written);
        all(); all();
        globalThis.level = 4; all();
        globalThis.table = { n: 2 }; all();
        globalThis.document = {}; all();
        delete globalThis.document; all();
      `,
      "root.cjs": `
        const { burn } = require("./burn.cjs");
        var root = typeof globalThis !== "undefined" ? globalThis : typeof self !== "undefined" ? self : this;
        exports.root = root;
        var Sym = root.Symbol;
        exports.kept = (n) => (Sym && root.Promise ? n + 1 : n + (burn(n) % 10));
      `,
    },
    cold: {
      misses: { absent: 2, present: 3, language: 1, tested: 1 },
      hits: { absent: 4, present: 3, language: 5, tested: 5 },
    },
    warm: { hits: { absent: 6, present: 6, language: 6, tested: 6, compared: 6, branch: 6 } },
    after: [
      {
        label: "another object that is compared with it",
        args: ["other"],
        hits: { tested: 6 },
        misses: { compared: 1 },
      },
      {
        label: "a global that was not there",
        edit: {
          "main.mjs": (text) => text.replace("globalThis.level = 3;", "globalThis.level = 3; globalThis.window = 1;"),
        },
        hits: { language: 6, tested: 6, present: 6 },
        misses: { absent: 2 },
      },
    ],
  }),

  program("what is found on the global object and reads the outside is noticed, and the object itself is no value", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const root = globalThis;
        root.count = 0;
        root.step = function () { return ++this.count; };
        root.pure = (n) => n * 2;
        Object.defineProperty(root, "lazy", { configurable: true, get() { return ++root.count; } });
        function now(n) { burn(n); return root.Date.now() > 0 && globalThis.Date.now() > 0; }
        function random(n) { burn(n); return root.Math.random() < 2 && globalThis.Math.random() < 2; }
        function whole(n, name) { burn(n); return typeof root[name]; }
        function given(it, n) { burn(n); return it === globalThis; }
        function stepped(n) { burn(n); return root.step(); }
        function written(n) { burn(n); root.other = n; return n; }
        function lazy(n) { burn(n); return root.lazy; }
        function code(n) { burn(n); return globalThis.eval("1 + 1") + root.Function("return 2")(); }
        function called(n) { return root.pure(burn(n)); }
        for (let i = 0; i < 2; i++) console.log(now(1), random(1), whole(1, "level"), given(root, 1), stepped(1), written(1), lazy(1), code(1), called(1));
        console.log(root.count, root.other);
      `,
    },
    refuses: {
      now: /clock|cannot see into/,
      random: /random/i,
      whole: /globalThis/,
      given: /globalThis/,
      stepped: /globalThis|writes/,
      written: /globalThis|writes/,
      lazy: /globalThis/,
      code: /cannot see into/,
    },
    cold: { misses: { called: 1 }, hits: { called: 1 } },
    warm: { hits: { called: 2 } },
  }),

  program("a member that is only tested decides by whether it is there", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const config = { debug: process.argv[2] === "list" ? [1] : { a: 1 }, zero: Number(process.argv[3] ?? 0), own: undefined };
        function truthy(n) { return burn(n) % 10 + (config.debug ? 1 : 2) + (config.own === undefined ? 1 : 0); }
        function type(n) { return typeof config.debug + burn(n) % 10; }
        function left(n) { return (config.zero && burn(n)) + typeof (config.zero && 1); }
        function value(n) { return burn(n) % 10 + (config.zero || 5); }
        console.log(truthy(1), type(1), left(1), value(1), Object.is(config.zero && 1, -0));
      `,
    },
    memo: { truthy: 1, type: 1, value: 1 },
    after: [
      { label: "another value that is there", args: ["list"], hits: { truthy: 1, type: 1, value: 1 } },
      { label: "another number", args: ["list", "3"], hits: { truthy: 1, type: 1 }, misses: { value: 1 } },
      {
        label: "none",
        edit: { "main.mjs": (text) => text.replace("{ a: 1 },", "0,") },
        misses: { truthy: 1, type: 1 },
      },
    ],
  }),

  program("prototypes of the language are values, with all that is on them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const objectProto = Object.prototype, mapProto = Map.prototype;
        function isEmpty(value) { return burn(1) > 0 && Object.getPrototypeOf(value) === objectProto; }
        function isMap(value) { return burn(2) > 0 && (value === mapProto || Object.getPrototypeOf(value) === mapProto); }
        function has(value, key) { return burn(3) > 0 && objectProto.hasOwnProperty.call(value, key); }
        function text(proto) { burn(4); return [proto.name, proto.message, Object.getOwnPropertyNames(proto).length]; }
        function which(proto) { burn(5); return proto === Error.prototype; }
        function rename(proto, name) { burn(6); proto.name = name; return name; }
        const all = () => process.uptime() > 0 && console.log(isEmpty({}), isEmpty([]), isMap(new Map()), isMap(mapProto), has({ a: 1 }, "a"), text(Error.prototype), text(TypeError.prototype), text(Array.prototype), which(Error.prototype), which(objectProto));
        all(); all();
        Error.prototype.name = "Oops"; all();
        console.log(rename(RangeError.prototype, "Far"), RangeError.prototype.name); RangeError.prototype.name = "RangeError";
        console.log(rename(RangeError.prototype, "Far"), RangeError.prototype.name);
      `,
    },
    refuses: { rename: /adds or changes `RangeError.prototype`/ },
    cold: {
      misses: { isEmpty: 4, isMap: 4, has: 2, text: 6, which: 4 },
      hits: { isEmpty: 2, isMap: 2, has: 1, text: 3, which: 2 },
    },
    warm: { hits: { isEmpty: 6, isMap: 6, has: 3, text: 9, which: 6 } },
  }),

  program("a prototype of the language to which something was added or in which something was replaced", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const protos = { Map: Map.prototype, Date: Date.prototype, RegExp: RegExp.prototype };
        function names(proto) { burn(1); return [Reflect.ownKeys(proto).length, typeof proto.added]; }
        function add(proto, value) { burn(2); proto.added = value; return value; }
        console.log(names(protos.Map), add(protos.Map, 1), names(protos.Map), protos.Map.added);
        delete protos.Map.added;
        console.log(names(protos.Map), add(protos.Map, 1), names(protos.Map), protos.Map.added);
      `,
    },
    refuses: { add: /of the language or of Node|writes|replaced|added/ },
    // What was added is in each key.
    warm: { hits: { names: 4 } },
  }),

  program("formatters are what they say of themselves", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const formats = { de: new Intl.NumberFormat("de"), en: new Intl.NumberFormat("en"), long: new Intl.NumberFormat("en", { minimumFractionDigits: 3 }) };
        const collator = new Intl.Collator("sv"), plural = new Intl.PluralRules("en", { type: "ordinal" }), list = new Intl.ListFormat("en");
        const names = new Intl.DisplayNames("en", { type: "region" }), relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
        const words = new Intl.Segmenter("en", { granularity: "word" }), locale = new Intl.Locale("de-AT");
        function number(format, n) { burn(1); return format.format(n); }
        function state(n) { burn(2); return [collator.compare("a", "z"), plural.select(n), list.format(["a", "b"]), names.of("DE"), relative.format(-1, "day"), [...words.segment("a b")].length, locale.language]; }
        function held(n) { burn(3); return formats.de.format(n) + formats.long.format(n); }
        function same(n) { burn(4); return n > 0 ? formats.de : null; }
        function make(n) { burn(5); return new Intl.NumberFormat("fr").format(n); }
        function hand(n) { burn(6); return new Intl.NumberFormat("fr", { maximumFractionDigits: n }); }
        function mark(format) { burn(7); format.format.seen = (format.format.seen ?? 0) + 1; return format.format.seen; }
        function put(format, n) { burn(8); format.extra = n; return n; }
        const all = () => process.uptime() > 0 && console.log(number(formats.de, 1234.5), number(formats.en, 1234.5), number(formats.long, 1234.5), state(2), held(1.5), same(1) === formats.de, make(1.5), hand(1).format(1.55));
        all(); all();
        console.log(mark(formats.de), mark(formats.de), number(formats.de, 1234.5));
        console.log(put(formats.en, 1), formats.en.extra, Object.keys(formats.en)); delete formats.en.extra;
        console.log(put(formats.en, 1), formats.en.extra, Object.keys(formats.en), number(formats.en, 1234.5));
      `,
    },
    refuses: { mark: /formatter|writes/ },
    cold: { misses: { state: 1, held: 1, same: 1, make: 1 }, hits: { state: 1, held: 1, same: 1, make: 1 } },
    warm: { hits: { number: 7, state: 2, held: 2, same: 2, make: 2, hand: 2 } },
    after: [
      {
        label: "other options",
        edit: {
          "main.mjs": (text) =>
            text
              .replace('type: "ordinal"', 'type: "cardinal"')
              .replace("minimumFractionDigits: 3", "minimumFractionDigits: 4"),
        },
        misses: { state: 1, held: 1 },
      },
      {
        label: "another locale",
        edit: { "main.mjs": (text) => text.replace('Collator("sv")', 'Collator("de")') },
        misses: { state: 1 },
        hits: { held: 2 },
      },
    ],
  }),

  program("formatters of dates and plural rules, of which the options do not tell all", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const dates = (locale, options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
        const utc = new Intl.DateTimeFormat("en", { timeZone: "UTC", dateStyle: "short" }), plain = new Intl.DateTimeFormat("en", { timeZone: "Asia/Tokyo" });
        function day(format, n) { burn(1); return format.format(n); }
        function today(format) { burn(2); return format.format().length > 0 && format.formatToParts().length > 0; }
        function plural(rules, n) { burn(3); return rules.select(n); }
        const held = { format: null };
        function holds(n) { burn(4); return held.format.format(n); }
        // Those of one line resolve to the same options.
        const alike = [
          dates("ja", { year: "numeric", month: "long", day: "numeric" }), dates("ja", { year: "numeric", month: "numeric", day: "numeric" }),
          dates("zh"), dates("zh", { year: "numeric", month: "narrow", day: "numeric" }),
          dates("en", { dayPeriod: "long", minute: "numeric" }), dates("en", { month: "numeric", dayPeriod: "long", minute: "2-digit" }),
          dates("en"), dates("en", { year: "numeric", month: "numeric", day: "numeric" }),
        ];
        const rules = [new Intl.PluralRules("en"), new Intl.PluralRules("en", { roundingMode: "ceil" })];
        const digits = [{ maximumSignificantDigits: 2 }, { maximumSignificantDigits: 2, maximumFractionDigits: 0, roundingPriority: "morePrecision" }].map((one) => new Intl.PluralRules("en", one));
        const time = typeof Temporal === "object" ? new Temporal.PlainTime(4, 5) : 1e12;
        function late(format) { burn(5); try { return format.format(time); } catch (error) { return error.name; } }
        for (let i = 0; i < 2; i++) console.log(day(utc, 1e12), day(plain, 1e12), today(utc));
        console.log(typeof day(utc, new Date(5)));
        for (const format of alike) { held.format = format; console.log(day(format, 1e12), holds(1e12), typeof Temporal === "object" && late(format)); }
        for (const one of rules) console.log(plural(one, 1.0004));
        for (const one of digits) console.log(plural(one, 1.04));
        if (process.argv[2] === "replaced") {
          globalThis.Temporal = { PlainTime: class {} };
          console.log(day(dates("en"), 1e12), day(utc, 1e12));
        }
      `,
    },
    refuses: { today: /clock|DateTimeFormat|cannot see into/ },
    warm: { hits: { day: 13, holds: 8, plural: 2 } },
    after: [{ label: "another Temporal", args: ["replaced"], hitsAtLeast: { day: 13 } }],
  }),

  program("formatters come back, as results and in what a call changes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const cache = new Map(), seen = new WeakMap();
        const at = 1e12, utc = { timeZone: "UTC" };
        function cached(name, locale, options) {
          const key = name + locale + JSON.stringify(options);
          let one = cache.get(key);
          if (!one) cache.set(key, one = new Intl[name](locale, options));
          return one;
        }
        function money(n) { return burn(1) + cached("NumberFormat", "de", { style: "currency", currency: "EUR" }).format(n); }
        function dated(n) { return burn(2) + cached("DateTimeFormat", "fr", { dateStyle: "long", ...utc }).format(n); }
        function usual(locale) { burn(3); return new Intl.DateTimeFormat(locale, utc); }
        function clock(locale) { burn(4); return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...utc }); }
        function month() { burn(5); return new Intl.DateTimeFormat("ja", { month: "long", day: "numeric", ...utc }); }
        function all() {
          burn(6);
          const list = [new Intl.Collator("sv", { numeric: true }), new Intl.PluralRules("ar", { type: "ordinal" }), new Intl.ListFormat("en", { type: "unit" }),
            new Intl.RelativeTimeFormat("en", { numeric: "auto" }), new Intl.DisplayNames("en", { type: "region" }), new Intl.Segmenter("en", { granularity: "word" })];
          return { list, again: list[0], frozen: Object.freeze(new Intl.NumberFormat("en")), named: Object.assign(new Intl.NumberFormat("ar"), { extra: 1 }) };
        }
        function bound(n) { burn(7); const one = new Intl.NumberFormat("en"); return { one, format: one.format }; }
        function marked(n) { burn(8); const one = new Intl.NumberFormat("en"); one.format.extra = n; return one; }
        class Mine extends Intl.NumberFormat { twice(n) { return this.format(n) + this.format(n); } }
        function mine() { burn(9); return new Mine("en"); }
        function inherits() { burn(10); return Object.create(Intl.NumberFormat.prototype); }
        function odd() { burn(11); return Object.setPrototypeOf(new Map([[1, 2]]), Intl.NumberFormat.prototype); }
        const time = typeof Temporal === "object" ? new Temporal.PlainTime(4, 5) : new Date(at);
        for (let i = 0; i < 2; i++) {
          console.log(money(1.5), dated(at), cache.size, [...cache.values()].map((one) => JSON.stringify(one.resolvedOptions())).join());
          cache.clear();
          const { list: [collator, plural, list, relative, names, words], again, frozen, named } = all();
          console.log(collator.compare("z", "ä"), collator === again, plural.select(2), list.format(["a", "b"]), relative.format(-1, "day"), names.of("DE"), [...words.segment("a b")].length);
          console.log(Object.isFrozen(frozen), frozen.format(1e6), named.extra, named.format(5), Object.keys(named), names instanceof Intl.DisplayNames, Object.prototype.toString.call(words));
          for (const locale of ["en", "de", "en-u-hc-h23", "ar", "hi"]) for (const one of [usual(locale), clock(locale)]) console.log(one.format(time), one.format(at), JSON.stringify(one.resolvedOptions()), one.formatRange(at, at + 1e10));
          console.log(month().format(at), bound(1).format(5), marked(2).format.extra, mine().twice(3), mine() instanceof Mine);
          try { inherits().format(1); } catch (error) { console.log(error.name); }
          try { odd().format(1); } catch (error) { console.log(error.name, Map.prototype.get.call(odd(), 1)); }
          const one = usual("en");
          seen.set(one, i);
          console.log(seen.get(one), seen.get(usual("en")), one.format === one.format, one === usual("en"));
        }
      `,
    },
    refuses: {
      month: /does not know/,
      bound: /function/,
      marked: /does not know/,
      mine: /does not know/,
      inherits: /does not know/,
    },
    warm: { hits: { money: 2, dated: 2, usual: 16, clock: 10, all: 2, odd: 4 } },
  }),

  program("addresses and queries are what they say", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const base = new URL("http://a.b/c?x=1#h"), query = new URLSearchParams("a=1&b=2");
        function path(n) { burn(1); return base.pathname + n + base.searchParams.get("x"); }
        function get(params, key) { burn(2); return params.get(key); }
        function resolve(url, to) { burn(3); return new URL(to, url).href; }
        function same(url) { burn(4); return url; }
        function part(url) { burn(5); return url.searchParams; }
        function move(url, to) { burn(6); url.pathname = to; return to; }
        function append(params, key) { burn(7); params.append(key, "1"); return key; }
        function make(n) { burn(8); return new URL("http://x/" + n); }
        function kind(url) { burn(9); return url instanceof URL; }
        function marked(url) { burn(10); return url.mark ?? 0; }
        const all = () => process.uptime() > 0 && console.log(path(1), get(query, "a"), get(base.searchParams, "x"), resolve(base, "d"), same(base) === base, part(base) === base.searchParams, make(1).href, kind(base), marked(base));
        all(); all();
        for (let i = 0; i < 2; i++) { console.log(move(base, "/moved"), base.href); base.pathname = "/c"; }
        for (let i = 0; i < 2; i++) { console.log(append(base.searchParams, "k"), base.href); base.search = "?x=1"; }
        all();
        base.mark = 5; all();
        console.log(kind(Object.create(URL.prototype)), kind({ __proto__: base }));
        class Mine extends URL { get two() { return this.href + this.href; } }
        console.log(kind(new Mine("http://q/")), same(new Mine("http://q/")).two);
      `,
    },
    refuses: { move: /holds inside/, append: /holds inside/, make: /class that dumbo does not know/ },
    warm: { hits: { path: 4, get: 8, resolve: 4, same: 4, part: 4, kind: 4, marked: 4 } },
  }),

  program("encoders and decoders without anything left in them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const encoder = new TextEncoder(), decoder = new TextDecoder(), fatal = new TextDecoder("utf-8", { fatal: true }), wide = new TextDecoder("utf-16le");
        const bytes = (...list) => new Uint8Array(list);
        function encode(text) { burn(1); return encoder.encode(text).join(); }
        function decode(by, list) { burn(2); return by.decode(list); }
        function stream(by, list) { burn(3); return by.decode(list, { stream: true }); }
        function flags(by) { burn(4); return [by.encoding, by.fatal, by.ignoreBOM]; }
        const all = () => process.uptime() > 0 && console.log(encode("\\u20ac"), decode(decoder, bytes(65, 66)), decode(fatal, bytes(65, 66)), decode(wide, bytes(65, 0)), flags(decoder), flags(fatal), flags(wide));
        all(); all();
        const one = new TextDecoder(), two = new TextDecoder();
        for (const by of [one, two]) console.log(JSON.stringify([stream(by, bytes(0xe2)), stream(by, bytes(0x82)), stream(by, bytes(0xac)), decode(by, bytes(65))]));
        for (const fake of [Object.create(TextDecoder.prototype), Object.create(TextEncoder.prototype)]) try { console.log(flags(fake)); } catch ({ name }) { console.log(name); }
      `,
    },
    cold: { misses: { encode: 1 }, hits: { encode: 1 } },
    warm: { hits: { encode: 2 }, hitsAtLeast: { decode: 4, flags: 4 } },
    after: [
      {
        label: "another encoding",
        edit: { "main.mjs": (text) => text.replace('"utf-16le"', '"utf-16be"') },
        hits: { encode: 2 },
      },
    ],
  }),

  program("the constructor of what a call or an element yields", {
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        let calls = 0;
        function above(value, k) { if (k === "count") calls++; return Object.getPrototypeOf(value); }
        const list = [{ a: 1 }, [], () => 1];
        function proto(value) { burn(1); return typeof Object.getPrototypeOf(value).constructor; }
        function named(value) { burn(2); const C = above(value, "a)b:(").constructor; return C.name; }
        function element(n) { burn(3); const C = list[0].constructor; return C === Object && n; }
        function last(text) { burn(4); const C = list[2].constructor; return C(text)(); }
        function made(value, text) { burn(5); const make = above(value, 1).constructor; return make(text)(); }
        function chain(value) { burn(6); const C = above(value)?.constructor; return C?.name; }
        function counted(value) { burn(7); const C = above(value, "count").constructor; return C.name; }
        function failing(value) { burn(8); try { return above(value).constructor; } catch ({ message }) { return message; } }
        for (let i = 0; i < 2; i++) {
          console.log(proto({}), proto([]), named({}), named(new Map()), element(1), last("return Date.now() > " + i), made(list[2], "return Math.random() < 2"), chain({}), chain(Object.create(null)), counted([]), calls, failing(Object.create(null)));
        }
        console.log(String(named), String(above), failing.toString().length, last.toString());
      `,
    },
    entry: "main.cjs",
    refuses: { last: /Date/, made: /random/ },
    warm: { hits: { proto: 4, named: 4, element: 2, chain: 4, counted: 1, failing: 2 } },
  }),

  program("classes and helpers as compilers write them", {
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const { Dog, kind, merge } = require("./compiled.cjs");
        function speak(n) { burn(n); const dog = new Dog(n); return [dog.speak(), dog.bark(), dog instanceof Dog, Dog.kinds()]; }
        function kinds(value) { burn(1); return kind(value); }
        function merged(n) { burn(2); return merge({ a: 1 }, { b: n }, null); }
        function borrowed(list) { burn(3); return [Boolean.prototype.valueOf.call(true), Array.prototype.copyWithin.call(list, 0, 1).length, Date.prototype.getTime.call(new Date(5)), Map.prototype.has.call(new Map([[1, 2]]), 1)]; }
        for (let i = 0; i < 3; i++) console.log(speak(1), speak(2), kinds("a"), kinds(Symbol.iterator), kinds(null), merged(1), borrowed([1, 2, 3]));
      `,
      "compiled.cjs": `
        "use strict";
        function _typeof(o) { "@babel/helpers - typeof"; return _typeof = "function" == typeof Symbol && "symbol" == typeof Symbol.iterator ? function (o) { return typeof o; } : function (o) { return o && "function" == typeof Symbol && o.constructor === Symbol && o !== Symbol.prototype ? "symbol" : typeof o; }, _typeof(o); }
        function _extends() { return _extends = Object.assign ? Object.assign.bind() : function (n) { for (var e = 1; e < arguments.length; e++) { var t = arguments[e]; for (var r in t) ({}).hasOwnProperty.call(t, r) && (n[r] = t[r]); } return n; }, _extends.apply(null, arguments); }
        function _classCallCheck(a, n) { if (!(a instanceof n)) throw new TypeError("Cannot call a class as a function"); }
        function _defineProperties(e, r) { for (var t = 0; t < r.length; t++) { var o = r[t]; o.enumerable = o.enumerable || !1, o.configurable = !0, "value" in o && (o.writable = !0), Object.defineProperty(e, _toPropertyKey(o.key), o); } }
        function _createClass(e, r, t) { return r && _defineProperties(e.prototype, r), t && _defineProperties(e, t), Object.defineProperty(e, "prototype", { writable: !1 }), e; }
        function _toPropertyKey(t) { var i = _toPrimitive(t, "string"); return "symbol" == _typeof(i) ? i : i + ""; }
        function _toPrimitive(t, r) { if ("object" != _typeof(t) || !t) return t; var e = t[Symbol.toPrimitive]; if (void 0 !== e) { var i = e.call(t, r || "default"); if ("object" != _typeof(i)) return i; throw new TypeError("@@toPrimitive must return a primitive value."); } return ("string" === r ? String : Number)(t); }
        function _callSuper(t, o, e) { return o = _getPrototypeOf(o), _possibleConstructorReturn(t, _isNativeReflectConstruct() ? Reflect.construct(o, e || [], _getPrototypeOf(t).constructor) : o.apply(t, e)); }
        function _possibleConstructorReturn(t, e) { if (e && ("object" == _typeof(e) || "function" == typeof e)) return e; if (void 0 !== e) throw new TypeError("Derived constructors may only return object or undefined"); return _assertThisInitialized(t); }
        function _assertThisInitialized(e) { if (void 0 === e) throw new ReferenceError("this hasn't been initialised - super() hasn't been called"); return e; }
        function _isNativeReflectConstruct() { try { var t = !Boolean.prototype.valueOf.call(Reflect.construct(Boolean, [], function () {})); } catch (t) {} return (_isNativeReflectConstruct = function _isNativeReflectConstruct() { return !!t; })(); }
        function _getPrototypeOf(t) { return _getPrototypeOf = Object.setPrototypeOf ? Object.getPrototypeOf.bind() : function (t) { return t.__proto__ || Object.getPrototypeOf(t); }, _getPrototypeOf(t); }
        function _inherits(t, e) { if ("function" != typeof e && null !== e) throw new TypeError("Super expression must either be null or a function"); t.prototype = Object.create(e && e.prototype, { constructor: { value: t, writable: !0, configurable: !0 } }), Object.defineProperty(t, "prototype", { writable: !1 }), e && _setPrototypeOf(t, e); }
        function _setPrototypeOf(t, e) { return _setPrototypeOf = Object.setPrototypeOf ? Object.setPrototypeOf.bind() : function (t, e) { return t.__proto__ = e, t; }, _setPrototypeOf(t, e); }
        var Animal = /*#__PURE__*/function () { function Animal(n) { _classCallCheck(this, Animal); this.n = n; } return _createClass(Animal, [{ key: "speak", value: function speak() { return this.n; } }]); }();
        var Dog = /*#__PURE__*/function (_Animal) { function Dog(n) { _classCallCheck(this, Dog); return _callSuper(this, Dog, [n + 1]); } _inherits(Dog, _Animal); return _createClass(Dog, [{ key: "bark", value: function bark() { return "w"; } }], [{ key: "kinds", value: function kinds() { return 3; } }]); }(Animal);
        exports.Dog = Dog;
        exports.kind = function kind(value) { return _typeof(value) + _typeof(1); };
        exports.merge = function merge() { return _extends.apply(null, arguments); };
      `,
    },
    entry: "main.cjs",
    warm: { hits: { kinds: 9, borrowed: 3 }, hitsAtLeast: { speak: 3, merged: 1 } },
  }),

  program("what calls put into weak collections, and take out, is done again", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const marks = new WeakMap(), seen = new WeakSet(), cache = new WeakMap();
        class Node { constructor(v) { this.v = v; this.kids = []; } }
        const graph = (n) => { const root = new Node(n); root.kids.push(new Node(n + 1), new Node(n + 2)); return root; };
        function mark(node, k) { burn(k); marks.set(node, { k, of: node.kids[0] }); for (const kid of node.kids) { marks.set(kid, k); seen.add(kid); } return k; }
        function unmark(node) { burn(3); marks.delete(node); seen.delete(node.kids[1]); node.kids[0].v++; return node.v; }
        function remember(node) { let known = cache.get(node); if (known === undefined) { burn(4); known = { sum: node.v }; cache.set(node, known); } return known; }
        function fresh(k) { burn(k); const node = new Node(k); marks.set(node, k); return node; }
        function grow(node, k) { burn(k); const kid = new Node(k); node.kids.push(kid); marks.set(kid, node); return kid; }
        function language(k) { burn(k); marks.set(JSON, k); return k; }
        function own(k) { burn(k); marks.set(own, k); return k; }
        function ofClass(k) { burn(k); marks.set(Node.prototype, k); return k; }
        function nothing(node) { burn(5); marks.get(node); return node.v; }
        const show = (node) => [marks.get(node)?.k, marks.get(node)?.of === node.kids[0], ...node.kids.map((kid) => [marks.get(kid) === node ? "up" : marks.get(kid), seen.has(kid)])];
        for (let i = 0; i < 3; i++) {
          const node = graph(1);
          console.log(JSON.stringify([mark(node, 1), show(node), mark(node, 2), show(node), unmark(node), show(node), nothing(node)]));
          const first = remember(node);
          console.log(first === remember(node), first === cache.get(node), remember(graph(1)) === first, marks.get(fresh(2)));
          const kid = grow(node, 7);
          console.log(marks.get(kid) === node, node.kids.at(-1) === kid, JSON.stringify(show(node)));
        }
        for (let i = 0; i < 2; i++) { console.log(language(1), marks.get(JSON), own(1), marks.get(own), ofClass(1), marks.get(Node.prototype)); marks.delete(JSON); marks.delete(own); marks.delete(Node.prototype); }
      `,
    },
    refuses: { language: /of the language or of Node/, ofClass: /./ },
    warm: { hits: { mark: 6, unmark: 3, nothing: 3, fresh: 3, grow: 3, own: 2 }, hitsAtLeast: { remember: 4 } },
  }),

  program("functions that put another in their own place when they are first called", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { typed, extended, parent, bound } from "./lib.cjs";
        import * as other from "./other.cjs";
        export const ofType = (n) => typed(n) + burn(n) % 10;
        export const extend = (n) => JSON.stringify(extended({ a: burn(n) % 10 }, { b: n }, null, { a: n }));
        export const above = (n) => parent(Object.create([burn(n) % 10])).join();
        export const boundTo = (n) => bound([burn(n) % 10]) === Array.prototype;
        export const capturesOuter = (n) => burn(n) % 10 + other.captures(n);
        export const shownOuter = (n) => burn(n) % 10 + other.shown(n);
        export const chosenOuter = (n) => burn(n) % 10 + other.chosen(n);
        export const countedOuter = (n) => burn(n) % 10 + other.counted(n);
        export const resetOuter = (n) => burn(n) % 10 + other.reset(n);
        const order = process.argv[2] ? [1, 5] : [1, 2, 1];
        if (process.argv[2]) other.setFlag(false);
        for (let i = 0; i < 2; i++) {
          console.log(ofType(1), ofType("a"), ofType(null), extend(2), above(3), boundTo(4));
          if (i === 0) console.log(typed(null), JSON.stringify(extended({ c: 1 }, { d: 2 })), parent([]) === Array.prototype);
          for (const one of [capturesOuter, shownOuter, chosenOuter, countedOuter, resetOuter]) console.log(one.name, ...order.map(one));
          console.log(other.state(), other.isReplaced());
          other.setFlag(false);
        }
      `,
      "lib.cjs": `
        "use strict";
        function _typeof(o) { "@babel/helpers - typeof"; return _typeof = "function" == typeof Symbol && "symbol" == typeof Symbol.iterator ? function (o) { return typeof o; } : function (o) { return o && "function" == typeof Symbol && o.constructor === Symbol && o !== Symbol.prototype ? "symbol" : typeof o; }, _typeof(o); }
        function _extends() { return _extends = Object.assign ? Object.assign.bind() : function (n) { for (var e = 1; e < arguments.length; e++) { var t = arguments[e]; for (var r in t) ({}).hasOwnProperty.call(t, r) && (n[r] = t[r]); } return n; }, _extends.apply(null, arguments); }
        function _getPrototypeOf(t) { return _getPrototypeOf = Object.setPrototypeOf ? Object.getPrototypeOf.bind() : function (t) { return t.__proto__ || Object.getPrototypeOf(t); }, _getPrototypeOf(t); }
        function direct(t) { return direct = Object.getPrototypeOf || function (t) { return t.__proto__; }, direct.call(null, t); }
        exports.typed = (o) => _typeof(o) + "!";
        exports.extended = (...list) => _extends(...list);
        exports.parent = (t) => _getPrototypeOf(t);
        exports.bound = (t) => direct(t);
      `,
      "other.cjs": `
        "use strict";
        let flag = true, count = 0;
        function first(n) { return first = function (m) { return n + m; }, first(n); }
        function seen(n) { return seen = function (m) { return m * 2; }, seen(n); }
        function choose(n) { return choose = flag ? function (m) { return m + 1; } : function (m) { return m - 1; }, choose(n); }
        function counting(n) { return counting = (count++, function (m) { return m + count; }), counting(n); }
        function twice(n) { return twice = function (m) { return m * 3; }, twice(n); }
        const original = seen;
        exports.captures = (n) => first(n);
        exports.shown = (n) => seen(n);
        exports.chosen = (n) => choose(n);
        exports.counted = (n) => counting(n);
        exports.reset = (n) => { const result = twice(n); if (n > 1) twice = function () { return -1; }; return result; };
        exports.state = () => [flag, count];
        exports.setFlag = (value) => { flag = value; };
        exports.isReplaced = () => seen !== original;
      `,
    },
    warm: { hits: { ofType: 6, extend: 2, above: 2, boundTo: 2 } },
    after: [
      {
        label: "in another order",
        args: ["other"],
        hits: { ofType: 6, extend: 2, above: 2, boundTo: 2 },
      },
      {
        label: "another helper",
        edit: { "lib.cjs": (text) => text.replace("return typeof o; }", 'return "a " + typeof o; }') },
        hits: { ofType: 3, extend: 2, above: 2, boundTo: 2 },
      },
    ],
  }),

  program("async functions that wait for nothing keep what they change", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const cache = Object.create(null), list = [];
        let count = 0;
        function lookUp(n) { return cache[n] || (cache[n] = { n: burn(n) % 10 }); }
        async function cached(n) { burn(n); return lookUp(n); }
        async function push(to, n) { burn(n); to.push(n); return to.length; }
        async function bump(n) { burn(n); raise(); return n; }
        function raise() { count++; }
        async function throwing(n) { burn(n); list.push(n); if (n > 1) throw new Error("no"); return n; }
        async function handed(to, n) { burn(n); to.push(n); return given; }
        async function waiting(to, n) { burn(n); to.push(n); await null; to.push(-n); return to.length; }
        async function through(to, n) { burn(n); return push(to, n); }
        async function inner(to, n) { burn(n); const later = async () => { await null; to.push("late"); }; later(); return n; }
        const given = Promise.resolve(5);
        for (let i = 0; i < 3; i++) {
          const to = [], order = [];
          const first = push(to, 1); to.push("between"); order.push(to.join()); push(to, 2); order.push(to.join());
          console.log(await first, order.join("|"), await cached(1) === await cached(1), Object.keys(cached).length, Object.keys(cache).join());
          console.log(await bump(1), count, await throwing(1), await throwing(2).catch(({ message }) => message), list.join());
          const mine = []; const promise = handed(mine, 1); mine.push("other"); console.log(await promise, mine.join());
          const waited = []; const other = waiting(waited, 1); waited.push("other"); console.log(await other, waited.join());
          const passed = []; console.log(await through(passed, 1), passed.join());
          const late = []; console.log(await inner(late, 1), late.join()); await null; console.log(late.join());
          delete cache[1]; list.length = 0;
        }
      `,
    },
    refuses: { handed: /./, waiting: /./, inner: /./ },
    cold: { hitsAtLeast: { push: 1, cached: 2, bump: 0 } },
    warm: { hits: { cached: 6 }, hitsAtLeast: { push: 6 } },
    after: [{ label: "once more", hits: { cached: 6 }, hitsAtLeast: { push: 6 } }],
  }),

  program("closures over a binding that holds undefined, or is still in its dead zone", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function make(n, runs) {
          const made = {};
          let unset;
          const early = () => [burn(n) % 10, unset];
          made.early = early;
          for (const x of [n, undefined]) made["of" + x] = () => [burn(2) % 10, x];
          { function nested() { return [burn(3) % 10, typeof unset]; } made.nested = nested; }
          made.set = (value) => { unset = value; };
          function hoisted() { try { return [burn(4) % 10, typeof late]; } catch ({ name }) { return name; } }
          made.hoisted = hoisted;
          if (runs) runs(hoisted);
          let late = n > 1 ? undefined : n;
          switch (n) { case 0: let chosen = 1; default: made.chosen = () => { try { return [burn(5) % 10, chosen]; } catch ({ name }) { return name; } }; }
          return made;
        }
        function call(fn) { return JSON.stringify(fn()) + burn(6) % 10; }
        function risky(fn) { return JSON.stringify(fn()) + burn(7) % 10; }
        const one = make(2), two = make(0);
        for (let i = 0; i < 2; i++) console.log(call(one.early), call(one.of2), call(one.ofundefined), call(one.nested), call(two.early));
        one.set("set"); console.log(call(one.early), call(one.nested), call(two.early));
        make(2, (hoisted) => console.log(risky(hoisted))); console.log(risky(one.hoisted), risky(two.hoisted), risky(one.chosen), risky(two.chosen));
      `,
    },
    warm: { hits: { call: 13 } },
  }),

  program("a class of emitters with private members", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { EventEmitter } from "node:events";
        class Counter extends EventEmitter {
          #n; name = "c";
          constructor(n) { super(); this.#n = n; this.on("add", Counter.grow); }
          static grow(k) { this.#n += k; }
          get n() { return this.#n; }
          add(k) { this.emit("add", k); return this; }
        }
        const one = new Counter(1);
        function state(n) { return burn(n) % 10 + one.n; }
        function made(n) { burn(n); return new Counter(n).add(n).n; }
        function given(counter, n) { burn(n); return counter.n; }
        function back(counter) { burn(1); return counter; }
        const all = () => process.uptime() > 0 && console.log(state(1), made(2), given(one, 1), given(new Counter(7), 1), back(one) === one);
        all(); all();
        one.add(5); all();
        one.removeAllListeners(); one.add(5); all();
      `,
    },
    warm: { hits: { state: 4, made: 4, given: 8, back: 4 } },
    after: [
      {
        label: "another number",
        edit: { "main.mjs": (text) => text.replace("new Counter(1);", "new Counter(2);") },
        misses: { state: 3 },
        hits: { made: 4 },
      },
      {
        label: "emitters of the program's own making",
        edit: {
          "main.mjs": (text) =>
            text.replace(
              "const one =",
              "EventEmitter.prototype.emit = function (name, k) { this.seen = (this.seen ?? 0) + k; return true; };\nconst one =",
            ),
        },
        refused: { made: /./, given: /./ },
      },
    ],
  }),
];
