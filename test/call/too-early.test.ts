/** Functions that are called before the binding which leads to them has its value. Expects dist/. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { project, run } from "../support/store-project.ts";

test("methods that a static field of their class calls are not looked for too early", async () => {
  const folder = project({
    "long.cjs": `
      const cache = {};
      class Long {
        constructor(low) { this.low = low; }
        static zero = Long.from(0);
        static from(low) {
          let made = cache[low];
          if (made) return made;
          made = new Long(low);
          cache[low] = made;
          return made;
        }
        text() { let s = ""; for (let v = this.low; v > 0; v = Math.floor(v / 10)) s = (v % 10) + s; return s; }
      }
      exports.Long = Long;
    `,
    "main.js": `
      import { Long } from "./long.cjs";
      console.log(Long.zero.low, Long.from(77).text());
    `,
  });
  for (let i = 0; i < 3; i++) {
    const ended = await run(folder, { env: { DUMBO_POLICY: "measured", DUMBO_PREPARE: "0" } });
    assert.equal(ended.stdout, "0 77\n");
    assert.equal(ended.stderr, "", `run ${i + 1}`);
  }
});
