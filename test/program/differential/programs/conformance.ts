/** What ECMA's conformance tests and other packages' own tests found. */
import { program } from "../program.ts";

export const programs = [
  program("parameter patterns over iterators and accessors", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Numbers { asked = 0; *[Symbol.iterator]() { this.asked++; yield 1; yield 2; } }
        class Point { read = 0; get x() { this.read++; return 4; } }
        class Plain { x = 4; norm() { return this.x; } }
        function* again() { this.asked++; yield 1; yield 2; }
        function list([a, b]) { return (burn(a) % 10) + b; }
        function own([a, b]) { return (burn(a) % 10) + b; }
        function prop({ x }) { return burn(x) % 10; }
        function inner({ point: { x } }) { return burn(x) % 10; }
        function plain({ x }, [a], { y: { z } = {} }) { return burn(x) % 10 + a; }
        const numbers = new Numbers();
        const point = new Point();
        const iterable = { asked: 0, [Symbol.iterator]: again };
        console.log(list(numbers), numbers.asked, own(iterable), iterable.asked);
        console.log(prop(point), point.read, inner({ point }), point.read);
        console.log(plain(new Plain(), [1, 2], { y: { z: [3] } }), plain({ x: 1 }, new Set([1]), {}), plain({ x: 2 }, "ab", {}));
      `,
    },
    memo: { plain: 3 },
    refuses: { list: /runs code/, own: /runs code/, prop: /runs code/, inner: /runs code/ },
  }),
];
