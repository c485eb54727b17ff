// Opens the page of `dumbo report` in a headless Chromium, and uses it as a person would: `npm run test:report`. With
// `--pictures` it writes the pictures of the documents anew; with `--all-pictures FOLDER`, one of each part of the page, wide and
// narrow, light and dark, to be looked at. `CHROMIUM` names the browser where it is not found.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { largeProgram, programOfModules, writeProject } from "./report-programs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/cli.cjs");
const { values: options } = parseArgs({
  options: { pictures: { type: "boolean", default: false }, "all-pictures": { type: "string" } },
});
const pictures = options.pictures;
const PLACES = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 400, height: 800 };
const TABS = ["overview", "timeline", "pays", "functions", "misses", "source", "store"];

const executablePath = PLACES.find((path) => path && existsSync(path));
if (executablePath === undefined) {
  console.log(
    "skipped: there is no Chromium on this machine; CHROMIUM=path names one (Debian: apt-get install chromium)",
  );
  process.exit(0);
}

const folders = [];
function emptyFolder() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-report-")));
  folders.push(folder);
  return folder;
}

function project(files) {
  const folder = emptyFolder();
  writeProject(folder, files);
  return folder;
}

function dumbo(cwd, args, env = {}) {
  const { DUMBO, DUMBO_DIR, DUMBO_LOG, NODE_OPTIONS, ...outer } = process.env;
  const options = {
    cwd,
    env: { ...outer, DUMBO_PREPARE: "0", DUMBO_USER_DIR: "off", ...env },
    encoding: /** @type {const} */ ("utf8"),
  };
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], options);
  assert.equal(status, 0, `dumbo ${args.join(" ")}: ${stderr}`);
}

/** Runs a program of 40 modules three times, then edits a function and an argument. Answers with the page's address. */
function lookedAt() {
  const folder = project(programOfModules());
  // What is stored depends on no clock.
  const all = { DUMBO_POLICY: "always" };
  for (let run = 0; run < 3; run++) dumbo(folder, ["run", "main.js"], all);
  edit(join(folder, "src/prices/show.js"), "% 1000003", "% 1000033");
  edit(join(folder, "main.js"), 'ordersparse({ n, title: "row "', 'ordersparse({ n, title: "line "');
  dumbo(folder, ["run", "--profile", "main.js"], all);
  dumbo(folder, ["report"]);
  return pathToFileURL(join(folder, "dumbo-report.html")).href;
}

/** Runs examples/site, edits its layout, and runs it again. Answers with the page's address. */
function site() {
  const folder = emptyFolder();
  cpSync(join(root, "examples/site"), folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|out|data)$/.test(path),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  dumbo(folder, ["run", "generate.ts"], { DUMBO_DIR: join(folder, ".generated") });
  const env = { DUMBO_DIR: join(folder, ".cache") };
  for (let run = 0; run < 2; run++) dumbo(folder, ["run", "build.ts"], env);
  edit(join(folder, "src/layout.ts"), '<nav class="toc">', '<nav class="contents">');
  dumbo(folder, ["run", "--profile", "build.ts"], env);
  dumbo(folder, ["report", "build.ts"], env);
  return pathToFileURL(join(folder, "dumbo-report.html")).href;
}

function edit(file, from, to) {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(from), `${file} has ${from}`);
  writeFileSync(file, text.replace(from, to));
}

function large() {
  const folder = project(largeProgram());
  dumbo(folder, ["run", "--profile", "main.js"]);
  dumbo(folder, ["report", "--out", "large.html"]);
  return pathToFileURL(join(folder, "large.html")).href;
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const troubles = [];

async function open(address, viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  page.on("console", (message) => troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) troubles.push(`loads ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

async function picture(page, name) {
  if (pictures) await page.screenshot({ path: join(root, "docs", `report-${name}.png`) });
}

/** In the page: how many blocks of the map stand over its edge. */
const OUTSIDE = `(() => {
  const map = document.querySelector(".map").getBoundingClientRect();
  const rects = [...document.querySelectorAll(".map .leaf")].map((leaf) => leaf.getBoundingClientRect());
  return rects.filter(({ right, bottom }) => right > map.right + 1 || bottom > map.bottom + 1).length;
})()`;

/** In the page: how many blocks of the timeline stand over the edge of their lane. */
const BESIDE = `[...document.querySelectorAll(".lane")].flatMap((lane) => {
  const { left, right, bottom } = lane.getBoundingClientRect();
  const rects = [...lane.querySelectorAll(".block")].map((block) => block.getBoundingClientRect());
  return rects.filter((rect) => rect.left < left - 1 || rect.right > right + 1.5 || rect.bottom > bottom + 1);
}).length`;

const firstName = (page) => page.locator("tbody tr").first().locator("a").innerText();
const numbers = async (page, column) =>
  (await page.locator(`tbody tr td:nth-child(${column})`).allInnerTexts()).map((text) =>
    Number(text.replaceAll(",", "")),
  );

const TESTS = {
  "each part fits its window, wide and narrow, light and dark": async (address) => {
    for (const viewport of [WIDE, NARROW]) {
      const scheme = viewport === WIDE ? "light" : "dark";
      const page = await open(address, viewport, scheme);
      const back = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      assert.match(back, scheme === "dark" ? /rgb\(\d\d, / : /rgb\(2\d\d, /);
      for (const tab of TABS) {
        await page.goto(`${address}#tab=${tab}`);
        await page.locator("main h2").waitFor();
        const width = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(width <= viewport.width, `${tab} is ${width} pixels wide in a window of ${viewport.width}`);
        if (tab === "overview") await page.locator(".map .leaf").first().waitFor();
        if (viewport === WIDE && tab === "overview") await picture(page, tab);
      }
      await page.goto(`${address}#tab=overview`);
      await page.locator(".map .leaf").first().waitFor();
      if (viewport === NARROW) await picture(page, "narrow");
      await page.close();
    }
  },
  "the map has the three kinds, and a function of it opens": async (address) => {
    const page = await open(address, WIDE, "light");
    for (const kind of ["answered", "computed", "refused"]) {
      assert.ok((await page.locator(`.map .fill-${kind}`).count()) > 0, kind);
    }
    const outside = await page.evaluate(OUTSIDE);
    assert.equal(outside, 0, "no block stands over the edge");
    const leaf = page.locator(".map .leaf").first();
    const name = (await leaf.innerText()).split("\n")[0];
    await leaf.click();
    assert.equal(await page.locator("dialog h2").innerText(), name);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.close();
  },
  "the timeline has a lane for each thread; a part of it is seen larger, and a function of it opens": async (
    address,
  ) => {
    const page = await open(`${address}#tab=timeline`, WIDE, "light");
    const lanes = page.locator(".lane");
    assert.deepEqual((await page.locator(".lane-name").allInnerTexts()).slice(0, 2), ["main thread", "worker 1"]);
    for (const at of [0, 1]) {
      assert.ok((await lanes.nth(at).locator("a.block").count()) > 3, `lane ${at} has functions`);
    }
    for (const kind of ["answered", "computed", "refused", "dumbo"]) {
      assert.ok((await page.locator(`.lane .fill-${kind}`).count()) > 0, kind);
    }
    await picture(page, "timeline");
    assert.equal(await page.evaluate(BESIDE), 0, "no block stands over the edge of its lane");
    const status = page.getByRole("status");
    const whole = await status.innerText();
    assert.match(whole, /^0 to /);
    await page.getByRole("button", { name: "Zoom in" }).click();
    assert.doesNotMatch(await status.innerText(), /^0 to /);
    assert.match(page.url(), /from=\d+&to=\d+/, "the part is in the address");
    await page.keyboard.press("0");
    assert.equal(await status.innerText(), whole);
    const box = await lanes.first().boundingBox();
    assert.ok(box, "the lane is drawn");
    await page.mouse.move(box.x + box.width * 0.25, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 10, { steps: 5 });
    await page.mouse.up();
    const [from, to] = (page.url().match(/from=(\d+)&to=(\d+)/) ?? []).slice(1).map(Number);
    assert.ok(Math.abs(to / from - 2) < 0.1, `${from} to ${to} is the second quarter`);
    assert.equal(await page.locator("dialog").count(), 0, "nothing is opened by that");
    await page.getByRole("button", { name: "Whole run" }).click();
    const block = lanes.first().locator("a.block").first();
    const name = ((await block.getAttribute("title")) ?? "").split(" ")[0];
    await block.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("dialog h2").innerText(), name);
    await page.close();
  },
  "the table sorts, filters, and shows more": async (address) => {
    const page = await open(`${address}#tab=functions`, WIDE, "light");
    const before = await numbers(page, 5);
    await page.getByRole("button", { name: "Calls" }).click();
    const down = await numbers(page, 5);
    assert.notDeepEqual(down, before, "the order was another one");
    assert.deepEqual(
      down,
      down.toSorted((a, b) => b - a),
    );
    await page.getByRole("button", { name: "Calls" }).click();
    const up = await numbers(page, 5);
    assert.deepEqual(
      up,
      up.toSorted((a, b) => a - b),
    );
    assert.equal(await page.locator("th[aria-sort=ascending]").count(), 1);
    await page.getByRole("searchbox").fill("ORDERSSHOW");
    await page.getByText("2 of 80").waitFor();
    assert.match(await firstName(page), /^ordersshow/);
    assert.equal(await page.getByRole("status").innerText(), "2 of 80");
    await page.getByRole("combobox").selectOption("cached");
    assert.equal(await page.getByRole("status").innerText(), "2 of 80");
    await page.getByRole("combobox").selectOption("refused");
    assert.equal(await page.getByRole("status").innerText(), "0 of 80");
    await page.close();
  },
  "a function that is not cached has its reason, its line and what would help": async (address) => {
    const page = await open(`${address}#tab=pays`, WIDE, "light");
    const item = page.locator("article", { hasText: "mailshow" }).first();
    const text = await item.innerText();
    assert.match(text, /writes to `globalThis`/);
    assert.match(text, /return what it does to globalThis instead/);
    assert.match(text, /"\.\/src\/mail\/show\.js#mailshow"/);
    assert.match(await item.locator("pre .here").innerText(), /globalThis\.rows = /);
    await item.getByRole("link", { name: "src/mail/show.js:" }).click();
    assert.match(await page.locator(".source .here").innerText(), /globalThis\.rows = /);
    await page.locator(".source .tag-refused, .source .tag-unguarded").first().click();
    assert.equal(await page.locator("dialog h2").innerText(), "mailshow");
    await page.goBack();
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.close();
  },
  "a cached function has what it depends on, and what an edit of it invalidates": async (address) => {
    const page = await open(`${address}#tab=functions&filter=chartscheck`, WIDE, "light");
    await page.getByRole("link", { name: "chartscheck", exact: true }).click();
    const drawn = await page.locator(".graph").textContent();
    assert.match(drawn ?? "", /an edit of it invalidates.*chartscheckAll.*variable `options/);
    await picture(page, "function");
    await page.locator(".graph a", { hasText: "chartscheckAll" }).click();
    assert.equal(await page.locator("dialog h2").innerText(), "chartscheckAll");
    await page.close();
  },
  "a miss says what changed, and shows old and new code": async (address) => {
    const page = await open(`${address}#tab=misses`, WIDE, "light");
    assert.match(
      await page.locator("article", { hasText: "ordersparse" }).first().innerText(),
      /argument 1\.title changed/,
    );
    const edited = page.locator("article", { hasText: "pricesshow" }).first();
    assert.match(await edited.locator(".was").first().innerText(), /% 1000003/);
    assert.match(await edited.locator(".is").first().innerText(), /% 1000033/);
    await page.close();
  },
  "the keyboard is enough": async (address) => {
    const page = await open(address, WIDE, "light");
    for (const tab of TABS.slice(0, TABS.indexOf("functions") + 1)) {
      await page.keyboard.press("Tab");
      assert.ok((await page.evaluate("document.activeElement.hash")).startsWith(`#tab=${tab}`), `the way to ${tab}`);
    }
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("main h2").innerText(), "Functions");
    await page.getByRole("searchbox").focus();
    await page.keyboard.type("ordersshow");
    await page.locator("tbody a").first().focus();
    await page.keyboard.press("Enter");
    assert.match(await page.locator("dialog h2").innerText(), /^ordersshow/);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    assert.equal(await page.getByRole("searchbox").inputValue(), "ordersshow", "the filter is still there");
    await page.close();
  },
  "the store says what gc would drop": async (address) => {
    const page = await open(`${address}#tab=store`, WIDE, "light");
    assert.match(await page.getByRole("status").innerText(), /would drop 0 records, 0 B, that nobody used for 30 days/);
    await page.getByRole("spinbutton").fill("0");
    assert.match(await page.getByRole("status").innerText(), /would drop [1-9]\d* records, .* for 0 days/);
    await page.close();
  },
};

/** The parts of the page in both widths and both schemes: each in its window, and as a picture where that is asked for. */
async function allParts(address, name) {
  const folder = options["all-pictures"];
  if (folder) mkdirSync(folder, { recursive: true });
  for (const viewport of [WIDE, NARROW]) {
    for (const scheme of /** @type {const} */ (["light", "dark"])) {
      const page = await open(address, viewport, scheme);
      for (const tab of TABS) {
        await page.goto(`${address}#tab=${tab}`);
        await page.locator("main h2").waitFor();
        const width = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(width <= viewport.width, `${tab} is ${width} pixels wide in a window of ${viewport.width}`);
        if (folder) await page.screenshot({ path: join(folder, `${name}-${tab}-${viewport.width}-${scheme}.png`) });
      }
      await page.close();
    }
  }
}

async function siteWorks(address) {
  await allParts(address, "site");
  const page = await open(`${address}#tab=functions&filter=renderPage`, WIDE, "light");
  const row = await page.locator("tbody tr").first().innerText();
  assert.match(row, /renderPage/);
  assert.match(row, /answered|cached/);
  await page.goto(`${address}#tab=misses`);
  const miss = page.locator("article", { hasText: "buildSite" });
  await miss.waitFor();
  assert.match(await miss.locator(".is").first().innerText(), /<nav class="contents">/);
  await picture(page, "site");
  await page.close();
}

async function largeWorks(address) {
  const page = await open(`${address}#tab=functions`, WIDE, "light");
  assert.equal(await page.getByRole("status").innerText(), "5000 of 5000");
  assert.equal(await page.locator("tbody tr").count(), 100);
  await page.getByRole("button", { name: /more of 4900/ }).click();
  assert.equal(await page.locator("tbody tr").count(), 200);
  await page.getByRole("searchbox").fill("m249.js");
  await page.getByText("20 of 5000").waitFor();
  await page.goto(`${address}#tab=overview`);
  await page.locator(".map .leaf").first().waitFor();
  const leaves = await page.locator(".map .leaf").count();
  assert.ok(leaves > 10 && leaves < 2000, `the map has ${leaves} blocks`);
  await page.goto(`${address}#tab=timeline`);
  await page.getByText(/shorter calls may be missing/).waitFor();
  assert.ok((await page.locator(".lane .joined").count()) > 0, "short blocks are put together");
  const blocks = await page.locator(".lane .block").count();
  assert.ok(blocks > 10 && blocks < 5000, `the timeline has ${blocks} blocks`);
  for (const tab of TABS) {
    await page.goto(`${address}#tab=${tab}`);
    await page.locator("main h2").waitFor();
  }
  await page.close();
}

async function pass(name, body) {
  try {
    await body();
    assert.deepEqual(troubles.splice(0), [], "the page is silent, and loads nothing");
    console.log(`ok   ${name}`);
    return true;
  } catch (error) {
    console.log(`FAIL ${name}\n${/** @type {Error} */ (error).stack}`);
    return false;
  }
}

const results = [];
try {
  const address = lookedAt();
  for (const [name, body] of Object.entries(TESTS)) results.push(await pass(name, () => body(address)));
  results.push(await pass("all parts of it fit", () => allParts(address, "modules")));
  const siteAddress = site();
  results.push(await pass("examples/site is shown", () => siteWorks(siteAddress)));
  const largeAddress = large();
  results.push(await pass("5,000 functions and a million calls are shown", () => largeWorks(largeAddress)));
} finally {
  await browser.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
const failed = results.filter((isPassed) => !isPassed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
