/** Directives at the start of a body: what they ask for is done, and the program is the same. */
import { program } from "../program.ts";

export const programs = [
  program("use memo and no memo", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function tiny(x) { "use memo"; return x + 1; }
        function strict(x) { "use strict"; "use memo"; return this === undefined ? x : 0; }
        const arrow = (x) => { "use memo"; return x * 2; };
        async function later(x) { "use memo"; await null; return [x]; }
        function left(x) { "no memo"; return burn(x); }
        function late(x) { burn(1); "no memo"; return burn(x); }
        class Point { scaled(x) { "use memo"; return x * 3; } left(x) { "no memo"; return burn(x); } }
        function inner(x) { "use memo"; return x; }
        function loops(n) { let s = 0; for (let i = 0; i < n; i++) s += inner(i) + burn(i); return s; }
        console.log(tiny(1), strict(2), arrow(3), await later(4), left(5), late(6), loops(3));
        console.log(new Point().scaled(7), new Point().left(8), String(tiny), tiny.name, left.length);
      `,
    },
    cold: {
      misses: { tiny: 1, strict: 1, arrow: 1, later: 1, late: 1, "Point.scaled": 1, inner: 3, loops: 1 },
      refused: { left: /no memo/, "Point.left": /no memo/ },
    },
    warm: {
      hits: { tiny: 1, strict: 1, arrow: 1, later: 1, late: 1, "Point.scaled": 1, loops: 1 },
      refused: { left: /no memo/, "Point.left": /no memo/ },
    },
  }),
];
