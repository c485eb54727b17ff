/**
 * How rows of the table are used where a bare call would only complain. In a text `$` stands for what the row names, `@`
 * for a path that is no other's, and `%` for a descriptor, open for both, of a file of its own. `later` waits for a
 * callback; what ends with a semicolon is a statement. What is not listed is called without arguments, or constructed, or read.
 */

/** Arguments of functions of `fs`, which are the same in all three forms. */
const OF_FILES: Readonly<Record<string, string>> = {
  access: '"none.txt"',
  appendFile: '"@", "text"',
  chmod: '"data.txt", 0o640',
  chown: '"data.txt", -1, -1',
  // One that is not open: what is closed twice may be somebody else's by then.
  close: "99999",
  copyFile: '"data.txt", "@"',
  cp: '"data.txt", "@"',
  exists: '"none.txt"',
  fchmod: "%, 0o640",
  fchown: "%, -1, -1",
  fdatasync: "%",
  fstat: "%",
  fsync: "%",
  ftruncate: "%, 3",
  futimes: "%, 1, 2",
  glob: '"*.txt"',
  lchown: '"data.txt", -1, -1',
  link: '"data.txt", "@"',
  lstat: '"none.txt"',
  lutimes: '"data.txt", 1, 2',
  mkdir: '"@"',
  // Nothing is made there: its name would be another each time.
  mkdtemp: '"\\0"',
  mkdtempDisposable: '"\\0"',
  open: '"data.txt"',
  opendir: '"dir"',
  read: "%, new Uint8Array(4), 0, 4, 0",
  readFile: '"data.txt", "utf8"',
  readdir: '"dir"',
  readlink: '"link"',
  readv: "%, [new Uint8Array(4)], 0",
  realpath: '"data.txt"',
  rename: '"@", "@.new"',
  rm: '"@"',
  rmdir: '"@"',
  stat: '"none.txt"',
  statfs: '"."',
  symlink: '"data.txt", "@"',
  truncate: '"@", 2',
  unlink: '"@"',
  utimes: '"data.txt", 1, 2',
  write: '%, "text"',
  writeFile: '"@", "text"',
  writev: "%, [new Uint8Array(2)]",
};

/** How a function of `fs` or `fs/promises` is used. */
function useOfFiles(place: string, name: string): string | undefined {
  const args = OF_FILES[name.replace(/Sync$/, "")];
  if (args === undefined) return undefined;
  if (name.endsWith("Sync")) return `$(${args})`;
  if (place === "fs") return `await later((done) => $(${args}, done))`;
  return name === "glob" ? `await $(${args}).next()` : `await $(${args})`;
}

const PRINTED = {
  assert: '$(false, "text", { a: 1 })',
  debug: '$("text", { a: 1 })',
  dir: "$({ a: 1 })",
  dirxml: "$({ a: 1 })",
  error: '$("text", { a: 1 })',
  info: '$("text", { a: 1 })',
  log: '$("text", { a: 1 })',
  table: "$([{ a: 1 }])",
  timeEnd: '$("none")',
  timeLog: '$("none")',
  warn: '$("text", { a: 1 })',
};

const OF_PROCESS = {
  argv: "$.slice(2).join()",
  env: "$.ROW_VALUE",
  execArgv: '$.includes("--none")',
  execPath: "$",
  // Nobody may look at the result.
  stderr: '$.write("text\\n");',
  stdout: '$.write("text\\n");',
};

function members(root: string, uses: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(uses).map(([name, use]) => [`${root}.${name}`, use]));
}

const USES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  globals: {
    ...members("console", PRINTED),
    ...members("process", OF_PROCESS),
    "AbortSignal.timeout": "$(1e6)",
    Blob: 'await new ($)(["text"]).text()',
    BroadcastChannel: 'new ($)("name").unref()',
    CustomEvent: 'new ($)("name").type',
    DOMException: 'new ($)("text", "name")',
    "DOMException.ABORT_ERR": "$",
    Event: 'new ($)("name").type',
    File: 'new ($)(["text"], "name").size',
    Function: '$("return 1")()',
    Headers: 'new ($)({ a: "b" }).get("a")',
    PerformanceMark: 'new ($)("name").name',
    "Performance#mark": '$.call(performance, "name").name',
    "Performance#measure": '$.call(performance, "name").name',
    "Performance#timerify": "$.call(performance, work)(3)",
    "Intl.DateTimeFormat#format": "instance.format()",
    Request: 'new ($)("http://localhost/a").url',
    "Request#text": "await $.call(new Request('http://localhost/a'))",
    Response: 'await new ($)("text").text()',
    "Response.json": "await $({ a: 1 }).text()",
    SharedArrayBuffer: "new ($)(8).byteLength",
    URLPattern: 'new ($)({ pathname: "/a" }).pathname',
    "URL.createObjectURL": 'typeof $(new Blob(["a"]))',
    WeakRef: "new ($)({}).deref()",
    WebAssembly: "typeof $",
    "WebAssembly.validate": "$(new Uint8Array(8))",
    "crypto.getRandomValues": "$(new Uint8Array(4)).length",
    "crypto.randomUUID": "crypto.randomUUID().length",
    "crypto.subtle.digest": 'await crypto.subtle.digest("SHA-1", new Uint8Array(4))',
    "crypto.subtle.generateKey": 'await crypto.subtle.generateKey({ name: "AES-CBC", length: 128 }, true, ["encrypt"])',
    eval: '$("1 + 1")',
    fetch: 'await (await $("data:,text")).text()',
    "performance.mark": 'performance.mark("name").name',
    "performance.measure": 'performance.measure("name").name',
    "performance.timerify": "performance.timerify(work)(3)",
    "process.binding": 'Object.keys($("constants")).length',
    "process.chdir": '$("dir/..")',
    "process.emit": '$("name", 1)',
    "process.kill": "$(0, 0)",
    "process.on": '$("name", ignore) === process',
    queueMicrotask: "$(ignore)",
    setImmediate: "$(ignore)",
    setInterval: "$(ignore, 1e6)",
    setTimeout: "$(ignore, 1e6)",
    "process.nextTick": "$(ignore)",
  },
  async_hooks: {
    AsyncLocalStorage: 'new ($)().run("store", ignore)',
    "AsyncLocalStorage#enterWith": 'instance.enterWith("store")',
    AsyncResource: 'new ($)("name").runInAsyncScope(ignore)',
    createHook: "$({})",
  },
  buffer: {
    Blob: 'new ($)(["text"]).size',
    File: 'new ($)(["text"], "name").size',
    SlowBuffer: "new ($)(4).length",
    resolveObjectURL: '$("blob:nodedata:none")',
  },
  child_process: {
    exec: '$("true", ignore)',
    execFile: '$("true", ignore)',
    execFileSync: '$("true")',
    execSync: '$("true")',
    spawn: '$("true")',
    spawnSync: '$("true").status',
  },
  console: PRINTED,
  crypto: {
    argon2Sync:
      '$("argon2id", { message: "a", nonce: "12345678", parallelism: 1, tagLength: 8, memory: 8, passes: 1 })',
    checkPrime: "await later((done) => $(7n, done))",
    checkPrimeSync: "$(7n)",
    createCipheriv: '$("aes-128-cbc", "0123456789abcdef", "0123456789abcdef").update("text", "utf8", "hex")',
    createDecipheriv: '$("aes-128-cbc", "0123456789abcdef", "0123456789abcdef").update("text", "utf8", "hex")',
    createDiffieHellmanGroup: '$("modp14").getGenerator("hex")',
    createECDH: '$("prime256v1")',
    createSecretKey: '$("text", "utf8").symmetricKeySize',
    createSign: '$("sha256").update("text")',
    createVerify: '$("sha256").update("text")',
    generateKey: 'await later((done) => $("hmac", { length: 64 }, done))',
    generateKeyPairSync: '$("ec", { namedCurve: "P-256" }).publicKey.type',
    generateKeySync: '$("hmac", { length: 64 }).type',
    generatePrimeSync: "$(8).byteLength",
    getCipherInfo: '$("aes-128-cbc")',
    getDiffieHellman: '$("modp14").getGenerator("hex")',
    getRandomValues: "$(new Uint8Array(4)).length",
    hkdf: 'await later((done) => $("sha256", "a", "b", "c", 8, done))',
    hkdfSync: '$("sha256", "a", "b", "c", 8)',
    pbkdf2: 'await later((done) => $("a", "b", 1, 8, "sha1", done))',
    pbkdf2Sync: '$("a", "b", 1, 8, "sha1").toString("hex")',
    prng: "$(4).length",
    pseudoRandomBytes: "$(4).length",
    randomBytes: "$(4).length",
    randomFill: "await later((done) => $(new Uint8Array(0), done))",
    randomFillSync: "$(new Uint8Array(4)).length",
    randomInt: "typeof $(5, 9)",
    randomUUID: "$().length",
    rng: "$(4).length",
    scrypt: 'await later((done) => $("a", "b", 8, { N: 2 }, done))',
    scryptSync: '$("a", "b", 8, { N: 2 }).toString("hex")',
  },
  dgram: { createSocket: '$("udp4").unref()', Socket: 'new ($)("udp4").unref()' },
  diagnostics_channel: {
    channel: '$("name").hasSubscribers',
    hasSubscribers: '$("name")',
    subscribe: '$("name", ignore)',
    tracingChannel: '$("name").hasSubscribers',
    unsubscribe: '$("name", ignore)',
  },
  dns: { lookup: 'await later((done) => $("127.0.0.1", done))' },
  "dns/promises": { lookup: 'await $("127.0.0.1")' },
  events: { getEventListeners: '$(process, "none")', listenerCount: '$(process, "none")' },
  fs: {
    // It would come into being when the program has ended, or not.
    createReadStream: '$("data.txt").path',
    createWriteStream: '$("data.txt", { flags: "r+" }).path',
    exists: 'await later((done) => $("none.txt", done))',
    openAsBlob: 'typeof (await $("data.txt"))',
    ReadStream: 'new ($)("data.txt").path',
    WriteStream: 'new ($)("data.txt", { flags: "r+" }).path',
    FileReadStream: 'new ($)("data.txt").path',
    FileWriteStream: 'new ($)("data.txt", { flags: "r+" }).path',
    "realpathSync.native": '$("data.txt")',
    unwatchFile: '$("data.txt")',
    watch: '$(".").unref()',
    watchFile: '$("data.txt", ignore).unref()',
    "Dir#readSync": "instance.readSync().name",
    "Dir#read": "(await instance.read()).name",
    "Dir#close": "await instance.close()",
  },
  "fs/promises": {
    "FileHandle#appendFile": 'await instance.appendFile("text")',
    "FileHandle#chmod": "await instance.chmod(0o640)",
    "FileHandle#chown": "await instance.chown(-1, -1)",
    // What closes itself does so some time between the two calls.
    "FileHandle#createReadStream": "typeof instance.createReadStream({ autoClose: false })",
    "FileHandle#createWriteStream": "typeof instance.createWriteStream({ autoClose: false })",
    "FileHandle#read": "(await instance.read(new Uint8Array(4), 0, 4, 0)).bytesRead",
    "FileHandle#readFile": 'await instance.readFile("utf8")',
    "FileHandle#readLines": "typeof instance.readLines({ autoClose: false })",
    "FileHandle#readv": "(await instance.readv([new Uint8Array(4)], 0)).bytesRead",
    "FileHandle#truncate": "await instance.truncate(3)",
    "FileHandle#utimes": "await instance.utimes(1, 2)",
    "FileHandle#write": '(await instance.write("text")).bytesWritten',
    "FileHandle#writeFile": 'await instance.writeFile("text")',
    "FileHandle#writev": "(await instance.writev([new Uint8Array(2)])).bytesWritten",
    watch: 'typeof $(".")',
  },
  module: { createRequire: '$("/data.txt").name', findPackageJSON: '$("..", "/data.txt")', isBuiltin: '$("fs")' },
  net: {
    Socket: "new ($)().destroyed",
    Stream: "new ($)().destroyed",
    isIP: '$("::1")',
    isIPv4: '$("::1")',
    isIPv6: '$("::1")',
  },
  process: {
    ...OF_PROCESS,
    binding: 'Object.keys($("constants")).length',
    chdir: '$("dir/..")',
    nextTick: "$(ignore)",
  },
  stream: { Readable: 'new ($)({ read: ignore }).push("a")', PassThrough: 'new ($)().write("a")' },
  timers: {
    setImmediate: "$(ignore)",
    setInterval: "$(ignore, 1e6)",
    setTimeout: "$(ignore, 1e6)",
  },
  "timers/promises": {
    setImmediate: 'await $("value")',
    setTimeout: 'await $(1, "value")',
    "scheduler.wait": "await $(1)",
    "scheduler.yield": "await $()",
  },
  url: {},
  util: {
    callbackify: "$(work).name",
    debuglog: '$("none").enabled',
    deprecate: '$(work, "text").name',
    format: '$("%s %o", "a", { b: 1 })',
    inherits: "$(class A {}, class B {})",
    inspect: "$({ a: [1] })",
    parseArgs: '$({ args: ["-f"], options: { f: { type: "boolean", short: "f" } } })',
    parseEnv: '$("a=1")',
    promisify: "$(work).name",
  },
  v8: { serialize: "$({ a: 1 }).length", setFlagsFromString: '$("--no-opt")', startupSnapshot: "typeof $" },
  vm: {
    Script: 'new ($)("1 + 1").runInThisContext()',
    compileFunction: '$("return 2")()',
    createContext: "typeof $({})",
    runInContext: '$("1 + 1", vmContext)',
    runInNewContext: '$("1 + 1")',
    runInThisContext: '$("typeof Date.now()")',
  },
  worker_threads: {
    BroadcastChannel: 'new ($)("name").unref()',
    receiveMessageOnPort: "$(new MessageChannel().port1)",
  },
  zlib: {
    brotliCompress: 'await later((done) => $("text", done))',
    brotliDecompress: 'await later((done) => $("text", done))',
    deflate: 'await later((done) => $("text", done))',
    deflateRaw: 'await later((done) => $("text", done))',
    gunzip: 'await later((done) => $("text", done))',
    gzip: 'await later((done) => $("text", done))',
    inflate: 'await later((done) => $("text", done))',
    inflateRaw: 'await later((done) => $("text", done))',
    unzip: 'await later((done) => $("text", done))',
    zstdCompress: 'await later((done) => $("text", done))',
    zstdDecompress: 'await later((done) => $("text", done))',
    zstdCompressSync: '$("text").length',
  },
};

/** What is recorded if the call that opens it reads it and closes it, too. */
const WHOLE_USES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fs: {
    closeSync: 'const fd = whole.openSync("data.txt"); out.push(whole.readFileSync("data.txt", "utf8")); $(fd);',
    createReadStream: 'let all = ""; for await (const chunk of $("data.txt", "utf8")) all += chunk; out.push(all);',
    fstatSync: 'const fd = whole.openSync("data.txt"); out.push($(fd).size); whole.closeSync(fd);',
    openSync:
      'const fd = $("data.txt"); const got = Buffer.alloc(4); out.push(whole.readSync(fd, got), got.toString()); whole.closeSync(fd);',
    readSync:
      'const fd = whole.openSync("data.txt"); const got = Buffer.alloc(4); out.push($(fd, got), got.toString()); whole.closeSync(fd);',
  },
  "fs/promises": {
    open: 'const handle = await $("data.txt"); out.push(await handle.readFile("utf8")); await handle.close();',
    "FileHandle#read":
      'const handle = await whole.open("data.txt"); const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0); out.push(buffer.toString("latin1", 0, bytesRead)); await handle.close();',
    "FileHandle#readFile":
      'const handle = await whole.open("data.txt"); out.push(await handle.readFile("utf8")); await handle.close();',
    "FileHandle#stat":
      'const handle = await whole.open("data.txt"); const { size } = await handle.stat(); out.push(size); await handle.close();',
  },
  readline: {
    createInterface:
      'const lines = []; for await (const line of $({ input: files.createReadStream("data.txt") })) lines.push(line); out.push(...lines);',
  },
};

/** Whether what a row names is recorded as a part only of a longer use. */
export function isPartOfUse(place: string, name: string): boolean {
  return WHOLE_USES[place]?.[name] !== undefined;
}

/** The text of a use, or undefined where the usual one will do. */
export function useOf(place: string, name: string, isRecorded: boolean): string | undefined {
  const whole = isRecorded ? WHOLE_USES[place]?.[name] : undefined;
  return whole ?? USES[place]?.[name] ?? (place.startsWith("fs") ? useOfFiles(place, name) : undefined);
}

/** What `instance` is in the uses of what instances have, by module and class. */
export const INSTANCES: Readonly<Record<string, string>> = {
  "async_hooks AsyncLocalStorage": "new whole.AsyncLocalStorage()",
  "async_hooks AsyncResource": 'new whole.AsyncResource("name")',
  "dgram Socket": 'whole.createSocket("udp4").unref()',
  "dns Resolver": "new whole.Resolver()",
  "dns/promises Resolver": "new whole.Resolver()",
  "events EventEmitterAsyncResource": 'new whole.EventEmitterAsyncResource({ name: "name" })',
  "fs Dir": 'whole.opendirSync("dir")',
  "fs/promises FileHandle": 'whole.open("@", "w+")',
  "globals Event": 'new Event("name")',
  "globals Intl.DateTimeFormat": 'new Intl.DateTimeFormat("en", { year: "numeric" })',
  "globals MessagePort": "new MessageChannel().port1",
  // Of what nothing else holds, it may or may not be there.
  "globals WeakRef": "new WeakRef(Array.prototype)",
  "globals FinalizationRegistry": "new FinalizationRegistry(() => undefined)",
  "globals Performance": "performance",
  "globals Crypto": "crypto",
  "globals SubtleCrypto": "crypto.subtle",
  "net Server": "whole.createServer()",
  "net Socket": "new whole.Socket()",
  "node:sqlite DatabaseSync": 'new whole.DatabaseSync(":memory:")',
  "perf_hooks Performance": "performance",
  "perf_hooks PerformanceObserver": "new whole.PerformanceObserver(() => undefined)",
  "vm Script": 'new whole.Script("1 + 1")',
  "worker_threads MessagePort": "new whole.MessageChannel().port1",
};

/** Names with other values in each run, or in one with dumbo: only what kind of value it is gets printed. */
export const VARIES =
  /pid$|Usage|[mM]emory|hrtime|uptime|getCallSites|bindSync|process\._events|\bopen(Sync)?$|globals\.Date$|[nN]ow\b|[tT]ime|random|UUID|Statistics|freemem|loadavg|cpus|networkInterfaces|[aA]syncId|moduleLoadList|process\.config|getActiveResourcesInfo|eventLoop|toJSON|^module\.(_|global|Module)/i;
